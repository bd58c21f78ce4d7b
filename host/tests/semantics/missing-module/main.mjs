import './folder/imports-none.mjs';

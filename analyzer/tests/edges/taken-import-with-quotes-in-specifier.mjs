import "./it's.mjs";
import './a"b.mjs';

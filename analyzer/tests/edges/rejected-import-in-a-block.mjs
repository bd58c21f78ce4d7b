{ import "./a.mjs"; }

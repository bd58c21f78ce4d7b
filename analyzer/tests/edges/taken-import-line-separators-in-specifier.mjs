import "./a b c.mjs";

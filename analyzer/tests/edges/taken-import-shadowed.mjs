import a from "./a.mjs";
function f(a) { return a; }
{ let a = f(1); a; }

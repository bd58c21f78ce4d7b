import a from "./a.mjs";
{ var a; }

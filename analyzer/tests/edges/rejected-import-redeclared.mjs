import a from "./a.mjs";
let a;

import a from "./a.mjs";
a();

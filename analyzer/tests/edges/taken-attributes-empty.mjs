import a from "./a.mjs" with {};
a();

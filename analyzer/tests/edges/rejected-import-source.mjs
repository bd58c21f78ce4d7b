import source a from "./a.mjs";

import defer * as a from "./a.mjs";

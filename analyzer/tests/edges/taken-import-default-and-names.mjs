import a, { b, c as d } from "./a.mjs";
a(b, d);

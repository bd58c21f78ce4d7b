import { if as a, class as b, await as c, let as d } from "./a.mjs";
a(b, c, d);

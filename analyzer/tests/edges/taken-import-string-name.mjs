import { "a b" as c, "" as d } from "./a.mjs";
c(d);

import as, { from, of, as as get, type } from "./a.mjs";
as(from, of, get, type);

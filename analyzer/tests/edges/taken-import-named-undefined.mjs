import undefined, { NaN } from "./a.mjs";
undefined(NaN);

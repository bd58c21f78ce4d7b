import { a as b } from "./a.mjs";
export { b as c, b as d };

import { "a b" as a } from "./a.mjs";
export { a as "c d" };

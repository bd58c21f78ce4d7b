export { "a b" as "c d", e as "", "" as f } from "./a.mjs";
export { "g" } from "./a.mjs";

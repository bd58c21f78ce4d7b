export * as "a b" from "./a.mjs";

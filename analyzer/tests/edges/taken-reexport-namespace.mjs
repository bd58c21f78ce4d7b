export * as ns from "./a.mjs";

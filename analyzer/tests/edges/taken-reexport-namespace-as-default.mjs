export * as default from "./a.mjs";

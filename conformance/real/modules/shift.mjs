// A named export of one module is the default of this one; a default of another gets a name.
export { tokens as default, default as Tokenizer } from "./tokenizer.mjs";
export { default as describe, convert as in } from "./units.mjs";
export * as tokenizer from "./tokenizer.mjs";

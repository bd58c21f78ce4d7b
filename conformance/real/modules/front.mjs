// Nothing of its own: each export belongs to another module, the default too.
export { default } from "./calculator.mjs";
export { lastError as "last-error", scanned } from "./tokenizer.mjs";
export * from "./facade.mjs";

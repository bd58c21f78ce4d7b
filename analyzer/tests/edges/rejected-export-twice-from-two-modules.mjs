export { a } from "./a.mjs";
export * as a from "./b.mjs";

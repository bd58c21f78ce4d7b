export * from "./count.js";
export { default as Counter } from "./counter.js";

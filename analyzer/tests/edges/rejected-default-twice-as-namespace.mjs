export * as default from "./a.mjs";
export default 1;

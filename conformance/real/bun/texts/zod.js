// @bun @bytecode
// index.js
import * as z from "./v4/classic/external.js";

export * from "./v4/classic/external.js";
export {
  z as default,
  z
};

// Loaded on demand by plugins.mjs. Its default export is an expression.
import Registry, * as registry from "./registry.mjs";

export default registry.register("slug", (text) =>
  text.trim().toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-"));

export const position = [...Registry].length;

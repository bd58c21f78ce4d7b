// Ordinary identifiers that look like what engines and specifications call things inside.
import starNamespace, { scanned as namespace } from "./tokenizer.mjs";
import * as starDefault from "./registry.mjs";
import { default as _default } from "./units.mjs";

const homonym_default = "close to the name that a transpiler gives an anonymous default export";
const async = 1, from = 2, as = 3, of = 4, get = 5, type = 6, meta = 7;

export { async as as, as as from, from as of, of as get, get as type, type as meta, meta as let };
export { starNamespace, starDefault as "starDefault", namespace as "null", _default as undefined };
export { homonym_default, homonym_default as "true" };

// A second anonymous function as default, this one asynchronous.
export default async function () {
  return [async, from, as, of, get, type, meta].reduce((a, b) => a + b, 0);
}

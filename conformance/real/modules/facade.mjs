// The face of the whole program: hands on what others export, in every form there is.
import calculate, { selfTest } from "./calculator.mjs";
import * as units from "./units.mjs";
import defaultUnits, * as moreUnits from "./units.mjs";
import { convert, convert as convertLength, rounding } from "./units.mjs";

// `import` then `export` is a re-export: ECMA-262 records it as Indirect, and a namespace as Namespace.
export { calculate, selfTest as healthy, units, moreUnits as "more units", convertLength };
export { units as lengths, defaultUnits as describe };

export * from "./tokenizer.mjs";
export * from "./units.mjs";
export * from "./tokenizer.mjs";
export * as settings from "./settings.mjs";
export * as default from "./plugins.mjs";
export {} from "./cycle-even.mjs";
export { default as Tokenizer } from "./tokenizer.mjs";
export { entries, register as add, register } from "./registry.mjs";

// Used here and not handed on: an import entry without an export entry.
export const report = (value) => `${convert(value, "m", "km")} km, rounded to ${rounding} digits`;
export const namespaceKeys = () => Object.keys(units).length;

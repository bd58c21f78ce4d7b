// Settings from two JSON files: import attributes on an import, on a named import of `default` and on a re-export.
import chosen from "./settings.json" with { type: "json" };
import { default as fallback } from "./defaults.json" with { "type": "json", };
import * as units from "./units.mjs" with {};

export { default as raw } from "./settings.json" with { type: 'json' };

const settings = { ...fallback, ...chosen, depth: { ...fallback.depth, ...chosen.depth } };
settings.where = import.meta.url ?? "";
settings.here = typeof import.meta;

const again = await import("./settings.json", { with: { type: "json" } });
if (again.default.title !== settings.title) throw new Error("the same file, read twice, differs");

export const warning = units.convert(settings.depth.warning, settings.depth.unit, "cm");
export { fallback };

// An identifier as the default export: ECMA-262 exports its value, under *default*, and not its binding.
export default settings;

// @bun @bytecode
// settings.mjs
import chosen from "./settings.json" with { type: "json" };
import { default as fallback } from "./defaults.json" with { type: "json" };
import * as units from "./units.mjs";
import { default as default2 } from "./settings.json";
var settings = { ...fallback, ...chosen, depth: { ...fallback.depth, ...chosen.depth } };
settings.where = import.meta.url ?? "";
settings.here = typeof import.meta;
var again = await import("./settings.json", { with: { type: "json" } });
if (again.default.title !== settings.title)
  throw new Error("the same file, read twice, differs");
var warning = units.convert(settings.depth.warning, settings.depth.unit, "cm");
var settings_default = settings;
export {
  settings_default as default,
  fallback,
  default2 as raw,
  warning
};

// Uses names.mjs under its odd names: string names on both sides, in every place the grammar has for one.
import {
  "kebab-name" as keys,
  "" as nameless,
  "🦊" as fuchs,
  "'), local('trap" as trap,
  größe as \u0067röße2,
  日本語,
  𝒳,
  "default" as byString,
} from "./names.mjs";
import { "two\nlines" as twoLines, default as symbol } from "./parts/../names.mjs";

export { "back\\slash", "e\u0301" as decomposed, "\u00e9" as composed } from "./names.mjs";
export { "🦊" as "🐺", "" as "empty", "kebab-name" as "", 日本語 as "にほんご" } from "./names.mjs";
export { "default" as "the default" } from "./names.mjs";
export * as "all names" from "./names.mjs";
export * as 名前 from "./names.mjs";

if (keys !== nameless || fuchs !== trap || twoLines !== keys || byString !== symbol) {
  throw new Error("one array, exported under many names, is no longer one array");
}

const size = größe2 + 日本語.length + 𝒳;
export { size as "the size", size as default, 𝒳, 日本語 as "日本" };

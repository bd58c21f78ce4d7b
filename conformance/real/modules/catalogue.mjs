// Hands on a JSON file in every form of re-export; its attributes are on re-exports alone, and on each of them.
export { default as glossary } from "./glossary.json" with { type: "json" };
export * as glossaryModule from "./glossary.json" with { type: "json" };
export * from "./glossary.json" with { type: "json" };

import even, {} from "./cycle-even.mjs";
import { total, } from "./cycle-even.mjs";

export const checked = even(6) && total() === 7;

// Anonymous generator function as the default export.
export default function* () {
  for (let n = 0; ; n += 1) if (even(n)) yield n;
}

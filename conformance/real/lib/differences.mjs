// Compares what the two engines printed for one module. Each difference must be explained by a row of the table that
// touched the entry; and after the table, the records must be equal.

import { isDeepStrictEqual } from "node:util";
import { entryKey } from "./normalise.mjs";
import { Trouble } from "./trouble.mjs";

const SECTIONS = [
  ["requests", "requests", (entry) => entry.module.text],
  ["imports", "imports", (entry) => entry.local.text],
  ["exports", "exports", (entry) => entry.export.text],
  ["starExports", "star_exports", (entry) => entry.module.text],
];

export function compareEngines(file, dumps, fromJsc, fromBun) {
  const entries = [];
  const orders = [];
  for (const [property, section, keyOf] of SECTIONS) {
    const printed = { jsc: group(dumps.jsc[property], keyOf), bun: group(dumps.bun[property], keyOf) };
    const keys = [...new Set([...printed.jsc.keys(), ...printed.bun.keys()])];
    if (!isDeepStrictEqual([...printed.jsc.keys()], [...printed.bun.keys()])) orders.push(`order-${section.replace("_", "-")}`);
    for (const key of keys) {
      const [jsc, bun] = [printed.jsc.get(key) ?? [], printed.bun.get(key) ?? []];
      if (isDeepStrictEqual(jsc, bun)) continue;
      const at = entryKey(section, key);
      const rows = [...new Set([...(fromJsc.touched.get(at) ?? []), ...(fromBun.touched.get(at) ?? [])])];
      if (rows.length === 0) throw unexplained(file, section, key, jsc, bun);
      entries.push({ section, key, jsc, bun, rows });
    }
    const [left, right] = [fromJsc.record[section], fromBun.record[section]];
    const at = left.findIndex((entry, index) => !isDeepStrictEqual(entry, right[index]));
    if (at !== -1) throw unexplained(file, section, `entry ${at} after normalisation`, left[at], right[at]);
  }
  return { module: file, printed_in_another_order: orders, entries };
}

function group(entries, keyOf) {
  const groups = new Map();
  for (const entry of entries) {
    const key = keyOf(entry);
    groups.set(key, [...(groups.get(key) ?? []), entry.printed]);
  }
  return groups;
}

function unexplained(file, section, key, jsc, bun) {
  const what = `${file}: ${section}, ${JSON.stringify(key)}: jsc has ${JSON.stringify(jsc)}, Bun has ${JSON.stringify(bun)}`;
  return new Trouble(`${what}; no row of normalise.json explains it: find out why, and add one with its reason`);
}

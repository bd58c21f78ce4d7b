// Turns a parsed dump into the committed record by applying normalise.json, and remembers which row touched what.
// Anything a row does not provide for is an error: this file adds no rules of its own.

import { unless } from "./trouble.mjs";

const TYPES = { Local: "local", Indirect: "indirect", Namespace: "namespace" };

/** `{ record, touched }`; `touched` maps "section key" to the ids of the rows that changed that entry. */
export function normalise(dump, engine, facts, rows, file) {
  const mine = rows.filter((row) => row.engines.includes(engine));
  const touched = new Map();
  const touch = (section, key, row) => {
    const at = entryKey(section, key);
    if (!touched.get(at)?.includes(row.id)) touched.set(at, [...(touched.get(at) ?? []), row.id]);
  };

  const requests = normaliseRequests(dump.requests, facts, mine, touch, `${file} (${engine})`);
  const importedFrom = new Map(dump.imports.map((entry) => [entry.local.text, entry.module.text]));
  const imports = dump.imports.map((entry) => {
    const local_name = text(entry.local);
    const fields = { type: "single", module_request: text(entry.module), import_name: text(entry.import), local_name };
    return rewrite("imports", local_name, fields, facts.imports.get(local_name));
  });
  const exports = dump.exports.map((entry) => {
    const export_name = text(entry.export);
    const fields = {
      type: TYPES[entry.type],
      export_name,
      module_name: text(entry.module),
      import_name: text(entry.import),
      local_name: text(entry.local),
    };
    return rewrite("exports", export_name, fields, export_name === "default" && facts.unnamedDefault ? "unnamed-default" : undefined);
  });

  const record = {
    version: 1,
    requests: requests.map(({ specifier, attributes }) => ({ specifier, attributes })),
    imports: order("imports", imports, [...facts.imports.keys()], (entry) => entry.local_name),
    exports: order("exports", exports, facts.exports, (entry) => entry.export_name),
    star_exports: order("star_exports", dump.starExports.map(({ module }) => text(module)), facts.starExports, (name) => name),
  };
  const left = JSON.stringify(record).match(/\{"private":"(.*?)"\}/);
  unless(!left, `${file} (${engine}): no row of normalise.json explains the private name ${left?.[1]}; add one with its reason`);
  return { record, touched };

  function rewrite(section, key, fields, source) {
    for (const row of mine) {
      if (row.kind !== "rewrite" || row.section !== section || !applies(row.when, fields, source)) continue;
      const before = JSON.stringify(fields);
      for (const [field, value] of Object.entries(row.set)) {
        fields[field] = value.of_import ? importedFrom.get(fields.local_name) : value;
      }
      if (JSON.stringify(fields) !== before) touch(section, key, row);
    }
    return fields;
  }

  function applies(when, fields, source) {
    return Object.entries(when).every(([field, wanted]) => {
      if (field === "source") return source === wanted;
      if (wanted.private) return fields[field].private === wanted.private;
      if (wanted.bound_by === "nothing") return typeof fields[field] === "string" && !facts.bound.has(fields[field]);
      if (wanted.bound_by) return facts.imports.get(fields[field]) === wanted.bound_by;
      return fields[field] === wanted;
    });
  }

  function order(section, entries, keys, keyOf) {
    unless(mine.some((row) => row.kind === "order" && row.section === section), `normalise.json has no row that orders ${section} for ${engine}`);
    const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
    const missing = keys.filter((key) => !byKey.has(key));
    const extra = [...byKey.keys()].filter((key) => !keys.includes(key));
    unless(
      missing.length + extra.length === 0 && byKey.size === entries.length,
      `${file} (${engine}): ${section} differ from the source: missing ${JSON.stringify(missing)}, not in the source ${JSON.stringify(extra)}`,
    );
    return keys.map((key) => byKey.get(key));
  }
}

export function entryKey(section, key) {
  return `${section} ${JSON.stringify(key)}`;
}

function normaliseRequests(printed, facts, rows, touch, where) {
  unless(rows.some((row) => row.kind === "order" && row.section === "requests"), `normalise.json has no row that orders requests`);
  const asPrinted = rows.find((row) => row.kind === "attributes" && !row.when);
  const lost = rows.find((row) => row.kind === "attributes" && row.when);
  unless(asPrinted, "normalise.json has no row that says where attributes come from");
  const seen = new Set();
  for (const { module, attributes } of printed) {
    const has = attributes.private !== "(nil)";
    const candidates = facts.requests.filter(({ specifier }) => specifier === module.text);
    let request = candidates.find((candidate) => candidate.attributes.length > 0 === has);
    if (request === undefined && lost && !has) {
      request = candidates.find(({ forms }) => forms.has(lost.when.form));
      if (request) touch("requests", module.text, lost);
    }
    unless(request, `${where}: the request ${JSON.stringify(module.text)} ${has ? "with" : "without"} attributes is not in the source, and no row of normalise.json explains it`);
    if (request.attributes.length > 0 && has) touch("requests", module.text, asPrinted);
    seen.add(request);
  }
  const missing = facts.requests.filter((request) => !seen.has(request)).map(({ specifier }) => specifier);
  unless(missing.length === 0, `${where}: the engine does not request ${JSON.stringify(missing)}, the source does`);
  return facts.requests;
}

// A field that the engine did not print does not apply: the empty string. A private name stays one until a row names it.
function text(field) {
  return field === undefined ? "" : (field.text ?? field);
}

// The semantic rules of the format, asserted over what the script is about to write. Not a reader of the format: an
// implementer finds those elsewhere in this repository.

import { unless } from "./trouble.mjs";

export function assertRules(record, file) {
  const { requests, imports, exports, star_exports } = record;
  const requested = new Set(requests.map(({ specifier }) => specifier));
  const rule = (holds, what) => unless(holds, `${file}: the record breaks a rule of the format: ${what}`);

  rule(unique(requests.map((request) => JSON.stringify(request))), "duplicate-request");
  const named = [
    ...imports.map((entry) => entry.module_request),
    ...exports.filter(({ type }) => type !== "local").map((entry) => entry.module_name),
    ...star_exports,
  ];
  for (const { specifier, attributes } of requests) {
    rule(unique(attributes.map(({ key }) => key)), `duplicate-attribute in the request ${JSON.stringify(specifier)}`);
    const sharing = requests.filter((other) => other.specifier === specifier).length;
    rule(sharing === 1 || !named.includes(specifier), `ambiguous-request ${JSON.stringify(specifier)}`);
  }
  for (const name of named) rule(requested.has(name), `unrequested-module ${JSON.stringify(name)}`);

  for (const { local_name } of [...imports, ...exports.filter(({ type }) => type === "local")]) {
    rule(local_name !== "", "missing-local-name");
  }
  rule(unique(imports.map((entry) => entry.local_name)), "duplicate-local-name");
  rule(unique(exports.map((entry) => entry.export_name)), "duplicate-export-name");
  rule(unique(star_exports), "duplicate-star-export");

  const unused = { local: ["module_name", "import_name"], indirect: ["local_name"], namespace: ["import_name", "local_name"] };
  for (const entry of exports) {
    rule(entry.type in unused, `bad-type ${entry.type}`);
    for (const field of unused[entry.type]) rule(entry[field] === "", `misplaced-field ${field} of ${JSON.stringify(entry.export_name)}`);
  }
  for (const entry of imports) {
    rule(entry.type !== "namespace" || entry.import_name === "*", "the import name of a namespace import is *");
  }
  rule(everyString(record, (text) => text.isWellFormed()), "bad-utf8: a lone surrogate");
}

function unique(values) {
  return new Set(values).size === values.length;
}

function everyString(value, test) {
  if (typeof value === "string") return test(value);
  return typeof value !== "object" || Object.values(value).every((inner) => everyString(inner, test));
}

// Parses the text that JavaScriptCore prints with dumpModuleRecord. Gives back what was printed, in printed order, and
// interprets nothing: a name is { text } where the engine quoted it and { private } where it did not.
//
// The engine escapes nothing, so a name that holds a quote or a line break can be read in more than one way. An entry is
// accepted only if exactly one reading is possible, given that local names are identifiers and hold no quote.

import { Trouble, unless } from "./trouble.mjs";

const HEADING = "Analyzing ModuleRecord key('";

/** Where the output for one module ends and the next one's begins: with an empty line. */
export const SECTION = /(?=\nAnalyzing ModuleRecord key\(')/;

const NAME = String.raw`(?:'[^]*'|[^']*)`;
const IDENTIFIER = String.raw`(?:'[^']*'|[^'()]*)`;

const SHAPES = {
  request: [["module", NAME], ["attributes", String.raw`\(nil\)|0x[0-9a-f]+|<address>`]],
  import: [["import", NAME], ["local", IDENTIFIER], ["module", NAME]],
  Local: [["export", NAME], ["local", IDENTIFIER]],
  Indirect: [["export", NAME], ["import", NAME], ["module", NAME]],
  Namespace: [["export", NAME], ["module", NAME]],
  Star: [["module", NAME]],
};

/** The record of the module whose key ends with `/file`; `dump` is everything the engine printed. */
export function parseDump(dump, file) {
  const sections = dump.split(SECTION).map((text) => text.trimStart());
  const endings = [`/${file}')`, `/${encodeURIComponent(file)}')`];
  const section = sections.find((text) => endings.some((ending) => text.split("\n", 1)[0].endsWith(ending)));
  unless(section?.startsWith(HEADING), `${file}: the engine printed no record of it; is dumpModuleRecord still an option of this version?`);

  const body = section.trimEnd();
  const parts = body.match(/^ {4}Dependencies: (\d+) modules$([^]*)^ {4}Import: (\d+) entries$([^]*)^ {4}Export: (\d+) entries$([^]*)/m);
  unless(parts, `${file}: the engine's output has changed its shape; adapt lib/dump.mjs`);
  const [, requestCount, requests, importCount, imports, exportCount, exports] = parts;
  const all = entries(exports, file).map(exportEntry);
  const record = {
    requests: entries(requests, file).map((text) => read("request", text, file)),
    imports: entries(imports, file).map((text) => read("import", text, file)),
    exports: all.filter(({ type }) => type !== "Star"),
    starExports: all.filter(({ type }) => type === "Star"),
  };
  for (const [list, count] of [["requests", requestCount], ["imports", importCount], ["exports", exportCount]]) {
    unless(record[list].length === Number(count), `${file}: ${count} ${list} announced, ${record[list].length} read; adapt lib/dump.mjs`);
  }
  return record;

  function exportEntry(text) {
    const [, type, rest] = text.match(/^\[(\w+)\] ([^]*)$/) ?? [];
    unless(type in SHAPES, `${file}: an export entry of an unknown type: ${JSON.stringify(text)}; adapt lib/dump.mjs`);
    return { ...read(type, rest, file), type, printed: text };
  }
}

function entries(text, file) {
  const [before, ...found] = text.split(/\n {6}(?=module\(|import\(|\[)/);
  unless(before.trim() === "", `${file}: unexpected text before the entries: ${JSON.stringify(before)}`);
  return found.map((entry) => entry.trimEnd());
}

function read(shape, text, file) {
  const fields = SHAPES[shape];
  const readings = split(fields, text, true);
  if (readings.length !== 1) {
    throw new Trouble(`${file}: ${JSON.stringify(text)} can be read in ${readings.length} ways; choose a name that is printed without ambiguity`);
  }
  return { ...Object.fromEntries(readings[0]), printed: text };
}

// All ways to read `text` as `field(value)` after `field(value)`, separated by commas.
function split([[field, pattern], ...rest], text, first) {
  const opening = text.match(new RegExp(`^${first ? "" : ", ?"}${field}\\(`))?.[0];
  if (opening === undefined) return [];
  const readings = [];
  const accepts = new RegExp(`^(?:${pattern})$`);
  for (let end = text.indexOf(")", opening.length); end !== -1; end = text.indexOf(")", end + 1)) {
    const value = text.slice(opening.length, end);
    if (!accepts.test(value)) continue;
    const tail = text.slice(end + 1);
    const tails = rest.length === 0 ? (tail === "" ? [[]] : []) : split(rest, tail, false);
    for (const others of tails) readings.push([[field, name(value)], ...others]);
  }
  return readings;
}

function name(value) {
  return value.startsWith("'") ? { text: value.slice(1, -1) } : { private: value };
}

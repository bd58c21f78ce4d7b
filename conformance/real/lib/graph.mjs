// Reads the module record that Bun stores in an executable, where the engine finds it in place of parsing the source.
//
// Bun 1.4.5 stores the records of all modules of an executable in one *prelinked module graph*. The layout is known from
// Bun's public source, which writes a later version of the graph (src/bundler: magic "PLMG", then numbers, 32 bits each,
// little-endian), and from what 1.4.5 writes. A name is the index of a slot in the executable's table of names. A slot is
// a short string itself, or the index of a string in the table that the bytecode also uses.

import { unless } from "./trouble.mjs";

// What lies behind the table of modules depends on these flags: at 0 the hash of the source; at 4 the count of built-in
// modules, and that many of their parts; then these pointers, with a number before the second.
const FLAGS = 0xbfc;
const BUILT_IN_SIZE = 12;
const STRINGS = 8;
const NAMES = 20;
const GRAPH = 28;

const MAGIC = "PLMG";
const VERSION = 2;
const HEADER_WORDS = 16;
const MODULE_WORDS = 10; // key, flags; first index and count, each of requests, imports, exports and star exports
const REQUEST_WORDS = 4; // specifier, module in the graph, attributes and phase, type of attributes that the host defines
const ENTRY_WORDS = 6; // name, other name, bits, hash of the name, and two words of the resolution

const MODULE_FLAGS = { import_meta: 1, typescript: 2, top_level_await: 4 };
const PHASE_DEFER = 8;
const ATTRIBUTES = { 0: [], 3: [{ key: "type", value: "json" }] };
const IMPORT_KINDS = { 0: "single", 2: "namespace", 3: "deferred namespace" };
const EXPORT_KINDS = { 0: "local", 1: "indirect", 2: "namespace" };
const EMPTY = 0x7fffffff;
const STAR_DEFAULT = 0xffffffff;
const STAR_NAMESPACE = 0xfffffffe;

/**
 * The record of the only module in an executable that lib/standalone.mjs opened. It has the shape of a record of version
 * 4, with names in place of indices of strings. Imports and exports are sorted by name, because the graph has the order
 * of their hashes.
 */
export function readRecord({ flags, behind }, file) {
  const expect = (condition, message) => unless(condition, `${file}: ${message}; has Bun's format changed? See lib/graph.mjs`);
  expect(flags === FLAGS, `the flags of the executable are ${flags}, not ${FLAGS}`);
  const builtIn = BUILT_IN_SIZE * behind.number(4);
  const graph = behind.part(builtIn + GRAPH);
  const word = (index) => graph.readUInt32LE(4 * index);
  expect(graph.toString("latin1", 0, 4) === MAGIC && word(1) === VERSION, `the executable has no module graph of version ${VERSION}`);
  expect(word(3) === 1, `the graph has ${word(3)} modules instead of one`);

  const [requestCount, importCount, exportCount, starCount] = [4, 5, 6, 7].map(word);
  const widths = [MODULE_WORDS, requestCount * REQUEST_WORDS, importCount * ENTRY_WORDS, exportCount * ENTRY_WORDS, starCount];
  const starts = [];
  let end = HEADER_WORDS;
  for (const [index, width] of widths.entries()) {
    expect(word(8 + index) === 4 * end, "a list of the graph does not begin where the one before it ends");
    starts.push(end);
    end += width;
  }
  expect(graph.length === 4 * end, "the length of the graph does not follow from its counts");
  const rows = (list, count, width) => Array.from({ length: count }, (_, row) => Array.from({ length: width }, (_, column) => word(starts[list] + row * width + column)));

  const names = readNames(behind.part(builtIn + NAMES), behind.part(builtIn + STRINGS), expect);
  const name = (index, hash) => {
    if (index === STAR_DEFAULT) return "*default*";
    expect(index < names.length, `the graph names string ${index} of ${names.length}`);
    // An entry repeats the hash of its first name, which shows that the tables were read right. A slot has no hash.
    const { text, hash: stored = hash } = names[index];
    expect(hash === undefined || hash === stored, `the hash of ${JSON.stringify(text)} differs`);
    return text;
  };
  const known = (table, number, what) => {
    expect(number in table, `${what} ${number} is not known`);
    return table[number];
  };

  const stored = rows(1, requestCount, REQUEST_WORDS).map(([specifier, , bits]) => ({
    specifier: name(specifier),
    phase: bits & PHASE_DEFER ? "defer" : "evaluation",
    attributes: known(ATTRIBUTES, bits & ~PHASE_DEFER, "kind of attributes"),
  }));
  // Bun finds the request of an entry by specifier and attributes alone, so an entry can name a request of another phase
  // than its own. The kind of the entry says which phase is meant.
  const request = (bits, phase) => {
    const { specifier, attributes } = known(stored, bits >>> 16, "request");
    const found = stored.findIndex((one) => one.specifier === specifier && one.attributes === attributes && one.phase === phase);
    expect(found >= 0, `no request of ${specifier} has the phase ${phase}, which an entry needs`);
    return found;
  };
  const imports = rows(2, importCount, ENTRY_WORDS).map(([local, imported, bits, hash]) => {
    const kind = known(IMPORT_KINDS, bits & 0xff, "kind of import");
    return {
      local_name: name(local, hash),
      request: request(bits, kind === "deferred namespace" ? "defer" : "evaluation"),
      import_name: kind === "single" ? name(imported) : null,
    };
  });
  const exports = rows(3, exportCount, ENTRY_WORDS).map(([exported, other, bits, hash]) => {
    const kind = known(EXPORT_KINDS, bits & 0xff, "kind of export");
    return {
      export_name: name(exported, hash),
      request: kind === "local" ? null : request(bits, "evaluation"),
      name: kind === "namespace" || other === STAR_NAMESPACE ? null : name(other),
    };
  });

  const moduleFlags = word(starts[0] + 1);
  return {
    flags: Object.fromEntries(Object.entries(MODULE_FLAGS).map(([flag, bit]) => [flag, (moduleFlags & bit) !== 0])),
    requests: stored,
    imports: imports.sort(by("local_name")),
    exports: exports.sort(by("export_name")),
    star_exports: rows(4, starCount, 1).map(([index]) => request(index << 16, "evaluation")),
  };
}

/** Makes the first import of the only module in an executable ask for the import's local name. */
export function renameAnImport(executable, file) {
  const graph = executable.lastIndexOf(MAGIC);
  const entry = graph + executable.readUInt32LE(graph + 4 * (8 + 2));
  const [local, imported] = [entry, entry + 4].map((at) => executable.readUInt32LE(at));
  unless(imported < STAR_NAMESPACE && imported !== local, `${file}: the first import cannot be renamed; choose another module`);
  executable.writeUInt32LE(local, entry + 4);
}

const by = (key) => (a, b) => (a[key] < b[key] ? -1 : 1);

// The slots of the names. A string of the table has its length, of which the highest bit says that a character takes one
// byte and not two, its hash, and its characters.
function readNames(slots, strings, expect) {
  const count = slots.readUInt32LE(0);
  expect(slots.length === 4 + 4 * count, "the length of the table of names does not follow from its count");
  return Array.from({ length: count }, (_, index) => {
    const at = 4 + 4 * index;
    const slot = slots.readUInt32LE(at);
    if (slot === EMPTY) return { text: "" };
    const value = slot >>> 2;
    if ((slot & 3) === 1) return { text: slots.toString("latin1", at + 1, at + 1 + (value & 3)) };
    expect((slot & 3) === 2 && value < strings.readUInt32LE(0), `slot ${slot} of a name is not known`);
    const begin = strings.readUInt32LE(4 + 4 * value);
    const length = strings.readUInt32LE(begin);
    const units = length & 0x7fffffff;
    const isNarrow = length !== units;
    const text = strings.toString(isNarrow ? "latin1" : "utf16le", begin + 8, begin + 8 + units * (isNarrow ? 1 : 2));
    return { text, hash: strings.readUInt32LE(begin + 4) };
  });
}

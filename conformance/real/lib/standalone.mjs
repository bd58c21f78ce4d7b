// Opens the module graph of an executable that `bun build --compile --bytecode --format=esm` made of one module.
//
// Where the numbers come from: Bun's public source (the standalone module graph: a byte area, a table of modules, a
// block of offsets, then a trailer) and, for two fields that were added later, what Bun 1.4.5 writes. Integers are
// little-endian; pointers are an offset and a length, 32 bits each, relative to the start of the byte area.

import { Trouble, unless } from "./trouble.mjs";

const TRAILER = "\n---- Bun! ----\n";
const OFFSETS_SIZE = 32; // byte count u64; pointers: modules, and arguments around the entry point's index; flags
const MODULE_SIZE = 52; // six pointers: name, contents, source map, bytecode, module info, origin; then four bytes
const MODULE_ESM = 1;
const ENCODING_UTF16 = 2;

/**
 * Of the only module in the executable: its `url`; its bytecode and the offset at which the bytecode begins; the text that was
 * compiled, as stored, and as a string of `units` code units; the name of the text's `encoding`. For lib/graph.mjs: the
 * `flags`, and the numbers and parts `behind` the table of modules.
 */
export function openExecutable(executable, file) {
  const end = executable.lastIndexOf(TRAILER);
  unless(end > OFFSETS_SIZE, `${file}: no module graph in Bun's executable; has its format changed? See lib/standalone.mjs`);
  const offsets = end - OFFSETS_SIZE;
  const byteCount = Number(executable.readBigUInt64LE(offsets));
  const start = offsets - byteCount;
  unless(start > 0, `${file}: the module graph's length is wrong; has its format changed? See lib/standalone.mjs`);

  const tableOffset = executable.readUInt32LE(offsets + 8);
  const tableLength = executable.readUInt32LE(offsets + 12);
  unless(tableLength === MODULE_SIZE, `${file}: ${tableLength} bytes of modules instead of one module of ${MODULE_SIZE}; was something bundled?`);
  const entry = start + tableOffset;
  const number = (at) => executable.readUInt32LE(at);
  const part = (at) => {
    const offset = start + number(at);
    const length = number(at + 4);
    unless(offset + length <= offsets, `${file}: a pointer leaves the module graph; has its format changed? See lib/standalone.mjs`);
    return { offset, bytes: Buffer.from(executable.subarray(offset, offset + length)) };
  };
  const [encoding, , format] = executable.subarray(entry + 48, entry + 52);
  unless(format === MODULE_ESM, `${file}: Bun stored module format ${format}, not an ES module (${MODULE_ESM})`);
  const { bytes: contents } = part(entry + 8);
  const { bytes: bytecode, offset } = part(entry + 24);
  const isUtf16 = encoding === ENCODING_UTF16;
  const text = contents.toString(isUtf16 ? "utf16le" : "latin1");
  const behind = entry + tableLength;
  return {
    url: `file://${part(entry).bytes.toString("utf8")}`,
    bytecode,
    contents,
    text,
    units: text.length,
    encoding: isUtf16 ? "utf-16le" : "latin1",
    offset,
    flags: number(offsets + 28),
    behind: { number: (at) => number(behind + at), part: (at) => part(behind + at).bytes },
  };
}

// The start of JavaScriptCore's bytecode cache as Bun 1.4.5 writes it: the engine's cache version, the kind of code
// block, two more words of which the second is the whole length; at 24, the length of the source in code units.
export const KINDS = { 0: "program", 1: "module" };

export function readCacheHeader(blob, file) {
  if (blob.length < 48) throw new Trouble(`${file}: ${blob.length} bytes are too few for a bytecode cache`);
  return {
    cacheVersion: blob.toString("hex", 0, 4),
    kind: KINDS[blob.readUInt32LE(4)] ?? `unknown (${blob.readUInt32LE(4)})`,
    length: blob.readUInt32LE(12),
    sourceLength: blob.readUInt32LE(24),
  };
}

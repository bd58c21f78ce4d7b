// @ts-check
/**
 * BMES version 4: identifier, opener, reader, checker, matcher and writer.
 *
 * A comment such as `v4-index` names the clause that the line next to it implements. The checks stand in the order in
 * which they are made, so the first violation is the one that is thrown: v4-open-order, v4-first-error,
 * v4-validate-order, v4-check-order, v4-match-order. Nothing but what every JavaScript runtime has is used: no module of
 * Node's.
 *
 * @module
 */

import { versionOf } from './bmes.mjs';
import { FLAG, HEADER_AT, METADATA_AT, NONE, PRODUCER_AT, SOURCE_DIGEST_AT, U32_MAX, layOut, metadataSize, viewOf } from './layout4.mjs';
import { isEvaluation, judgeMetadata, sortRequests } from './metadata4.mjs';
import { BmesError } from './record.mjs';
import { fillColumns, flagsOf, numbersOf, recordOf, sortStrings, u32Of } from './record4.mjs';

export { BmesError };

/** @typedef {import('./record4.mjs').ModuleRecord4} ModuleRecord4 */
/** @typedef {import('./record4.mjs').Source} Source */
/** @typedef {import('./layout4.mjs').Lists} Lists */
/** @typedef {import('./layout4.mjs').Metadata} Metadata */
/** @typedef {{ offset: number, length: number }} Place */
/** @typedef {{ text: Place, bytecode: Place, end: number }} Places */
/** @typedef {ModuleRecord4 & { text: Place | null, bytecode: Place }} Decoded4 */
/** @typedef {{ [field in keyof typeof HEADER_AT]: number } & { producer: string, source_digest: string, places: Places }} Header */

const MAGIC = 0x424d4553;
const VERSION = 4;
const DIGEST_SIZE = 32;
const HEADER_SIZE = METADATA_AT;
const TEXT_ALIGNMENT = 8;
const LEAST_ALIGNMENT = 8;
const GREATEST_ALIGNMENT = 65536;
const LEAST_METADATA = 48;

/**
 * Tells from the first eight bytes whether this is a BMES file of version 4: v4-identify-alone.
 *
 * @param {Uint8Array} file
 */
export function identify(file) {
  const version = versionOf(file); // v4-header-bounds, v4-magic
  if (version !== VERSION) throw new BmesError('unsupported-version', `version ${version}`, HEADER_AT.version); // v4-version
  return version;
}

/**
 * Decides by the header and the file's length whether the header is right: v4-open-alone.
 *
 * @param {Uint8Array} file the whole file, or at least its first 112 bytes
 * @param {number} [size] how many bytes the whole file has
 * @returns {Header}
 */
export function open(file, size = file.length) {
  identify(file);
  if (size < HEADER_SIZE) throw new BmesError('truncated', `a header of ${size} bytes`, size); // v4-header-whole
  const bytes = plain(file);
  if (crc32(bytes, 0, HEADER_AT.header_crc) !== viewOf(bytes).getUint32(HEADER_AT.header_crc, true)) {
    throw new BmesError('bad-checksum', 'header_crc', HEADER_AT.header_crc); // v4-header-crc
  }
  const header = readHeader(bytes);
  const { flags, alignment, metadata_size, text_size, text_crc, bytecode_size, bytecode_crc, places } = header;
  if (flags > 0b1111) throw new BmesError('bad-flag', `flags ${flags}`, HEADER_AT.flags); // v4-flags
  if (!isAlignment(alignment, bytecode_size)) throw new BmesError('bad-layout', `alignment ${alignment}`, HEADER_AT.alignment); // v4-alignment
  if (metadata_size < LEAST_METADATA) throw new BmesError('bad-layout', `metadata of ${metadata_size} bytes`, HEADER_AT.metadata_size); // v4-metadata-size
  if (text_size === 0 && text_crc !== 0) throw new BmesError('bad-layout', 'text_crc without text', HEADER_AT.text_crc); // v4-absent-crc
  if (bytecode_size === 0 && bytecode_crc !== 0) throw new BmesError('bad-layout', 'bytecode_crc without bytecode', HEADER_AT.bytecode_crc); // v4-absent-crc
  if (places.end > U32_MAX) throw new BmesError('bad-layout', `a file of ${places.end} bytes`, HEADER_AT.bytecode_size); // v4-file-size
  if (places.end > size) throw new BmesError('truncated', `${places.end - size} bytes are missing`, HEADER_AT.bytecode_size); // v4-bytecode-bounds
  if (places.end < size) throw new BmesError('trailing-bytes', `${size - places.end} bytes after the bytecode`, HEADER_AT.bytecode_size); // v4-end
  return header;
}

/**
 * Reads the header and the metadata, or throws: nothing is reported of a file that is rejected (v4-all-or-nothing).
 * Not a byte of the padding, the text and the bytecode is read: v4-decode-alone, v4-bytecode-opaque.
 *
 * @param {Uint8Array} file
 * @returns {Decoded4}
 */
export function decode(file) {
  const { header, metadata } = read(file);
  const { flags, alignment, producer, source_size, source_digest, text_size, places } = header;
  return {
    version: VERSION,
    flags: {
      top_level_await: (flags & FLAG.top_level_await) !== 0,
      import_meta: (flags & FLAG.import_meta) !== 0,
      typescript: (flags & FLAG.typescript) !== 0,
    },
    alignment,
    producer,
    source: { size: source_size, sha256: source_digest },
    ...recordOf(metadata, (flags & FLAG.environment) !== 0), // v4-report
    text: text_size === 0 ? null : places.text,
    bytecode: places.bytecode, // v4-bytecode-place, v4-bytecode-empty
  };
}

/**
 * Reads the whole file and applies the rules that make its record safe to link.
 *
 * @param {Uint8Array} file
 * @returns {{ text: Place | null, bytecode: Place }} where the text and the bytecode are; `decode` reports the record, which takes memory (v4-check-memory)
 */
export function check(file) {
  const { header, metadata } = read(file); // v4-check-decode-first
  checkStringUse(metadata);
  checkPadding(metadata.bytes, METADATA_AT + header.metadata_size, header.places.text.offset); // v4-padding
  checkPadding(metadata.bytes, header.places.text.offset + header.text_size, header.places.bytecode.offset); // v4-padding
  if (crcOf(metadata.bytes, header.places.text) !== header.text_crc) throw new BmesError('bad-checksum', 'text_crc', HEADER_AT.text_crc); // v4-text-crc
  if (crcOf(metadata.bytes, header.places.bytecode) !== header.bytecode_crc) throw new BmesError('bad-checksum', 'bytecode_crc', HEADER_AT.bytecode_crc); // v4-bytecode-crc
  return { text: header.text_size === 0 ? null : header.places.text, bytecode: header.places.bytecode };
}

/**
 * Decides whether the file was made for this engine and from this source, or throws.
 *
 * @param {Uint8Array} file
 * @param {string} producer 64 hex digits
 * @param {Source | 'embedded-text' | 'trusted' | null} source
 */
export function match(file, producer, source) {
  requireDigest(producer);
  requireSource(source);
  const header = open(file); // v4-match-open-first
  if (producer !== header.producer) throw new BmesError('other-producer', 'made for another engine', PRODUCER_AT); // v4-match-producer, v4-match-digests
  if (source === null) throw new BmesError('stale-source', 'no source to compare with', SOURCE_DIGEST_AT); // v4-match-nothing
  if (source === 'trusted') return;
  if (source === 'embedded-text') {
    if (header.text_size === 0) throw new BmesError('stale-source', 'no text', HEADER_AT.text_size); // v4-match-text
    return;
  }
  if (source.size !== header.source_size) throw new BmesError('stale-source', 'a source of another size', HEADER_AT.source_size); // v4-match-size
  if (source.sha256 !== header.source_digest) throw new BmesError('stale-source', 'another source', SOURCE_DIGEST_AT); // v4-match-digest, v4-match-digests
}

/**
 * Writes the one canonical file of a record, its text and its bytecode. The record is not changed (v4-writer-no-repair).
 *
 * @param {ModuleRecord4} record the `text` and `bytecode` that `decode` adds are ignored
 * @param {Uint8Array | null | undefined} text none and an empty one are the same
 * @param {Uint8Array} bytecode
 * @returns {Uint8Array}
 */
export function encode(record, text, bytecode) {
  if (record.version !== VERSION) throw new BmesError('unsupported-version', `version ${record.version}`); // v4-writer-refuses: before any other field
  const strings = sortStrings(record.strings);
  const numbers = numbersOf(record, strings);
  const header = {
    magic: MAGIC, version: VERSION, flags: flagsOf(record), alignment: u32Of(record.alignment),
    metadata_size: metadataSize(numbers), source_size: u32Of(record.source.size), text_size: text?.length ?? 0, bytecode_size: bytecode.length,
  };
  if (!isAlignment(header.alignment, header.bytecode_size)) throw new BmesError('bad-layout', `alignment ${header.alignment}`); // v4-writer-refuses
  const places = placesOf(header);
  if (places.end > U32_MAX) throw new BmesError('too-large', `a file of ${places.end} bytes`); // v4-writer-refuses

  const file = new Uint8Array(places.end); // v4-writer-padding
  const metadata = layOut(file, numbers);
  fillColumns(metadata, record, strings);
  sortRequests(metadata.lists);
  strings.write(file, metadata.stringsAt, metadata.lists.strings.string_end);
  file.set(text ?? [], places.text.offset); // v4-writer-content
  file.set(bytecode, places.bytecode.offset); // v4-writer-content
  file.set(bytesOf(record.producer), PRODUCER_AT);
  file.set(bytesOf(record.source.sha256), SOURCE_DIGEST_AT);
  writeHeader(file, header, places);

  requireChecked(file);
  return file;
}

// The header

/** @param {Uint8Array} bytes @returns {Header} */
function readHeader(bytes) {
  const view = viewOf(bytes);
  /** @type {any} */
  const header = {};
  for (const [field, at] of Object.entries(HEADER_AT)) header[field] = view.getUint32(at, true); // v4-u32
  header.producer = hexOf(bytes.subarray(PRODUCER_AT, PRODUCER_AT + DIGEST_SIZE));
  header.source_digest = hexOf(bytes.subarray(SOURCE_DIGEST_AT, SOURCE_DIGEST_AT + DIGEST_SIZE));
  header.places = placesOf(header);
  return header;
}

/** The numbers of the header, when all other bytes of the file are written: v4-writer-header.
 * @param {Uint8Array} file @param {Record<string, number>} header @param {Places} places */
function writeHeader(file, header, places) {
  const view = viewOf(file);
  const put = (/** @type {Record<string, number>} */ numbers) => {
    for (const field in numbers) view.setUint32(HEADER_AT[/** @type {keyof typeof HEADER_AT} */ (field)], numbers[field], true); // v4-u32
  };
  put({
    ...header,
    metadata_crc: crc32(file, METADATA_AT, METADATA_AT + header.metadata_size),
    text_crc: crcOf(file, places.text), // of no bytes, it is 0
    bytecode_crc: crcOf(file, places.bytecode),
  });
  put({ header_crc: crc32(file, 0, HEADER_AT.header_crc) });
}

/** Where the text and the bytecode are. Numbers are doubles, which are exact up to 2^53: v4-arithmetic.
 * @param {{ metadata_size: number, text_size: number, bytecode_size: number, alignment: number }} header
 * @returns {Places} */
function placesOf({ metadata_size, text_size, bytecode_size, alignment }) {
  const up = (/** @type {number} */ n, /** @type {number} */ a) => Math.ceil(n / a) * a;
  const text = { offset: up(METADATA_AT + metadata_size, TEXT_ALIGNMENT), length: text_size };
  const bytecode = { offset: up(text.offset + text_size, alignment), length: bytecode_size };
  return { text, bytecode, end: bytecode.offset + bytecode_size };
}

/** v4-alignment
 * @param {number} alignment @param {number} bytecodeSize */
function isAlignment(alignment, bytecodeSize) {
  if (bytecodeSize === 0) return alignment === LEAST_ALIGNMENT;
  return alignment >= LEAST_ALIGNMENT && alignment <= GREATEST_ALIGNMENT && (alignment & (alignment - 1)) === 0;
}

// Reading

/** @param {Uint8Array} file */
function read(file) {
  const header = open(file); // v4-decode-open-first
  const bytes = plain(file);
  if (crcOf(bytes, { offset: METADATA_AT, length: header.metadata_size }) !== header.metadata_crc) {
    throw new BmesError('bad-checksum', 'metadata_crc', HEADER_AT.metadata_crc); // v4-metadata-crc
  }
  return { header, metadata: judgeMetadata(bytes, header) };
}

// Checking

/** One bit for each string: v4-check-memory. */
class StringSet {
  /** @param {number} count */
  constructor(count) {
    this.bits = new Uint8Array(Math.ceil(count / 8));
  }

  /** @param {number} string */
  add(string) {
    this.bits[string >>> 3] |= 1 << (string & 7);
  }

  /** @param {number} string */
  has(string) {
    return (this.bits[string >>> 3] & (1 << (string & 7))) !== 0;
  }
}

/** @param {Metadata} metadata */
function checkStringUse({ numbers, lists }) {
  const used = new StringSet(numbers.strings);
  addStrictImports(lists, used);
  const { request, name } = lists.exports;
  for (let i = 0; i < numbers.exports; i++) {
    if (request.get(i) === NONE && used.has(name.get(i))) throw new BmesError('bad-entry', 'a Local export of an import', name.offset(i)); // v4-forbidden-export
  }
  const { requests, attributes, imports, exports, declared_variables, lexical_variables } = lists;
  for (const column of [
    requests.specifier, attributes.key, attributes.value, imports.local_name, imports.import_name, exports.export_name, exports.name,
    declared_variables.name, lexical_variables.name,
  ]) {
    for (let i = 0; i < column.count; i++) if (column.get(i) !== NONE) used.add(column.get(i));
  }
  for (let i = 0; i < numbers.strings; i++) {
    if (!used.has(i)) throw new BmesError('unused-string', 'no field refers to a string', lists.strings.string_end.offset(i)); // v4-unused-string
  }
}

/** Adds the local names that no Local export may have: v4-forbidden-export.
 * @param {Lists} lists @param {StringSet} names */
function addStrictImports(lists, names) {
  const { local_name, request } = lists.imports;
  const { tolerant_import } = lists.tolerant_imports;
  let tolerant = 0; // both lists ascend
  for (let i = 0; i < local_name.count; i++) {
    if (tolerant < tolerant_import.count && tolerant_import.get(tolerant) === i) tolerant++;
    else if (isEvaluation(lists, request.get(i))) names.add(local_name.get(i));
  }
}

/** @param {Uint8Array} bytes @param {number} start @param {number} end */
function checkPadding(bytes, start, end) {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0) throw new BmesError('bad-layout', 'padding that is not zero', at); // v4-padding
  }
}

// Writing

/** A checker accepts exactly the files of records that a writer accepts, and its classes are those of section 8.1: v4-writer-refuses.
 * @param {Uint8Array} file */
function requireChecked(file) {
  try {
    check(file);
  } catch (error) {
    throw error instanceof BmesError ? new BmesError(error.kind, error.message) : error; // a record has no offsets
  }
}

// Bytes

/** A view that is a Uint8Array and nothing else: `subarray` of a Buffer is slow.
 * @param {Uint8Array} bytes */
const plain = (bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** For each byte, what it adds to a checksum: v4-crc. */
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** v4-crc
 * @param {Uint8Array} bytes @param {number} start @param {number} end */
export function crc32(bytes, start, end) {
  let crc = ~0;
  for (let at = start; at < end; at++) crc = CRC_TABLE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** @param {Uint8Array} bytes @param {Place} place */
const crcOf = (bytes, { offset, length }) => crc32(bytes, offset, offset + length);

/** @param {Uint8Array} digest */
const hexOf = (digest) => Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {unknown} digest */
function requireDigest(digest) {
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) throw new TypeError('a digest that is not 64 hex digits');
}

/** @param {string} digest */
function bytesOf(digest) {
  requireDigest(digest);
  return Uint8Array.from({ length: DIGEST_SIZE }, (_, i) => parseInt(digest.slice(2 * i, 2 * i + 2), 16));
}

/** @param {any} source */
function requireSource(source) {
  if (source === null || source === 'embedded-text' || source === 'trusted') return;
  if (!Number.isSafeInteger(source?.size)) throw new TypeError('a source without a size');
  requireDigest(source.sha256);
}

// @ts-check
/**
 * BMES version 1: identifier, reader, checker and writer.
 *
 * Names are the specification's. A comment such as `v1-string-utf8` names the clause that the line next to it enforces.
 * Nothing but what every JavaScript runtime has is used: no Buffer, no node: module.
 *
 * @module
 */

/** @typedef {'truncated' | 'bad-magic' | 'unsupported-version' | 'bad-flag' | 'bad-type' | 'bad-utf8' | 'trailing-bytes'} StructuralKind */
/** @typedef {'duplicate-request' | 'duplicate-attribute' | 'ambiguous-request' | 'unrequested-module' | 'missing-local-name' | 'duplicate-local-name' | 'duplicate-export-name' | 'duplicate-star-export' | 'misplaced-field'} SemanticKind */
/** @typedef {StructuralKind | SemanticKind | 'too-large'} Kind */

/** @typedef {{ key: string, value: string }} Attribute */
/** @typedef {{ specifier: string, attributes: Attribute[] }} Request */
/** @typedef {'single' | 'single-typescript' | 'namespace'} ImportType */
/** @typedef {{ type: ImportType, module_request: string, import_name: string, local_name: string }} ImportEntry */
/** @typedef {'local' | 'indirect' | 'namespace'} ExportType */
/** @typedef {{ type: ExportType, export_name: string, module_name: string, import_name: string, local_name: string }} ExportEntry */
/** @typedef {{ version: 1, requests: Request[], imports: ImportEntry[], exports: ExportEntry[], star_exports: string[] }} ModuleRecord */
/** @typedef {ModuleRecord & { bytecode: { offset: number, length: number } }} Decoded */
/** Where each entry begins in the file: a record that is to be written has none.
 * @typedef {{ requests: number[], imports: number[], exports: number[], star_exports: number[] }} Starts */

const MAGIC = 0x424d4553; // the bytes 53 45 4D 42
const VERSION = 1;

// The index is the number in the file.
/** @type {readonly ImportType[]} */
const IMPORT_TYPES = ['single', 'single-typescript', 'namespace'];
/** @type {readonly ExportType[]} */
const EXPORT_TYPES = ['local', 'indirect', 'namespace'];

// The smallest entry of each kind, in bytes: v1-count-bounds.
const SMALLEST = { request: 8, attribute: 8, import: 16, export: 20, star_export: 4 };

/** The fields that do not apply and have to be empty: v1-applies-by-type, v1-misplaced-field.
 * @type {Record<ExportType, readonly ('module_name' | 'import_name' | 'local_name')[]>} */
const IDLE_EXPORT_FIELDS = {
  local: ['module_name', 'import_name'],
  indirect: ['local_name'],
  namespace: ['import_name', 'local_name'],
};

/** A file, or a record, that must be refused. Whatever else is thrown is a mistake of the caller's or of this module. */
export class BmesError extends Error {
  /**
   * @param {Kind} kind the class of the error, as the specification names it
   * @param {string} message
   * @param {number} [offset] the first byte of the field at fault; a record has none
   */
  constructor(kind, message, offset) {
    super(message);
    this.name = 'BmesError';
    this.kind = kind;
    this.offset = offset;
  }
}

/**
 * Tells from the first eight bytes whether this is a BMES file of a supported version.
 *
 * @param {Uint8Array} file
 * @returns {1} the version
 */
export function identify(file) {
  const view = viewOf(file);
  if (file.length < 4) throw new BmesError('truncated', 'no room for the magic', 0); // v1-header-bounds
  if (view.getUint32(0, true) !== MAGIC) throw new BmesError('bad-magic', 'the file does not begin with 53 45 4d 42', 0); // v1-magic
  if (file.length < 8) throw new BmesError('truncated', 'no room for the version', 4); // v1-header-bounds
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new BmesError('unsupported-version', `version ${version}`, 4); // v1-version
  return version;
}

/**
 * Reads the whole file, or throws: nothing is reported of a file that is rejected (v1-all-or-nothing).
 * The bytecode is `file.subarray(offset, offset + length)` of `bytecode`.
 *
 * @param {Uint8Array} file
 * @returns {Decoded}
 */
export function decode(file) {
  return read(file).record;
}

/**
 * Reads the file and applies the rules that make its record safe to link.
 *
 * @param {Uint8Array} file
 * @returns {Decoded} the record, which may be linked
 */
export function check(file) {
  const { record, starts } = read(file); // v1-check-decode-first
  checkRecord(record, starts);
  return record;
}

/**
 * Writes the one canonical file of a record and its bytecode. The record is not changed (v1-writer-no-repair).
 *
 * @param {ModuleRecord} record
 * @param {Uint8Array} bytecode
 * @returns {Uint8Array}
 */
export function encode(record, bytecode) {
  // Before any other key: a record of another version may have others.
  if (record.version !== VERSION) throw new BmesError('unsupported-version', `version ${record.version}`); // v1-writer-type

  const out = new Writer();
  out.u32(MAGIC);
  out.u32(VERSION);
  out.u32(record.requests.length); // v1-writer-order, here and below
  for (const { specifier, attributes } of record.requests) {
    out.string(specifier);
    out.u32(attributes.length > 0 ? 1 : 0); // v1-writer-flag
    if (attributes.length === 0) continue;
    out.u32(attributes.length);
    for (const { key, value } of [...attributes].sort((a, b) => compareUtf8(a.key, b.key))) { // v1-writer-attributes
      out.string(key);
      out.string(value);
    }
  }
  out.u32(record.imports.length);
  for (const entry of record.imports) {
    out.type(IMPORT_TYPES, entry.type);
    out.string(entry.module_request);
    out.string(entry.type === 'namespace' ? '*' : entry.import_name); // v1-writer-namespace
    out.string(entry.local_name);
  }
  out.u32(record.exports.length);
  for (const entry of record.exports) {
    out.type(EXPORT_TYPES, entry.type);
    out.string(entry.export_name);
    out.string(entry.module_name);
    out.string(entry.import_name);
    out.string(entry.local_name);
  }
  out.u32(record.star_exports.length);
  for (const specifier of record.star_exports) out.string(specifier);
  out.u32(bytecode.length);
  out.bytes(bytecode); // v1-writer-bytecode

  checkRecord(record); // v1-writer-refuses; after the writing, which has found all types and strings to be good
  return out.finish();
}

// Reading

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength); // `bytes` may be a part of a larger buffer
}

// v1-string-utf8: `fatal`, or ill-formed bytes become U+FFFD. v1-string-verbatim: `ignoreBOM` says that a byte order
// mark is not one; without it, TextDecoder drops a leading U+FEFF.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The position of the first byte that is not part of well-formed UTF-8, or -1. TextDecoder does not tell it.
 * @param {Uint8Array} bytes */
function illFormedAt(bytes) {
  let at = 0;
  for (const char of lenientUtf8.decode(bytes)) {
    // A replacement character that does not stand in the bytes (EF BF BD) stands for ill-formed ones.
    if (char === '\ufffd' && !(bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)) return at;
    at += char < '\x80' ? 1 : char < '\u0800' ? 2 : char.length === 1 ? 3 : 4;
  }
  return -1;
}

/** Each method reads one field, and judges it before it returns (v1-first-error). */
class Reader {
  /** @param {Uint8Array} file */
  constructor(file) {
    this.file = file;
    this.view = viewOf(file);
    this.at = 0;
  }

  get left() {
    return this.file.length - this.at;
  }

  // Numbers from the file are doubles, exact up to 2^53: no sum and no product of them wraps (v1-arithmetic).
  u32() {
    if (this.left < 4) throw new BmesError('truncated', 'no room for a u32', this.at); // v1-u32-bounds
    const value = this.view.getUint32(this.at, true); // v1-u32
    this.at += 4;
    return value;
  }

  /** A length that is followed by as many bytes.
   * @param {string} what */
  sized(what) {
    const start = this.at;
    const size = this.u32();
    if (size > this.left) throw new BmesError('truncated', `${what} of ${size} bytes, ${this.left} are left`, start); // v1-string-bounds, v1-bytecode-bounds
    this.at += size;
    return { offset: this.at - size, length: size };
  }

  string() {
    const { offset, length } = this.sized('a string'); // v1-string
    const bytes = this.file.subarray(offset, offset + length);
    try {
      return strictUtf8.decode(bytes); // v1-string-empty: '' is ''
    } catch (error) {
      const illFormed = illFormedAt(bytes);
      if (illFormed < 0) throw error;
      throw new BmesError('bad-utf8', 'a string is not UTF-8', offset + illFormed); // v1-string-utf8
    }
  }

  /** @param {number} smallest */
  count(smallest) {
    const start = this.at;
    const count = this.u32();
    if (count * smallest > this.left) throw new BmesError('truncated', `${count} entries, ${this.left} bytes are left`, start); // v1-count-bounds
    return count;
  }

  /**
   * @template T
   * @param {readonly T[]} types
   * @returns {T}
   */
  type(types) {
    const start = this.at;
    const number = this.u32();
    if (number >= types.length) throw new BmesError('bad-type', `type ${number}`, start); // v1-import-type, v1-export-type
    return types[number];
  }

  /** @returns {Attribute[]} */
  attributes() {
    const start = this.at;
    const flag = this.u32();
    if (flag > 1) throw new BmesError('bad-flag', `has_attributes is ${flag}`, start); // v1-has-attributes
    if (flag === 0) return []; // v1-attribute-count
    const attributes = []; // v1-attributes-empty, v1-attributes-kept
    for (let n = this.count(SMALLEST.attribute); n > 0; n--) attributes.push({ key: this.string(), value: this.string() });
    return attributes;
  }

  /**
   * A section: a count, and as many entries, in the order of the file (v1-entries-kept).
   *
   * @template T
   * @param {number} smallest
   * @param {() => T} entry
   */
  section(smallest, entry) {
    /** @type {T[]} */
    const entries = []; // grows with what is read, never to a size that a count has promised: v1-memory
    /** @type {number[]} */
    const starts = [];
    for (let n = this.count(smallest); n > 0; n--) {
      starts.push(this.at);
      entries.push(entry());
    }
    return { entries, starts };
  }
}

/**
 * @param {Uint8Array} file
 * @returns {{ record: Decoded, starts: Starts }}
 */
function read(file) {
  const version = identify(file); // v1-identify-first
  const reader = new Reader(file);
  reader.at = 8;

  // v1-layout. JavaScript evaluates the properties of a literal in the order in which they stand: it is the file's.
  const requests = reader.section(SMALLEST.request, () => ({
    specifier: reader.string(),
    attributes: reader.attributes(),
  }));
  const imports = reader.section(SMALLEST.import, () => ({
    type: reader.type(IMPORT_TYPES),
    module_request: reader.string(), // v1-fields-verbatim, here and below
    import_name: reader.string(),
    local_name: reader.string(),
  }));
  const exports = reader.section(SMALLEST.export, () => ({
    type: reader.type(EXPORT_TYPES),
    export_name: reader.string(),
    module_name: reader.string(),
    import_name: reader.string(),
    local_name: reader.string(),
  }));
  const stars = reader.section(SMALLEST.star_export, () => reader.string());
  const bytecode = reader.sized('bytecode'); // v1-bytecode-place, v1-bytecode-empty, v1-bytecode-opaque
  if (reader.left > 0) throw new BmesError('trailing-bytes', `${reader.left} bytes after the bytecode`, reader.at); // v1-end

  return {
    record: {
      version,
      requests: requests.entries,
      imports: imports.entries,
      exports: exports.entries,
      star_exports: stars.entries,
      bytecode,
    },
    starts: { requests: requests.starts, imports: imports.starts, exports: exports.starts, star_exports: stars.starts },
  };
}

// Checking

// Names from a file are hashed behind a prefix that its author does not know: not every engine seeds the hash of every
// string, and crafted names could all share one bucket.
const SALT = Math.random().toString(36);

/** Says of each string that it is given whether it is given it for the first time. */
function firstTime() {
  /** @type {Set<string>} */
  const seen = new Set();
  return (/** @type {string} */ string) => seen.size < seen.add(SALT + string).size;
}

/** One string for each multiset of pairs: v1-attribute-sets. Any order serves that depends on the pairs alone.
 * @param {Request} request */
function identity({ specifier, attributes }) {
  return JSON.stringify([specifier, ...attributes.map(({ key, value }) => JSON.stringify([key, value])).sort()]);
}

/**
 * Rules and entries are visited in the order of v1-check-choice. Two strings have the same UTF-8 if and only if they are
 * equal, for all of them are well-formed: that makes `===` and Set what v1-check-bytes asks for.
 *
 * @param {ModuleRecord} record
 * @param {Starts} [starts]
 */
function checkRecord(record, starts) {
  /** @type {Map<string, number>} */
  const requestsOf = new Map(); // how many requests have this specifier, no two of them equal
  const newRequest = firstTime();
  for (const [i, request] of record.requests.entries()) {
    const at = starts?.requests[i];
    const specifier = SALT + request.specifier;
    if (!newRequest(identity(request))) throw new BmesError('duplicate-request', 'a request twice', at); // v1-duplicate-request
    const newKey = firstTime();
    if (!request.attributes.every(({ key }) => newKey(key))) throw new BmesError('duplicate-attribute', 'a key twice in one request', at); // v1-duplicate-attribute
    requestsOf.set(specifier, (requestsOf.get(specifier) ?? 0) + 1);
  }

  const mustBeRequested = (/** @type {string} */ specifier, /** @type {number | undefined} */ at) => {
    const requests = requestsOf.get(SALT + specifier) ?? 0;
    if (requests > 1) throw new BmesError('ambiguous-request', 'several requests have this specifier', at); // v1-ambiguous-request
    if (requests === 0) throw new BmesError('unrequested-module', 'no request has this specifier', at); // v1-unrequested-module
  };

  const newLocalName = firstTime();
  for (const [i, { module_request, local_name }] of record.imports.entries()) {
    const at = starts?.imports[i];
    mustBeRequested(module_request, at);
    if (local_name === '') throw new BmesError('missing-local-name', 'an import binds no name', at); // v1-missing-local-name
    if (!newLocalName(local_name)) throw new BmesError('duplicate-local-name', 'two imports bind one name', at); // v1-duplicate-local-name
  }

  const newExportName = firstTime();
  for (const [i, entry] of record.exports.entries()) {
    const at = starts?.exports[i];
    if (entry.type !== 'local') mustBeRequested(entry.module_name, at);
    if (entry.type === 'local' && entry.local_name === '') throw new BmesError('missing-local-name', 'a Local export names no binding', at); // v1-missing-local-name
    if (!newExportName(entry.export_name)) throw new BmesError('duplicate-export-name', 'two exports have one name', at); // v1-duplicate-export-name
    for (const field of IDLE_EXPORT_FIELDS[entry.type]) {
      if (entry[field] !== '') throw new BmesError('misplaced-field', `${field} does not apply and is not empty`, at); // v1-misplaced-field
    }
  }

  const newStar = firstTime();
  for (const [i, specifier] of record.star_exports.entries()) {
    const at = starts?.star_exports[i];
    mustBeRequested(specifier, at);
    if (!newStar(specifier)) throw new BmesError('duplicate-star-export', 'a star export twice', at); // v1-duplicate-star-export
  }
}

// Writing

const utf8 = new TextEncoder();

/** A code unit's place when surrogates, which are parts of the highest code points, come last.
 * @param {number} unit */
const rank = (unit) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

/** Orders well-formed strings as their UTF-8 is ordered, which is by code point. `<` orders by UTF-16 code unit, and the
 * two differ where a surrogate (D800 to DFFF) meets a unit above it (E000 to FFFF).
 * @param {string} a
 * @param {string} b */
function compareUtf8(a, b) {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Bytes that grow by doubling. */
class Writer {
  buffer = new Uint8Array(1024);
  at = 0;

  /** @param {number} size */
  reserve(size) {
    const needed = this.at + size;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.buffer.length));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }

  /** @param {number} value */
  u32(value) {
    if (value > 0xffffffff) throw new BmesError('too-large', `${value} does not fit a u32`); // v1-writer-too-large
    this.reserve(4);
    viewOf(this.buffer).setUint32(this.at, value, true); // v1-u32
    this.at += 4;
  }

  /**
   * @template T
   * @param {readonly T[]} types
   * @param {T} type
   */
  type(types, type) {
    const number = types.indexOf(type);
    if (number < 0) throw new BmesError('bad-type', `type ${type}`); // v1-writer-type
    this.u32(number);
  }

  /** @param {string} string */
  string(string) {
    if (!string.isWellFormed()) throw new BmesError('bad-utf8', 'a lone surrogate'); // v1-writer-utf8: TextEncoder would write U+FFFD
    this.reserve(4 + 3 * string.length); // a UTF-16 code unit takes at most three bytes
    const size = utf8.encodeInto(string, this.buffer.subarray(this.at + 4)).written;
    this.u32(size); // v1-string
    this.at += size;
  }

  /** @param {Uint8Array} bytes */
  bytes(bytes) {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  finish() {
    return this.buffer.slice(0, this.at);
  }
}

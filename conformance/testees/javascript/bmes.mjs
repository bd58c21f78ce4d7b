// @ts-check
/**
 * BMES versions 1, 2 and 3: identifier, reader, extractor, checker and writer.
 *
 * FIELDS has the grammar, and FORMATS what distinguishes the versions. Names are the specification's. A comment such as
 * `string-utf8` names the clause that the line next to it enforces: v1-string-utf8, and its namesakes in the other versions.
 * Nothing but what every JavaScript runtime has is used: no Buffer, no node: module.
 *
 * @module
 */

import { BmesError, checkRecord } from './record.mjs';

export { BmesError };

/** @typedef {import('./record.mjs').Attribute} Attribute */
/** @typedef {import('./record.mjs').ModuleRecord} ModuleRecord */
/** @typedef {ModuleRecord['version']} Version */
/** @typedef {{ offset: number, length: number }} Place */
/** @typedef {ModuleRecord & { bytecode: Place }} Decoded */

const MAGIC = 0x424d4553; // the bytes 53 45 4D 42
const HEADER_SIZE = 16; // in versions 2 and 3
const PLACE_AT = 8; // in versions 2 and 3: bytecode_offset, then bytecode_size
const ALIGNMENT = 8; // of the bytecode where padding comes before it

// The index is the number in the file.
const IMPORT_TYPES = ['single', 'single-typescript', 'namespace'];
const EXPORT_TYPES = ['local', 'indirect', 'namespace'];

/** A kind of field: the fewest bytes that it takes, and how it is read and written.
 * @typedef {{ least: number, read: (file: Reader) => any, write: (file: Writer, value: any) => void }} Codec */

/** @type {Codec} */
const u32 = { least: 4, read: (file) => file.u32(), write: (file, value) => file.u32(value) };
/** @type {Codec} */
const string = { least: 4, read: (file) => file.string(), write: (file, value) => file.string(value) };
/** @type {Codec} */
const attributes = { least: 4, read: (file) => file.attributes(), write: (file, value) => file.attributes(value) };
/** @type {(types: string[]) => Codec} */
const oneOf = (types) => ({ least: 4, read: (file) => file.type(types), write: (file, value) => file.type(types, value) });
/** @type {(entry: Codec) => Codec} */
const list = (entry) => ({ least: 4, read: (file) => file.list(entry), write: (file, value) => file.list(entry, value) });

/** Fields one after the other, for objects keep the order of their keys: layout, fields-verbatim.
 * @type {(fields: Record<string, Codec>) => Codec} */
const entry = (fields) => ({
  least: Object.values(fields).reduce((sum, { least }) => sum + least, 0), // count-bounds
  read(file) {
    /** @type {Record<string, unknown>} */
    const value = {};
    for (const name in fields) value[name] = fields[name].read(file);
    return value;
  },
  write(file, value) {
    for (const name in fields) fields[name].write(file, value[name]);
  },
});

const attribute = entry({ key: string, value: string });
const importEntry = entry({ type: oneOf(IMPORT_TYPES), module_request: string, import_name: string, local_name: string });
const variable = entry({ name: string, bits: u32 }); // bits, writer-engine-words

/** What a record holds, and how it stands in the file. */
const FIELDS = {
  requests: list(entry({ specifier: string, attributes })),
  imports: list({
    ...importEntry,
    write: (file, value) => importEntry.write(file, value.type === 'namespace' ? { ...value, import_name: '*' } : value), // writer-namespace
  }),
  exports: list(entry({ type: oneOf(EXPORT_TYPES), export_name: string, module_name: string, import_name: string, local_name: string })),
  star_exports: list(string),
  declared_variables: list(variable),
  lexical_variables: list(variable),
  code_features: u32, // code-features, writer-engine-words
};

/** @typedef {keyof typeof FIELDS} Field */
/** @type {readonly Field[]} */
const LINKING = ['requests', 'imports', 'exports', 'star_exports'];
/** @type {readonly Field[]} */
const ENVIRONMENT = ['declared_variables', 'lexical_variables', 'code_features'];

/**
 * What distinguishes the versions:
 * - `fields`: what a record holds, in the order of the file;
 * - `placed`: whether the header says where the bytecode is, and padding comes before it; if not, its size does;
 * - `aligned`: what a reader wants bytecode_offset to be a multiple of (bytecode-offset-aligned, padding-length).
 *
 * @type {ReadonlyMap<unknown, { fields: readonly Field[], placed: boolean, aligned: number }>}
 */
const FORMATS = new Map([
  [1, { fields: LINKING, placed: false, aligned: 1 }],
  [2, { fields: LINKING, placed: true, aligned: 1 }],
  [3, { fields: [...LINKING, ...ENVIRONMENT], placed: true, aligned: ALIGNMENT }],
]);

/**
 * Tells from the first eight bytes whether this is a BMES file of a supported version.
 *
 * @param {Uint8Array} file
 * @returns {Version}
 */
export function identify(file) {
  const version = versionOf(file);
  formatOf(version, 4); // version
  return /** @type {Version} */ (version);
}

/**
 * The version of a BMES file, also one that this module does not support: `bmes4.mjs` has version 4.
 *
 * @param {Uint8Array} file
 */
export function versionOf(file) {
  const view = viewOf(file);
  if (file.length < 4) throw new BmesError('truncated', 'no room for the magic', 0); // header-bounds
  if (view.getUint32(0, true) !== MAGIC) throw new BmesError('bad-magic', 'the file does not begin with 53 45 4d 42', 0); // magic
  if (file.length < 8) throw new BmesError('truncated', 'no room for the version', 4); // header-bounds
  return view.getUint32(4, true);
}

/**
 * Reads the whole file, or throws: nothing is reported of a file that is rejected (all-or-nothing).
 * The bytecode is `file.subarray(offset, offset + length)` of `bytecode`.
 *
 * @param {Uint8Array} file
 * @returns {Decoded}
 */
export function decode(file) {
  return read(file).record;
}

/**
 * Finds the bytecode of version 2 or 3 in constant time, by the header and the file's length alone: nothing is known of the
 * metadata then. A file of version 1 does not say where its bytecode is; `decode` finds it.
 *
 * @param {Uint8Array} file the whole file, or at least its first 16 bytes
 * @param {number} [size] how many bytes the whole file has
 * @returns {Place}
 */
export function extract(file, size = file.length) {
  const { version, place } = readHeader(new Reader(file), size); // extract
  if (!place) throw new BmesError('unsupported-version', `version ${version} does not say where the bytecode is`, 4);
  return place;
}

/**
 * Reads the file and applies the rules that make its record safe to link.
 *
 * @param {Uint8Array} file
 * @returns {Decoded} the record, which may be linked
 */
export function check(file) {
  const { record, starts } = read(file); // check-decode-first
  checkRecord(record, starts);
  return record;
}

/**
 * Writes the one canonical file of a record and its bytecode. The record is not changed (writer-no-repair).
 *
 * @param {ModuleRecord} record of the version that is to be written; the `bytecode` that `decode` adds is ignored
 * @param {Uint8Array} bytecode
 * @returns {Uint8Array}
 */
export function encode(record, bytecode) {
  const { fields, placed } = formatOf(record.version); // before any other field: which there are depends on it
  requireFields(record, fields);

  const file = new Writer();
  file.u32(MAGIC);
  file.u32(record.version);
  if (placed) {
    file.u32(0); // bytecode_offset: known when the metadata is written
    file.u32(bytecode.length);
  }
  for (const name of fields) FIELDS[name].write(file, record[name]); // writer-order
  if (placed) {
    file.bytes(new Uint8Array((ALIGNMENT - (file.at % ALIGNMENT)) % ALIGNMENT)); // writer-padding
    file.put(PLACE_AT, file.at);
  } else {
    file.u32(bytecode.length);
  }
  file.bytes(bytecode); // writer-bytecode

  checkRecord(record); // writer-refuses; after the writing, which has found all types and strings to be good
  return file.finish();
}

/**
 * @param {unknown} version
 * @param {number} [at] where it stands in a file
 */
function formatOf(version, at) {
  const format = FORMATS.get(version);
  if (!format) throw new BmesError('unsupported-version', `version ${version}`, at); // version, writer-type
  return format;
}

// Reading

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength); // `bytes` may be a part of a larger buffer
}

// string-utf8: with `fatal`, the decoder rejects ill-formed bytes; without it, they become U+FFFD. string-verbatim:
// with `ignoreBOM`, the decoder keeps a leading U+FEFF; without it, the decoder drops it.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The position of the first byte that is not part of well-formed UTF-8, or -1. TextDecoder does not tell it.
 * @param {Uint8Array} bytes */
function illFormedAt(bytes) {
  let at = 0;
  for (const char of lenientUtf8.decode(bytes)) {
    // A U+FFFD stands for ill-formed bytes, unless the file itself has its encoding (EF BF BD) here.
    if (char === '\ufffd' && !(bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)) return at;
    at += char < '\x80' ? 1 : char < '\u0800' ? 2 : char.length === 1 ? 3 : 4;
  }
  return -1;
}

/** Each method reads one field, and judges it before it returns (first-error). */
class Reader {
  /** @param {Uint8Array} file */
  constructor(file) {
    this.file = file;
    this.view = viewOf(file);
    this.at = 0;
    this.end = file.length; // or where the bytecode begins, once that is known: metadata-bounds
    /** @type {Map<unknown[], number[]>} */
    this.starts = new Map(); // of each list: where its entries begin
  }

  get left() {
    return this.end - this.at;
  }

  // Numbers from the file are doubles, which are exact up to 2^53, so no sum or product of them wraps (arithmetic).
  u32() {
    if (this.left < 4) throw new BmesError('truncated', 'no room for a u32', this.at); // u32-bounds
    const value = this.view.getUint32(this.at, true); // u32
    this.at += 4;
    return value;
  }

  /** A length that is followed by as many bytes.
   * @param {string} what */
  sized(what) {
    const start = this.at;
    const size = this.u32();
    if (size > this.left) throw new BmesError('truncated', `${what} of ${size} bytes, ${this.left} are left`, start); // string-bounds, bytecode-bounds
    this.at += size;
    return { offset: this.at - size, length: size };
  }

  string() {
    const { offset, length } = this.sized('a string'); // string
    const bytes = this.file.subarray(offset, offset + length);
    try {
      return strictUtf8.decode(bytes); // string-empty: '' is ''
    } catch (error) {
      const illFormed = illFormedAt(bytes);
      if (illFormed < 0) throw error;
      throw new BmesError('bad-utf8', 'a string is not UTF-8', offset + illFormed); // string-utf8
    }
  }

  /** @param {number} least how many bytes an entry has at least */
  count(least) {
    const start = this.at;
    const count = this.u32();
    if (count * least > this.left) throw new BmesError('truncated', `${count} entries, ${this.left} bytes are left`, start); // count-bounds
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
    if (number >= types.length) throw new BmesError('bad-type', `type ${number}`, start); // import-type, export-type
    return types[number];
  }

  /** @returns {Attribute[]} */
  attributes() {
    const start = this.at;
    const flag = this.u32();
    if (flag > 1) throw new BmesError('bad-flag', `has_attributes is ${flag}`, start); // has-attributes
    if (flag === 0) return []; // attribute-count
    const attributes = []; // attributes-empty, attributes-kept
    for (let n = this.count(attribute.least); n > 0; n--) attributes.push(attribute.read(this));
    return attributes;
  }

  /** A count, and as many entries, in the order of the file (entries-kept). Where they begin is kept for the checker.
   * @param {Codec} entry */
  list(entry) {
    const entries = []; // grows with what is read, never to a size that a count has promised: memory
    const starts = [];
    for (let n = this.count(entry.least); n > 0; n--) {
      starts.push(this.at);
      entries.push(entry.read(this));
    }
    this.starts.set(entries, starts);
    return entries;
  }

  padding() {
    if (this.left >= ALIGNMENT) throw new BmesError('bad-layout', `${this.left} bytes between metadata and bytecode`, PLACE_AT); // gap
    for (; this.left > 0; this.at++) {
      if (this.file[this.at] !== 0) throw new BmesError('bad-layout', 'padding that is not zero', this.at); // padding
    }
  }
}

/**
 * Reads the header, and leaves a reader of the metadata.
 *
 * @param {Reader} reader
 * @param {number} size how many bytes the file has
 * @returns {{ version: Version, place?: Place }}
 */
function readHeader(reader, size) {
  const version = identify(reader.file); // identify-first
  const { placed, aligned } = formatOf(version);
  reader.at = PLACE_AT;
  if (!placed) return { version };

  const offset = reader.u32();
  const length = reader.u32(); // header-whole: neither is judged before both are there
  if (offset < HEADER_SIZE) throw new BmesError('bad-layout', `bytecode_offset is ${offset}, inside the header`, PLACE_AT); // bytecode-offset
  if (offset % aligned !== 0) throw new BmesError('bad-layout', `bytecode_offset is ${offset}, not a multiple of ${aligned}`, PLACE_AT); // bytecode-offset-aligned
  const behind = size - (offset + length);
  if (behind < 0) throw new BmesError('truncated', `${-behind} bytes of the bytecode are missing`, offset > size ? PLACE_AT : PLACE_AT + 4); // bytecode-bounds
  if (behind > 0) throw new BmesError('trailing-bytes', `${behind} bytes after the bytecode`, PLACE_AT + 4); // end
  reader.end = offset; // metadata-bounds
  return { version, place: { offset, length } };
}

/** @param {Uint8Array} file */
function read(file) {
  const reader = new Reader(file);
  const { version, place } = readHeader(reader, file.length);
  /** @type {any} */
  const record = { version };
  for (const name of formatOf(version).fields) record[name] = FIELDS[name].read(reader);
  if (place) reader.padding();
  record.bytecode = place ?? reader.sized('bytecode'); // bytecode-place, bytecode-empty, bytecode-opaque
  if (!place && reader.left > 0) throw new BmesError('trailing-bytes', `${reader.left} bytes after the bytecode`, reader.at); // end
  return { record: /** @type {Decoded} */ (record), starts: reader.starts };
}

// Writing

/** A record has the fields of its version, and no others but the `bytecode` that `decode` adds: writer-type.
 * @param {Record<string, any>} record
 * @param {readonly string[]} fields */
function requireFields(record, fields) {
  const refuse = (/** @type {string} */ what) => {
    throw new BmesError('unsupported-version', `version ${record.version} ${what}`);
  };
  for (const field of fields) if (record[field] === undefined) refuse(`has ${field}, and the record has not`);
  const known = ['version', ...fields, 'bytecode'];
  for (const field in record) if (record[field] !== undefined && !known.includes(field)) refuse(`has no ${field}`);
}

const utf8 = new TextEncoder();

/** A code unit's place when surrogates, which are parts of the highest code points, come last.
 * @param {number} unit */
const rank = (unit) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

/** Orders well-formed strings as their UTF-8 is ordered, which is by code point. `<` orders by UTF-16 code unit, and the
 * two differ where a surrogate (D800 to DFFF) meets a unit above it (E000 to FFFF).
 * @param {string} a
 * @param {string} b */
export function compareUtf8(a, b) {
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
    this.reserve(4);
    this.put(this.at, value);
    this.at += 4;
  }

  /** Writes a number at a place that exists.
   * @param {number} at
   * @param {number} value */
  put(at, value) {
    if (typeof value !== 'number') throw new TypeError('not a number');
    if (value >>> 0 !== value) throw new BmesError('too-large', `${value} does not fit a u32`); // writer-too-large
    viewOf(this.buffer).setUint32(at, value, true); // u32
  }

  /**
   * @template T
   * @param {readonly T[]} types
   * @param {T} type
   */
  type(types, type) {
    const number = types.indexOf(type);
    if (number < 0) throw new BmesError('bad-type', `type ${type}`); // writer-type
    this.u32(number);
  }

  /** @param {string} string */
  string(string) {
    if (!string.isWellFormed()) throw new BmesError('bad-utf8', 'a lone surrogate'); // writer-utf8: TextEncoder would write U+FFFD
    this.reserve(4 + 3 * string.length); // a UTF-16 code unit takes at most three bytes
    const size = utf8.encodeInto(string, this.buffer.subarray(this.at + 4)).written;
    this.u32(size); // string
    this.at += size;
  }

  /** @param {Attribute[]} attributes */
  attributes(attributes) {
    this.u32(attributes.length > 0 ? 1 : 0); // writer-flag
    if (attributes.length > 0) this.list(attribute, [...attributes].sort((a, b) => compareUtf8(a.key, b.key))); // writer-attributes
  }

  /**
   * @param {Codec} entry
   * @param {unknown[]} entries
   */
  list(entry, entries) {
    this.u32(entries.length);
    for (const value of entries) entry.write(this, value);
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

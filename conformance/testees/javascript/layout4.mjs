// @ts-check
/**
 * The layout of version 4: where the fields of the header and of the metadata stand. A reader and a writer share it.
 *
 * A comment such as `v4-index` names the clause that the line next to it implements, here and in the other modules of
 * version 4.
 *
 * @module
 */

/** @typedef {'evaluation' | 'source' | 'defer'} Phase */
/** @typedef {Record<string, number>} Numbers by the names of NUMBERS */
/** @typedef {Record<string, Record<string, Column>>} Lists by the names of LISTS */
/** @typedef {{ bytes: Uint8Array, numbers: Numbers, lists: Lists, stringsAt: number }} Metadata as it stands in the file `bytes` */

export const U32_MAX = 0xffffffff;
export const NONE = U32_MAX; // where an index could be

/** Where each number of the header stands: v4-layout. */
export const HEADER_AT = {
  magic: 0, version: 4, flags: 8, alignment: 12, metadata_size: 16, source_size: 20, text_size: 24, bytecode_size: 28,
  metadata_crc: 96, text_crc: 100, bytecode_crc: 104, header_crc: 108,
};
export const PRODUCER_AT = 32;
export const SOURCE_DIGEST_AT = 64;
export const METADATA_AT = 112;

/** The index is the number in the file: v4-phase.
 * @type {Phase[]} */
export const PHASES = ['evaluation', 'source', 'defer'];

/** Bits of `flags`. */
export const FLAG = { environment: 1, top_level_await: 2, import_meta: 4, typescript: 8 };

/** The numbers at the beginning of the metadata: v4-layout. One that has the name of a list is the list's count. */
export const NUMBERS = [
  'strings', 'string_bytes', 'requests', 'attributes', 'imports', 'exports', 'star_exports', 'declared_variables', 'lexical_variables',
  'code_features', 'lexical_features', 'tolerant_imports',
];

/** The lists, and the columns of each: v4-layout. The bytes of the strings come after them.
 * @type {Record<string, string[]>} */
const LISTS = {
  strings: ['string_end'],
  requests: ['specifier', 'phase', 'attribute_end', 'order'],
  attributes: ['key', 'value'],
  imports: ['local_name', 'request', 'import_name'],
  tolerant_imports: ['tolerant_import'],
  exports: ['export_name', 'request', 'name'],
  star_exports: ['request'],
  declared_variables: ['name', 'bits'],
  lexical_variables: ['name', 'bits'],
};

/** The values of one field of all entries of a list. It looks into the file, and takes no memory for the values. */
export class Column {
  /** @param {DataView} view @param {number} start @param {number} count */
  constructor(view, start, count) {
    this.view = view;
    this.start = start;
    this.count = count;
  }

  /** Where the value stands in the file.
   * @param {number} i */
  offset(i) {
    return this.start + 4 * i;
  }

  /** @param {number} i */
  get(i) {
    return this.view.getUint32(this.start + 4 * i, true); // v4-u32
  }

  /** @param {number} i @param {number} value */
  set(i, value) {
    this.view.setUint32(this.start + 4 * i, value, true); // v4-u32
  }
}

/** @param {Uint8Array} bytes */
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength); // `bytes` may be a part of a larger buffer

/** Where a number of the metadata stands in the file.
 * @param {string} name */
export const numberAt = (name) => METADATA_AT + 4 * NUMBERS.indexOf(name);

/** @param {Uint8Array} bytes @returns {Numbers} */
export function readNumbers(bytes) {
  const view = viewOf(bytes);
  return Object.fromEntries(NUMBERS.map((name) => [name, view.getUint32(numberAt(name), true)]));
}

/** How many bytes the metadata has that these numbers promise: v4-equation. Numbers are doubles, so the sum cannot wrap: v4-arithmetic.
 * @param {Numbers} numbers */
export function metadataSize(numbers) {
  let size = 4 * NUMBERS.length + numbers.string_bytes;
  for (const list in LISTS) size += 4 * LISTS[list].length * numbers[list];
  return size;
}

/** The columns of a file whose metadata has the size that the numbers promise.
 * @param {Uint8Array} bytes @param {Numbers} numbers @returns {Metadata} */
export function layOut(bytes, numbers) {
  const view = viewOf(bytes);
  /** @type {Lists} */
  const lists = {};
  let at = METADATA_AT + 4 * NUMBERS.length;
  for (const list in LISTS) {
    lists[list] = {};
    for (const column of LISTS[list]) {
      lists[list][column] = new Column(view, at, numbers[list]);
      at += 4 * numbers[list];
    }
  }
  return { bytes, numbers, lists, stringsAt: at };
}

/** v4-strings-ascend: negative if the first string is smaller, 0 if the two are equal. They are compared by their bytes.
 * @param {Uint8Array} bytes @param {number} a @param {number} aEnd @param {number} b @param {number} bEnd */
export function compareStrings(bytes, a, aEnd, b, bEnd) {
  const common = Math.min(aEnd - a, bEnd - b);
  for (let i = 0; i < common; i++) {
    if (bytes[a + i] !== bytes[b + i]) return bytes[a + i] - bytes[b + i];
  }
  return (aEnd - a) - (bEnd - b);
}

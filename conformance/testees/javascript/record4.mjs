// @ts-check
/**
 * The record of version 4: from the columns of a file, and into them.
 *
 * A digest in a record is a string of 64 hex digits.
 *
 * @module
 */

import { Column, FLAG, NONE, NUMBERS, PHASES, compareStrings, numberAt, viewOf } from './layout4.mjs';
import { BmesError } from './record.mjs';

/** @typedef {import('./layout4.mjs').Lists} Lists */
/** @typedef {import('./layout4.mjs').Metadata} Metadata */
/** @typedef {import('./layout4.mjs').Numbers} Numbers */
/** @typedef {import('./layout4.mjs').Phase} Phase */

/** @typedef {{ specifier: number, phase: Phase, attributes: { key: number, value: number }[] }} Request4 */
/** @typedef {{ local_name: number, request: number, import_name: number | null }} Import4 */
/** @typedef {{ export_name: number, request: number | null, name: number | null }} Export4 */
/** @typedef {{ name: number, bits: number }} Variable4 */
/** @typedef {{ declared_variables: Variable4[], lexical_variables: Variable4[], code_features: number, lexical_features: number }} Environment4 */
/** @typedef {{ size: number, sha256: string }} Source */
/** @typedef {{ top_level_await: boolean, import_meta: boolean, typescript: boolean }} Flags */
/** Names, specifiers, keys and values are indices of `strings`.
 * @typedef {{
 *   version: 4, flags: Flags, alignment: number, producer: string, source: Source, strings: string[], requests: Request4[],
 *   imports: Import4[], exports: Export4[], tolerant_imports: number[], star_exports: number[], environment: Environment4 | null,
 * }} ModuleRecord4 */

// From the columns to the record

// v4-string-verbatim: with `ignoreBOM`, the decoder keeps a leading U+FEFF. The reader has found all strings to be well-formed.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** @template T @param {number} count @param {(i: number) => T} make */
function times(count, make) {
  const entries = [];
  for (let i = 0; i < count; i++) entries.push(make(i));
  return entries;
}

/** @param {Column} column @param {number} i */
const orNull = (column, i) => (column.get(i) === NONE ? null : column.get(i));

/** The fields of the record that the metadata holds, as they stand in the file: v4-report.
 * @param {Metadata} metadata @param {boolean} hasEnvironment */
export function recordOf({ bytes, numbers, lists, stringsAt }, hasEnvironment) {
  const { strings, requests, attributes, imports, tolerant_imports, exports, star_exports } = lists;
  /** @param {Column} ends @param {number} i */
  const startOf = (ends, i) => (i === 0 ? 0 : ends.get(i - 1));
  const string = (/** @type {number} */ i) =>
    utf8.decode(bytes.subarray(stringsAt + startOf(strings.string_end, i), stringsAt + strings.string_end.get(i))); // v4-string-empty: '' is ''
  const attribute = (/** @type {number} */ i) => ({ key: attributes.key.get(i), value: attributes.value.get(i) });
  const request = (/** @type {number} */ i) => {
    const start = startOf(requests.attribute_end, i);
    return {
      specifier: requests.specifier.get(i),
      phase: PHASES[requests.phase.get(i)],
      attributes: times(requests.attribute_end.get(i) - start, (n) => attribute(start + n)),
    };
  };
  /** @param {string} list */
  const variables = (list) => times(numbers[list], (i) => ({ name: lists[list].name.get(i), bits: lists[list].bits.get(i) }));

  return {
    strings: times(numbers.strings, string),
    requests: times(numbers.requests, request),
    imports: times(numbers.imports, (i) => ({
      local_name: imports.local_name.get(i), request: imports.request.get(i), import_name: orNull(imports.import_name, i),
    })),
    exports: times(numbers.exports, (i) => ({
      export_name: exports.export_name.get(i), request: orNull(exports.request, i), name: orNull(exports.name, i),
    })),
    tolerant_imports: times(numbers.tolerant_imports, (i) => tolerant_imports.tolerant_import.get(i)),
    star_exports: times(numbers.star_exports, (i) => star_exports.request.get(i)),
    environment: !hasEnvironment ? null : {
      declared_variables: variables('declared_variables'),
      lexical_variables: variables('lexical_variables'),
      code_features: numbers.code_features,
      lexical_features: numbers.lexical_features,
    },
  };
}

// From the record to the columns. This part finds the faults of single values, and reports each with its class of section
// 8.1. A value of another type than the record's is a TypeError: a mistake of the caller. The checker finds all other faults.

/** @param {any} value @param {string} type */
function requireType(value, type) {
  if (typeof value !== type) throw new TypeError(`a record with ${value} where it has a ${type}`);
  return value;
}

/** @param {any} value @returns {any[]} */
function listOf(value) {
  if (!Array.isArray(value)) throw new TypeError(`a record with ${value} where it has a list`);
  return value;
}

/** @param {any} value @returns {number} */
export function u32Of(value) {
  if (requireType(value, 'number') >>> 0 !== value) throw new BmesError('too-large', `${value} does not fit a u32`); // v4-writer-refuses
  return value;
}

/** @param {any} value @param {number} count of the list that it refers to */
function indexOf(value, count) {
  if (value === null) throw new BmesError('bad-index', 'null in a field that cannot be NONE'); // v4-writer-refuses
  if (u32Of(value) >= count) throw new BmesError('bad-index', `index ${value} of ${count} entries`); // v4-writer-refuses
  return value;
}

/** @param {any} flags */
export function flagsOf({ environment, flags }) {
  let bits = environment === null ? 0 : FLAG.environment; // v4-writer-header
  for (const name of /** @type {const} */ (['top_level_await', 'import_meta', 'typescript'])) {
    if (requireType(flags[name], 'boolean')) bits += FLAG[name];
  }
  return bits;
}

/**
 * The strings of a record in ascending order, each once: v4-writer-strings.
 *
 * @typedef {{
 *   rank: Uint32Array, count: number, size: number,
 *   write: (bytes: Uint8Array, at: number, string_end: Column) => void,
 * }} Strings `rank` is the new index of each string
 *
 * @param {any} strings @returns {Strings}
 */
export function sortStrings(strings) {
  const { bytes, ends } = encodeStrings(listOf(strings));
  const start = (/** @type {number} */ i) => (i === 0 ? 0 : ends[i - 1]);
  const compare = (/** @type {number} */ a, /** @type {number} */ b) => compareStrings(bytes, start(a), ends[a], start(b), ends[b]);
  const sorted = times(ends.length, (i) => i).sort(compare);

  const rank = new Uint32Array(ends.length);
  /** @type {number[]} */
  const kept = [];
  let size = 0;
  for (const i of sorted) {
    if (kept.length === 0 || compare(kept[kept.length - 1], i) !== 0) {
      kept.push(i);
      size += ends[i] - start(i);
    }
    rank[i] = kept.length - 1;
  }
  /** @type {Strings['write']} */
  const write = (file, at, string_end) => {
    let end = 0;
    for (const [to, i] of kept.entries()) {
      file.set(bytes.subarray(start(i), ends[i]), at + end);
      end += ends[i] - start(i);
      string_end.set(to, end);
    }
  };
  return { rank, count: kept.length, size, write };
}

/** The UTF-8 of all strings one after the other, and where each ends.
 * @param {any[]} strings */
function encodeStrings(strings) {
  let units = 0;
  for (const string of strings) {
    if (!requireType(string, 'string').isWellFormed()) throw new BmesError('bad-utf8', 'a lone surrogate'); // v4-writer-refuses: TextEncoder would write U+FFFD
    units += string.length;
  }
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(3 * units); // a UTF-16 code unit takes at most three bytes
  const ends = new Float64Array(strings.length);
  let end = 0;
  for (const [i, string] of strings.entries()) {
    end += encoder.encodeInto(string, bytes.subarray(end)).written;
    ends[i] = end;
  }
  return { bytes, ends };
}

/** The record's environment; an empty one stands for none.
 * @param {any} record */
const environmentOf = ({ environment }) =>
  (environment === null ? { declared_variables: [], lexical_variables: [], code_features: 0, lexical_features: 0 } : environment);

/** @param {any} record @param {Strings} strings @returns {Numbers} */
export function numbersOf(record, strings) {
  const environment = environmentOf(record);
  return {
    strings: strings.count,
    string_bytes: strings.size,
    requests: listOf(record.requests).length,
    attributes: record.requests.reduce((/** @type {number} */ sum, /** @type {any} */ { attributes }) => sum + listOf(attributes).length, 0),
    imports: listOf(record.imports).length,
    exports: listOf(record.exports).length,
    star_exports: listOf(record.star_exports).length,
    declared_variables: listOf(environment.declared_variables).length,
    lexical_variables: listOf(environment.lexical_variables).length,
    code_features: u32Of(environment.code_features), // v4-writer-engine-words
    lexical_features: u32Of(environment.lexical_features), // v4-writer-engine-words
    tolerant_imports: listOf(record.tolerant_imports).length,
  };
}

/** How the values of a field become numbers in the file.
 * @typedef {(value: any) => number} Convert */

/** Writes a list in ascending order of its first field: v4-writer-lists.
 * @param {Record<string, Column>} columns @param {any[]} entries @param {Record<string, Convert>} fields
 * @param {number} [at] the index of the first entry in the columns
 * @returns {Uint32Array} which entry comes first, second and so on */
function fillSorted(columns, entries, fields, at = 0) {
  const [first] = Object.keys(fields);
  const keys = Uint32Array.from(entries, (entry) => fields[first](entry[first]));
  const sorted = Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
  for (const field in fields) {
    for (let i = 0; i < sorted.length; i++) columns[field].set(at + i, fields[field](entries[sorted[i]][field]));
  }
  return sorted;
}

/** Writes the numbers and all columns but `string_end` and `order`. The indices of the record become those of the file.
 * @param {Metadata} metadata @param {any} record @param {Strings} strings */
export function fillColumns({ bytes, numbers, lists }, record, { rank }) {
  const string = (/** @type {any} */ value) => rank[indexOf(value, rank.length)];
  const request = (/** @type {any} */ value) => indexOf(value, numbers.requests); // requests keep their order
  /** @param {Convert} convert @returns {Convert} */
  const orNone = (convert) => (value) => (value === null ? NONE : convert(value));

  const view = viewOf(bytes);
  for (const name of NUMBERS) view.setUint32(numberAt(name), numbers[name], true);
  fillRequests(lists, record.requests, string);
  const sorted = fillSorted(lists.imports, record.imports, { local_name: string, request, import_name: orNone(string) });
  const moved = new Uint32Array(sorted.length);
  sorted.forEach((from, to) => (moved[from] = to));
  const tolerant = record.tolerant_imports.map((/** @type {any} */ tolerant_import) => ({ tolerant_import }));
  fillSorted(lists.tolerant_imports, tolerant, { tolerant_import: (value) => moved[indexOf(value, moved.length)] });
  fillSorted(lists.exports, record.exports, { export_name: string, request: orNone(request), name: orNone(string) });
  fillSorted(lists.star_exports, record.star_exports.map((/** @type {any} */ star) => ({ request: star })), { request });
  const { declared_variables, lexical_variables } = environmentOf(record);
  fillSorted(lists.declared_variables, declared_variables, { name: string, bits: u32Of }); // v4-writer-engine-words
  fillSorted(lists.lexical_variables, lexical_variables, { name: string, bits: u32Of }); // v4-writer-engine-words
}

/** @param {Lists} lists @param {any[]} requests @param {Convert} string */
function fillRequests(lists, requests, string) {
  let end = 0;
  for (const [i, { specifier, phase, attributes }] of requests.entries()) {
    const number = PHASES.indexOf(requireType(phase, 'string'));
    if (number < 0) throw new BmesError('bad-type', `phase ${phase}`); // v4-writer-refuses
    fillSorted(lists.attributes, attributes, { key: string, value: string }, end);
    end += attributes.length;
    lists.requests.specifier.set(i, string(specifier));
    lists.requests.phase.set(i, number);
    lists.requests.attribute_end.set(i, end);
  }
}

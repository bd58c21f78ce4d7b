// @ts-check
/**
 * The rules of version 4 about the metadata: sections 4.3 to 4.5, without the checksum.
 *
 * The checks stand in the order in which they are made, so the first violation is the one that is thrown (v4-first-error).
 * They read the columns in place, and take no memory that grows with the file.
 *
 * @module
 */

import { FLAG, HEADER_AT, NONE, PHASES, U32_MAX, compareStrings, layOut, metadataSize, numberAt, readNumbers } from './layout4.mjs';
import { BmesError } from './record.mjs';

/** @typedef {import('./layout4.mjs').Column} Column */
/** @typedef {import('./layout4.mjs').Lists} Lists */
/** @typedef {import('./layout4.mjs').Metadata} Metadata */
/** @typedef {import('./layout4.mjs').Numbers} Numbers */

const EVALUATION = PHASES.indexOf('evaluation');

/** The metadata of the file, when it follows all rules.
 * @param {Uint8Array} bytes the file @param {{ flags: number, metadata_size: number }} header @returns {Metadata} */
export function judgeMetadata(bytes, header) {
  const numbers = readNumbers(bytes);
  judgeNumbers(numbers, header);
  const metadata = layOut(bytes, numbers);
  judgeStringEnds(metadata);
  judgeUtf8(metadata);
  judgeStringOrder(metadata);
  judgeRequests(metadata);
  judgeAttributes(metadata);
  judgeOrder(metadata);
  judgeImports(metadata);
  judgeTolerantImports(metadata);
  judgeExports(metadata);
  judgeStarExports(metadata);
  judgeVariables(metadata, metadata.lists.declared_variables);
  judgeVariables(metadata, metadata.lists.lexical_variables);
  return metadata;
}

/** @param {Numbers} numbers @param {{ flags: number, metadata_size: number }} header */
function judgeNumbers(numbers, { flags, metadata_size }) {
  if (metadataSize(numbers) !== metadata_size) throw new BmesError('bad-layout', 'the counts do not make up metadata_size', HEADER_AT.metadata_size); // v4-equation, v4-memory
  if (!(flags & FLAG.typescript) && numbers.tolerant_imports !== 0) throw new BmesError('bad-layout', 'tolerant imports without TypeScript', numberAt('tolerant_imports')); // v4-tolerant-flag
  if (flags & FLAG.environment) return;
  const word = ['declared_variables', 'lexical_variables', 'code_features', 'lexical_features'].find((name) => numbers[name] !== 0);
  if (word) throw new BmesError('bad-layout', `${word} without an environment`, numberAt(word)); // v4-environment
}

// Strings: three passes

/** @param {Metadata} metadata */
function judgeStringEnds({ numbers, lists }) {
  const { string_end } = lists.strings;
  if (string_end.count === 0 && numbers.string_bytes !== 0) throw new BmesError('bad-index', 'string_bytes without strings', numberAt('string_bytes')); // v4-string-end
  judgeEnds(string_end, numbers.string_bytes, U32_MAX); // v4-string-end
}

/** Ends do not descend, none is greater than `greatest`, and the last one is that of the whole.
 * @param {Column} ends @param {number} whole @param {number} greatest */
function judgeEnds(ends, whole, greatest) {
  let before = 0;
  for (let i = 0; i < ends.count; i++) {
    const end = ends.get(i);
    const isLast = i === ends.count - 1;
    if (end < before || end > greatest || (isLast && end !== whole)) throw new BmesError('bad-index', `${end} after ${before}, of ${whole}`, ends.offset(i));
    before = end;
  }
}

/** @param {Metadata} metadata */
function judgeUtf8({ bytes, lists, stringsAt }) {
  const { string_end } = lists.strings;
  let start = stringsAt;
  for (let i = 0; i < string_end.count; i++) {
    const end = stringsAt + string_end.get(i);
    const at = wellFormedUpTo(bytes, start, end);
    if (at < end) throw new BmesError('bad-utf8', 'a string is not UTF-8', at); // v4-string-utf8
    start = end;
  }
}

/** Where the first sequence begins that RFC 3629 does not allow, or `end`.
 * @param {Uint8Array} bytes @param {number} at @param {number} end */
function wellFormedUpTo(bytes, at, end) {
  while (at < end) {
    const lead = bytes[at];
    const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > end) return at;
    if (length > 1) {
      const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80; // neither overlong,
      const greatest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf; // nor a surrogate, nor above U+10FFFF
      if (bytes[at + 1] < least || bytes[at + 1] > greatest) return at;
    }
    for (let i = 2; i < length; i++) if (bytes[at + i] >> 6 !== 0b10) return at;
    at += length;
  }
  return end;
}

/** @param {Metadata} metadata */
function judgeStringOrder({ bytes, lists, stringsAt }) {
  const { string_end } = lists.strings;
  let before = stringsAt;
  let start = stringsAt;
  for (let i = 0; i < string_end.count; i++) {
    const end = stringsAt + string_end.get(i);
    if (i > 0 && compareStrings(bytes, before, start, start, end) >= 0) throw new BmesError('bad-order', 'strings do not ascend', string_end.offset(i)); // v4-strings-ascend
    before = start;
    start = end;
  }
}

// Lists: column by column, and the kinds of the entries in a pass of their own

/** Judges a column of indices from front to back: of each value the range, and then what `judge` says.
 * @param {Column} column @param {number} count of the list that the column refers to @param {(value: number, i: number) => void} [judge] */
function judgeIndices(column, count, judge) {
  for (let i = 0; i < column.count; i++) {
    const value = column.get(i);
    if (value >= count) throw new BmesError('bad-index', `index ${value} of ${count} entries`, column.offset(i)); // v4-index
    judge?.(value, i);
  }
}

/** @param {Column} column @param {number} count */
function judgeIndicesOrNone(column, count) {
  for (let i = 0; i < column.count; i++) {
    const value = column.get(i);
    if (value >= count && value !== NONE) throw new BmesError('bad-index', `index ${value} of ${count} entries`, column.offset(i)); // v4-index
  }
}

/** What `judge` is for a column that ascends.
 * @param {Column} column */
const ascending = (column) => (/** @type {number} */ value, /** @type {number} */ i) => {
  if (i > 0 && value <= column.get(i - 1)) throw new BmesError('bad-order', `${value} after ${column.get(i - 1)}`, column.offset(i));
};

/** @param {Metadata} metadata @param {number} string */
const isEmpty = ({ lists }, string) => string === 0 && lists.strings.string_end.get(0) === 0; // strings ascend: only the first can be empty

/** @param {Lists} lists @param {number} request */
export const isEvaluation = (lists, request) => lists.requests.phase.get(request) === EVALUATION;

/** @param {Metadata} metadata */
function judgeRequests({ numbers, lists }) {
  const { specifier, phase, attribute_end } = lists.requests;
  judgeIndices(specifier, numbers.strings);
  for (let i = 0; i < phase.count; i++) {
    if (phase.get(i) >= PHASES.length) throw new BmesError('bad-type', `phase ${phase.get(i)}`, phase.offset(i)); // v4-phase
  }
  if (numbers.requests === 0 && numbers.attributes !== 0) throw new BmesError('bad-index', 'attributes without requests', numberAt('attributes')); // v4-attribute-end
  judgeEnds(attribute_end, numbers.attributes, numbers.attributes); // v4-attribute-end
}

/** @param {Metadata} metadata */
function judgeAttributes({ numbers, lists }) {
  const { key, value } = lists.attributes;
  const { attribute_end } = lists.requests;
  let request = 0;
  let first = 0; // of this request's attributes
  judgeIndices(key, numbers.strings, (string, i) => {
    for (; attribute_end.get(request) <= i; request++) first = attribute_end.get(request);
    if (i > first && string <= key.get(i - 1)) throw new BmesError('bad-order', 'keys do not ascend', key.offset(i)); // v4-attributes-ascend
  });
  judgeIndices(value, numbers.strings);
}

/** @param {Metadata} metadata */
function judgeOrder({ numbers, lists }) {
  const { order } = lists.requests;
  judgeIndices(order, numbers.requests, (request, i) => {
    if (i > 0 && compareRequests(lists, order.get(i - 1), request) >= 0) throw new BmesError('bad-order', 'requests do not ascend', order.offset(i)); // v4-requests-ascend
  });
}

/** v4-requests-ascend: negative if request `a` is smaller, 0 if the two are equal.
 * @param {Lists} lists @param {number} a @param {number} b */
function compareRequests({ requests, attributes }, a, b) {
  const { specifier, phase, attribute_end } = requests;
  const { key, value } = attributes;
  if (specifier.get(a) !== specifier.get(b)) return specifier.get(a) - specifier.get(b);
  if (phase.get(a) !== phase.get(b)) return phase.get(a) - phase.get(b);
  const startA = a === 0 ? 0 : attribute_end.get(a - 1);
  const startB = b === 0 ? 0 : attribute_end.get(b - 1);
  const lengthA = attribute_end.get(a) - startA;
  const lengthB = attribute_end.get(b) - startB;
  for (let i = 0; i < Math.min(lengthA, lengthB); i++) {
    if (key.get(startA + i) !== key.get(startB + i)) return key.get(startA + i) - key.get(startB + i);
    if (value.get(startA + i) !== value.get(startB + i)) return value.get(startA + i) - value.get(startB + i);
  }
  return lengthA - lengthB;
}

/** @param {Metadata} metadata */
function judgeImports(metadata) {
  const { numbers, lists } = metadata;
  const { local_name, request, import_name } = lists.imports;
  const ascends = ascending(local_name);
  judgeIndices(local_name, numbers.strings, (string, i) => {
    if (isEmpty(metadata, string)) throw new BmesError('bad-entry', 'an import binds no name', local_name.offset(i)); // v4-empty-local-name
    ascends(string, i); // v4-imports-ascend
  });
  judgeIndices(request, numbers.requests);
  judgeIndicesOrNone(import_name, numbers.strings);
  for (let i = 0; i < numbers.imports; i++) {
    if (import_name.get(i) !== NONE && !isEvaluation(lists, request.get(i))) throw new BmesError('bad-entry', 'a name from a source or a deferred module', import_name.offset(i)); // v4-import-kind
  }
}

/** @param {Metadata} metadata */
function judgeTolerantImports({ numbers, lists }) {
  const { tolerant_import } = lists.tolerant_imports;
  judgeIndices(tolerant_import, numbers.imports, ascending(tolerant_import)); // v4-tolerant-imports-ascend
  for (let i = 0; i < tolerant_import.count; i++) {
    if (lists.imports.import_name.get(tolerant_import.get(i)) === NONE) throw new BmesError('bad-entry', 'a tolerant import that is not Single', tolerant_import.offset(i)); // v4-tolerant-kind
  }
}

/** @param {Metadata} metadata */
function judgeExports(metadata) {
  const { numbers, lists } = metadata;
  const { export_name, request, name } = lists.exports;
  judgeIndices(export_name, numbers.strings, ascending(export_name)); // v4-exports-ascend
  judgeIndicesOrNone(request, numbers.requests);
  judgeIndicesOrNone(name, numbers.strings);
  for (let i = 0; i < numbers.exports; i++) {
    const isOfAKind = request.get(i) === NONE
      ? name.get(i) !== NONE && !isEmpty(metadata, name.get(i)) // Local
      : isEvaluation(lists, request.get(i)); // Indirect or Namespace
    if (!isOfAKind) throw new BmesError('bad-entry', 'an export of no kind', name.offset(i)); // v4-export-kind
  }
}

/** @param {Metadata} metadata */
function judgeStarExports({ numbers, lists }) {
  const { request } = lists.star_exports;
  judgeIndices(request, numbers.requests, ascending(request)); // v4-star-exports-ascend
  for (let i = 0; i < request.count; i++) {
    if (!isEvaluation(lists, request.get(i))) throw new BmesError('bad-entry', 'a star export of a source or a deferred module', request.offset(i)); // v4-star-kind
  }
}

/** Any value of `bits` is right: v4-engine-words.
 * @param {Metadata} metadata @param {Record<string, Column>} variables */
function judgeVariables({ numbers }, { name }) {
  judgeIndices(name, numbers.strings, ascending(name)); // v4-variables-ascend
}

/** Fills the column `order`, when the other columns of requests and attributes are filled: v4-writer-order.
 * @param {Lists} lists */
export function sortRequests(lists) {
  const { order } = lists.requests;
  const sorted = Array.from({ length: order.count }, (_, i) => i).sort((a, b) => compareRequests(lists, a, b));
  sorted.forEach((request, i) => order.set(i, request));
}

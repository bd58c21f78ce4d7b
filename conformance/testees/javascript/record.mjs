// @ts-check
/**
 * The module record that a BMES file of versions 1 to 3 holds, and the rules that make it safe to link.
 *
 * Names are the specification's. A comment such as `check-bytes` names the clause that the line next to it enforces:
 * v1-check-bytes, and its namesakes in the other versions.
 *
 * @module
 */

/** @typedef {'truncated' | 'bad-magic' | 'unsupported-version' | 'bad-flag' | 'bad-type' | 'bad-utf8' | 'bad-layout' | 'trailing-bytes'} StructuralKind */
/** @typedef {'duplicate-request' | 'duplicate-attribute' | 'ambiguous-request' | 'unrequested-module' | 'missing-local-name' | 'duplicate-local-name' | 'duplicate-export-name' | 'duplicate-star-export' | 'misplaced-field' | 'duplicate-variable'} SemanticKind */
/** @typedef {'bad-checksum' | 'bad-index' | 'bad-order' | 'bad-entry' | 'unused-string' | 'other-producer' | 'stale-source'} Kind4 only of version 4 */
/** @typedef {'bad-zip' | 'bad-member' | 'bad-pack-index' | 'limit'} PackKind only of packs */
/** @typedef {StructuralKind | SemanticKind | Kind4 | PackKind | 'too-large'} Kind */

/** @typedef {{ key: string, value: string }} Attribute */
/** @typedef {{ specifier: string, attributes: Attribute[] }} Request */
/** @typedef {'single' | 'single-typescript' | 'namespace'} ImportType */
/** @typedef {{ type: ImportType, module_request: string, import_name: string, local_name: string }} ImportEntry */
/** @typedef {'local' | 'indirect' | 'namespace'} ExportType */
/** @typedef {{ type: ExportType, export_name: string, module_name: string, import_name: string, local_name: string }} ExportEntry */
/** @typedef {{ name: string, bits: number }} Variable */
/** @typedef {{ requests: Request[], imports: ImportEntry[], exports: ExportEntry[], star_exports: string[] }} Linking */
/** @typedef {{ declared_variables: Variable[], lexical_variables: Variable[], code_features: number }} Environment */
/** @typedef {({ version: 1 | 2 } & Linking & { [field in keyof Environment]?: undefined }) | ({ version: 3 } & Linking & Environment)} ModuleRecord */
/** @typedef {ModuleRecord['version']} Version */
/** Where each entry of a list begins in the file. A record that is to be written has none.
 * @typedef {ReadonlyMap<readonly unknown[], readonly number[]>} Starts */

/** The fields that do not apply and have to be empty: applies-by-type, misplaced-field.
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

// Names from a file are hashed with a prefix that the author of the file does not know. Not every engine seeds the hash
// of every string, so crafted names could all be in one bucket.
const SALT = Math.random().toString(36);

/** Says of each string that it is given whether it is given it for the first time. */
export function firstTime() {
  /** @type {Set<string>} */
  const seen = new Set();
  return (/** @type {string} */ string) => seen.size < seen.add(SALT + string).size;
}

/** One string for each multiset of pairs: attribute-sets. Any order serves that depends on the pairs alone.
 * @param {Request} request */
function identity({ specifier, attributes }) {
  return JSON.stringify([specifier, ...attributes.map(({ key, value }) => JSON.stringify([key, value])).sort()]);
}

/**
 * Rules and entries are visited in the order of check-choice. Two strings have the same UTF-8 if and only if they are
 * equal, for all of them are well-formed: that makes `===` and Set what check-bytes asks for.
 *
 * @param {ModuleRecord} record
 * @param {Starts} [starts]
 */
export function checkRecord(record, starts) {
  /** @type {Map<string, number>} */
  const requestsOf = new Map(); // how many requests have this specifier, no two of them equal
  const newRequest = firstTime();
  for (const [i, request] of record.requests.entries()) {
    const at = starts?.get(record.requests)?.[i];
    const specifier = SALT + request.specifier;
    if (!newRequest(identity(request))) throw new BmesError('duplicate-request', 'a request twice', at); // duplicate-request
    const newKey = firstTime();
    if (!request.attributes.every(({ key }) => newKey(key))) throw new BmesError('duplicate-attribute', 'a key twice in one request', at); // duplicate-attribute
    requestsOf.set(specifier, (requestsOf.get(specifier) ?? 0) + 1);
  }

  const mustBeRequested = (/** @type {string} */ specifier, /** @type {number | undefined} */ at) => {
    const requests = requestsOf.get(SALT + specifier) ?? 0;
    if (requests > 1) throw new BmesError('ambiguous-request', 'several requests have this specifier', at); // ambiguous-request
    if (requests === 0) throw new BmesError('unrequested-module', 'no request has this specifier', at); // unrequested-module
  };

  const newLocalName = firstTime();
  for (const [i, { module_request, local_name }] of record.imports.entries()) {
    const at = starts?.get(record.imports)?.[i];
    mustBeRequested(module_request, at);
    if (local_name === '') throw new BmesError('missing-local-name', 'an import binds no name', at); // missing-local-name
    if (!newLocalName(local_name)) throw new BmesError('duplicate-local-name', 'two imports bind one name', at); // duplicate-local-name
  }

  const newExportName = firstTime();
  for (const [i, entry] of record.exports.entries()) {
    const at = starts?.get(record.exports)?.[i];
    if (entry.type !== 'local') mustBeRequested(entry.module_name, at);
    if (entry.type === 'local' && entry.local_name === '') throw new BmesError('missing-local-name', 'a Local export names no binding', at); // missing-local-name
    if (!newExportName(entry.export_name)) throw new BmesError('duplicate-export-name', 'two exports have one name', at); // duplicate-export-name
    for (const field of IDLE_EXPORT_FIELDS[entry.type]) {
      if (entry[field] !== '') throw new BmesError('misplaced-field', `${field} does not apply and is not empty`, at); // misplaced-field
    }
  }

  const newStar = firstTime();
  for (const [i, specifier] of record.star_exports.entries()) {
    const at = starts?.get(record.star_exports)?.[i];
    mustBeRequested(specifier, at);
    if (!newStar(specifier)) throw new BmesError('duplicate-star-export', 'a star export twice', at); // duplicate-star-export
  }

  for (const variables of [record.declared_variables ?? [], record.lexical_variables ?? []]) {
    const newVariable = firstTime(); // of this list: a name may stand in both
    for (const [i, { name }] of variables.entries()) {
      if (!newVariable(name)) throw new BmesError('duplicate-variable', 'a variable twice in one list', starts?.get(variables)?.[i]); // duplicate-variable
    }
  }
}

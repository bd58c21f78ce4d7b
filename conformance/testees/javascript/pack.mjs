// @ts-check
/**
 * Opener of BMES packs: decides whether a file is a well-formed pack, and reports its index.
 *
 * A comment such as `pack-order` names the clause that the line next to it implements. The order of the checks is free.
 * Here it makes each check safe: what a check reads, the checks before it have found to be there. Of Node's modules, only
 * the one for SHA-256 is used.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { compareUtf8 } from './bmes.mjs';
import { crc32 } from './bmes4.mjs';
import { PHASES, U32_MAX, viewOf } from './layout4.mjs';
import { BmesError, firstTime } from './record.mjs';

export { BmesError };

/** A member as the central directory has it: where its entry stands, and where its local header should.
 * @typedef {{ name: string, crc: number, size: number, entry: number, header: number }} Member */
/** @typedef {Member & { data: number }} Placed a member whose data was found */
/** @typedef {{ view: DataView, members: number, start: number, end: number }} Directory */

/** @typedef {{ specifier: string, phase: string, attributes: [string, string][], module: number | null }} Request */
/** @typedef {{ path: string, sha256: string }} Watched */
/** @typedef {{
 *   url: string, type: string | null, format: string, source: { size: number, sha256: string } | null, member: { offset: number, size: number } | null,
 *   requests: Request[], dynamic: Request[], exports: string[], reexports: string[],
 * }} Module */
/** @typedef {{
 *   pack: 1, producer: string, freshness: string, conditions: string[], flags: string[], environment: { name: string, value: string | null }[],
 *   entries: number[], modules: Module[], packages: Watched[], directories: Watched[], links: { path: string, target: string }[], absent: string[],
 * }} Index */

const LAYOUT = 1;
const END_SIZE = 22;
const ENTRY_SIZE = 46; // without the name
const LOCAL_SIZE = 30; // without the name and the extra field
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const U16_MAX = 0xffff;
const INDEX_NAME = 'index.json';
const MODULE_NAME = /^modules\/[0-9a-f]{64}\.bmes$/;
const ALIGNMENT = 8;
const INDEX_LIMIT = 67_108_864;

/** How deep an index may nest. Its form nests seven times; the index of another layout may nest more. */
const DEPTH = 64;

/**
 * Reads the ZIP structures and the index, and nothing else, or throws.
 *
 * @param {Uint8Array} file
 * @returns {Index}
 */
export function openPack(file) {
  const members = placeMembers(file, readDirectory(file, readEnd(file)));
  const { data, size, crc, header } = members[members.length - 1];
  if (size > INDEX_LIMIT) throw new BmesError('limit', `an index of ${size} bytes`, header); // pack-limit
  if (crc32(file, data, data + size) !== crc) throw new BmesError('bad-checksum', 'the index has another CRC-32', header + 14); // pack-index-crc
  const index = parse(file.subarray(data, data + size));
  checkIndex(index);
  checkMembers(index, members);
  return index;
}

// The ZIP file

/** @param {Uint8Array} file @returns {Directory} */
function readEnd(file) {
  const end = file.length - END_SIZE;
  if (end < 0 || file.length >= U32_MAX) throw new BmesError('bad-zip', `a file of ${file.length} bytes`, 0); // pack-end
  const view = viewOf(file);
  const members = view.getUint16(end + 8, true);
  const isEnd =
    view.getUint32(end, true) === END_SIGNATURE &&
    view.getUint32(end + 4, true) === 0 && // both numbers of disks
    members < U16_MAX && view.getUint16(end + 10, true) === members &&
    view.getUint16(end + 20, true) === 0; // length of the comment
  if (!isEnd) throw new BmesError('bad-zip', 'the last 22 bytes are not the end record of a pack', end); // pack-end
  const start = view.getUint32(end + 16, true);
  if (start + view.getUint32(end + 12, true) !== end) throw new BmesError('bad-zip', 'the central directory does not end at the end record', end + 12); // pack-directory
  return { view, members, start, end };
}

/** The members, in the order of the central directory.
 * @param {Uint8Array} file @param {Directory} directory */
function readDirectory(file, directory) {
  const { view, start, end } = directory;
  /** @type {Member[]} */
  const members = [];
  let at = start;
  while (members.length < directory.members) {
    if (at + ENTRY_SIZE > end) throw new BmesError('bad-zip', 'fewer entries than the end record says', at); // pack-directory
    if (view.getUint32(at, true) !== ENTRY_SIGNATURE) throw new BmesError('bad-zip', 'no entry of the central directory', at); // pack-directory
    const size = view.getUint32(at + 24, true);
    const isStored =
      view.getUint32(at + 8, true) === 0 && // flags and method
      view.getUint32(at + 20, true) === size &&
      view.getUint32(at + 30, true) === 0 && // lengths of the extra field and of the comment
      view.getUint16(at + 34, true) === 0; // disk
    if (!isStored) throw new BmesError('bad-zip', 'an entry that is not of a stored member', at); // pack-stored
    const name = nameOf(file, at + ENTRY_SIZE, view.getUint16(at + 28, true));
    members.push({ name, crc: view.getUint32(at + 16, true), size, entry: at, header: view.getUint32(at + 42, true) });
    at += ENTRY_SIZE + view.getUint16(at + 28, true);
  }
  if (at !== end) throw new BmesError('bad-zip', 'the entries do not end at the end record', at); // pack-directory
  checkNames(members, directory);
  return { members, view, start };
}

/** pack-names
 * @param {Member[]} members @param {Directory} directory */
function checkNames(members, { start }) {
  const newName = firstTime();
  if (members.length === 0) throw new BmesError('bad-member', 'no members', start);
  for (const [i, { name, entry }] of members.entries()) {
    const isRight = i < members.length - 1 ? MODULE_NAME.test(name) : name === INDEX_NAME;
    if (!isRight) throw new BmesError('bad-member', 'a member with a wrong name', entry + ENTRY_SIZE);
    if (!newName(name)) throw new BmesError('bad-member', 'two members have the same name', entry + ENTRY_SIZE);
  }
}

/** Walks from local header to local header. A header or a name that reaches into the central directory is out of order,
 * whatever its bytes are.
 * @param {Uint8Array} file @param {{ members: Member[], view: DataView, start: number }} directory
 * @returns {Placed[]} */
function placeMembers(file, { members, view, start }) {
  let at = 0;
  const until = (/** @type {number} */ end) => {
    if (end > start) throw new BmesError('bad-member', 'a member reaches into the central directory', at); // pack-order
    return end;
  };
  const placed = members.map((member) => {
    const { name, crc, size, entry } = member;
    if (member.header !== at) throw new BmesError('bad-member', 'a member does not begin where the one before it ends', entry + 42); // pack-order
    until(at + LOCAL_SIZE);
    const nameSize = view.getUint16(at + 26, true);
    const isLocal =
      view.getUint32(at, true) === LOCAL_SIGNATURE &&
      view.getUint32(at + 6, true) === 0 && // flags and method
      view.getUint32(at + 14, true) === crc &&
      view.getUint32(at + 18, true) === size && view.getUint32(at + 22, true) === size &&
      nameSize === name.length;
    if (!isLocal) throw new BmesError('bad-zip', 'a local header that is not that of its entry', at); // pack-local
    const data = until(at + LOCAL_SIZE + nameSize + view.getUint16(at + 28, true));
    if (nameOf(file, at + LOCAL_SIZE, nameSize) !== name) throw new BmesError('bad-zip', 'another name than that of the entry', at + LOCAL_SIZE); // pack-local
    if (name !== INDEX_NAME && data % ALIGNMENT !== 0) throw new BmesError('bad-member', 'data that is not at a multiple of 8', data); // pack-alignment
    at = until(data + size);
    return { ...member, data };
  });
  if (at !== start) throw new BmesError('bad-member', 'bytes between the last member and the central directory', at); // pack-order
  return placed;
}

const latin1 = new TextDecoder('latin1');

/** One character for each byte, so that two names are the same text if and only if they are the same bytes.
 * @param {Uint8Array} file @param {number} at @param {number} size */
const nameOf = (file, at, size) => latin1.decode(file.subarray(at, at + size));

// The text of the index

/** The message has no text of the index: an answer with a text of 64 MiB would not fit a line.
 * @param {string} message @returns {never} */
function refuse(message) {
  throw new BmesError('bad-pack-index', message);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The index, if its text is the canonical one: pack-canonical. What it holds is of any form if this returns `any`.
 * @param {Uint8Array} bytes @returns {any} */
function parse(bytes) {
  requireShallow(bytes);
  let text, index;
  try {
    text = utf8.decode(bytes);
    index = JSON.parse(text);
  } catch {
    return refuse('not JSON in UTF-8'); // pack-json
  }
  // A byte order mark, spaces, other escapes, other numbers and keys twice all make another text.
  if (JSON.stringify(index) !== text) refuse('not the canonical text'); // pack-canonical
  return index;
}

/** Parsers and JSON.stringify take stack, or memory, for each list and object that is open: pack-memory.
 * @param {Uint8Array} bytes of JSON; a parser rejects others */
function requireShallow(bytes) {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) inString = !inString; // "
    else if (inString) i += byte === 0x5c ? 1 : 0; // \ and what it escapes
    else if (byte === 0x5b || byte === 0x7b) depth++; // [ {
    else if (byte === 0x5d || byte === 0x7d) depth--; // ] }
    if (depth > DEPTH) refuse('nested too deeply'); // pack-json: no such value has a form of the tables
  }
}

// The form of the index: pack-json. A form accepts a value, or throws with the name of its key.

/** @typedef {(value: any, name: string) => void} Form */

/** @type {(what: string, is: (value: any) => boolean) => Form} */
const kind = (what, is) => (value, name) => {
  if (!is(value)) refuse(`${name} is not ${what}`);
};
/** @type {(form: Form) => Form} */
const orNull = (form) => (value, name) => {
  if (value !== null) form(value, name);
};
/** @type {(form: Form) => Form} */
const listOf = (form) => (value, name) => {
  if (!Array.isArray(value)) refuse(`${name} is not a list`);
  for (const item of value) form(item, name);
};
/** @type {(fields: Record<string, Form>) => Form} */
const object = (fields) => {
  const names = Object.keys(fields);
  return (value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`${name} is not an object`);
    const keys = Object.keys(value); // in the order of the text: no key of the tables looks like an integer
    if (keys.length !== names.length || !names.every((key, i) => key === keys[i])) refuse(`${name} has other keys, or another order`); // pack-canonical
    for (const key of names) fields[key](value[key], key);
  };
};

const isText = (/** @type {unknown} */ value) => typeof value === 'string' && value.isWellFormed();
const isNumber = (/** @type {any} */ value) => Number.isSafeInteger(value) && value >= 0;

const text = kind('a text', isText);
const number = kind('a number', isNumber);
const digest = kind('a digest', (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
const pair = kind('a list of pairs', (value) => Array.isArray(value) && value.length === 2 && value.every(isText));
const oneOf = (/** @type {string[]} */ ...texts) => kind(`one of ${texts.join(', ')}`, (value) => texts.includes(value));

const request = object({ specifier: text, phase: oneOf(...PHASES), attributes: listOf(pair), module: orNull(number) });
const watched = object({ path: text, sha256: digest });
const moduleForm = object({
  url: text,
  type: orNull(text),
  format: oneOf('module', 'commonjs', 'json', 'text', 'bytes', 'wasm', 'addon', 'builtin'),
  source: orNull(object({ size: number, sha256: digest })),
  member: orNull(object({ offset: number, size: number })),
  requests: listOf(request),
  dynamic: listOf(request),
  exports: listOf(text),
  reexports: listOf(text),
});
const indexForm = object({
  pack: number,
  producer: digest,
  freshness: oneOf('stat', 'hash', 'none'),
  conditions: listOf(text),
  flags: listOf(text),
  environment: listOf(object({ name: text, value: orNull(text) })),
  entries: listOf(number),
  modules: listOf(moduleForm),
  packages: listOf(watched),
  directories: listOf(watched),
  links: listOf(object({ path: text, target: text })),
  absent: listOf(text),
});

// What the index says

/** @param {any} value @returns {asserts value is Index} */
function checkIndex(value) {
  // Before the form, because another layout has another one.
  if (isNumber(value?.pack) && value.pack !== LAYOUT) throw new BmesError('unsupported-version', `layout ${value.pack}`); // pack-version
  indexForm(value, 'the index'); // pack-json
  /** @type {Index} */
  const index = value;
  if (index.entries.length === 0) refuse('no entries'); // pack-entries
  for (const entry of index.entries) requireModule(index, entry);
  requireAscending('conditions', index.conditions, (condition) => condition);
  requireAscending('environment', index.environment, ({ name }) => name);
  requireAscending('packages', index.packages, ({ path }) => path);
  requireAscending('directories', index.directories, ({ path }) => path);
  requireAscending('links', index.links, ({ path }) => path);
  requireAscending('absent', index.absent, (path) => path);
  const newModule = firstTime();
  for (const [i, module] of index.modules.entries()) {
    if (!newModule(JSON.stringify([module.url, module.type]))) refuse(`module ${i} is there twice`); // pack-identity
    checkModule(i, module);
    for (const requests of [module.requests, module.dynamic]) {
      for (const { attributes, module: target } of requests) {
        if (target !== null) requireModule(index, target);
        requireAscending('attributes', attributes, ([key]) => key);
      }
    }
  }
}

/** @param {number} i @param {Module} module */
function checkModule(i, { url, type, format, source, member }) {
  const isBuiltIn = format === 'builtin';
  if (isBuiltIn ? url === '' : !isRelativePath(url)) refuse(`the url of module ${i}`); // pack-path
  if (isBuiltIn !== (source === null)) refuse(`module ${i} has a source and is built in, or neither`); // pack-source
  if (member !== null && (!['module', 'commonjs'].includes(format) || type !== null)) refuse(`module ${i} cannot have a member`); // pack-member
}

/** pack-path: any number of `..`, and then at least one segment that is none.
 * @param {string} url */
function isRelativePath(url) {
  const [path] = url.split(/[?#]/, 1);
  let isNamed = false; // whether a segment was no `..`
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.' || segment.includes('\\')) return false;
    if (segment === '..' && isNamed) return false;
    isNamed ||= segment !== '..';
  }
  return isNamed;
}

/** @param {Index} index @param {number} i */
function requireModule({ modules }, i) {
  if (i >= modules.length) refuse(`no module ${i}`); // pack-entries
}

/** pack-ascending
 * @template T
 * @param {string} name @param {T[]} list @param {(item: T) => string} key */
function requireAscending(name, list, key) {
  for (let i = 1; i < list.length; i++) {
    if (compareUtf8(key(list[i - 1]), key(list[i])) >= 0) refuse(`${name} do not ascend`);
  }
}

// The index and the members

/** The modules with a member, in the order of the file, are exactly the members of `modules/`: pack-member.
 * @param {Index} index @param {Placed[]} members the last is the index */
function checkMembers({ producer, modules }, members) {
  const owners = modules.flatMap(({ url, source, member }, i) => (source && member ? [{ i, url, sha256: source.sha256, ...member }] : []));
  owners.sort((a, b) => a.offset - b.offset);
  if (owners.length !== members.length - 1) refuse(`${owners.length} modules have a member, and there are ${members.length - 1}`);
  for (const [nth, { i, url, sha256, offset, size }] of owners.entries()) {
    const { name, data, size: dataSize } = members[nth];
    if (offset !== data || size !== dataSize) refuse(`the member of module ${i} is at another place`);
    if (name !== `modules/${keyOf(url, producer, sha256)}.bmes`) refuse(`the member of module ${i} has another key`);
  }
}

/** v4-key-input
 * @param {string} url @param {string} producer @param {string} source */
function keyOf(url, producer, source) {
  const size = new Uint8Array(4);
  const bytes = new TextEncoder().encode(url);
  viewOf(size).setUint32(0, bytes.length, true);
  const hash = createHash('sha256').update('BMES key 1\0').update(size).update(bytes);
  return hash.update(producer, 'hex').update(source, 'hex').digest('hex');
}

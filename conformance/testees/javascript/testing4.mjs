// @ts-check
// What the tests of version 4 and of packs share.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { BmesError, decode, encode } from './bmes4.mjs';

/** @param {string} text hex, with or without spaces between bytes */
export const bytes = (text) => new Uint8Array(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
/** @param {Uint8Array} file */
export const hex = (file) => Buffer.from(file).toString('hex');
/** @param {Uint8Array | string} input */
export const sha256 = (input) => createHash('sha256').update(input).digest('hex');

/** @param {string} kind @param {number | undefined} offset @param {() => unknown} act */
export const rejects = (kind, offset, act) => assert.throws(act, (error) => {
  assert.ok(error instanceof BmesError, String(error));
  assert.deepEqual([error.kind, error.offset], [kind, offset], error.message);
  return true;
});

/** The nearest folder `spec` above this file. */
export function specification() {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('spec/v4.md', folder))) {
    assert.notEqual(folder.pathname, '/', 'these tests read the specification, and found no spec/v4.md');
    folder = new URL('..', folder);
  }
  return new URL('spec/', folder);
}

// Section 14 of the specification

const PAGE = readFileSync(new URL('v4.md', specification()), 'utf8');

/** @param {string} number of a section */
const section = (number) => PAGE.split(`\n### ${number} `)[1].split(/\n##+ /)[0];
/** The blocks of code of a section.
 * @param {string} number @param {string} language */
export const blocks = (number, language) => [...section(number).matchAll(/```([\w ]+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language).map(([, , text]) => text);
/** The bytes of a block of annotated bytes.
 * @param {string} block */
export const annotated = (block) => bytes(block.split('\n').map((line) => /^(?: *\d+  )?((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  |$)/.exec(line)?.[1] ?? '').join(''));
export const [PRODUCER_1, PRODUCER_2, KEY_1, KEY_2, SIGNED_1, SIGNED_2] = [...section('14.4').matchAll(/`([0-9a-f]{64})`/g)].map(([, digest]) => digest);

export const SMALLEST = annotated(blocks('14.1', 'hex write')[0]);
export const WITH_TEXT = annotated(blocks('14.2', 'hex write')[0]);
export const NOTHING = new Uint8Array();

/** Reads the file and writes it again.
 * @param {Uint8Array} file */
export function again(file) {
  const record = decode(file);
  const part = (/** @type {{ offset: number, length: number } | null} */ place) => place && file.subarray(place.offset, place.offset + place.length);
  return encode(record, part(record.text), /** @type {Uint8Array} */ (part(record.bytecode)));
}

// Files that are made by hand

/** @param {number[]} numbers */
export const u32s = (...numbers) => Buffer.from(new Uint32Array(numbers).buffer);
/** How many zeros come before the next multiple.
 * @param {number} n @param {number} a */
const toMultiple = (n, a) => (a - (n % a)) % a;
export const NONE = 0xffffffff;

/** CRC-32 as the specification says it, bit by bit.
 * @param {Uint8Array} part */
export function crc(part) {
  let value = 0xffffffff;
  for (const byte of part) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

/** Makes a file of lists, each of which is an array of its columns. `ends` replaces `string_end`, `counts` replaces numbers
 * of the metadata by their index, and `header` replaces fields of the header.
 * @param {any} parts */
export function fileOf({
  strings = [], ends, requests = [[], [], [], []], attributes = [[], []], imports = [[], [], []], tolerant = [], exports = [[], [], []], stars = [],
  declared = [[], []], lexical = [[], []], code = 0, scope = 0, text = '', bytecode = '', counts = [], header = {}, pad = [0, 0],
}) {
  const encoded = strings.map((/** @type {string | Uint8Array} */ string) => Buffer.from(string));
  let end = 0;
  const string_end = encoded.map((/** @type {Buffer} */ string) => (end += string.length));
  const numbers = [
    strings.length, end, requests[0].length, attributes[0].length, imports[0].length, exports[0].length, stars.length,
    declared[0].length, lexical[0].length, code, scope, tolerant.length,
  ].map((number, i) => counts[i] ?? number);
  const columns = [ends ?? string_end, ...requests, ...attributes, ...imports, tolerant, ...exports, stars, ...declared, ...lexical];
  const metadata = Buffer.concat([u32s(...numbers, ...columns.flat()), ...encoded]);
  const fields = {
    flags: 0, alignment: 8, metadata_size: metadata.length, source_size: 0, text_size: text.length, bytecode_size: bytecode.length,
    metadata_crc: crc(metadata), text_crc: crc(Buffer.from(text)), bytecode_crc: crc(Buffer.from(bytecode)), ...header,
  };
  const head = Buffer.concat([
    u32s(0x424d4553, 4, fields.flags, fields.alignment, fields.metadata_size, fields.source_size, fields.text_size, fields.bytecode_size),
    bytes(PRODUCER_1), bytes(sha256('')), u32s(fields.metadata_crc, fields.text_crc, fields.bytecode_crc),
  ]);
  const untilText = Buffer.alloc(toMultiple(metadata.length, 8), pad[0]);
  const textAt = 112 + metadata.length + untilText.length;
  const untilBytecode = Buffer.alloc(toMultiple(textAt + text.length, fields.alignment || 8), pad[1]);
  return new Uint8Array(Buffer.concat([head, u32s(fields.header_crc ?? crc(head)), metadata, untilText, Buffer.from(text), untilBytecode, Buffer.from(bytecode)]));
}

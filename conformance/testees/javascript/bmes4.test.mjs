// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { BmesError, check, decode, encode, identify, match, open } from './bmes4.mjs';
import {
  KEY_1, KEY_2, NONE, NOTHING, PRODUCER_1, PRODUCER_2, SIGNED_1, SIGNED_2, SMALLEST, WITH_TEXT,
  again, annotated, blocks, bytes, fileOf, hex, rejects, sha256, specification, u32s,
} from './testing4.mjs';

// Section 14 of the specification

test('the files of section 14', () => {
  for (const [number, file] of /** @type {[string, Uint8Array][]} */ ([['14.1', SMALLEST], ['14.2', WITH_TEXT]])) {
    const record = decode(file);
    assert.deepEqual(record, { ...record, ...JSON.parse(blocks(number, 'json')[0]) });
    assert.deepEqual(check(file), { text: record.text, bytecode: record.bytecode });
    assert.equal(hex(again(file)), hex(file));
  }
  const [[, source], [, text]] = blocks('14.2', 'ts').concat(blocks('14.2', 'js')).entries();
  const record = decode(WITH_TEXT);
  assert.deepEqual(record.source, { size: source.length, sha256: sha256(source) });
  assert.equal(hex(encode(record, new TextEncoder().encode(text), NOTHING)), hex(WITH_TEXT));
});

test('the producers, keys and digests to sign of section 14', () => {
  /** @param {string} text */
  const sized = (text) => [new Uint8Array(new Uint32Array([Buffer.byteLength(text)]).buffer), Buffer.from(text)];
  /** @param {Record<string, string>} pairs with names of ASCII */
  const producerOf = (pairs) => Buffer.concat([Buffer.from('BMES producer 1\0'), ...Object.keys(pairs).sort().flatMap((name) => [...sized(name), ...sized(pairs[name])])]);
  /** @param {string} url @param {string} producer @param {string} source */
  const keyOf = (url, producer, source) => {
    const withoutFragment = new URL(url);
    withoutFragment.hash = '';
    return Buffer.concat([Buffer.from('BMES key 1\0'), ...sized(withoutFragment.href), bytes(producer), bytes(source)]);
  };
  /** @param {string} key @param {Uint8Array} file */
  const toSign = (key, file) => Buffer.concat([Buffer.from('BMES file 1\0'), bytes(key), file]);

  const inputs = [
    producerOf({ engine: 'quickjs-ng', version: '0.11.0' }),
    producerOf({ version: '0.11.0', transform: 'strip-types 1', 'pointer-width': '64', engine: 'quickjs-ng', 'byte-order': 'little' }),
    keyOf('file:///app/empty.mjs', PRODUCER_1, sha256('')),
    keyOf('HTTPS://Example.com:443/x/../ü.ts?v=1#top', PRODUCER_2, decode(WITH_TEXT).source.sha256),
  ];
  assert.deepEqual(blocks('14.4', 'text').map(annotated).map(hex), inputs.map(hex));
  assert.deepEqual([...inputs, toSign(KEY_1, SMALLEST), toSign(KEY_2, WITH_TEXT)].map(sha256), [PRODUCER_1, PRODUCER_2, KEY_1, KEY_2, SIGNED_1, SIGNED_2]);
  assert.equal(decode(SMALLEST).producer, PRODUCER_1);
  assert.equal(decode(WITH_TEXT).producer, PRODUCER_2);
});

// The specification's examples of version 4: the files in spec/examples/

for (const name of readdirSync(new URL('examples/', specification())).filter((file) => file.startsWith('v4-')).sort()) {
  const { operation, hex: file, verdict, class: kind, offset, record, text, bytecode, producer, source } = JSON.parse(readFileSync(new URL(`examples/${name}`, specification()), 'utf8'));
  test(`the example ${name.replace('.json', '')}`, () => {
    if (operation === 'encode') {
      const write = () => hex(encode(record, bytes(text ?? ''), bytes(bytecode)));
      if (verdict === 'accept') assert.equal(write(), file);
      else assert.throws(write, { name: 'BmesError', kind });
      return;
    }
    if (record) assert.deepEqual({ ...decode(bytes(file)), ...record }, decode(bytes(file)));
    const act = () => (operation === 'match' ? match(bytes(file), producer, source) : check(bytes(file)));
    if (verdict === 'accept') act();
    else rejects(kind, offset, act);
  });
}

// Files that break a rule

const TYPESCRIPT = { flags: 8 };
const ENVIRONMENT = { flags: 1 };
const ONE = [[0], [0], [0], [0]]; // request, of the first string
const SOURCE = [[0], [1], [0], [0]];
const DEFER = [[0], [2], [0], [0]];

// Each row has the class, the offset, and a file. Most files also break a rule that comes later.

/** @type {[string, number, any][]} */
const BROKEN_HEADERS = [
  ['bad-checksum', 108, { header: { header_crc: 0, flags: 16 } }],
  ['bad-flag', 8, { header: { flags: 16, alignment: 4 } }],
  ['bad-flag', 8, { header: { flags: 0x80000000 } }],
  ['bad-layout', 12, { header: { alignment: 4, metadata_size: 47 } }],
  ['bad-layout', 12, { header: { alignment: 24 }, bytecode: 'x' }],
  ['bad-layout', 12, { header: { alignment: 131072 }, bytecode: 'x' }],
  ['bad-layout', 12, { header: { alignment: 16 } }],
  ['bad-layout', 12, { header: { alignment: 0 } }],
  ['bad-layout', 16, { header: { metadata_size: 47, text_crc: 1 } }],
  ['bad-layout', 100, { header: { text_crc: 1, bytecode_crc: 1 } }],
  ['bad-layout', 104, { header: { bytecode_crc: 1, metadata_size: NONE } }],
  ['bad-layout', 28, { header: { metadata_size: NONE } }],
  ['bad-layout', 28, { header: { bytecode_size: NONE - 159 } }],
  ['truncated', 28, { header: { bytecode_size: NONE - 160, metadata_crc: 0 } }],
  ['truncated', 28, { header: { text_size: 1 } }],
  ['trailing-bytes', 28, { text: 'x', header: { text_size: 0, text_crc: 0, metadata_crc: 0 } }],
];

/** @type {[string, number, any][]} */
const BROKEN_METADATA = [
  ['bad-checksum', 96, { counts: [1], header: { metadata_crc: 0 } }],
  ['bad-layout', 16, { counts: [1], code: 1 }],
  ['bad-layout', 16, { counts: [0x40000000] }], // in 32 bits the sum is 48
  ['bad-layout', 156, { tolerant: [0], code: 1 }],
  ['bad-layout', 140, { declared: [[0], [0]], lexical: [[0], [0]] }],
  ['bad-layout', 144, { lexical: [[0], [0]], code: 1 }],
  ['bad-layout', 148, { strings: ['a', 'a'], code: 1, scope: 1 }],
  ['bad-layout', 152, { scope: 1 }],
];

/** @type {[string, number, any][]} */
const BROKEN_STRINGS = [
  ['bad-index', 164, { strings: [bytes('ff'), 'a'], ends: [2, 1] }],
  ['bad-index', 164, { strings: ['b', 'a'], ends: [1, 1] }],
  ['bad-index', 168, { strings: ['b', 'a', ''], ends: [1, 9, 1] }],
  ['bad-index', 160, { strings: ['a'], ends: [NONE] }],
  ['bad-index', 116, { strings: ['a'], ends: [], counts: [0] }],
  ['bad-utf8', 174, { strings: ['b', 'a', bytes('c3')] }],
  ['bad-utf8', 173, { strings: ['b', bytes('c3'), bytes('a9')] }],
  ['bad-order', 164, { strings: ['b', 'a'], requests: [[9], [9], [9], [9]] }],
  ['bad-order', 164, { strings: ['a', 'a'] }],
  ['bad-order', 164, { strings: ['ab', 'a'] }],
  ['bad-order', 164, { strings: ['\u{10000}', '\uffff'] }], // the order of UTF-16 is another one
];

/** @type {[string, number, any][]} */
const BROKEN_LISTS = [
  ['bad-index', 164, { strings: ['a'], requests: [[1], [3], [0], [0]] }],
  ['bad-index', 164, { strings: ['a'], requests: [[NONE], [0], [0], [0]] }],
  ['bad-type', 168, { strings: ['a'], requests: [[0], [3], [1], [0]] }],
  ['bad-type', 168, { strings: ['a'], requests: [[0], [256], [0], [0]] }],
  ['bad-index', 172, { strings: ['a'], requests: [[0], [0], [1], [1]] }],
  ['bad-index', 172, { strings: ['a'], requests: [[0], [0], [0], [0]], attributes: [[9], [0]] }],
  ['bad-index', 184, { strings: ['a'], requests: [[0, 0], [0, 1], [1, 0], [0, 1]], attributes: [[0], [0]] }],
  ['bad-index', 124, { strings: ['a'], attributes: [[9], [0]] }],
  ['bad-index', 180, { strings: ['a'], requests: [[0], [0], [1], [9]], attributes: [[1], [1]] }],
  ['bad-order', 184, { strings: ['a'], requests: [[0], [0], [2], [9]], attributes: [[0, 0], [9, 0]] }],
  ['bad-order', 196, { strings: ['a', 'b', 'c'], requests: [[0], [0], [3], [0]], attributes: [[0, 2, 1], [0, 0, 0]] }],
  ['bad-index', 184, { strings: ['a'], requests: [[0], [0], [1], [9]], attributes: [[0], [1]] }],
  ['bad-index', 176, { strings: ['a'], requests: [[0], [0], [0], [1]], imports: [[9], [9], [9]] }],
  ['bad-order', 192, { strings: ['a'], requests: [[0, 0], [0, 0], [0, 0], [0, 1]] }], // equal requests
  ['bad-order', 192, { strings: ['a'], requests: [[0, 0], [0, 1], [0, 0], [1, 0]] }],
  ['bad-order', 192, { strings: ['a'], requests: [[0, 0], [0, 1], [0, 0], [0, 0]] }],
  ['bad-order', 192, { strings: ['a'], requests: [[0, 0], [0, 0], [1, 1], [0, 1]], attributes: [[0], [0]] }], // the shorter list of attributes is smaller
  ['bad-index', 180, { strings: ['a'], requests: ONE, imports: [[1], [9], [9]] }],
  ['bad-entry', 188, { strings: ['', 'a'], requests: ONE, imports: [[1, 0], [9, 9], [9, 9]] }],
  ['bad-order', 184, { strings: ['a'], requests: ONE, imports: [[0, 0], [9, 9], [9, 9]] }],
  ['bad-index', 184, { strings: ['a'], requests: ONE, imports: [[0], [1], [9]] }],
  ['bad-index', 184, { strings: ['a'], requests: ONE, imports: [[0], [NONE], [9]] }],
  ['bad-index', 188, { strings: ['a'], requests: SOURCE, imports: [[0], [0], [1]] }],
  ['bad-entry', 188, { strings: ['a'], requests: SOURCE, imports: [[0], [0], [0]], stars: [9] }],
  ['bad-entry', 188, { strings: ['a'], requests: DEFER, imports: [[0], [0], [0]] }],
  ['bad-index', 192, { strings: ['a'], requests: ONE, imports: [[0], [0], [0]], tolerant: [1], header: TYPESCRIPT }],
  ['bad-order', 196, { strings: ['a'], requests: ONE, imports: [[0], [0], [NONE]], tolerant: [0, 0], header: TYPESCRIPT }],
  ['bad-entry', 192, { strings: ['a'], requests: ONE, imports: [[0], [0], [NONE]], tolerant: [0], exports: [[9], [0], [0]], header: TYPESCRIPT }],
  ['bad-index', 164, { strings: ['a'], exports: [[1], [9], [9]] }],
  ['bad-index', 164, { strings: ['a'], exports: [[NONE], [9], [9]] }],
  ['bad-order', 168, { strings: ['a'], exports: [[0, 0], [9, 9], [9, 9]] }],
  ['bad-index', 168, { strings: ['a'], exports: [[0], [0], [9]] }],
  ['bad-index', 172, { strings: ['a'], exports: [[0], [NONE], [1]] }],
  ['bad-entry', 172, { strings: ['a'], exports: [[0], [NONE], [NONE]], stars: [9] }],
  ['bad-entry', 176, { strings: ['', 'a'], exports: [[1], [NONE], [0]] }],
  ['bad-entry', 188, { strings: ['a'], requests: SOURCE, exports: [[0], [0], [0]] }],
  ['bad-entry', 188, { strings: ['a'], requests: DEFER, exports: [[0], [0], [NONE]] }],
  ['bad-index', 164, { strings: ['a'], stars: [0], header: ENVIRONMENT, declared: [[9], [0]] }],
  ['bad-order', 184, { strings: ['a'], requests: SOURCE, stars: [0, 0] }],
  ['bad-entry', 180, { strings: ['a'], requests: DEFER, stars: [0], header: ENVIRONMENT, declared: [[9], [0]] }],
  ['bad-index', 164, { strings: ['a'], header: ENVIRONMENT, declared: [[1], [0]] }],
  ['bad-order', 168, { strings: ['a'], header: ENVIRONMENT, declared: [[0, 0], [0, 0]] }],
  ['bad-order', 176, { strings: ['a'], header: ENVIRONMENT, declared: [[0], [0]], lexical: [[0, 0], [0, 0]] }],
];

/** @type {[string, number, any][]} */
const BROKEN_RULES = [
  ['bad-entry', 200, { strings: ['a'], requests: ONE, imports: [[0], [0], [0]], exports: [[0], [NONE], [0]] }],
  ['bad-entry', 204, { strings: ['a', 'b'], requests: ONE, imports: [[0], [0], [NONE]], exports: [[0], [NONE], [0]], pad: [1, 0] }],
  ['unused-string', 164, { strings: ['', 'a', 'b'], exports: [[0], [NONE], [2]], pad: [1, 0], text: 'x' }],
  ['bad-layout', 177, { strings: ['a'], exports: [[0], [NONE], [0]], pad: [1, 1], text: 'x', header: { text_crc: 0 } }],
  ['bad-layout', 161, { text: 'x', pad: [0, 1], header: { text_crc: 0 } }],
  ['bad-checksum', 100, { text: 'x', bytecode: 'y', header: { text_crc: 0, bytecode_crc: 0 } }],
  ['bad-checksum', 104, { text: 'x', bytecode: 'y', header: { bytecode_crc: 0 } }],
];

test('every rule about a file has its class and its place in the order', () => {
  for (const [kind, offset, parts] of BROKEN_HEADERS) {
    const file = fileOf(parts);
    for (const act of [decode, check, open]) rejects(kind, offset, () => act(file));
    rejects(kind, offset, () => open(file.subarray(0, 112), file.length));
    rejects(kind, offset, () => match(file, PRODUCER_2, null));
  }
  for (const [kind, offset, parts] of [...BROKEN_METADATA, ...BROKEN_STRINGS, ...BROKEN_LISTS]) {
    const file = fileOf(parts);
    open(file);
    for (const act of [decode, check]) rejects(kind, offset, () => act(file));
  }
  for (const [kind, offset, parts] of BROKEN_RULES) {
    decode(fileOf(parts));
    rejects(kind, offset, () => check(fileOf(parts)));
  }
});

test('a file that uses everything', () => {
  const file = fileOf({
    strings: ['', '*default*', '__proto__', 'a', 'm', '\ufeffn', '\uffff', '\u{10000}'],
    requests: [[4, 4, 4, 0, 4], [0, 2, 1, 0, 0], [0, 0, 0, 0, 2], [3, 0, 4, 2, 1]],
    attributes: [[0, 3], [6, 0]],
    imports: [[1, 2, 3, 4, 5, 6], [0, 0, 2, 1, 4, 3], [7, NONE, NONE, NONE, 0, 3]],
    tolerant: [0, 4],
    exports: [[0, 1, 2, 3, 4, 7], [NONE, NONE, NONE, 0, 3, NONE], [1, 5, 3, 0, NONE, 4]], // Local exports of imports that are tolerant, source and defer
    stars: [0, 3, 4],
    declared: [[0, 2], [0, NONE]], lexical: [[0, 7], [0x80000000, 1]], code: NONE, scope: 0x80000000,
    header: { flags: 15, alignment: 64, source_size: NONE }, text: 'text', bytecode: 'bytes',
  });
  const record = decode(file);
  assert.deepEqual(record, {
    version: 4,
    flags: { top_level_await: true, import_meta: true, typescript: true },
    alignment: 64,
    producer: PRODUCER_1,
    source: { size: NONE, sha256: sha256('') },
    strings: ['', '*default*', '__proto__', 'a', 'm', '\ufeffn', '\uffff', '\u{10000}'],
    requests: [
      { specifier: 4, phase: 'evaluation', attributes: [] },
      { specifier: 4, phase: 'defer', attributes: [] },
      { specifier: 4, phase: 'source', attributes: [] },
      { specifier: 0, phase: 'evaluation', attributes: [] },
      { specifier: 4, phase: 'evaluation', attributes: [{ key: 0, value: 6 }, { key: 3, value: 0 }] },
    ],
    imports: [
      { local_name: 1, request: 0, import_name: 7 }, { local_name: 2, request: 0, import_name: null },
      { local_name: 3, request: 2, import_name: null }, { local_name: 4, request: 1, import_name: null },
      { local_name: 5, request: 4, import_name: 0 }, { local_name: 6, request: 3, import_name: 3 },
    ],
    exports: [
      { export_name: 0, request: null, name: 1 }, { export_name: 1, request: null, name: 5 }, { export_name: 2, request: null, name: 3 },
      { export_name: 3, request: 0, name: 0 }, { export_name: 4, request: 3, name: null }, { export_name: 7, request: null, name: 4 },
    ],
    tolerant_imports: [0, 4],
    star_exports: [0, 3, 4],
    environment: {
      declared_variables: [{ name: 0, bits: 0 }, { name: 2, bits: NONE }], lexical_variables: [{ name: 0, bits: 0x80000000 }, { name: 7, bits: 1 }],
      code_features: NONE, lexical_features: 0x80000000,
    },
    text: record.text,
    bytecode: record.bytecode,
  });
  assert.deepEqual(check(file), { text: { offset: 520, length: 4 }, bytecode: { offset: 576, length: 5 } });
  assert.equal(hex(again(file)), hex(file));

  const part = new Uint8Array(file.length + 4).subarray(3, 3 + file.length); // at an odd place in a larger buffer
  part.set(file);
  assert.deepEqual(decode(part), record);
  assert.deepEqual(decode(Buffer.from(file)), record);
});

test('identify looks at eight bytes', () => {
  assert.equal(identify(SMALLEST.subarray(0, 8)), 4);
  rejects('truncated', 0, () => identify(bytes('53 45 4d')));
  rejects('truncated', 4, () => identify(bytes('53 45 4d 42 04 00 00')));
  rejects('bad-magic', 0, () => identify(bytes('53 45 4d 43')));
  for (const version of [0, 1, 2, 3, 5, 0x80000004, 0x104]) rejects('unsupported-version', 4, () => identify(new Uint8Array([...bytes('53454d42'), ...u32s(version)])));
});

test('every inverted bit, every prefix and one more byte are found', () => {
  for (const file of [SMALLEST, WITH_TEXT]) {
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const broken = file.slice();
      broken[bit >> 3] ^= 1 << (bit & 7);
      assert.throws(() => check(broken), BmesError);
      if (bit >= 64) assert.equal(identify(broken), 4);
      else assert.throws(() => identify(broken), BmesError);
    }
    for (let length = 0; length < file.length; length++) {
      for (const act of [open, decode, check]) assert.throws(() => act(file.subarray(0, length)), { name: 'BmesError', kind: 'truncated' });
    }
    rejects('truncated', 111, () => open(file.subarray(0, 111)));
    rejects('trailing-bytes', 28, () => decode(new Uint8Array([...file, 0])));
  }
});

test('UTF-8 is strict', () => {
  for (const [text, before] of /** @type {[string, number][]} */ ([
    ['80', 0], ['c3', 0], ['61 c0 80', 1], ['ed a0 80', 0], ['ed bf bf', 0], ['f4 90 80 80', 0], ['f5 80 80 80', 0], ['ff', 0],
    ['ef bb bf ef bb', 3], ['ef bf bd ef bf', 3], ['c3 a9 f0 9f 98 80 f0 9f 98', 6], ['e0 9f 80', 0], ['f0 8f bf bf', 0], ['e1 80 41', 0], ['c1 bf', 0],
  ])) rejects('bad-utf8', 164 + before, () => decode(fileOf({ strings: [bytes(text)] })));
  for (const text of ['', '\ufeff', '\ufeffa', '\0', '\ufffd', ' a ', 'e\u0301', '\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}']) {
    assert.deepEqual(decode(fileOf({ strings: [text] })).strings, [text]);
  }
});

test('a matcher', () => {
  const { producer, source } = decode(WITH_TEXT);
  for (const given of /** @type {const} */ ([source, 'embedded-text', 'trusted'])) match(WITH_TEXT, producer, given);
  match(SMALLEST, PRODUCER_1, { size: 0, sha256: sha256('') });
  match(SMALLEST, PRODUCER_1, 'trusted');
  for (let i = 0; i < 64; i++) {
    const other = (/** @type {string} */ digest) => `${digest.slice(0, i)}${digest[i] === '0' ? '1' : '0'}${digest.slice(i + 1)}`;
    rejects('other-producer', 32, () => match(WITH_TEXT, other(producer), null));
    rejects('stale-source', 64, () => match(WITH_TEXT, producer, { ...source, sha256: other(source.sha256) }));
  }
  for (const size of [0, 58, 57 + 2 ** 32, 2 ** 53 - 1]) rejects('stale-source', 20, () => match(WITH_TEXT, producer, { size, sha256: PRODUCER_1 }));
  rejects('stale-source', 64, () => match(WITH_TEXT, producer, null));
  rejects('stale-source', 24, () => match(SMALLEST, PRODUCER_1, 'embedded-text'));
  for (const given of /** @type {any[]} */ ([undefined, 'text', {}, { size: 1.5, sha256: PRODUCER_1 }, { size: 1, sha256: 'ab' }])) {
    assert.throws(() => match(SMALLEST, PRODUCER_1, given), TypeError);
  }
  assert.throws(() => match(SMALLEST, PRODUCER_1.slice(2), 'trusted'), TypeError);
});

// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BmesError, check, decode, encode, extract, identify } from './bmes.mjs';

/** @typedef {import('./bmes.mjs').Version} Version */

/** @type {Version[]} */
const VERSIONS = [1, 2, 3];

/** @param {string} text hex, with or without spaces between bytes */
const bytes = (text) => new Uint8Array(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
/** @param {Uint8Array} file */
const hex = (file) => Buffer.from(file).toString('hex');

/** @param {string} kind @param {number | undefined} offset @param {() => unknown} act */
const rejects = (kind, offset, act) => assert.throws(act, (error) => {
  assert.ok(error instanceof BmesError, String(error));
  assert.deepEqual([error.kind, error.offset], [kind, offset], error.message);
  return true;
});

// Makes a file from parts: a number becomes a u32, and a string gets its length before it.

/** @typedef {number | string | Uint8Array} Part */
/** @type {(...parts: Part[]) => Uint8Array} */
const join = (...parts) => new Uint8Array(Buffer.concat(parts.flatMap((part) => {
  if (part instanceof Uint8Array) return [part];
  if (typeof part === 'number') return [new Uint8Array(new Uint32Array([part]).buffer)];
  const encoded = new TextEncoder().encode(part);
  return [join(encoded.length), encoded];
})));

const MAGIC = 0x424d4553;
/** Where the metadata begins.
 * @type {Record<Version, number>} */
const BASE = { 1: 8, 2: 16, 3: 16 };

/** @param {Version} version @param {Uint8Array} metadata @param {Uint8Array} [bytecode] */
function fileOf(version, metadata, bytecode = new Uint8Array()) {
  if (version === 1) return join(MAGIC, 1, metadata, bytecode.length, bytecode);
  const padding = new Uint8Array((8 - (metadata.length % 8)) % 8);
  return join(MAGIC, version, 16 + metadata.length + padding.length, bytecode.length, metadata, padding, bytecode);
}

/** A file that only has star exports.
 * @param {Version} version @param {...(string | Uint8Array)} strings */
const starFile = (version, ...strings) => fileOf(version, join(
  0, 0, 0, strings.length, ...strings.flatMap((string) => /** @type {Part[]} */ (typeof string === 'string' ? [string] : [string.length, string])),
  ...(version === 3 ? [0, 0, 0] : []),
));

/** @param {Version} version @returns {any} */
const emptyRecord = (version) => ({
  version, requests: [], imports: [], exports: [], star_exports: [],
  ...(version === 3 ? { declared_variables: [], lexical_variables: [], code_features: 0 } : {}),
});

// The specification's examples: the files in spec/examples/. The README of the specification describes them.

/** The nearest folder `spec` above this file. */
function specification() {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('spec/v1.md', folder))) {
    assert.notEqual(folder.pathname, '/', 'these tests read the specification, and found no spec/v1.md');
    folder = new URL('..', folder);
  }
  return new URL('spec/', folder);
}

const EXAMPLES = readdirSync(new URL('examples/', specification())).filter((name) => !name.startsWith('v4-')).sort().map((name) => ({
  name: name.replace('.json', ''),
  ...JSON.parse(readFileSync(new URL(`examples/${name}`, specification()), 'utf8')),
}));
/** @param {Version} version */
const worked = (version) => bytes(EXAMPLES.find(({ name }) => name === `v${version}-worked-example`).hex);
/** @type {Record<Version, Uint8Array>} */
const WORKED = { 1: worked(1), 2: worked(2), 3: worked(3) };

test('every version has examples', () => {
  for (const version of VERSIONS) assert.ok(EXAMPLES.some(({ name }) => name.startsWith(`v${version}-`)));
});

for (const { name, operation, hex: file, verdict, class: kind, offset, record, bytecode } of EXAMPLES) {
  test(`the example ${name}`, () => {
    if (operation === 'encode') {
      const write = () => hex(encode(record, bytes(bytecode)));
      if (verdict === 'accept') assert.equal(write(), file);
      else assert.throws(write, { name: 'BmesError', kind });
      return;
    }
    if (record) {
      const { bytecode: place, ...decoded } = decode(bytes(file));
      assert.deepEqual(decoded, record);
      assert.equal(file.slice(2 * place.offset), bytecode);
      assert.equal(place.length, bytecode.length / 2);
    } else {
      rejects(kind, offset, () => decode(bytes(file)));
    }
    if (verdict === 'reject') rejects(kind, offset, () => check(bytes(file)));
    else check(bytes(file));
  });
}

test('the worked example', () => {
  for (const version of VERSIONS) {
    const { bytecode, ...record } = check(WORKED[version]);
    assert.deepEqual(bytecode, { offset: { 1: 0x10f, 2: 0x118, 3: 0x148 }[version], length: 4 });
    assert.deepEqual(record, {
      version,
      requests: [
        { specifier: './config.json', attributes: [{ key: 'type', value: 'json' }] },
        { specifier: 'node:fs', attributes: [] },
        { specifier: './path.js', attributes: [] },
        { specifier: './util.js', attributes: [] },
      ],
      imports: [
        { type: 'single', module_request: './config.json', import_name: 'default', local_name: 'config' },
        { type: 'namespace', module_request: 'node:fs', import_name: '*', local_name: 'fs' },
      ],
      exports: [
        { type: 'indirect', export_name: 'join-all', module_name: './path.js', import_name: 'join', local_name: '' },
        { type: 'local', export_name: 'default', module_name: '', import_name: '', local_name: 'main' },
      ],
      star_exports: ['./util.js'],
      ...(version === 3 && {
        declared_variables: [],
        lexical_variables: [{ name: 'config', bits: 0x22 }, { name: 'fs', bits: 0x62 }, { name: 'main', bits: 0x90 }],
        code_features: 0,
      }),
    });
    assert.equal(hex(encode(record, bytes('de ad be ef'))), hex(WORKED[version]));
  }
});

test('every prefix of a file is truncated, and one more byte is too many', () => {
  for (const version of VERSIONS) {
    const file = WORKED[version];
    for (let length = 0; length < file.length; length++) {
      assert.throws(() => decode(file.subarray(0, length)), { name: 'BmesError', kind: 'truncated' });
    }
    rejects('trailing-bytes', version === 1 ? file.length : 12, () => decode(join(file, bytes('00'))));
  }
});

test('a file may be a part of a larger buffer', () => {
  for (const version of VERSIONS) {
    const file = join(bytes('ff ff ff'), WORKED[version], bytes('ff')).subarray(3, 3 + WORKED[version].length);
    assert.deepEqual(check(file), check(WORKED[version]));
    if (version > 1) assert.deepEqual(extract(file), extract(WORKED[version]));
  }
});

test('identify looks at eight bytes', () => {
  for (const version of VERSIONS) assert.equal(identify(join(MAGIC, version)), version);
  rejects('truncated', 0, () => identify(bytes('53 45 4d')));
  rejects('truncated', 4, () => identify(bytes('53 45 4d 42 01 00 00')));
  rejects('bad-magic', 0, () => identify(bytes('53 45 4d 43')));
  for (const version of [0, 0x80000001, 0x80000002, 0x80000003, 0xffffffff]) {
    rejects('unsupported-version', 4, () => identify(join(MAGIC, version)));
  }
});

test('the header of versions 2 and 3', () => {
  const u32max = 0xffffffff;
  /** The file's size, bytecode_offset, bytecode_size, the class and the offset of the error.
   * @type {[number, number, number, string, number][]} */
  const cases = [
    [48, 15, 33, 'bad-layout', 8], // in the header, though all the rest adds up
    [48, 0, 0, 'bad-layout', 8], // before it is noticed that bytes would follow
    [48, 8, u32max, 'bad-layout', 8],
    [48, 48, 1, 'truncated', 12],
    [48, 56, 0, 'truncated', 8],
    [48, 0xfffffff0, 0x40, 'truncated', 8], // in 32 bits the sum is 48
    [48, 0xfffffff8, u32max, 'truncated', 8],
    [48, 16, u32max, 'truncated', 12],
    [48, 16, 31, 'trailing-bytes', 12],
    [48, 48, 0, '', 0],
    [48, 16, 32, '', 0], // an extractor's yes; there is no room for metadata
  ];
  for (const version of /** @type {Version[]} */ ([2, 3])) {
    for (const [size, offset, length, kind, at] of cases) {
      const header = join(MAGIC, version, offset, length);
      const file = join(header, new Uint8Array(size - 16));
      if (kind) {
        rejects(kind, at, () => decode(file));
        rejects(kind, at, () => extract(file));
        rejects(kind, at, () => extract(header, size));
      } else {
        assert.deepEqual(extract(file), { offset, length });
        assert.deepEqual(extract(header, size), { offset, length });
      }
    }
    rejects('truncated', 16, () => decode(join(MAGIC, version, 16, 0)));
    for (let size = 8; size < 16; size++) { // neither number is judged before both are there
      for (const read of [decode, extract]) rejects('truncated', size < 12 ? 8 : 12, () => read(join(MAGIC, version, 1, 1).subarray(0, size)));
    }
    assert.deepEqual(extract(join(MAGIC, version, 0xfffffff8, u32max), 0xfffffff8 + u32max), { offset: 0xfffffff8, length: u32max });
  }
  for (const offset of [44, 45, 47]) {
    const file = join(MAGIC, 3, offset, 1, new Uint8Array(offset - 15));
    rejects('bad-layout', 8, () => decode(file));
    rejects('bad-layout', 8, () => extract(file));
  }
  rejects('bad-layout', 8, () => extract(join(MAGIC, 3, 0xfffffffc, 0))); // before it is noticed that the file ends
  rejects('unsupported-version', 4, () => extract(WORKED[1]));
  rejects('bad-magic', 0, () => extract(bytes('00 00 00 00')));
});

test('padding', () => {
  const metadata = new Uint8Array(16);
  for (let n = 0; n < 12; n++) {
    const file = join(MAGIC, 2, 32 + n, 1, metadata, new Uint8Array(n), bytes('cc'));
    if (n >= 8) {
      rejects('bad-layout', 8, () => decode(file));
      continue;
    }
    assert.deepEqual(decode(file).bytecode, { offset: 32 + n, length: 1 });
    for (let at = 32; at < 32 + n; at++) {
      const broken = file.slice();
      broken[at] = 0x80;
      rejects('bad-layout', at, () => decode(broken));
    }
  }
  rejects('bad-layout', 8, () => decode(join(MAGIC, 3, 56, 0, new Uint8Array(40)))); // twelve zeros
  for (const version of /** @type {Version[]} */ ([2, 3])) {
    for (let n = 0; n < 9; n++) {
      const record = { ...emptyRecord(version), requests: [{ specifier: 'x'.repeat(n), attributes: [] }] };
      const file = encode(record, bytes('aa bb'));
      assert.equal(hex(file), hex(fileOf(version, join(1, 'x'.repeat(n), 0, 0, 0, 0, ...(version === 3 ? [0, 0, 0] : [])), bytes('aa bb'))));
      assert.equal(extract(file).offset % 8, 0);
      assert.equal(encode(record, new Uint8Array()).length, file.length - 2);
    }
  }
});

test('the metadata ends where the bytecode begins', () => {
  // Version 2: the bytecode looks like the last two sections.
  rejects('truncated', 24, () => decode(join(MAGIC, 2, 24, 8, 0, 0, 0, 0)));
  rejects('truncated', 16, () => decode(join(MAGIC, 2, 24, 8, 1, 0, 0, 0)));
  rejects('truncated', 40, () => decode(join(MAGIC, 3, 40, 8, 0, 0, 0, 0, 0, 0, 0, 0)));
});

test('variables and code features', () => {
  const u32max = 0xffffffff;
  const record = {
    ...emptyRecord(3),
    declared_variables: [{ name: '', bits: u32max }, { name: 'a', bits: 0x80000000 }],
    lexical_variables: [{ name: 'a', bits: 0 }, { name: '__proto__', bits: 0x7fffffff }],
    code_features: u32max,
  };
  const file = fileOf(3, join(0, 0, 0, 0, 2, '', u32max, 'a', 0x80000000, 2, 'a', 0, '__proto__', 0x7fffffff, u32max));
  const { bytecode, ...decoded } = check(file);
  assert.deepEqual(decoded, record);
  assert.equal(hex(encode(record, new Uint8Array())), hex(file));

  rejects('duplicate-variable', 45, () => check(fileOf(3, join(0, 0, 0, 0, 2, 'a', 1, 'a', 2, 0, 0))));
  rejects('duplicate-variable', 65, () => check(fileOf(3, join(0, 0, 0, 0, 1, '', 1, 3, 'x', 1, '', 2, '', 3, 0))));
  rejects('truncated', 32, () => decode(fileOf(3, join(0, 0, 0, 0, 2, 0, 0)))); // 2 × 8 > 8
  rejects('truncated', 36, () => decode(fileOf(3, join(0, 0, 0, 0, 0, 0x20000000, 0)))); // × 8 is 2^32
  rejects('bad-utf8', 40, () => decode(fileOf(3, join(0, 0, 0, 0, 1, 1, bytes('ff'), 0, 0, 0))));
});

test('UTF-8 is strict, and a string comes as it is', () => {
  const strings = ['', '\ufeff', '\ufeffa', '\0', '\ufffd', ' a ', 'e\u0301', '\uffff', '\u{10ffff}', '\ud7ff\ue000', '__proto__'];
  for (const version of VERSIONS) {
    assert.deepEqual(decode(starFile(version, ...strings)).star_exports, strings);
    // Each row has ill-formed bytes, and the number of well-formed bytes before them.
    for (const [text, before] of /** @type {[string, number][]} */ ([
      ['80', 0], ['c3', 0], ['61 c0 80', 1], ['ed a0 80', 0], ['ed bf bf', 0], ['f4 90 80 80', 0], ['f5', 0], ['ff', 0],
      ['ef bb bf ef bb', 3], ['ef bf bd ef bf', 3], ['c3 a9 f0 9f 98 80 f0 9f 98', 6], ['e0 9f 80', 0], ['f0 8f bf bf', 0],
    ])) rejects('bad-utf8', BASE[version] + 20 + before, () => decode(starFile(version, bytes(text))));
  }
});

test('numbers have 32 bits and no sign', () => {
  for (const version of VERSIONS) {
    const file = starFile(version, 'a', 'b');
    file[BASE[version] + 16 + 3] = 0x80; // the length of the first
    rejects('truncated', BASE[version] + 16, () => decode(file));
    rejects('bad-flag', BASE[version] + 8, () => decode(fileOf(version, join(1, '', 0x80000001, 0, 0, 0, 0, 0, 0))));
    rejects('bad-type', BASE[version] + 8, () => decode(fileOf(version, join(0, 1, 0x100, 0, 0, 0, 0, 0, 0, 0))));
  }
});

test('the semantic rules', () => {
  const m = { specifier: 'm', attributes: [] };
  /** @param {string} key @param {string} value */
  const mWith = (key, value) => ({ specifier: 'm', attributes: [{ key, value }] });
  const local = { type: 'local', export_name: 'x', module_name: '', import_name: '', local_name: 'y' };
  const single = { type: 'single', module_request: 'm', import_name: '', local_name: 'a' };
  const a1 = { key: 'a', value: '1' };
  const b2 = { key: 'b', value: '2' };
  /** @type {[string | undefined, object][]} */
  const cases = [
    [undefined, { requests: [mWith('a', '1'), mWith('a', '2'), m] }],
    ['duplicate-request', { requests: [m, m] }],
    ['duplicate-request', { requests: [{ specifier: 'm', attributes: [a1, b2] }, { specifier: 'm', attributes: [b2, a1] }] }],
    ['duplicate-attribute', { requests: [{ specifier: 'm', attributes: [a1, b2, a1] }] }],
    ['ambiguous-request', { requests: [m, mWith('a', '1')], star_exports: ['m'] }],
    ['unrequested-module', { star_exports: ['__proto__'] }],
    ['unrequested-module', { imports: [single] }],
    ['missing-local-name', { requests: [m], imports: [{ ...single, local_name: '' }] }],
    ['missing-local-name', { exports: [{ ...local, local_name: '' }] }],
    ['duplicate-local-name', { requests: [m], imports: [single, { ...single, type: 'namespace' }] }],
    ['duplicate-export-name', { exports: [local, local] }],
    ['duplicate-star-export', { requests: [m], star_exports: ['m', 'm'] }],
    ['misplaced-field', { exports: [{ ...local, import_name: '*' }] }],
    [undefined, { requests: [m], imports: [single], exports: [{ ...local, local_name: 'a' }, { ...local, export_name: '' }] }],
  ];
  for (const version of VERSIONS) {
    for (const [kind, part] of cases) {
      const record = { ...emptyRecord(version), ...part };
      if (kind) rejects(kind, undefined, () => encode(record, new Uint8Array()));
      else check(encode(record, new Uint8Array()));
    }
    rejects('unrequested-module', BASE[version] + 16, () => check(starFile(version, 'm')));
  }
});

test('a writer settles the order of attributes and the name of a namespace', () => {
  const keys = ['\u{10000}', 'ab', '\uffff', 'a', '', 'é', '\ud7ff'];
  for (const version of VERSIONS) {
    const record = { ...emptyRecord(version), requests: [{ specifier: 'm', attributes: keys.map((key) => ({ key, value: '' })) }] };
    record.imports.push({ type: 'namespace', module_request: 'm', import_name: 'x', local_name: 'ns' });
    const before = structuredClone(record);
    const decoded = decode(encode(record, new Uint8Array()));
    assert.deepEqual(decoded.requests[0].attributes.map(({ key }) => key), ['', 'a', 'ab', 'é', '\ud7ff', '\uffff', '\u{10000}']);
    assert.equal(decoded.imports[0].import_name, '*');
    assert.deepEqual(record, before);
  }
});

test('a writer refuses what it cannot write', () => {
  /** @param {string} kind @param {any} record */
  const refuses = (kind, record) => rejects(kind, undefined, () => encode(record, new Uint8Array()));
  const three = emptyRecord(3);
  for (const version of VERSIONS) {
    refuses('bad-utf8', { ...emptyRecord(version), requests: [{ specifier: '\ud800', attributes: [] }] });
    refuses('bad-type', { ...emptyRecord(version), exports: [{ type: 'single', export_name: '', module_name: '', import_name: '', local_name: 'a' }] });
    refuses('unsupported-version', { ...emptyRecord(version), star_exports: undefined });
    refuses('unsupported-version', { ...emptyRecord(version), starDefault: [] });
  }
  for (const version of [0, 4, '1', undefined]) refuses('unsupported-version', { version });
  for (const field of ['declared_variables', 'lexical_variables', 'code_features']) {
    refuses('unsupported-version', { ...three, [field]: undefined });
    for (const version of /** @type {Version[]} */ ([1, 2])) refuses('unsupported-version', { ...emptyRecord(version), [field]: three[field] });
  }
  for (const version of VERSIONS) rejects('too-large', undefined, () => encode(emptyRecord(version), /** @type {any} */ ({ length: 2 ** 32 })));
  for (const number of [-1, 2 ** 32, 1.5, NaN]) {
    refuses('too-large', { ...three, code_features: number });
    refuses('too-large', { ...three, lexical_variables: [{ name: 'a', bits: number }] });
  }
});

/** The same numbers each time: xorshift.
 * @param {number} seed */
const randomFrom = (seed) => (/** @type {number} */ below) => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
};

test('random records come back, and broken files throw nothing but BmesError', () => {
  const random = randomFrom(20);
  const some = (/** @type {(i: number) => any} */ make) => Array.from({ length: random(4) }, (_, i) => make(i));
  const text = () => Array.from({ length: random(5) }, () => ['a', '\0', 'é', '\ufeff', '\uffff', '\u{1f600}'][random(6)]).join('');
  for (let round = 0; round < 600; round++) {
    const version = VERSIONS[random(3)];
    const requests = some((i) => ({ specifier: `${i}${text()}`, attributes: some((j) => ({ key: `${j}${text()}`, value: text() })) }));
    const module = () => requests[random(requests.length)].specifier;
    const record = {
      ...emptyRecord(version), requests,
      ...(requests.length > 0 && {
        imports: some((i) => [
          { type: ['single', 'single-typescript'][random(2)], module_request: module(), import_name: text(), local_name: `${i}${text()}` },
          { type: 'namespace', module_request: module(), import_name: '*', local_name: `${i}${text()}` },
        ][random(2)]),
        exports: some((i) => [
          { type: 'local', export_name: `${i}${text()}`, module_name: '', import_name: '', local_name: `l${text()}` },
          { type: 'indirect', export_name: `${i}${text()}`, module_name: module(), import_name: text(), local_name: '' },
          { type: 'namespace', export_name: `${i}${text()}`, module_name: module(), import_name: '', local_name: '' },
        ][random(3)]),
        star_exports: [...new Set(some(module))],
      }),
      ...(version === 3 && {
        declared_variables: some((i) => ({ name: `${i}${text()}`, bits: random(2 ** 32) })),
        lexical_variables: some((i) => ({ name: `${i}${text()}`, bits: random(2 ** 32) })),
        code_features: random(2 ** 32),
      }),
    };
    const code = Uint8Array.from({ length: random(20) }, () => random(256));
    const file = encode(record, code);
    const { bytecode, ...decoded } = check(file);
    assert.deepEqual(decoded, record);
    assert.deepEqual(file.subarray(bytecode.offset, bytecode.offset + bytecode.length), code);
    if (version > 1) assert.deepEqual(extract(file), bytecode);

    for (let i = 0; i < 40; i++) {
      const whole = file.slice();
      for (let n = random(3); n >= 0; n--) whole[random(file.length)] = [0, 1, 2, 255, random(256)][random(5)];
      const broken = whole.subarray(0, random(8) === 0 ? random(file.length) : file.length);
      try {
        const { bytecode: place, ...other } = check(broken);
        if (other.version > 1) assert.deepEqual(extract(broken), place);
        const again = encode(other, broken.subarray(place.offset));
        assert.equal(hex(encode(decode(again), broken.subarray(place.offset))), hex(again));
      } catch (error) {
        if (!(error instanceof BmesError && Number.isSafeInteger(error.offset))) throw error;
      }
    }
  }
});

test('a large file takes linear time', () => {
  for (const version of VERSIONS) {
    const record = emptyRecord(version);
    for (let i = 0; i < 30000; i++) {
      record.requests.push({ specifier: String(1e9 + i * 65536), attributes: [] });
      record.star_exports.push(String(1e9 + i * 65536));
      record.lexical_variables?.push({ name: String(1e9 + i * 65536), bits: i });
    }
    const file = encode(record, new Uint8Array());
    const begin = performance.now();
    check(file);
    assert.ok(performance.now() - begin < 2000);
  }
});

const testee = fileURLToPath(new URL('testee.mjs', import.meta.url));
/** @param {string} input @param {...string} args */
const run = (input, ...args) => spawnSync(process.execPath, [testee, ...args], { input, encoding: 'utf8' });

test('the protocol', () => {
  const requests = [
    { id: 0, op: 'hello', protocol: 1 },
    { id: 1, op: 'decode', hex: hex(starFile(1, 'm')) },
    { id: 2, op: 'check', hex: hex(starFile(1, 'm')) },
    { id: 3, op: 'decode', hex: '' },
    { id: 4, op: 'encode', record: emptyRecord(1), bytecode: 'cafe' },
    { id: 5, op: 'decode' },
    { id: 6, op: 'constructor' },
    { id: 7 },
    { id: 8, op: 'decode', hex: hex(fileOf(3, join(0, 0, 0, 0, 0, 1, 'x', 2, 4096))) },
    { id: 9, op: 'encode', record: emptyRecord(2), bytecode: 'cafe' },
    { id: 10, op: 'encode', record: { ...emptyRecord(3), code_features: 4294967295 }, bytecode: '' },
  ].map((request) => JSON.stringify(request));
  const { stdout, status } = run([...requests, '{', 'null', '{"id":11,"op":"bye"}', '{"id":12,"op":"hello"}', ''].join('\n'));
  assert.equal(status, 0);
  const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(answers.map(({ id, ...answer }) => [id, ...Object.keys(answer)].join(' ')), [
    '0 ok', '1 ok', '2 err', '3 err', '4 ok', '5 fault', '6 unsupported', '7 fault', '8 ok', '9 ok', '10 ok', ' fault', ' fault',
  ]);
  assert.deepEqual(answers[0].ok.formats, [...VERSIONS, 4]);
  assert.deepEqual(answers[1].ok, { ...emptyRecord(1), star_exports: ['m'], bytecode: { offset: 29 + 4, length: 0 } });
  assert.deepEqual(answers[2].err, { class: 'unrequested-module', offset: 24, message: 'no request has this specifier' });
  assert.equal(answers[4].ok.hex, '53454d42010000000000000000000000000000000000000002000000cafe');
  assert.deepEqual(answers[8].ok, {
    ...emptyRecord(3), lexical_variables: [{ name: 'x', bits: 2 }], code_features: 4096, bytecode: { offset: 56, length: 0 },
  });
  assert.equal(answers[9].ok.hex, `53454d42020000002000000002000000${'0'.repeat(32)}cafe`);
  assert.equal(answers[10].ok.hex, `53454d42030000003000000000000000${'0'.repeat(48)}ffffffff00000000`);
  assert.equal(run('').status, 0);
});

test('the protocol in one shot', () => {
  assert.equal(JSON.parse(run('', 'hello').stdout).ok.protocol, 1);
  for (const version of VERSIONS) assert.equal(run(`SEMB${String.fromCharCode(version)}\0\0\0`, 'identify').stdout, `{"ok":{"version":${version}}}\n`);
  assert.equal(run('SEMB', 'decode').status, 1);
  assert.equal(run(`${JSON.stringify({ record: emptyRecord(3), bytecode: '' })}\n`, 'encode').status, 0);
  assert.equal(run('', 'link').status, 89);
  assert.equal(run('{', 'encode').status, 70);
});

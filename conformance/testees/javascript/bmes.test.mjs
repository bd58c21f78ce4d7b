// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BmesError, check, decode, encode, identify } from './bmes.mjs';

/** @param {string} text */
const bytes = (text) => Uint8Array.from(text.trim().split(/\s+/).filter(Boolean), (byte) => parseInt(byte, 16));
/** @param {Uint8Array} file */
const hex = (file) => Buffer.from(file).toString('hex');

/** @param {string} kind @param {number | undefined} offset @param {() => unknown} act */
const rejects = (kind, offset, act) => assert.throws(act, (error) => {
  assert.ok(error instanceof BmesError, String(error));
  assert.deepEqual([error.kind, error.offset], [kind, offset]);
  return true;
});

const EMPTY = bytes('53 45 4d 42 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00');

// The specification, section 11.
const WORKED = bytes(`
  53 45 4d 42 01 00 00 00 04 00 00 00
  0d 00 00 00 2e 2f 63 6f 6e 66 69 67 2e 6a 73 6f 6e 01 00 00 00 01 00 00 00
  04 00 00 00 74 79 70 65 04 00 00 00 6a 73 6f 6e
  07 00 00 00 6e 6f 64 65 3a 66 73 00 00 00 00
  09 00 00 00 2e 2f 70 61 74 68 2e 6a 73 00 00 00 00
  09 00 00 00 2e 2f 75 74 69 6c 2e 6a 73 00 00 00 00
  02 00 00 00
  00 00 00 00 0d 00 00 00 2e 2f 63 6f 6e 66 69 67 2e 6a 73 6f 6e
  07 00 00 00 64 65 66 61 75 6c 74 06 00 00 00 63 6f 6e 66 69 67
  02 00 00 00 07 00 00 00 6e 6f 64 65 3a 66 73 01 00 00 00 2a 02 00 00 00 66 73
  02 00 00 00
  01 00 00 00 08 00 00 00 6a 6f 69 6e 2d 61 6c 6c 09 00 00 00 2e 2f 70 61 74 68 2e 6a 73
  04 00 00 00 6a 6f 69 6e 00 00 00 00
  00 00 00 00 07 00 00 00 64 65 66 61 75 6c 74 00 00 00 00 00 00 00 00 04 00 00 00 6d 61 69 6e
  01 00 00 00 09 00 00 00 2e 2f 75 74 69 6c 2e 6a 73
  04 00 00 00 de ad be ef`);

/** @returns {import('./bmes.mjs').ModuleRecord} */
const emptyRecord = () => ({ version: 1, requests: [], imports: [], exports: [], star_exports: [] });

/** A file that only has star exports.
 * @param {...(string | Uint8Array)} strings */
const starFile = (...strings) => {
  const u32 = (/** @type {number} */ n) => new Uint8Array(new Uint32Array([n]).buffer);
  const encoded = strings.map((string) => (typeof string === 'string' ? new TextEncoder().encode(string) : string));
  return new Uint8Array(Buffer.concat([EMPTY.subarray(0, 20), u32(encoded.length), ...encoded.flatMap((e) => [u32(e.length), e]), u32(0)]));
};

test('the worked example', () => {
  const { bytecode, ...record } = check(WORKED);
  assert.deepEqual(bytecode, { offset: 0x10f, length: 4 });
  assert.deepEqual(record, {
    version: 1,
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
  });
  assert.equal(hex(encode(record, WORKED.subarray(bytecode.offset))), hex(WORKED));
});

test('every prefix of a file is truncated, and one more byte is too many', () => {
  for (let length = 0; length < WORKED.length; length++) {
    assert.throws(() => decode(WORKED.subarray(0, length)), { name: 'BmesError', kind: 'truncated' });
  }
  rejects('trailing-bytes', WORKED.length, () => decode(Uint8Array.of(...WORKED, 0)));
});

test('the examples of the specification', () => {
  assert.deepEqual(check(EMPTY), { ...emptyRecord(), bytecode: { offset: 28, length: 0 } });
  rejects('bad-magic', 0, () => decode(bytes('42 4d 45 53 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00')));
  rejects('truncated', 8, () => decode(bytes(`53 45 4d 42 01 00 00 00 ff ff ff ff 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`)));
  rejects('bad-utf8', 16, () => decode(bytes(`53 45 4d 42 01 00 00 00 01 00 00 00 01 00 00 00
    c3 a9 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`)));
  const { bytecode, ...record } = check(bytes(`53 45 4d 42 01 00 00 00 01 00 00 00 01 00 00 00
    61 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`)); // has_attributes, and none: not canonical
  assert.deepEqual(record.requests, [{ specifier: 'a', attributes: [] }]);
  assert.equal(encode(record, new Uint8Array()).length, bytecode.offset - 4);
});

test('identify looks at eight bytes', () => {
  assert.equal(identify(EMPTY.subarray(0, 8)), 1);
  rejects('truncated', 0, () => identify(EMPTY.subarray(0, 3)));
  rejects('truncated', 4, () => identify(EMPTY.subarray(0, 7)));
  rejects('bad-magic', 0, () => identify(bytes('53 45 4d 43')));
  rejects('unsupported-version', 4, () => identify(bytes('53 45 4d 42 01 00 00 80')));
});

test('UTF-8 is strict, and a string comes as it is', () => {
  const strings = ['', '\ufeff', '\ufeffa', '\0', '\ufffd', ' a ', 'e\u0301', '\uffff', '\u{10ffff}', '\ud7ff\ue000', '__proto__'];
  assert.deepEqual(decode(starFile(...strings)).star_exports, strings);
  // Ill-formed bytes, and how many of them are well-formed before.
  for (const [text, before] of /** @type {[string, number][]} */ ([
    ['80', 0], ['c3', 0], ['61 c0 80', 1], ['ed a0 80', 0], ['ed bf bf', 0], ['f4 90 80 80', 0], ['f5', 0], ['ff', 0],
    ['ef bb bf ef bb', 3], ['ef bf bd ef bf', 3], ['c3 a9 f0 9f 98 80 f0 9f 98', 6], ['e0 9f 80', 0], ['f0 8f bf bf', 0],
  ])) rejects('bad-utf8', 28 + before, () => decode(starFile(bytes(text))));
});

test('numbers have 32 bits and no sign', () => {
  const file = starFile('a', 'b');
  file[24 + 3] = 0x80; // the length of the first
  rejects('truncated', 24, () => decode(file));
  const flag = bytes('53 45 4d 42 01 00 00 00 01 00 00 00 00 00 00 00 01 00 00 80 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00');
  rejects('bad-flag', 16, () => decode(flag));
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
  for (const [kind, part] of cases) {
    const record = /** @type {any} */ ({ ...emptyRecord(), ...part });
    if (kind) rejects(kind, undefined, () => encode(record, new Uint8Array()));
    else check(encode(record, new Uint8Array()));
  }
  rejects('unrequested-module', 24, () => check(starFile('m')));
});

test('a writer settles the order of attributes and the name of a namespace, and refuses the rest', () => {
  const keys = ['\u{10000}', 'ab', '\uffff', 'a', '', 'é', '\ud7ff'];
  const record = { ...emptyRecord(), requests: [{ specifier: 'm', attributes: keys.map((key) => ({ key, value: '' })) }] };
  record.imports.push({ type: 'namespace', module_request: 'm', import_name: 'x', local_name: 'ns' });
  const before = structuredClone(record);
  const decoded = decode(encode(record, new Uint8Array()));
  assert.deepEqual(decoded.requests[0].attributes.map(({ key }) => key), ['', 'a', 'ab', 'é', '\ud7ff', '\uffff', '\u{10000}']);
  assert.equal(decoded.imports[0].import_name, '*');
  assert.deepEqual(record, before);

  const refuses = (/** @type {string} */ kind, /** @type {any} */ part) => rejects(kind, undefined, () => encode({ ...emptyRecord(), ...part }, new Uint8Array()));
  refuses('bad-utf8', { requests: [{ specifier: '\ud800', attributes: [] }] });
  refuses('bad-type', { exports: [{ type: 'single', export_name: '', module_name: '', import_name: '', local_name: 'a' }] });
  refuses('unsupported-version', { version: 2, requests: undefined });
});

test('a large file takes linear time', () => {
  const record = emptyRecord();
  for (let i = 0; i < 30000; i++) {
    record.requests.push({ specifier: String(1e9 + i * 65536), attributes: [] });
    record.star_exports.push(String(1e9 + i * 65536));
  }
  const file = encode(record, new Uint8Array());
  const begin = performance.now();
  check(file);
  assert.ok(performance.now() - begin < 2000);
});

const testee = fileURLToPath(new URL('testee.mjs', import.meta.url));
/** @param {string} input @param {...string} args */
const run = (input, ...args) => spawnSync(process.execPath, [testee, ...args], { input, encoding: 'utf8' });

test('the protocol', () => {
  const requests = [
    { id: 0, op: 'hello', protocol: 1 },
    { id: 1, op: 'decode', hex: hex(starFile('m')) },
    { id: 2, op: 'check', hex: hex(starFile('m')) },
    { id: 3, op: 'decode', hex: '' },
    { id: 4, op: 'encode', record: emptyRecord(), bytecode: 'cafe' },
    { id: 5, op: 'decode' },
    { id: 6, op: 'constructor' },
    { id: 7 },
  ].map((request) => JSON.stringify(request));
  const { stdout, status } = run([...requests, '{', 'null', '{"id":9,"op":"bye"}', '{"id":10,"op":"hello"}', ''].join('\n'));
  assert.equal(status, 0);
  const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(answers.map(({ id, ...answer }) => [id, ...Object.keys(answer)].join(' ')), [
    '0 ok', '1 ok', '2 err', '3 err', '4 ok', '5 fault', '6 unsupported', '7 fault', ' fault', ' fault',
  ]);
  assert.deepEqual(answers[1].ok, { ...emptyRecord(), star_exports: ['m'], bytecode: { offset: 29 + 4, length: 0 } });
  assert.deepEqual(answers[2].err, { class: 'unrequested-module', offset: 24, message: 'no request has this specifier' });
  assert.equal(answers[4].ok.hex, '53454d42010000000000000000000000000000000000000002000000cafe');
  assert.equal(run('').status, 0);
});

test('the protocol in one shot', () => {
  assert.equal(JSON.parse(run('', 'hello').stdout).ok.protocol, 1);
  assert.deepEqual(run('SEMB\x01\0\0\0', 'identify').stdout, '{"ok":{"version":1}}\n');
  assert.equal(run('SEMB', 'decode').status, 1);
  assert.equal(run(`${JSON.stringify({ record: emptyRecord(), bytecode: '' })}\n`, 'encode').status, 0);
  assert.equal(run('', 'link').status, 89);
  assert.equal(run('{', 'encode').status, 70);
});

// @ts-check
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BmesError, openPack } from './pack.mjs';
import { PRODUCER_1, SMALLEST, bytes, crc, hex, sha256, u32s } from './testing4.mjs';

/** @param {...number} numbers */
const u16s = (...numbers) => Buffer.from(new Uint16Array(numbers).buffer);

/** @param {string} url @param {string} [source] its digest */
function keyOf(url, source = sha256('')) {
  const name = Buffer.from(url);
  return createHash('sha256').update(Buffer.concat([Buffer.from('BMES key 1\0'), u32s(name.length), name, bytes(PRODUCER_1), bytes(source)])).digest('hex');
}
/** @param {string} url */
const nameOf = (url) => `modules/${keyOf(url)}.bmes`;

// Packs that are made by hand. The values of a pack are the defaults, and `local`, `entry` and `end` replace some.

/** @param {any} member */
const localOf = ({ name, data, local = {}, extra }) => Buffer.concat([
  bytes(local.signature ?? '504b0304'), u16s(local.needed ?? 10, local.flags ?? 0, local.method ?? 0, local.time ?? 0, local.date ?? 33),
  u32s(local.crc ?? crc(data), local.compressed ?? data.length, local.size ?? data.length),
  u16s(local.nameLength ?? Buffer.byteLength(name), extra.length), Buffer.from(local.name ?? name), extra,
]);
/** @param {any} member @param {number} at where the local header is */
const entryOf = ({ name, data, entry = {} }, at) => Buffer.concat([
  bytes(entry.signature ?? '504b0102'), u16s(entry.by ?? 10, entry.needed ?? 10, entry.flags ?? 0, entry.method ?? 0, entry.time ?? 0, entry.date ?? 33),
  u32s(entry.crc ?? crc(data), entry.compressed ?? data.length, entry.size ?? data.length),
  u16s(Buffer.byteLength(name), entry.extra?.length ?? 0, entry.comment?.length ?? 0, entry.disk ?? 0, entry.internal ?? 0),
  u32s(entry.external ?? 2_175_008_768, entry.offset ?? at), Buffer.from(name), Buffer.from(entry.extra ?? ''), Buffer.from(entry.comment ?? ''),
]);

/** A ZIP file. `between` comes after the last member, `inside` after the last entry, and `after` after everything.
 * @param {any[]} members @param {any} [others] */
function zipOf(members, { end = {}, before = '', between = '', inside = '', after = '' } = {}) {
  const parts = [Buffer.from(before)];
  const entries = [];
  let at = before.length;
  for (const member of members) {
    const gap = (8 - ((at + 30 + Buffer.byteLength(member.name)) % 8)) % 8;
    const local = localOf({ extra: Buffer.alloc(gap), ...member });
    entries.push(entryOf(member, at));
    parts.push(local, member.data);
    at += local.length + member.data.length;
  }
  const directory = Buffer.concat([...entries, Buffer.from(inside)]);
  return new Uint8Array(Buffer.concat([
    ...parts, Buffer.from(between), directory,
    bytes(end.signature ?? '504b0506'), u16s(end.disk ?? 0, end.directoryDisk ?? 0, end.here ?? members.length, end.members ?? members.length),
    u32s(end.size ?? directory.length, end.offset ?? at + between.length), u16s(end.comment ?? 0), Buffer.from(after),
  ]));
}

/** @param {string} url @param {object} [others] */
const moduleOf = (url, others) => ({
  url, type: null, format: 'module', source: { size: 0, sha256: sha256('') }, member: null, requests: [], dynamic: [], exports: [], reexports: [], ...others,
});
/** @param {object} [others] */
const indexOf = (others) => ({
  pack: 1, producer: PRODUCER_1, freshness: 'stat', conditions: [], flags: [], environment: [], entries: [0], modules: [moduleOf('a.mjs')],
  packages: [], directories: [], links: [], absent: [], ...others,
});
/** @param {unknown} index a value, or the text or the bytes of an index @param {object} [others] */
const indexMember = (index, others) => ({
  name: 'index.json', data: index instanceof Uint8Array ? index : Buffer.from(typeof index === 'string' ? index : JSON.stringify(index)), ...others,
});
/** A pack without members of modules.
 * @param {unknown} index */
const packOf = (index) => zipOf([indexMember(index)]);

// The name has 77 bytes, so the first member's data is at 112 behind a gap of 5.
const AT = 112;
const MEMBER = { name: nameOf('a.mjs'), data: SMALLEST };
const FULL = indexOf({
  freshness: 'hash',
  conditions: ['import', 'node', '\uffff', '\u{10000}'], // in the order of UTF-16, the last two would be reversed
  flags: ['b', 'a', 'a'],
  environment: [{ name: 'A', value: null }, { name: 'B', value: '\u0000\u001f\u007f\u2028"\\\b\f\n\r\t/é' }],
  entries: [1, 0, 0],
  modules: [
    moduleOf('a.mjs', {
      member: { offset: AT, size: SMALLEST.length },
      requests: [
        { specifier: './b', phase: 'defer', attributes: [['a', ''], ['b', 'x']], module: 2 },
        { specifier: '', phase: 'evaluation', attributes: [], module: null },
      ],
      dynamic: [{ specifier: './b', phase: 'source', attributes: [], module: 1 }],
    }),
    moduleOf('../../b?../\\?//#', { type: 'json' }),
    moduleOf('../../b?../\\?//#', { format: 'commonjs', exports: ['b', 'a', 'a'], reexports: ['z', 'z'] }),
    moduleOf('../\\', { format: 'builtin', source: null }),
  ],
  packages: [{ path: '', sha256: PRODUCER_1 }, { path: '/a', sha256: PRODUCER_1 }],
  directories: [{ path: 'a', sha256: PRODUCER_1 }],
  links: [{ path: 'a', target: '' }],
  absent: ['..', '../a'],
});
/** The pack with everything. @param {object} [member] @param {object} [index] @param {object} [others] */
const fullPack = (member, index, others) => zipOf([{ ...MEMBER, ...member }, indexMember(FULL, index)], others);

/** @param {string} kind @param {Uint8Array} file @param {string} [what] */
const rejects = (kind, file, what) => assert.throws(() => openPack(file), (error) => {
  assert.ok(error instanceof BmesError, String(error));
  assert.equal(error.kind, kind, `${what}: ${error.message}`);
  return true;
}, what);

test('a pack with everything, and the smallest', () => {
  assert.deepEqual(openPack(fullPack()), FULL);
  assert.deepEqual(openPack(packOf(indexOf())), indexOf());
  const within = Buffer.concat([Buffer.from('xyz'), fullPack()]).subarray(3); // at an odd place of its buffer
  assert.deepEqual(openPack(within), FULL);
});

test('any value where the page says "any"', () => {
  const local = { needed: 45, time: 1, date: 2 };
  const entry = { by: 0xffff, needed: 45, time: 3, date: 4, internal: 5, external: 6 };
  assert.deepEqual(openPack(fullPack({ local, entry, extra: Buffer.from('PK\x01\x02!') }, { local, entry, extra: Buffer.from('xy') })), FULL);
  assert.deepEqual(openPack(fullPack({ local: { crc: 7 }, entry: { crc: 7 } })), FULL); // that of a member, which an opener does not read
});

test('every cut and longer file is rejected', () => {
  const file = fullPack();
  for (let size = 0; size < file.length; size++) assert.throws(() => openPack(file.subarray(0, size)), BmesError);
  assert.throws(() => openPack(fullPack({}, {}, { after: '\0' })), BmesError);
});

/** @type {[string, string, Uint8Array][]} */
const BROKEN_ZIPS = [
  ...[
    { signature: '504b0606' }, { disk: 1 }, { directoryDisk: 1 }, { here: 1 }, { members: 1 }, { here: 3, members: 3 }, { here: 1, members: 1 },
    { here: 0, members: 0 }, { here: 0xffff, members: 0xffff }, { size: 1 }, { offset: 1 }, { size: 0xffffffff, offset: 0xffffffff }, { comment: 1 },
  ].map((end) => /** @type {[string, string, Uint8Array]} */ (['bad-zip', `end ${JSON.stringify(end)}`, fullPack({}, {}, { end })])),
  ...[
    { signature: '504b0103' }, { flags: 1 }, { flags: 0x800 }, { method: 8 }, { compressed: 1 }, { size: 1 }, { extra: 'x' }, { comment: 'x' }, { disk: 1 },
    { crc: 1 }, { compressed: 1, size: 1 },
  ].flatMap((entry) => /** @type {[string, string, Uint8Array][]} */ ([
    ['bad-zip', `first entry ${JSON.stringify(entry)}`, fullPack({ entry })], ['bad-zip', `last entry ${JSON.stringify(entry)}`, fullPack({}, { entry })],
  ])),
  ...[
    { signature: '504b0104' }, { flags: 8 }, { method: 8 }, { compressed: 0 }, { size: 0 }, { crc: 1 }, { nameLength: 9 }, { nameLength: 0xffff },
    { name: nameOf('b.mjs') }, { name: '\u0131ndex.jso' },
  ].flatMap((local) => /** @type {[string, string, Uint8Array][]} */ ([
    ...(local.name?.length === 9 ? [] : [['bad-zip', `first local ${JSON.stringify(local)}`, fullPack({ local })]]),
    ...(local.name?.length === 77 ? [] : [['bad-zip', `last local ${JSON.stringify(local)}`, fullPack({}, { local })]]),
  ])),
  ['bad-zip', 'more in the directory', fullPack({}, {}, { inside: 'x' })],
  ['bad-zip', 'a comment of the file', fullPack({}, {}, { end: { comment: 1 }, after: 'x' })],
  ['bad-checksum', 'the CRC-32 of the index', fullPack({}, { local: { crc: 1 }, entry: { crc: 1 } })],
  ['bad-member', 'no members', zipOf([])],
  ['bad-member', 'no index', zipOf([MEMBER])],
  ['bad-member', 'the index first', zipOf([indexMember(FULL), MEMBER])],
  ['bad-member', 'two indices', zipOf([indexMember(FULL), indexMember(FULL)])],
  ['bad-member', 'a member twice', zipOf([MEMBER, MEMBER, indexMember(FULL)])],
  ...[
    '', 'index.json', '../index.json', `/${MEMBER.name}`, `${MEMBER.name}/`, `${MEMBER.name}\n`, MEMBER.name.slice(1), MEMBER.name.toUpperCase(),
    MEMBER.name.replace('/', '\\'), MEMBER.name.replace(/..bmes/, '.bmes'), `modules/${keyOf('a.mjs').replace(/[a-f]/, (digit) => digit.toUpperCase())}.bmes`,
  ].map((name) => /** @type {[string, string, Uint8Array]} */ (['bad-member', `name ${JSON.stringify(name)}`, fullPack({ name })])),
  ...['Index.json', 'index.json\0', '\ufeffindex.json', 'index.jso', MEMBER.name].map((name) => (
    /** @type {[string, string, Uint8Array]} */ (['bad-member', `last name ${JSON.stringify(name)}`, fullPack({}, { name })])
  )),
  ['bad-member', 'bytes before the first member', fullPack({}, {}, { before: '12345678' })],
  ['bad-member', 'bytes after the last member', fullPack({}, {}, { between: 'x' })],
  ['bad-member', 'a member at the place of another', fullPack({}, { entry: { offset: 0 } })],
  ['bad-member', 'a member outside of the file', fullPack({}, { entry: { offset: 0xffffffff } })],
  ['bad-member', 'members in another order than their entries', (() => {
    const file = fullPack();
    const first = Buffer.from(file).indexOf('PK\x01\x02', 0, 'latin1');
    const [a, b] = [46 + 77, 46 + 10].map((size, i) => file.slice(first + i * (46 + 77), first + i * (46 + 77) + size));
    file.set([...b, ...a], first);
    return file;
  })()],
  ['bad-member', 'data not at a multiple of 8', fullPack({ extra: Buffer.alloc(4) })],
  ['bad-member', 'a size past the directory', fullPack({}, { local: { size: 9e6, compressed: 9e6 }, entry: { size: 9e6, compressed: 9e6 } })],
  ['bad-member', 'no room for a local header', zipOf([], { end: { here: 1, members: 1, size: 56 }, inside: entryOf(indexMember(''), 0) })],
];

for (const [kind, what, file] of BROKEN_ZIPS) test(`${kind}: ${what}`, () => rejects(kind, file, what));

const TEXT = JSON.stringify(indexOf());
/** @param {object} others */
const module = (others) => ({ modules: [moduleOf('a.mjs', others)] });
/** @param {object} others */
const request = (others) => module({ requests: [{ specifier: 'x', phase: 'evaluation', attributes: [], module: null, ...others }] });
/** @param {string} url @param {string} [format] */
const ofUrl = (url, format = 'json') => ({ modules: [moduleOf(url, { format, source: format === 'builtin' ? null : { size: 0, sha256: PRODUCER_1 } })] });
const DIGESTS = ['', PRODUCER_1.slice(1), `${PRODUCER_1}\n`, PRODUCER_1.toUpperCase(), null, 1];

/** Replaces keys of the index, each row so that one rule is broken.
 * @type {object[]} */
const BROKEN_INDICES = [
  ...['1', null, true, -1, 1.5, 2 ** 53, [1]].map((pack) => ({ pack })),
  ...DIGESTS.map((producer) => ({ producer })),
  ...['always', null, 1].map((freshness) => ({ freshness })),
  ...['flags', 'conditions', 'absent'].flatMap((key) => [null, {}, 'a', [1], [null], ['\ud800'], [['a']]].map((value) => ({ [key]: value }))),
  ...[[{ name: 'a' }], [{ value: null, name: 'a' }], [{ name: null, value: null }], [{ name: 'a', value: 1 }], ['a'], [null], [[]]].map((environment) => ({ environment })),
  ...[[], [1], [-1], [0.5], ['0'], [null], 0].map((entries) => ({ entries })),
  ...[[], {}, null, [null], [[]]].map((modules) => ({ modules })),
  ...['packages', 'directories'].flatMap((key) => [
    ...DIGESTS.map((digest) => ({ [key]: [{ path: 'a', sha256: digest }] })), { [key]: [{ path: null, sha256: PRODUCER_1 }] }, { [key]: [{ path: 'a' }] },
    { [key]: [{ path: 'a', sha256: PRODUCER_1, x: 1 }] }, { [key]: ['a', 'a'].map((path) => ({ path, sha256: PRODUCER_1 })) },
  ]),
  ...[[{ path: 'a' }], [{ path: 'a', target: null }], [{ path: 'b', target: '' }, { path: 'a', target: '' }]].map((links) => ({ links })),
  { environment: ['b', 'a'].map((name) => ({ name, value: null })) },
  ...['conditions', 'absent'].flatMap((key) => [['b', 'a'], ['a', 'a'], ['\u{10000}', '\uffff'], ['aa', 'a']].map((list) => ({ [key]: list }))),
  ...[{ url: null }, { url: '\udc00' }, { type: 1 }, { type: '\ud800' }, { format: 'Module' }, { format: null }, { source: null }, { source: {} },
    { source: { size: -1, sha256: PRODUCER_1 } }, { source: { size: '0', sha256: PRODUCER_1 } }, { source: { sha256: PRODUCER_1, size: 0 } },
    { source: [] }, { member: [] }, { member: {} }, { member: { offset: 0 } }, { member: { offset: null, size: 0 } }, { requests: null }, { dynamic: [null] },
    { exports: [1] }, { reexports: ['\ud800'] }, { exports: {} }, { x: 1 }, { requests: undefined }, { format: 'builtin' }].map(module),
  ...[{ specifier: null }, { specifier: '\ud800' }, { phase: 'Defer' }, { phase: 0 }, { attributes: {} }, { attributes: [['a']] }, { attributes: [['a', 'b', 'c']] },
    { attributes: [['a', null]] }, { attributes: [{ 0: 'a', 1: 'b' }] }, { attributes: [['\ud800', '']] }, { attributes: [['b', ''], ['a', '']] },
    { attributes: [['a', '1'], ['a', '2']] }, { module: 1 }, { module: -1 }, { module: '0' }, { module: undefined }, { x: 1 }].map(request),
  module({ dynamic: [{ specifier: 'x', phase: 'evaluation', attributes: [], module: 1 }] }),
  module({ dynamic: [{ specifier: 'x', phase: 'evaluation', attributes: [['a', ''], ['a', '']], module: 0 }] }),
  { modules: [moduleOf('a.mjs'), moduleOf('a.mjs', { format: 'json' })] },
  ...['', '/', '/a', 'a/', 'a//b', '.', './a', 'a/./b', 'a\\b', '..', '../..', '../', 'a/../b', '../a/../b', '?a', '../?a', 'a/?', 'a/..?'].map((url) => ofUrl(url)),
  ofUrl('', 'builtin'),
  module({ member: { offset: 40, size: 0 } }), // there is no such member
];

test('bad-pack-index', () => {
  for (const broken of BROKEN_INDICES) rejects('bad-pack-index', packOf(indexOf(broken)), JSON.stringify(broken));
  for (const key of Object.keys(indexOf())) rejects('bad-pack-index', packOf(indexOf({ [key]: undefined })), `without ${key}`);
  for (const index of [null, [], 1, '"a"', [indexOf()], {}]) rejects('bad-pack-index', packOf(index), JSON.stringify(index));
});

test('urls that are right', () => {
  for (const url of ['a', '../a', '../../a/b', '...', 'a/...', '..a', 'C:/a', 'a?', 'a?/../\\', 'a#/b', ' ']) openPack(packOf(indexOf(ofUrl(url))));
  for (const url of ['node:fs', '/', '..', '\\', '?']) openPack(packOf(indexOf(ofUrl(url, 'builtin'))));
});

test('an index that is not the canonical text', () => {
  const long = '\\u0061';
  for (const text of [
    '', '{', `${TEXT} `, ` ${TEXT}`, `${TEXT}\n`, `${TEXT}\0`, `\ufeff${TEXT}`, TEXT.slice(0, -1), `${TEXT},`, TEXT.replace(':', ': '), TEXT.replace('"pack"', '"p\\u0061ck"'),
    TEXT.replace('"pack":1', '"pack":1,"pack":1'), TEXT.replace('"pack":1', '"pack":2,"pack":1'), TEXT.replace('"pack":1', '"pack":1,"pack":2'),
    TEXT.replace('"pack":1', '"__proto__":{},"pack":1'), TEXT.replace(/("pack":1),("producer":"\w+")/, '$2,$1'),
    ...['1.0', '1e0', '+1', '01', '-1', '10e-1'].map((one) => TEXT.replace('"pack":1', `"pack":${one}`)),
    ...['-0', '0.0', '0e9', '00'].map((zero) => TEXT.replace('"entries":[0]', `"entries":[${zero}]`)),
    ...[long, '\\/', '\\u001F', '\\u000a', '\\u0022', '\\u007f', '\\ud83d\\ude00', '\\ud800', '\u0001', '\n', '\\x'].map((a) => TEXT.replace('"flags":[]', `"flags":["${a}"]`)),
    TEXT.replace('"flags":[]', '"flags":["a",]'), TEXT.replace('"flags":[]', '"flags":[/**/]'), TEXT.replace('null', 'NaN'),
  ]) rejects('bad-pack-index', packOf(text), text);
  for (const wrong of ['ff', 'c0af', 'eda080', 'f4908080', 'c3']) {
    const [before, after] = TEXT.split('"flags":[]');
    rejects('bad-pack-index', packOf(Buffer.concat([Buffer.from(`${before}"flags":["`), bytes(wrong), Buffer.from(`"]${after}`)])), wrong);
  }
});

test('another layout', () => {
  for (const pack of [0, 2, 2 ** 53 - 1]) rejects('unsupported-version', packOf(indexOf({ pack })), String(pack));
  rejects('unsupported-version', packOf({ new: [[[[[[[[[]]]]]]]]], pack: 2 }));
});

test('deep nesting takes no stack and no memory', () => {
  for (const unit of ['[', '{"a":', '[]', '"[\\"']) rejects('bad-pack-index', packOf(unit.repeat(1_000_000)), unit);
  rejects('bad-pack-index', packOf(TEXT.replace('"flags":[]', `"flags":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)));
  openPack(packOf(indexOf({ flags: ['['.repeat(1000), '"[\\'.repeat(1000)] })));
});

test('modules and their members', () => {
  const member = { offset: AT, size: SMALLEST.length };
  const index = (/** @type {object[]} */ ...modules) => zipOf([MEMBER, indexMember(indexOf({ modules }))]);
  openPack(index(moduleOf('b.mjs'), moduleOf('a.mjs', { member })));
  openPack(zipOf([{ ...MEMBER, data: Buffer.alloc(0) }, indexMember(indexOf(module({ member: { offset: AT, size: 0 } })))])); // not a file of version 4
  for (const modules of [
    [moduleOf('a.mjs')], [moduleOf('b.mjs', { member })], [moduleOf('a.mjs', { member }), moduleOf('b.mjs', { member })],
    [moduleOf('a.mjs', { member, source: { size: 0, sha256: PRODUCER_1 } })], [moduleOf('a.mjs', { member, format: 'json' })],
    [moduleOf('a.mjs', { member, type: '' })], [moduleOf('a.mjs', { member, format: 'builtin', source: null })],
    [moduleOf('a.mjs', { member: { ...member, offset: AT - 1 } })], [moduleOf('a.mjs', { member: { ...member, size: 0 } })],
  ]) rejects('bad-pack-index', index(...modules), JSON.stringify(modules));

  // The modules need not be in the order of the members.
  const two = [MEMBER, { name: nameOf('ü.mjs'), data: SMALLEST }];
  const second = { offset: AT + SMALLEST.length + 112, size: SMALLEST.length };
  openPack(zipOf([...two, indexMember(indexOf({ modules: [moduleOf('ü.mjs', { member: second }), moduleOf('a.mjs', { member })] }))]));
  rejects('bad-pack-index', zipOf([...two, indexMember(indexOf({ modules: [moduleOf('ü.mjs', { member }), moduleOf('a.mjs', { member: second })] }))]));
});

test('an index that is too large', () => {
  rejects('limit', zipOf([indexMember(Buffer.alloc(67_108_865), { local: { crc: 0 }, entry: { crc: 0 } })]));
});

test('the protocol of packs', () => {
  const testee = fileURLToPath(new URL('testee.mjs', import.meta.url));
  /** @param {string | Uint8Array} input @param {...string} args */
  const run = (input, ...args) => spawnSync(process.execPath, [testee, ...args], { input, encoding: 'utf8', maxBuffer: 2 ** 27 });
  const { max_line, ops } = JSON.parse(run('', 'hello').stdout).ok;
  assert.equal(max_line, 268_435_456);
  assert.ok(ops.includes('open-pack'));
  const requests = [{ hex: hex(fullPack()) }, { hex: hex(zipOf([])) }, {}].map((request, id) => `${JSON.stringify({ id, op: 'open-pack', ...request })}\n`);
  const answers = run(requests.join('')).stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(answers[0], { id: 0, ok: FULL });
  assert.equal(answers[1].err.class, 'bad-member');
  assert.ok('fault' in answers[2]);
  assert.deepEqual(JSON.parse(run(fullPack(), 'open-pack').stdout), { ok: FULL });
  assert.equal(run('', 'open-pack').status, 1);

  // The longest line that `hello` offers. Spaces fill it.
  const member = { offset: AT, size: 134_000_000 };
  const large = zipOf([{ ...MEMBER, data: Buffer.alloc(member.size), local: { crc: 0 }, entry: { crc: 0 } }, indexMember(indexOf(module({ member })))]);
  const line = Buffer.alloc(max_line, ' ');
  line.write(`{"id":1,"op":"open-pack","hex":"${hex(large)}"}`, 'latin1');
  line[max_line - 1] = 0x0a;
  const answer = JSON.parse(run(line).stdout);
  assert.deepEqual(answer.ok?.modules[0].member, member, JSON.stringify(answer.err ?? answer.fault));
});

// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BmesError, check, decode, encode } from './bmes4.mjs';
import { NONE, NOTHING, PRODUCER_1, SMALLEST, again, hex, rejects } from './testing4.mjs';

/** @param {object} [change] @returns {any} a record with one entry of most kinds */
const recordWith = (change) => ({
  ...decode(SMALLEST),
  flags: { top_level_await: false, import_meta: false, typescript: true },
  strings: ['m', 'a', 'b'],
  requests: [{ specifier: 0, phase: 'evaluation', attributes: [{ key: 1, value: 2 }] }, { specifier: 0, phase: 'source', attributes: [] }],
  imports: [{ local_name: 1, request: 0, import_name: 1 }, { local_name: 2, request: 1, import_name: null }],
  exports: [{ export_name: 1, request: null, name: 0 }, { export_name: 2, request: 0, name: null }],
  tolerant_imports: [0],
  star_exports: [0],
  environment: { declared_variables: [{ name: 0, bits: 1 }], lexical_variables: [{ name: 0, bits: 1 }], code_features: 0, lexical_features: 0 },
  ...change,
});

test('a writer refuses what section 8.1 says', () => {
  const { requests: [request], imports: [single, source], exports: [local, space], environment, strings } = recordWith();
  check(encode(recordWith(), null, NOTHING));
  /** @type {[string, object][]} */
  const faults = [
    ...[1, 5, -1, 2 ** 40, '4', undefined].map((version) => /** @type {[string, object]} */ (['unsupported-version', { version, strings: null }])),
    ['bad-type', { requests: [{ ...request, phase: 'eager' }] }],
    ['bad-index', { requests: [{ ...request, specifier: 3 }] }],
    ['bad-index', { requests: [{ ...request, specifier: null }] }],
    ['bad-index', { imports: [{ ...single, import_name: NONE }] }],
    ['bad-index', { imports: [{ ...single, request: null }] }],
    ['bad-index', { exports: [{ ...local, request: 2 }] }],
    ['bad-index', { tolerant_imports: [2] }],
    ['bad-index', { star_exports: [2] }],
    ['bad-order', { requests: [{ ...request, attributes: [request.attributes[0], { key: 0, value: 0 }, request.attributes[0]] }], imports: [], tolerant_imports: [], exports: [], star_exports: [] }],
    ['bad-order', { requests: [request, request] }],
    ['bad-order', { imports: [single, { ...source, local_name: 1 }] }],
    ['bad-order', { strings: [...strings, 'a'], exports: [local, { ...space, export_name: 3 }] }],
    ['bad-order', { star_exports: [0, 0] }],
    ['bad-order', { tolerant_imports: [0, 0] }],
    ['bad-order', { environment: { ...environment, lexical_variables: [{ name: 0, bits: 1 }, { name: 0, bits: 2 }] } }],
    ['bad-entry', { strings: ['m', 'a', 'b', ''], imports: [{ ...single, local_name: 3 }] }],
    ['bad-entry', { strings: ['m', 'a', 'b', ''], exports: [{ ...local, name: 3 }] }],
    ['bad-entry', { exports: [{ ...local, name: null }] }],
    ['bad-entry', { imports: [{ ...source, import_name: 1 }], tolerant_imports: [] }],
    ['bad-entry', { tolerant_imports: [1] }],
    ['bad-entry', { star_exports: [1] }],
    ['bad-entry', { exports: [{ ...local, name: 1 }], tolerant_imports: [] }],
    ['unused-string', { strings: [...strings, 'c'] }],
    ['bad-layout', { alignment: 16 }],
    ['bad-layout', { alignment: 12 }],
    ['bad-layout', { flags: { top_level_await: false, import_meta: false, typescript: false } }],
    ['bad-utf8', { strings: ['m', 'a', '\ud800'] }],
    ...[-1, 2 ** 32, 1.5, NaN].flatMap((number) => /** @type {[string, object][]} */ ([
      ['too-large', { environment: { ...environment, code_features: number } }],
      ['too-large', { environment: { ...environment, declared_variables: [{ name: 0, bits: number }] } }],
      ['too-large', { source: { size: number, sha256: PRODUCER_1 } }],
    ])),
  ];
  for (const [kind, change] of faults) rejects(kind, undefined, () => encode(recordWith(change), null, NOTHING));
  rejects('too-large', undefined, () => encode(recordWith(), null, /** @type {any} */ ({ length: NONE })));
  for (const key of Object.keys(recordWith()).filter((name) => !['version', 'text', 'bytecode'].includes(name))) {
    assert.throws(() => encode(recordWith({ [key]: undefined }), null, NOTHING), TypeError, key);
    assert.throws(() => encode(recordWith({ [key]: 1.5 }), null, NOTHING), key === 'alignment' ? BmesError : TypeError, key);
  }
});

test('a writer settles the order, and keeps the record', () => {
  const record = recordWith({
    strings: ['\u{10000}', 'a', '\uffff', 'a', '', 'm'],
    requests: [
      { specifier: 5, phase: 'evaluation', attributes: [{ key: 0, value: 4 }, { key: 2, value: 1 }, { key: 3, value: 4 }] },
      { specifier: 5, phase: 'evaluation', attributes: [] },
    ],
    imports: [{ local_name: 0, request: 1, import_name: 3 }, { local_name: 2, request: 0, import_name: 1 }, { local_name: 1, request: 0, import_name: null }],
    exports: [{ export_name: 0, request: null, name: 0 }, { export_name: 4, request: 1, name: 4 }],
    tolerant_imports: [1, 0],
    star_exports: [1, 0],
    environment: { declared_variables: [{ name: 0, bits: 1 }, { name: 2, bits: 2 }], lexical_variables: [], code_features: 0, lexical_features: 0 },
  });
  const before = structuredClone(record);
  const { strings, requests, imports, exports, tolerant_imports, star_exports, environment } = decode(encode(record, null, NOTHING));
  assert.deepEqual(record, before);
  assert.deepEqual(strings, ['', 'a', 'm', '\uffff', '\u{10000}']);
  assert.deepEqual(requests, [
    { specifier: 2, phase: 'evaluation', attributes: [{ key: 1, value: 0 }, { key: 3, value: 1 }, { key: 4, value: 0 }] },
    { specifier: 2, phase: 'evaluation', attributes: [] },
  ]);
  assert.deepEqual(imports, [{ local_name: 1, request: 0, import_name: null }, { local_name: 3, request: 0, import_name: 1 }, { local_name: 4, request: 1, import_name: 1 }]);
  assert.deepEqual(exports, [{ export_name: 0, request: 1, name: 0 }, { export_name: 4, request: null, name: 4 }]);
  assert.deepEqual([tolerant_imports, star_exports], [[1, 2], [0, 1]]);
  assert.deepEqual(environment?.declared_variables, [{ name: 3, bits: 2 }, { name: 4, bits: 1 }]);
});

/** The same numbers each time: xorshift.
 * @param {number} seed */
const randomFrom = (seed) => (/** @type {number} */ below) => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
};

/** A record without faults, most of the time: it may have equal entries or a forbidden export.
 * @param {(below: number) => number} random */
function randomRecord(random) {
  /** @type {string[]} */
  const strings = [];
  const string = () => {
    strings.push(Array.from({ length: random(5) }, () => ['a', 'b', '\0', 'é', '\ufeff', '\uffff', '\u{1f600}'][random(7)]).join(''));
    return strings.length - 1;
  };
  const name = () => strings.push(`x${random(1000)}`) - 1;
  const some = (/** @type {() => any} */ make) => Array.from({ length: random(5) }, make);
  const attributes = () => some(() => ({ key: string(), value: string() }));
  const requests = some(() => ({ specifier: string(), phase: ['evaluation', 'source', 'defer'][random(3)], attributes: attributes() }));
  const evaluated = requests.flatMap(({ phase }, i) => (phase === 'evaluation' ? [i] : []));
  const imports = requests.length === 0 ? [] : some(() => {
    const request = random(requests.length);
    return { local_name: name(), request, import_name: requests[request].phase === 'evaluation' && random(3) > 0 ? string() : null };
  });
  const variables = () => some(() => ({ name: string(), bits: random(2 ** 32) }));
  return recordWith({
    strings, requests, imports,
    exports: some(() => (random(2) === 0 || evaluated.length === 0
      ? { export_name: string(), request: null, name: name() }
      : { export_name: string(), request: evaluated[random(evaluated.length)], name: random(3) > 0 ? string() : null })),
    tolerant_imports: imports.flatMap(({ import_name }, i) => (import_name !== null && random(2) === 0 ? [i] : [])).reverse(),
    star_exports: evaluated.filter(() => random(2) === 0).reverse(),
    environment: random(2) === 0 ? null : { declared_variables: variables(), lexical_variables: variables(), code_features: random(2 ** 32), lexical_features: random(2 ** 32) },
  });
}

test('random records come back, and broken files throw nothing but BmesError', () => {
  const random = randomFrom(4);
  let written = 0;
  for (let round = 0; round < 2000; round++) {
    const record = randomRecord(random);
    const [text, bytecode] = [0, 1].map(() => Uint8Array.from({ length: random(3) * random(20) }, () => random(256)));
    record.alignment = bytecode.length === 0 ? 8 : 8 << random(5);
    try {
      const file = encode(record, text, bytecode);
      check(file);
      assert.equal(hex(again(file)), hex(file));
      assert.deepEqual(new Set(decode(file).strings), new Set(record.strings));
      written++;
      for (let i = 0; i < 10; i++) {
        const broken = file.slice(0, random(8) === 0 ? random(file.length) : file.length);
        broken[random(broken.length)] ^= 1 << random(8);
        assert.throws(() => check(broken), BmesError);
      }
    } catch (error) {
      if (!(error instanceof BmesError) || !['bad-order', 'bad-entry'].includes(error.kind)) throw error;
    }
  }
  assert.ok(written > 800, `${written} records had no fault`);
});

test('a large file takes linear time', () => {
  const count = 30000;
  /** @param {(i: number) => any} make */
  const all = (make) => Array.from({ length: count }, (_, i) => make(i));
  const record = recordWith({
    strings: [...all((i) => `n${(i * 7919) % count}`), 'x'.repeat(100000)],
    requests: all((i) => ({ specifier: i, phase: 'evaluation', attributes: [{ key: 0, value: count }] })),
    imports: all((i) => ({ local_name: i, request: i, import_name: i })),
    exports: all((i) => ({ export_name: i, request: i, name: null })),
    tolerant_imports: all((i) => i),
    star_exports: all((i) => count - 1 - i),
  });
  const begin = performance.now();
  const file = encode(record, null, NOTHING);
  check(file);
  assert.equal(decode(file).imports.length, count);
  assert.ok(performance.now() - begin < 2000);
});

// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decode } from './bmes4.mjs';
import { PRODUCER_1, PRODUCER_2, SMALLEST, WITH_TEXT, fileOf, hex } from './testing4.mjs';

const testee = fileURLToPath(new URL('testee.mjs', import.meta.url));
/** @param {string | Uint8Array} input @param {...string} args */
const run = (input, ...args) => spawnSync(process.execPath, [testee, ...args], { input, encoding: 'utf8' });

const { text: place, bytecode, ...record } = decode(WITH_TEXT);
const text = hex(WITH_TEXT.subarray(224, 224 + 49));
const { source } = record;
const versionOne = '53454d42010000000000000000000000000000000000000000000000';

/** The requests, and what is expected of each answer: the value of `ok`, the class of `err`, or the key.
 * @type {[object, unknown][]} */
const SESSION = [
  [{ op: 'identify', hex: '53454d4204000000' }, { version: 4 }],
  [{ op: 'identify', hex: '53454d4205000000' }, 'unsupported-version'],
  [{ op: 'identify', hex: '53454d420400' }, 'truncated'],
  [{ op: 'decode', hex: hex(WITH_TEXT) }, { ...record, text: place, bytecode }],
  [{ op: 'decode', hex: hex(SMALLEST) }, decode(SMALLEST)],
  [{ op: 'decode', hex: hex(fileOf({ text: 'x', pad: [0, 1] })) }, { ...decode(SMALLEST), text: { offset: 160, length: 1 }, bytecode: { offset: 168, length: 0 } }],
  [{ op: 'check', hex: hex(fileOf({ text: 'x', pad: [0, 1] })) }, 'bad-layout'],
  [{ op: 'check', hex: hex(WITH_TEXT) }, true],
  [{ op: 'check', hex: hex(SMALLEST.subarray(1)) }, 'bad-magic'],
  [{ op: 'encode', record, text, bytecode: '' }, { hex: hex(WITH_TEXT) }],
  ...[{ text: '' }, { text: null }, {}].map((none) => /** @type {[object, unknown]} */ ([
    { op: 'encode', record: { ...decode(SMALLEST), text: undefined, bytecode: undefined }, ...none, bytecode: '' }, { hex: hex(SMALLEST) },
  ])),
  [{ op: 'encode', record: { ...record, strings: ['\ud800', 'a', 'b'] }, text, bytecode: '' }, 'bad-utf8'],
  [{ op: 'encode', record: { ...record, source: { ...source, size: 2 ** 53 - 1 } }, text, bytecode: '' }, 'too-large'],
  [{ op: 'encode', record: { version: 5 }, text, bytecode: '' }, 'unsupported-version'],
  [{ op: 'encode', record: { ...record, environment: undefined }, text, bytecode: '' }, 'fault'],
  [{ op: 'encode', record: { ...record, producer: 'ab' }, text, bytecode: '' }, 'fault'],
  [{ op: 'encode', record: { ...record, imports: null }, text, bytecode: '' }, 'fault'],
  [{ op: 'encode', record, text: 1, bytecode: '' }, 'fault'],
  [{ op: 'encode', record, text: 'a', bytecode: '' }, 'fault'],
  [{ op: 'encode', record, text }, 'fault'],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_2, source }, true],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_2, source: 'embedded-text' }, true],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_2, source: 'trusted' }, true],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_2, source: null }, 'stale-source'],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_1, source: null }, 'other-producer'],
  [{ op: 'match', hex: versionOne, producer: PRODUCER_1, source: null }, 'unsupported-version'],
  [{ op: 'match', hex: '', producer: PRODUCER_1, source: null }, 'truncated'],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_2 }, 'fault'],
  [{ op: 'match', hex: hex(WITH_TEXT), source }, 'fault'],
  [{ op: 'match', hex: hex(WITH_TEXT), producer: PRODUCER_2, source: 'other' }, 'fault'],
  [{ op: 'decode', hex: versionOne }, { version: 1, requests: [], imports: [], exports: [], star_exports: [], bytecode: { offset: 28, length: 0 } }],
];

test('the protocol of version 4', () => {
  const lines = SESSION.map(([request], id) => `${JSON.stringify({ id, ...request })}\n`);
  const { stdout, status } = run(lines.join(''));
  assert.equal(status, 0);
  const answers = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(answers.length, SESSION.length);
  for (const [i, [request, expected]] of SESSION.entries()) {
    const { id, ok, err, ...others } = answers[i];
    assert.equal(id, i);
    assert.deepEqual(ok ?? err?.class ?? Object.keys(others)[0], expected, JSON.stringify(request));
  }
});

test('the protocol of version 4 in one shot', () => {
  /** @param {string | Uint8Array} input @param {string} op */
  const answer = (input, op) => {
    const { stdout, status } = run(input, op);
    return [status, JSON.parse(stdout)];
  };
  assert.ok(answer('', 'hello')[1].ok.ops.includes('match'));
  assert.deepEqual(answer(WITH_TEXT, 'decode'), [0, { ok: decode(WITH_TEXT) }]);
  assert.deepEqual(answer(WITH_TEXT, 'check'), [0, { ok: true }]);
  assert.equal(answer(WITH_TEXT.subarray(1), 'check')[0], 1);
  assert.deepEqual(answer(`${JSON.stringify({ record, text, bytecode: '' })}\n`, 'encode'), [0, { ok: { hex: hex(WITH_TEXT) } }]);
  const question = { hex: hex(WITH_TEXT), producer: PRODUCER_2, source: 'trusted' };
  assert.deepEqual(answer(`${JSON.stringify(question)}\n`, 'match'), [0, { ok: true }]);
  assert.equal(answer(`${JSON.stringify({ ...question, producer: PRODUCER_1 })}\n`, 'match')[0], 1);
  assert.equal(answer('{', 'match')[0], 70);
});

test('an answer that does not fit a line is a fault', () => {
  const file = fileOf({ strings: [new Uint8Array(12_000_000).fill(1)] }); // each byte is \u0001 in the answer
  const [answer] = run(`${JSON.stringify({ id: 1, op: 'decode', hex: hex(file) })}\n`).stdout.split('\n');
  assert.deepEqual(JSON.parse(answer), { id: 1, fault: 'the answer does not fit a line' });
});

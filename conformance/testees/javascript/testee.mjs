// @ts-check
// BMES-CP/1 around bmes.mjs, bmes4.mjs and pack.mjs. Without an argument, it reads one JSON request per line on standard
// input and writes one answer per line on standard output. With an operation as its argument (one-shot mode), it answers
// one question, and its exit status matches the answer.
import * as bmes from './bmes.mjs';
import * as bmes4 from './bmes4.mjs';
import { openPack } from './pack.mjs';

const HELLO = {
  protocol: 1,
  name: 'bmes-javascript',
  version: '1.3.0',
  language: 'JavaScript',
  formats: [1, 2, 3, 4],
  ops: ['identify', 'decode', 'check', 'encode', 'match', 'open-pack'],
  errors: true,
  max_line: 256 * 1024 * 1024, // of a request: some packs are larger than what an answer can hold
};

const MAX_ANSWER = 64 * 1024 * 1024;

/** @typedef {{ file: () => Uint8Array, question: () => any }} Input what an operation works on, made when it is asked for */

// A Map, because an object would have an operation `constructor`.
const OPERATIONS = new Map(/** @type {[string, (input: Input) => unknown][]} */ ([
  ['hello', () => HELLO],
  ['identify', ofFile((file, { identify }) => ({ version: identify(file) }))],
  ['decode', ofFile((file, { decode }) => decode(file))],
  ['check', ofFile((file, { check }) => (check(file), true))],
  ['encode', ({ question }) => ({ hex: Buffer.from(encode(question())).toString('hex') })],
  ['match', ({ question }) => {
    const { hex, producer, source } = question();
    bmes4.match(fromHex(hex), producer, source);
    return true;
  }],
  ['open-pack', ({ file }) => openPack(file())],
]));

/** An operation on a file, with the module that knows the file's version or, if none does, rejects it.
 * @param {(file: Uint8Array, module: typeof bmes | typeof bmes4) => unknown} operate
 * @returns {(input: Input) => unknown} */
function ofFile(operate) {
  return (input) => {
    const file = input.file();
    return operate(file, bmes.versionOf(file) === 4 ? bmes4 : bmes);
  };
}

/** @param {any} request */
function encode({ record, text, bytecode }) {
  if (record.version !== 4) return bmes.encode(record, fromHex(bytecode));
  return bmes4.encode(record, text === undefined || text === null ? null : fromHex(text), fromHex(bytecode));
}

/**
 * @param {unknown} op
 * @param {Input} input
 */
function answer(op, input) {
  if (typeof op !== 'string') return { fault: 'no "op" in the request' };
  const operation = OPERATIONS.get(op);
  if (!operation) return { unsupported: `no operation ${op}` };
  try {
    return { ok: operation(input) };
  } catch (error) {
    // Only the errors that the modules throw to reject a file or a record are verdicts. Every other error is a bug.
    if (!(error instanceof bmes.BmesError)) return { fault: String(error) };
    return { err: { class: error.kind, offset: error.offset, message: error.message } }; // JSON leaves out an undefined offset
  }
}

/** @param {unknown} hex */
function fromHex(hex) {
  if (typeof hex !== 'string') throw new TypeError('no hex in the request');
  const bytes = Buffer.from(hex, 'hex'); // stops at what is no digit
  if (bytes.length * 2 !== hex.length) throw new TypeError('not hex');
  return bytes;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {Uint8Array} line */
function answerLine(line) {
  let request;
  try {
    request = JSON.parse(utf8.decode(line));
  } catch (error) {
    return { id: null, fault: `not a request: ${error}` };
  }
  const id = Number.isSafeInteger(request?.id) ? request.id : null;
  if (request?.op === 'bye') return undefined;
  return { id, ...answer(request?.op, { file: () => fromHex(request.hex), question: () => request }) };
}

/** Resolves with what was printed, when the line has left the process's buffers.
 * @param {Record<string, unknown>} message
 * @returns {Promise<Record<string, unknown>>} */
async function print(message) {
  const line = `${JSON.stringify(message)}\n`;
  if (Buffer.byteLength(line) > MAX_ANSWER) return print({ id: message.id, fault: 'the answer does not fit a line' });
  return new Promise((resolve, reject) => {
    process.stdout.write(line, (error) => (error ? reject(error) : resolve(message)));
  });
}

/** The lines of standard input without their `\n`. Each byte is searched once and copied once, however long a line is.
 * What stands behind the last `\n` is a line too, unless it is empty. */
async function* lines() {
  /** @type {Buffer[]} */
  let parts = [];
  for await (const chunk of process.stdin) {
    let start = 0;
    for (let end; (end = chunk.indexOf(0x0a, start)) >= 0; start = end + 1) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

async function persistent() {
  for await (const line of lines()) {
    const message = answerLine(line);
    if (!message) return; // bye: leaving the loop closes standard input, and the process ends
    await print(message);
  }
}

/** @param {string} op */
async function oneShot(op) {
  const parts = [];
  if (op !== 'hello') for await (const chunk of process.stdin) parts.push(chunk);
  const input = Buffer.concat(parts);
  const message = await print(answer(op, { file: () => input, question: () => JSON.parse(utf8.decode(input)) }));
  process.exitCode = 'ok' in message ? 0 : 'err' in message ? 1 : 'unsupported' in message ? 89 : 70;
}

// Node.js exits with 1 after an uncaught exception. In one-shot mode, the status 1 means `err`.
process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(70);
});

const op = process.argv[2];
await (op === undefined ? persistent() : oneShot(op));

// @ts-check
// BMES-CP/1 around bmes.mjs. Without an argument, it reads one JSON request per line on standard input and writes one
// answer per line on standard output. With an operation as its argument (one-shot mode), it answers one question, and
// its exit status matches the answer.
import { BmesError, check, decode, encode, identify } from './bmes.mjs';

const HELLO = {
  protocol: 1,
  name: 'bmes-javascript',
  version: '1.1.0',
  language: 'JavaScript',
  formats: [1, 2, 3],
  ops: ['identify', 'decode', 'check', 'encode'],
  errors: true,
};

/** @typedef {{ file: () => Uint8Array, question: () => any }} Input what an operation works on, made when it is asked for */

// A Map, because an object would have an operation `constructor`.
const OPERATIONS = new Map(/** @type {[string, (input: Input) => unknown][]} */ ([
  ['hello', () => HELLO],
  ['identify', ({ file }) => ({ version: identify(file()) })],
  ['decode', ({ file }) => decode(file())],
  ['check', ({ file }) => (check(file()), true)],
  ['encode', ({ question }) => {
    const { record, bytecode } = question();
    return { hex: Buffer.from(encode(record, fromHex(bytecode))).toString('hex') };
  }],
]));

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
    // Only the errors that bmes.mjs throws to reject a file or a record are verdicts. Every other error is a bug.
    if (!(error instanceof BmesError)) return { fault: String(error) };
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

/** Resolves when the line has left the process's buffers.
 * @param {unknown} message */
const print = (message) => new Promise((resolve, reject) => {
  process.stdout.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve(undefined)));
});

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
  const message = answer(op, { file: () => input, question: () => JSON.parse(utf8.decode(input)) });
  await print(message);
  process.exitCode = 'ok' in message ? 0 : 'err' in message ? 1 : 'unsupported' in message ? 89 : 70;
}

// Node.js exits with 1 after an uncaught exception. In one-shot mode, the status 1 means `err`.
process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(70);
});

const op = process.argv[2];
await (op === undefined ? persistent() : oneShot(op));

import host from 'bmes:host';
import { inspect, format, formatWithOptions, types, isDeepStrictEqual, table } from 'node:internal/inspect';

export { inspect, format, formatWithOptions, types, isDeepStrictEqual };

const custom = Symbol.for('nodejs.util.promisify.custom');

export function promisify(original) {
    if (original[custom]) return original[custom];
    const promised = function (...values) {
        return new Promise((resolve, reject) => {
            original.call(this, ...values, (error, value) => (error ? reject(error) : resolve(value)));
        });
    };
    return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = custom;

export function callbackify(original) {
    return function (...values) {
        const callback = values.pop();
        original.apply(this, values).then(
            (value) => process.nextTick(callback, null, value),
            (error) => process.nextTick(callback, error),
        );
    };
}

export function inherits(constructor, parent) {
    Object.defineProperty(constructor, 'super_', { value: parent, writable: true, configurable: true });
    Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

export function deprecate(original, message, code) {
    let hasWarned = false;
    return function (...values) {
        if (!hasWarned) process.emitWarning({ name: 'DeprecationWarning', message, code });
        hasWarned = true;
        return new.target ? Reflect.construct(original, values, new.target) : original.apply(this, values);
    };
}

export const debuglog = () => Object.assign(() => {}, { enabled: false });
export const debug = debuglog;
export const stripVTControlCharacters = (text) => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
export const toUSVString = (text) => String(text).toWellFormed();

export function styleText(style, text, { validateStream = true, stream = process.stdout } = {}) {
    const codes = [style].flat().map((name) => inspect.colors[name]);
    if (codes.includes(undefined)) {
        throw Object.assign(new TypeError(`The argument 'format' must be one of the styles: ${Object.keys(inspect.colors).join(', ')}`), { code: 'ERR_INVALID_ARG_VALUE' });
    }
    if (validateStream && !stream?.isTTY) return text;
    return codes.reduce((styled, [start, end]) => `\u001b[${start}m${styled}\u001b[${end}m`, text);
}

// Reads the options of a command line: as in Node.js, without its tokens.
export function parseArgs({ args = process.argv.slice(2), options = {}, strict = true, allowPositionals = !strict, allowNegative = false } = {}) {
    const values = Object.create(null);
    const positionals = [];
    const fail = (code, message) => {
        throw Object.assign(new TypeError(message), { code: `ERR_PARSE_ARGS_${code}` });
    };
    const set = (name, value) => {
        if (options[name]?.multiple) (values[name] ??= []).push(value);
        else values[name] = value;
    };
    const rest = [...args];
    while (rest.length > 0) {
        const word = rest.shift();
        if (word === '--') {
            if (rest.length > 0 && strict && !allowPositionals) fail('UNEXPECTED_POSITIONAL', `Unexpected argument '${rest[0]}'. This command does not take positional arguments`);
            positionals.push(...rest.splice(0));
        } else if (/^-[^-]/.test(word) || word.startsWith('--')) {
            let [name, value] = [word.slice(2), undefined];
            if (word.startsWith('--')) {
                const at = name.indexOf('=');
                if (at >= 0) [name, value] = [name.slice(0, at), name.slice(at + 1)];
            } else {
                const short = word[1];
                name = Object.keys(options).find((known) => options[known].short === short) ?? short;
                if (word.length > 2) {
                    if (options[name]?.type === 'string') value = word.slice(2);
                    else rest.unshift(`-${word.slice(2)}`);
                }
            }
            if (allowNegative && name.startsWith('no-') && options[name.slice(3)]?.type === 'boolean') {
                set(name.slice(3), false);
                continue;
            }
            const option = options[name];
            if (option === undefined && strict) fail('UNKNOWN_OPTION', `Unknown option '${word.startsWith('--') ? `--${name}` : `-${name}`}'`);
            if (option?.type === 'string' && value === undefined) {
                value = rest.shift();
                if (value === undefined && strict) fail('INVALID_OPTION_VALUE', `Option '--${name} <value>' argument missing`);
            }
            if (option?.type === 'boolean' && value !== undefined && strict) fail('INVALID_OPTION_VALUE', `Option '--${name}' does not take an argument`);
            set(name, value ?? true);
        } else {
            if (strict && !allowPositionals) fail('UNEXPECTED_POSITIONAL', `Unexpected argument '${word}'. This command does not take positional arguments`);
            positionals.push(word);
        }
    }
    for (const [name, option] of Object.entries(options)) {
        if ('default' in option && values[name] === undefined) values[name] = option.default;
    }
    return { values, positionals };
}

const bytesOf = (value) =>
    ArrayBuffer.isView(value)
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : new Uint8Array(value);

export class TextEncoder {
    get encoding() {
        return 'utf-8';
    }
    encode(text = '') {
        return host.encode(String(text));
    }
    encodeInto(text, target) {
        let [read, written] = [0, 0];
        for (const character of String(text)) {
            const bytes = host.encode(character);
            if (written + bytes.length > target.length) break;
            target.set(bytes, written);
            written += bytes.length;
            read += character.length;
        }
        return { read, written };
    }
}

// The encodings that can be decoded, with their labels.
const LABELS = {
    'utf-8': ['utf-8', 'utf8', 'unicode-1-1-utf-8'],
    'utf-16le': ['utf-16le', 'utf-16', 'ucs-2', 'unicode'],
    'windows-1252': ['windows-1252', 'latin1', 'iso-8859-1', 'ascii', 'us-ascii', 'l1', 'cp1252'],
};
// The characters from 0x80 to 0x9f.
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

export class TextDecoder {
    #pending = new Uint8Array(0);
    #encoding;
    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
        const name = String(label).trim().toLowerCase();
        this.#encoding = Object.keys(LABELS).find((encoding) => LABELS[encoding].includes(name));
        if (this.#encoding === undefined) {
            const message = `The "${label}" encoding is not supported`;
            throw Object.assign(new RangeError(message), { code: 'ERR_ENCODING_NOT_SUPPORTED' });
        }
        Object.assign(this, { fatal, ignoreBOM });
    }
    get encoding() {
        return this.#encoding;
    }
    decode(input = new Uint8Array(0), { stream = false } = {}) {
        let bytes = bytesOf(input);
        if (this.#pending.length > 0) {
            const joined = new Uint8Array(this.#pending.length + bytes.length);
            joined.set(this.#pending);
            joined.set(bytes, this.#pending.length);
            bytes = joined;
        }
        if (this.#encoding === 'windows-1252') return Array.from(bytes, (byte) => WINDOWS_1252[byte - 0x80] ?? String.fromCharCode(byte)).join('');
        const isUtf8 = this.#encoding === 'utf-8';
        const end = !stream ? bytes.length : isUtf8 ? completeLength(bytes) : bytes.length & ~1;
        this.#pending = bytes.slice(end);
        if (!isUtf8) {
            const units = new Uint16Array(bytes.slice(0, end & ~1).buffer);
            const text = Array.from(units, (unit) => String.fromCharCode(unit)).join('').toWellFormed();
            return this.ignoreBOM ? text : text.replace(/^\ufeff/, '');
        }
        const text = host.decode(bytes.slice(0, end), this.fatal);
        if (text === undefined) {
            throw Object.assign(new TypeError('The encoded data was not valid for encoding utf-8'), {
                code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
            });
        }
        return this.ignoreBOM ? text : text.replace(/^\ufeff/, '');
    }
}

// Returns the number of bytes before a character that is not complete.
function completeLength(bytes) {
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
        const byte = bytes[bytes.length - back];
        if (byte < 0x80) break;
        if (byte >= 0xc0) {
            const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
            return needed > back ? bytes.length - back : bytes.length;
        }
    }
    return bytes.length;
}

export function structuredClone(value) {
    const seen = new Map();
    const fail = (what) => {
        throw Object.assign(new Error(`${what} could not be cloned.`), { name: 'DataCloneError', code: 25 });
    };
    const clone = (value) => {
        if (typeof value === 'function') fail(String(value));
        if (typeof value === 'symbol') fail(String(value));
        if (typeof value !== 'object' || value === null) return value;
        if (seen.has(value)) return seen.get(value);
        const copy = empty(value);
        seen.set(value, copy);
        if (value instanceof Map) for (const [key, item] of value) copy.set(clone(key), clone(item));
        else if (value instanceof Set) for (const item of value) copy.add(clone(item));
        else if (value instanceof Error) {
            for (const name of ['name', 'message', 'stack', 'cause']) {
                if (Object.hasOwn(value, name)) {
                    Object.defineProperty(copy, name, { value: clone(value[name]), writable: true, configurable: true });
                }
            }
        } else if (Array.isArray(value) || types.isPlain(copy)) {
            for (const key of Object.keys(value)) copy[key] = clone(value[key]);
        }
        return copy;
    };
    const empty = (value) => {
        if (Array.isArray(value)) return new Array(value.length);
        if (value instanceof Date) return new Date(value);
        if (value instanceof RegExp) return new RegExp(value.source, value.flags);
        if (value instanceof Map) return new Map();
        if (value instanceof Set) return new Set();
        if (value instanceof ArrayBuffer) return value.slice(0);
        if (ArrayBuffer.isView(value)) return value.slice ? value.slice() : new DataView(value.buffer.slice(0));
        if (value instanceof Error) return new (globalThis[value.name] ?? Error)(value.message);
        if ([Boolean, Number, String, BigInt].some((type) => value instanceof type)) return Object(value.valueOf());
        if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) fail('#<Object>');
        return {};
    };
    return clone(value);
}

export default {
    inspect, format, formatWithOptions, types, isDeepStrictEqual, promisify, callbackify, inherits, deprecate, debuglog, debug,
    stripVTControlCharacters, toUSVString, styleText, TextEncoder, TextDecoder, structuredClone,
    parseArgs, table, isArray: Array.isArray,
};

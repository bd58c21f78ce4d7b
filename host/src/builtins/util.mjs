import host from 'bmes:host';
import { inspect, format, formatWithOptions, types, isDeepStrictEqual } from 'node:internal/inspect';

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

const STYLES = { bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39] };
inspect.colors = STYLES;
export function styleText(style, text) {
    const codes = [style].flat().map((name) => STYLES[name]);
    return codes.reduce((styled, [start, end]) => `\u001b[${start}m${styled}\u001b[${end}m`, text);
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

export class TextDecoder {
    #pending = new Uint8Array(0);
    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
        if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(label)) {
            throw new RangeError(`The "${label}" encoding is not supported`);
        }
        Object.assign(this, { fatal, ignoreBOM });
    }
    get encoding() {
        return 'utf-8';
    }
    decode(input = new Uint8Array(0), { stream = false } = {}) {
        let bytes = bytesOf(input);
        if (this.#pending.length > 0) {
            const joined = new Uint8Array(this.#pending.length + bytes.length);
            joined.set(this.#pending);
            joined.set(bytes, this.#pending.length);
            bytes = joined;
        }
        const end = stream ? completeLength(bytes) : bytes.length;
        this.#pending = bytes.slice(end);
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
    isArray: Array.isArray,
};

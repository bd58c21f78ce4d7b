// Buffers: arrays of bytes with the encodings of texts.

import host from 'bmes:host';

const invalid = (message) => Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' });
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...ALPHABET, '-', '_'].map((character, index) => [character, index < 64 ? index : index - 2]));

// Each encoding: from a text to bytes, and back.
const latin1 = {
    bytes: (text) => Uint8Array.from(text, (character) => character.charCodeAt(0)),
    text: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
};
const base64 = {
    bytes(text) {
        const bytes = [];
        let [bits, count] = [0, 0];
        for (const character of text) {
            const value = VALUES.get(character);
            if (value === undefined) {
                if (character === '=') break;
                continue;
            }
            bits = ((bits << 6) | value) & 0xffffff;
            count += 6;
            if (count >= 8) bytes.push((bits >> (count -= 8)) & 0xff);
        }
        return Uint8Array.from(bytes);
    },
    text(bytes) {
        let text = '';
        for (let index = 0; index < bytes.length; index += 3) {
            const bits = (bytes[index] << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
            for (let part = 0; part < 4; part++) {
                text += index + part > bytes.length ? '=' : ALPHABET[(bits >> (18 - 6 * part)) & 63];
            }
        }
        return text;
    },
};
const ENCODINGS = {
    utf8: { bytes: (text) => host.encode(text.toWellFormed()), text: (bytes) => host.decode(bytes, false) },
    latin1,
    ascii: { bytes: latin1.bytes, text: (bytes) => latin1.text(bytes.map((byte) => byte & 0x7f)) },
    base64,
    base64url: {
        bytes: base64.bytes,
        text: (bytes) => base64.text(bytes).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
    },
    hex: {
        bytes: (text) => Uint8Array.from(/^(?:[0-9a-f]{2})*/i.exec(text)[0].match(/../g) ?? [], (pair) => parseInt(pair, 16)),
        text: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    },
    utf16le: {
        bytes: (text) => new Uint8Array(Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).buffer),
        text: (bytes) =>
            Array.from({ length: bytes.length >> 1 }, (_, index) => String.fromCharCode(bytes[2 * index] | (bytes[2 * index + 1] << 8))).join(''),
    },
};
const ALIASES = { 'utf-8': 'utf8', binary: 'latin1', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le' };
const encodingOf = (name = 'utf8') => {
    const lower = String(name).toLowerCase();
    return ENCODINGS[ALIASES[lower] ?? lower];
};
const known = (name) => {
    const encoding = encodingOf(name ?? 'utf8');
    if (encoding !== undefined) return encoding;
    throw Object.assign(new TypeError(`Unknown encoding: ${name}`), { code: 'ERR_UNKNOWN_ENCODING' });
};

const own = (bytes) => new Buffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const toBytes = (value, encoding) => (typeof value === 'string' ? known(encoding).bytes(value) : value);

export class Buffer extends Uint8Array {
    static get [Symbol.species]() {
        return Buffer;
    }
    static from(value, second, length) {
        if (typeof value === 'string') return own(known(second).bytes(value));
        if (value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object SharedArrayBuffer]') {
            return new Buffer(value, second, length);
        }
        if (value?.type === 'Buffer' && Array.isArray(value.data)) return own(Uint8Array.from(value.data));
        if (typeof value === 'object' && value !== null && (typeof value.length === 'number' || Symbol.iterator in value)) {
            return own(Uint8Array.from(value, (item) => Number(item) & 0xff));
        }
        const primitive = value?.valueOf?.();
        if (typeof primitive === 'string') return Buffer.from(primitive, second);
        throw invalid('The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.');
    }
    static alloc(size, fill, encoding) {
        const buffer = new Buffer(size);
        return fill === undefined || fill === 0 ? buffer : buffer.fill(fill, encoding);
    }
    static allocUnsafe(size) {
        return new Buffer(size);
    }
    static allocUnsafeSlow(size) {
        return new Buffer(size);
    }
    static isBuffer(value) {
        return value instanceof Buffer;
    }
    static isEncoding(name) {
        return typeof name === 'string' && encodingOf(name) !== undefined;
    }
    static byteLength(value, encoding) {
        return typeof value === 'string' ? known(encoding).bytes(value).length : value.byteLength;
    }
    static concat(list, length = list.reduce((sum, item) => sum + item.length, 0)) {
        const joined = new Buffer(length);
        let at = 0;
        for (const item of list) {
            joined.set(item.subarray(0, Math.max(0, length - at)), at);
            at += item.length;
            if (at >= length) break;
        }
        return joined;
    }
    static compare(a, b) {
        for (let index = 0; index < Math.min(a.length, b.length); index++) {
            if (a[index] !== b[index]) return a[index] < b[index] ? -1 : 1;
        }
        return Math.sign(a.length - b.length);
    }
    get parent() {
        return this.buffer;
    }
    get offset() {
        return this.byteOffset;
    }
    toString(encoding, start = 0, end = this.length) {
        return known(encoding).text(new Uint8Array(this.buffer, this.byteOffset, this.byteLength).slice(start, end));
    }
    toLocaleString(encoding, start, end) {
        return this.toString(encoding, start, end);
    }
    toJSON() {
        return { type: 'Buffer', data: [...this] };
    }
    equals(other) {
        return Buffer.compare(this, other) === 0;
    }
    compare(other, start = 0, end = other.length, ownStart = 0, ownEnd = this.length) {
        return Buffer.compare(this.subarray(ownStart, ownEnd), other.subarray(start, end));
    }
    slice(start, end) {
        return this.subarray(start, end);
    }
    write(text, offset = 0, length = this.length - offset, encoding = 'utf8') {
        if (typeof offset === 'string') [offset, length, encoding] = [0, this.length, offset];
        else if (typeof length === 'string') [length, encoding] = [this.length - offset, length];
        const bytes = known(encoding).bytes(text).subarray(0, Math.min(length, this.length - offset));
        this.set(bytes, offset);
        return bytes.length;
    }
    copy(target, at = 0, start = 0, end = this.length) {
        const bytes = this.subarray(start, Math.min(end, start + target.length - at));
        target.set(bytes, at);
        return bytes.length;
    }
    fill(value, start = 0, end = this.length, encoding = undefined) {
        if (typeof start === 'string') [start, encoding] = [0, start];
        if (typeof value === 'number') return super.fill(value & 0xff, start, end);
        const bytes = toBytes(value, encoding);
        if (bytes.length === 0) return super.fill(0, start, end);
        for (let index = start; index < end; index++) this[index] = bytes[(index - start) % bytes.length];
        return this;
    }
    indexOf(value, from = 0, encoding = undefined) {
        if (typeof value === 'number') return super.indexOf(value & 0xff, from);
        const bytes = toBytes(value, encoding);
        for (let at = from < 0 ? Math.max(0, this.length + from) : from; at + bytes.length <= this.length; at++) {
            if (bytes.every((byte, index) => this[at + index] === byte)) return at;
        }
        return -1;
    }
    includes(value, from, encoding) {
        return this.indexOf(value, from, encoding) >= 0;
    }
    readUIntBE(offset, length) {
        return this.subarray(offset, offset + length).reduce((value, byte) => value * 256 + byte, 0);
    }
    readUIntLE(offset, length) {
        return this.subarray(offset, offset + length).reduceRight((value, byte) => value * 256 + byte, 0);
    }
    [Symbol.for('nodejs.util.inspect.custom')]() {
        const shown = ENCODINGS.hex.text(this.subarray(0, 50)).replace(/..(?=.)/g, '$& ');
        const more = this.length - 50;
        return `<Buffer${shown && ' '}${shown}${more > 0 ? ` ... ${more} more byte${more > 1 ? 's' : ''}` : ''}>`;
    }
    static {
        const numbers = { Int8: 1, Uint8: 1, Int16: 2, Uint16: 2, Int32: 4, Uint32: 4, Float32: 4, Float64: 8, BigInt64: 8, BigUint64: 8 };
        const names = { Float32: 'Float', Float64: 'Double', BigUint64: 'BigUInt64', Uint8: 'UInt8', Uint16: 'UInt16', Uint32: 'UInt32' };
        const method = (name, value) => Object.defineProperty(Buffer.prototype, name, { value, writable: true, configurable: true });
        for (const [type, size] of Object.entries(numbers)) {
            for (const order of size === 1 ? [''] : ['LE', 'BE']) {
                const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
                const read = function (offset = 0) {
                    return view(this)[`get${type}`](offset, order === 'LE');
                };
                const write = function (value, offset = 0) {
                    view(this)[`set${type}`](offset, value, order === 'LE');
                    return offset + size;
                };
                const name = names[type] ?? type;
                for (const alias of new Set([name, name.replace('UInt', 'Uint')])) {
                    method(`read${alias}${order}`, read);
                    method(`write${alias}${order}`, write);
                }
            }
        }
    }
}
Buffer.poolSize = 8192;

const range = (text) => new DOMException(text, 'InvalidCharacterError');
export function atob(text) {
    if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "input" argument must be specified');
    const found = `${text}`.replace(/[\t\n\f\r ]/g, '').replace(/^((?:.{4})*)(..)==$|^((?:.{4})*)(...)=$/, '$1$2$3$4');
    if (/[^A-Za-z0-9+/]/.test(found)) throw range('Invalid character');
    if (found.length % 4 === 1) throw new DOMException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
    return latin1.text(base64.bytes(found));
}
export function btoa(text) {
    if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "input" argument must be specified');
    // eslint-disable-next-line no-control-regex
    if (/[^\u0000-\u00ff]/.test(`${text}`)) throw range('Invalid character');
    return base64.text(latin1.bytes(`${text}`));
}
export const constants = { MAX_LENGTH: 2 ** 31 - 1, MAX_STRING_LENGTH: 2 ** 30 - 25 };
export const kMaxLength = constants.MAX_LENGTH;
export const isUtf8 = (bytes) => host.decode(bytes, true) !== undefined;
export default { Buffer, atob, btoa, constants, kMaxLength, isUtf8 };

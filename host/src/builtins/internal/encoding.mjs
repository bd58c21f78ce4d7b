// Texts and bytes.

import host from 'bmes:host';

const { checkThis } = host;
const enumerable = (prototype) => {
    for (const name of Object.getOwnPropertyNames(prototype)) {
        if (name !== 'constructor') Object.defineProperty(prototype, name, { enumerable: true });
    }
};

export class TextEncoder {
    #isEncoder = true;
    static #check(value) {
        checkThis(typeof value === 'object' && value !== null && #isEncoder in value, 'TextEncoder');
    }
    get encoding() {
        TextEncoder.#check(this);
        return 'utf-8';
    }
    encode(input = '') {
        TextEncoder.#check(this);
        return host.encode(`${input}`);
    }
    encodeInto(src, dest) {
        TextEncoder.#check(this);
        host.checkString(src, 'src');
        if (!(dest instanceof Uint8Array)) throw host.invalid('dest', 'an instance of Uint8Array', dest);
        let [read, written] = [0, 0];
        for (const character of src) {
            const bytes = host.encode(character);
            if (written + bytes.length > dest.length) break;
            dest.set(bytes, written);
            written += bytes.length;
            read += character.length;
        }
        return { read, written };
    }
    get [Symbol.toStringTag]() {
        return 'TextEncoder';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
        const { inspect } = host.namespace('node:internal/inspect');
        TextEncoder.#check(this);
        if (typeof depth === 'number' && depth < 0) return this;
        return inspect(Object.assign(Object.create({ constructor: this.constructor === TextEncoder ? { name: 'Object' } : this.constructor }), { encoding: this.encoding }), options);
    }
}
enumerable(TextEncoder.prototype);

// The encodings that can be decoded, with their labels.
const LABELS = {
    'utf-8': ['utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'],
    'utf-16le': ['utf-16le', 'utf-16', 'ucs-2', 'unicode', 'csunicode', 'iso-10646-ucs-2', 'unicodefeff'],
    'utf-16be': ['utf-16be', 'unicodefffe'],
    'windows-1252': [
        'windows-1252', 'latin1', 'iso-8859-1', 'iso8859-1', 'iso88591', 'iso_8859-1', 'iso_8859-1:1987', 'iso-ir-100', 'csisolatin1', 'ascii',
        'us-ascii', 'ansi_x3.4-1968', 'l1', 'cp819', 'ibm819', 'cp1252', 'x-cp1252',
    ],
};
// The characters from 0x80 to 0x9f.
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const bytesOf = (value) => {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object SharedArrayBuffer]') return new Uint8Array(value);
    const message = 'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.';
    throw host.error(TypeError, 'ERR_INVALID_ARG_TYPE', message);
};

export class TextDecoder {
    #pending = new Uint8Array(0);
    // The begin of the text was decoded, so that a byte order mark is a character.
    #hasBegun = false;
    #encoding;
    // The characters from 0x80 on of an encoding with one byte for each. Those that it lacks are those of Latin-1.
    #characters;
    #fatal;
    #ignoreBOM;
    constructor(encoding = 'utf-8', options = {}) {
        const label = `${encoding}`;
        if (options !== null && !['object', 'function'].includes(typeof options)) throw host.invalid('options', 'of type object', options);
        const name = label.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').toLowerCase();
        this.#encoding = Object.keys(LABELS).find((encoding) => LABELS[encoding].includes(name));
        if (this.#encoding === 'windows-1252') this.#characters = WINDOWS_1252;
        if (this.#encoding === undefined) [this.#encoding, this.#characters] = host.namespace('node:internal/single-bytes').find(name);
        if (this.#encoding === undefined) {
            throw host.error(RangeError, 'ERR_ENCODING_NOT_SUPPORTED', `The "${label}" encoding is not supported`);
        }
        this.#fatal = Boolean(options?.fatal);
        this.#ignoreBOM = Boolean(options?.ignoreBOM);
    }
    static #check(value) {
        checkThis(typeof value === 'object' && value !== null && #encoding in value, 'TextDecoder');
        return value;
    }
    get encoding() {
        return TextDecoder.#check(this).#encoding;
    }
    get fatal() {
        return TextDecoder.#check(this).#fatal;
    }
    get ignoreBOM() {
        return TextDecoder.#check(this).#ignoreBOM;
    }
    decode(input = new Uint8Array(0), options = {}) {
        TextDecoder.#check(this);
        let bytes = bytesOf(input);
        const isLast = !options?.stream;
        if (this.#pending.length > 0) {
            const joined = new Uint8Array(this.#pending.length + bytes.length);
            joined.set(this.#pending);
            joined.set(bytes, this.#pending.length);
            bytes = joined;
        }
        const isUtf16 = this.#encoding.startsWith('utf-16');
        const rest = this.#characters !== undefined || isLast ? 0 : isUtf16 ? this.#openUtf16(bytes) : openUtf8(bytes);
        const end = bytes.length - rest;
        this.#pending = bytes.slice(end);
        const text = this.#convert(bytes.subarray(0, end), isUtf16);
        if (text === undefined) {
            this.#pending = new Uint8Array(0);
            this.#hasBegun = false;
            throw host.error(TypeError, 'ERR_ENCODING_INVALID_ENCODED_DATA', `The encoded data was not valid for encoding ${this.#encoding}`);
        }
        const hasMark = !this.#hasBegun && !this.#ignoreBOM && this.#characters === undefined && text.startsWith('\ufeff');
        this.#hasBegun = !isLast && (this.#hasBegun || text !== '');
        return hasMark ? text.slice(1) : text;
    }
    // Returns the text. `undefined`: the bytes are not valid, and that is an error.
    #convert(bytes, isUtf16) {
        if (this.#encoding === 'utf-8') return host.decode(bytes.slice(), this.#fatal);
        if (!isUtf16) {
            const text = Array.from(bytes, (byte) => this.#characters[byte - 0x80] ?? String.fromCharCode(byte)).join('');
            return this.#fatal && text.includes('\ufffd') ? undefined : text;
        }
        const isLittle = this.#encoding === 'utf-16le';
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        let text = '';
        for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode(view.getUint16(at, isLittle));
        const isWhole = bytes.length % 2 === 0;
        if (this.#fatal && !(isWhole && text.isWellFormed())) return undefined;
        return text.toWellFormed() + (isWhole ? '' : '\ufffd');
    }
    // Returns the number of bytes at the end that do not complete a character.
    #openUtf16(bytes) {
        const odd = bytes.length % 2;
        const high = bytes[bytes.length - odd - (this.#encoding === 'utf-16le' ? 1 : 2)];
        return high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
    }
    get [Symbol.toStringTag]() {
        return 'TextDecoder';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        const { encoding, fatal, ignoreBOM } = TextDecoder.#check(this);
        if (typeof depth === 'number' && depth < 0) return this;
        return `TextDecoder ${inspect({ encoding, fatal, ignoreBOM }, options)}`;
    }
}
enumerable(TextDecoder.prototype);

// Returns the number of bytes at the end that begin a character of UTF-8 and do not complete it.
export function openUtf8(bytes) {
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
        const byte = bytes[bytes.length - back];
        if ((byte & 0xc0) === 0x80) continue;
        const needed = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 1;
        if (needed <= back) return 0;
        // These bytes begin no character at all.
        const second = bytes[bytes.length - back + 1];
        const isBad =
            back > 1 &&
            ((byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f) || (byte === 0xf0 && second < 0x90) || (byte === 0xf4 && second > 0x8f));
        return isBad ? 0 : back;
    }
    return 0;
}

// Decodes bytes that arrive in parts: the bytes of a character that is not complete wait for the next part.

import host from 'bmes:host';
import { openUtf8 } from 'node:internal/encoding';

const NAMES = {
    utf8: 'utf8', 'utf-8': 'utf8', ucs2: 'utf16le', 'ucs-2': 'utf16le', utf16le: 'utf16le', 'utf-16le': 'utf16le', latin1: 'latin1',
    binary: 'latin1', base64: 'base64', base64url: 'base64url', hex: 'hex', ascii: 'ascii',
};

// Returns the number of bytes at the end that wait.
const waiting = {
    utf8: openUtf8,
    utf16le(bytes, pending) {
        // What completes the character before is not looked at, as in Node.js.
        const needed = pending > 0 ? pending + (pending % 2 === 1 ? 1 : 2) : 0;
        if (bytes.length < needed) return bytes.length;
        if ((bytes.length - needed) % 2 === 1) return 1;
        const high = bytes[bytes.length - 1];
        return bytes.length > needed && high >= 0xd8 && high <= 0xdb ? 2 : 0;
    },
    base64: (bytes) => bytes.length % 3,
    base64url: (bytes) => bytes.length % 3,
};

// The bytes that wait.
const PENDING = Symbol('pending');

// Libraries call it for objects of their own, too.
export function StringDecoder(encoding) {
    const name = encoding === undefined || encoding === null || encoding === '' ? 'utf8' : NAMES[String(encoding).toLowerCase()];
    if (name === undefined) throw host.error(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${encoding}`);
    this.encoding = name;
    Object.defineProperty(this, PENDING, { value: Buffer.alloc(0), writable: true });
}

Object.assign(StringDecoder.prototype, {
    write(part) {
        if (typeof part === 'string') return part;
        host.checkThis(Object.hasOwn(this, PENDING), 'StringDecoder');
        if (!ArrayBuffer.isView(part)) throw host.invalid('buf', 'an instance of Buffer, TypedArray, or DataView', part);
        const added = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
        const bytes = this[PENDING].length > 0 ? Buffer.concat([this[PENDING], added]) : added;
        const end = bytes.length - (waiting[this.encoding]?.(bytes, this[PENDING].length) ?? 0);
        this[PENDING] = Buffer.from(bytes.subarray(end));
        return bytes.toString(this.encoding, 0, end);
    },
    end(part) {
        const text = part === undefined ? '' : this.write(part);
        const rest = this[PENDING];
        this[PENDING] = Buffer.alloc(0);
        return text + rest.toString(this.encoding);
    },
    text(part, offset) {
        this[PENDING] = Buffer.alloc(0);
        return this.write(part.subarray(offset));
    },
});
Object.defineProperties(StringDecoder.prototype, {
    // The begin of a character, and zeros.
    lastChar: {
        get() {
            return Buffer.concat([this[PENDING]], 4);
        },
        enumerable: true,
        configurable: true,
    },
    // The number of bytes that the character has.
    lastTotal: {
        get() {
            const [first] = this[PENDING];
            const { length } = this[PENDING];
            if (length === 0) return 0;
            if (this.encoding === 'utf8') return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
            return this.encoding === 'utf16le' ? 2 * Math.ceil((length + 1) / 2) : 3;
        },
        enumerable: true,
        configurable: true,
    },
    lastNeed: {
        get() {
            return this.lastTotal - this[PENDING].length;
        },
        enumerable: true,
        configurable: true,
    },
});
export default { StringDecoder };

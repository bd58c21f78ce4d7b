// Bytes with a type, and forms, in memory.

import host from 'bmes:host';

const toBytes = (part) => {
    if (part instanceof Blob) return part[BYTES];
    if (part instanceof ArrayBuffer) return new Uint8Array(part.slice(0));
    if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice();
    return host.encode(`${part}`.toWellFormed());
};
const joined = (list) => {
    const bytes = new Uint8Array(list.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of list) {
        bytes.set(part, at);
        at += part.length;
    }
    return bytes;
};
const BYTES = Symbol('bytes');
const typeOf = (type) => (/[^\u0020-\u007e]/.test(type) ? '' : type.toLowerCase());

export class Blob {
    #bytes;
    #type;
    constructor(parts = [], options = {}) {
        if (parts === null || typeof parts !== 'object' || typeof parts[Symbol.iterator] !== 'function') {
            throw host.invalid('sources', 'a sequence', parts);
        }
        if (options !== null && !['object', 'function'].includes(typeof options)) throw host.invalid('options', 'of type object', options);
        this.#type = typeOf(`${options?.type ?? ''}`);
        const { endings = 'transparent' } = options ?? {};
        const native = (part) => (endings === 'native' && typeof part === 'string' ? part.replace(/\r\n?/g, '\n') : part);
        this.#bytes = joined([...parts].map((part) => toBytes(native(part))));
    }
    get [BYTES]() {
        return this.#bytes;
    }
    get size() {
        return this.#bytes.length;
    }
    get type() {
        return this.#type;
    }
    async arrayBuffer() {
        return this.#bytes.slice().buffer;
    }
    async bytes() {
        return this.#bytes.slice();
    }
    async text() {
        return host.decode(this.#bytes, false);
    }
    slice(start = 0, end = this.size, type = '') {
        const blob = new Blob([], { type });
        blob.#bytes = this.#bytes.slice(start, end);
        return blob;
    }
    stream() {
        throw host.error(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'bmes has no ReadableStream');
    }
    get [Symbol.toStringTag]() {
        return 'Blob';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `${this.constructor.name} ${inspect({ size: this.size, type: this.type }, options)}`;
    }
}

export class File extends Blob {
    #name;
    #lastModified;
    constructor(parts, name, options = {}) {
        if (arguments.length < 2) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "fileBits" and "fileName" arguments must be specified');
        super(parts, options);
        this.#name = `${name}`.toWellFormed();
        this.#lastModified = options?.lastModified === undefined ? Date.now() : Number(options.lastModified) || 0;
    }
    get name() {
        return this.#name;
    }
    get lastModified() {
        return this.#lastModified;
    }
    get [Symbol.toStringTag]() {
        return 'File';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        const { size, type, name, lastModified } = this;
        return `${this.constructor.name} ${inspect({ size, type, name, lastModified }, options)}`;
    }
}

export class FormData {
    #pairs = [];
    constructor(form) {
        // A form of a page.
        if (form !== undefined) throw new TypeError('FormData constructor: Argument 1 could not be converted to: undefined.');
    }
    #pair(name, value, file) {
        if (!(value instanceof Blob)) return [`${name}`.toWellFormed(), `${value}`.toWellFormed()];
        const isFile = value instanceof File && file === undefined;
        return [`${name}`.toWellFormed(), isFile ? value : new File([value], file ?? 'blob', { type: value.type })];
    }
    append(name, value, file) {
        if (arguments.length < 2) throw new TypeError(`FormData.append: 2 arguments required, but only ${arguments.length} found.`);
        this.#pairs.push(this.#pair(name, value, file));
    }
    set(name, value, file) {
        const index = this.#pairs.findIndex(([known]) => known === `${name}`);
        if (index < 0) return this.append(name, value, file);
        this.#pairs[index] = this.#pair(name, value, file);
        this.#pairs = this.#pairs.filter(([known], at) => at <= index || known !== `${name}`);
    }
    delete(name) {
        this.#pairs = this.#pairs.filter(([known]) => known !== `${name}`);
    }
    get(name) {
        return this.#pairs.find(([known]) => known === `${name}`)?.[1] ?? null;
    }
    getAll(name) {
        return this.#pairs.filter(([known]) => known === `${name}`).map(([, value]) => value);
    }
    has(name) {
        return this.#pairs.some(([known]) => known === `${name}`);
    }
    forEach(callback, receiver) {
        for (const [name, value] of this.#pairs) callback.call(receiver, value, name, this);
    }
    *keys() {
        for (const [name] of this.#pairs) yield name;
    }
    *values() {
        for (const [, value] of this.#pairs) yield value;
    }
    *entries() {
        for (const pair of this.#pairs) yield [...pair];
    }
    [Symbol.iterator]() {
        return this.entries();
    }
    get [Symbol.toStringTag]() {
        return 'FormData';
    }
}

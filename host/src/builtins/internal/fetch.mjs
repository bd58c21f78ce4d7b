// Requests and responses in memory, as the Fetch standard describes them. The host has no network.

import host from 'bmes:host';
import { lacking } from 'node:internal/lacking';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export class Headers {
    #pairs = new Map();
    constructor(init) {
        if (init === undefined || init === null) return;
        const pairs = typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init);
        for (const [name, value] of pairs) this.append(name, value);
    }
    static #name(name) {
        if (!TOKEN.test(name)) throw new TypeError(`Headers: ${name} is an invalid header name`);
        return String(name).toLowerCase();
    }
    append(name, value) {
        const key = Headers.#name(name);
        this.#pairs.set(key, [...(this.#pairs.get(key) ?? []), String(value).trim()]);
    }
    set(name, value) {
        this.#pairs.set(Headers.#name(name), [String(value).trim()]);
    }
    get(name) {
        return this.#pairs.get(Headers.#name(name))?.join(', ') ?? null;
    }
    getSetCookie() {
        return [...(this.#pairs.get('set-cookie') ?? [])];
    }
    has(name) {
        return this.#pairs.has(Headers.#name(name));
    }
    delete(name) {
        this.#pairs.delete(Headers.#name(name));
    }
    *entries() {
        for (const name of [...this.#pairs.keys()].sort()) {
            if (name === 'set-cookie') for (const value of this.#pairs.get(name)) yield [name, value];
            else yield [name, this.get(name)];
        }
    }
    *keys() {
        for (const [name] of this.entries()) yield name;
    }
    *values() {
        for (const [, value] of this.entries()) yield value;
    }
    forEach(callback, self) {
        for (const [name, value] of this.entries()) callback.call(self, value, name, this);
    }
    [Symbol.iterator]() {
        return this.entries();
    }
    get [Symbol.toStringTag]() {
        return 'Headers';
    }
}

// What a request and a response have in common: a body that is read once.
class Body {
    #bytes = null;
    #type = null;
    bodyUsed = false;
    constructor(body) {
        if (body === undefined || body === null) return;
        if (body instanceof ArrayBuffer) this.#bytes = new Uint8Array(body.slice(0));
        else if (ArrayBuffer.isView(body)) this.#bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
        else {
            this.#bytes = host.encode(String(body).toWellFormed());
            const isForm = body instanceof URLSearchParams;
            this.#type = isForm ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'text/plain;charset=UTF-8';
        }
    }
    static typeOf(body) {
        return body.#type;
    }
    // Returns the bytes for a copy.
    static bytesOf(body) {
        return body.#bytes;
    }
    // The bytes; programs can see whether there are any.
    get body() {
        return this.#bytes;
    }
    async #read() {
        if (this.bodyUsed) throw new TypeError('Body is unusable: Body has already been read');
        this.bodyUsed = this.#bytes !== null;
        return this.#bytes ?? new Uint8Array(0);
    }
    async arrayBuffer() {
        return (await this.#read()).slice().buffer;
    }
    async bytes() {
        return (await this.#read()).slice();
    }
    async text() {
        return host.decode(await this.#read(), false).replace(/^\ufeff/, '');
    }
    async json() {
        return JSON.parse(await this.text());
    }
}

export class Request extends Body {
    constructor(input, init = {}) {
        const from = input instanceof Request ? input : undefined;
        const method = String(init.method ?? from?.method ?? 'GET').toUpperCase();
        const body = init.body ?? (from && Body.bytesOf(from));
        if (body !== null && body !== undefined && ['GET', 'HEAD'].includes(method)) {
            throw new TypeError('Request with GET/HEAD method cannot have body.');
        }
        super(body);
        this.url = from ? from.url : new URL(input).href;
        this.method = method;
        this.headers = new Headers(init.headers ?? from?.headers);
        const type = Body.typeOf(this);
        if (type !== null && !this.headers.has('content-type')) this.headers.set('content-type', type);
        this.signal = init.signal ?? from?.signal ?? new AbortController().signal;
        for (const [name, value] of Object.entries({ redirect: 'follow', mode: 'cors', credentials: 'same-origin', cache: 'default' })) {
            this[name] = init[name] ?? from?.[name] ?? value;
        }
    }
    clone() {
        return new Request(this);
    }
    get [Symbol.toStringTag]() {
        return 'Request';
    }
}

export class Response extends Body {
    constructor(body, { status = 200, statusText = '', headers } = {}) {
        if (!(status >= 200 && status <= 599)) {
            throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
        }
        super(body);
        Object.assign(this, { status, statusText: String(statusText), type: 'default', url: '', redirected: false });
        this.headers = new Headers(headers);
        const type = Body.typeOf(this);
        if (type !== null && !this.headers.has('content-type')) this.headers.set('content-type', type);
    }
    get ok() {
        return this.status >= 200 && this.status <= 299;
    }
    clone() {
        return new Response(Body.bytesOf(this), this);
    }
    static json(value, init = {}) {
        const headers = new Headers(init.headers);
        if (!headers.has('content-type')) headers.set('content-type', 'application/json');
        return new Response(JSON.stringify(value), { ...init, headers });
    }
    static redirect(url, status = 302) {
        return new Response(null, { status, headers: { location: new URL(url).href } });
    }
    static error() {
        return Object.assign(new Response(null), { status: 0, type: 'error' });
    }
    get [Symbol.toStringTag]() {
        return 'Response';
    }
}

export const fetch = lacking('the global object', 'fetch');
export default { Headers, Request, Response, fetch };

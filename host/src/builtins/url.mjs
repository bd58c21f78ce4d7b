// URLs. The parser is that of the host, which follows the URL standard.

import host from 'bmes:host';

const { checkThis } = host;
const NAMES = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
const PROPERTIES = NAMES.toSpliced(10, 0, 'searchParams');
const invalid = (input, base) => {
    const error = host.error(TypeError, 'ERR_INVALID_URL', 'Invalid URL', { input });
    return base === undefined ? error : Object.assign(error, { base });
};
const text = (value) => {
    if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
    return `${value}`.toWellFormed();
};
// Replaces the pairs of the parameters of a URL.
const RESET = Symbol('reset');

export class URL {
    #parts;
    #searchParams;
    constructor(input, base = undefined) {
        checkCount(arguments.length, 'url');
        const own = text(input);
        const from = base === undefined ? undefined : text(base);
        this.#parts = host.parseUrl(own, from);
        if (this.#parts === undefined) throw invalid(own, from);
    }
    static canParse(url, base = undefined) {
        checkCount(arguments.length, 'url');
        return host.parseUrl(text(url), base === undefined ? undefined : text(base)) !== undefined;
    }
    static #check(value) {
        checkThis(typeof value === 'object' && value !== null && #parts in value, 'URL');
        return value;
    }
    get href() {
        return URL.#check(this).#parts[0];
    }
    set href(value) {
        const href = text(value);
        const parts = host.parseUrl(href, undefined);
        if (parts === undefined) throw invalid(href);
        URL.#check(this).#parts = parts;
        this.#searchParams?.[RESET](this.search);
    }
    get origin() {
        return URL.#check(this).#parts[1];
    }
    get searchParams() {
        URL.#check(this);
        if (this.#searchParams === undefined) {
            const changed = Object.assign(
                (params) => {
                    this.#parts = host.changeUrl(this.href, 'search', `${params}`);
                },
                { [RESET]: true },
            );
            this.#searchParams = new URLSearchParams(this.search, changed);
        }
        return this.#searchParams;
    }
    toString() {
        return URL.#check(this).href;
    }
    toJSON() {
        return URL.#check(this).href;
    }
    static {
        for (const [index, name] of NAMES.entries()) {
            if (index < 2) continue;
            const accessor = Object.getOwnPropertyDescriptor(
                {
                    get [name]() {
                        return URL.#check(this).#parts[index];
                    },
                    set [name](value) {
                        const part = text(value);
                        URL.#check(this).#parts = host.changeUrl(this.href, name, part);
                        if (name === 'search') this.#searchParams?.[RESET](this.search);
                    },
                },
                name,
            );
            Object.defineProperty(URL.prototype, name, accessor);
        }
        // The order of the properties is that of Node.js.
        for (const name of ['toString', ...PROPERTIES, 'toJSON']) {
            const property = Object.getOwnPropertyDescriptor(URL.prototype, name);
            delete URL.prototype[name];
            Object.defineProperty(URL.prototype, name, { ...property, enumerable: true });
        }
        Object.defineProperty(URL, 'canParse', { enumerable: true });
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        URL.#check(this);
        if (typeof depth === 'number' && depth < 0) return this;
        const shown = inspect(Object.fromEntries(PROPERTIES.map((name) => [name, this[name]])), { ...options, depth: 0 + (depth ?? 2) });
        return `${this.constructor.name || 'URL'} ${shown}`;
    }
}

const checkCount = (found, ...names) => {
    if (found >= names.length) return;
    const list = names.map((name) => `"${name}"`).join(' and ');
    throw host.error(TypeError, 'ERR_MISSING_ARGS', `The ${list} argument${names.length > 1 ? 's' : ''} must be specified`);
};

export class URLSearchParams {
    #pairs = [];
    #changed = () => {};
    constructor(init, changed) {
        // Only a URL passes the second argument.
        if (changed?.[RESET]) this.#changed = changed;
        if (init === undefined || init === null) return;
        if (!['object', 'function'].includes(typeof init)) {
            this[RESET](text(init));
            return;
        }
        const iterate = init[Symbol.iterator];
        if (typeof iterate === 'function') {
            this.#pairs = Array.from(init, (pair) => {
                if (pair === null || !['object', 'function'].includes(typeof pair) || typeof pair[Symbol.iterator] !== 'function') throw badTuple();
                const [key, value, ...more] = pair;
                if (more.length > 0 || [...pair].length !== 2) throw badTuple();
                return [text(key), text(value)];
            });
        } else if (iterate !== undefined && iterate !== null) {
            throw host.error(TypeError, 'ERR_ARG_NOT_ITERABLE', 'Query pairs must be iterable');
        } else {
            const pairs = new Map();
            for (const key of Reflect.ownKeys(init)) {
                if (!Object.getOwnPropertyDescriptor(init, key)?.enumerable) continue;
                pairs.set(text(key), text(init[key]));
            }
            this.#pairs = [...pairs];
        }
    }
    static #check(value) {
        checkThis(typeof value === 'object' && value !== null && #pairs in value, 'URLSearchParams');
    }
    [RESET](text) {
        const decode = (text) => {
            const spaced = text.replaceAll('+', ' ');
            if (!spaced.includes('%')) return spaced;
            const bytes = [];
            for (const [part, digits] of spaced.matchAll(/%([0-9a-fA-F]{2})|[^%]+|%/g)) {
                if (digits === undefined) bytes.push(...host.encode(part));
                else bytes.push(Number.parseInt(digits, 16));
            }
            return host.decode(new Uint8Array(bytes), false);
        };
        const pair = (text) => {
            const at = text.indexOf('=');
            return at < 0 ? [decode(text), ''] : [decode(text.slice(0, at)), decode(text.slice(at + 1))];
        };
        this.#pairs = text.replace(/^\?/, '').split('&').filter((text) => text !== '').map(pair);
    }
    get size() {
        URLSearchParams.#check(this);
        return this.#pairs.length;
    }
    append(name, value) {
        URLSearchParams.#check(this);
        checkCount(arguments.length, 'name', 'value');
        this.#pairs.push([text(name), text(value)]);
        this.#changed(this);
    }
    delete(name, value = undefined) {
        URLSearchParams.#check(this);
        checkCount(arguments.length, 'name');
        [name, value] = [text(name), value === undefined ? undefined : text(value)];
        this.#pairs = this.#pairs.filter(([known, other]) => known !== name || (value !== undefined && other !== value));
        this.#changed(this);
    }
    get(name) {
        URLSearchParams.#check(this);
        checkCount(arguments.length, 'name');
        name = text(name);
        return this.#pairs.find(([known]) => known === name)?.[1] ?? null;
    }
    getAll(name) {
        URLSearchParams.#check(this);
        checkCount(arguments.length, 'name');
        name = text(name);
        return this.#pairs.filter(([known]) => known === name).map(([, value]) => value);
    }
    has(name, value = undefined) {
        URLSearchParams.#check(this);
        checkCount(arguments.length, 'name');
        [name, value] = [text(name), value === undefined ? undefined : text(value)];
        return this.#pairs.some(([known, other]) => known === name && (value === undefined || other === value));
    }
    set(name, value) {
        URLSearchParams.#check(this);
        checkCount(arguments.length, 'name', 'value');
        [name, value] = [text(name), text(value)];
        const first = this.#pairs.find(([known]) => known === name);
        if (first === undefined) this.#pairs.push([name, value]);
        else {
            first[1] = value;
            this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== name);
        }
        this.#changed(this);
    }
    sort() {
        URLSearchParams.#check(this);
        this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        this.#changed(this);
    }
    forEach(callback, thisArg = undefined) {
        URLSearchParams.#check(this);
        host.checkFunction(callback);
        for (let index = 0; index < this.#pairs.length; index++) {
            const [key, value] = this.#pairs[index];
            callback.call(thisArg, value, key, this);
        }
    }
    #iterate(select) {
        return new Iterator(() => this.#pairs, select);
    }
    keys() {
        URLSearchParams.#check(this);
        return this.#iterate(([key]) => key);
    }
    values() {
        URLSearchParams.#check(this);
        return this.#iterate(([, value]) => value);
    }
    entries() {
        URLSearchParams.#check(this);
        return this.#iterate((pair) => [...pair]);
    }
    toString() {
        URLSearchParams.#check(this);
        const encode = (text) =>
            encodeURIComponent(text)
                .replace(/%20/g, '+')
                .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
        return this.#pairs.map((pair) => pair.map(encode).join('=')).join('&');
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        URLSearchParams.#check(this);
        if (typeof depth === 'number' && depth < 0) return '[Object]';
        if (this.#pairs.length === 0) return 'URLSearchParams {}';
        const shown = this.#pairs.map((pair) => pair.map((part) => inspect(part, options)).join(' => '));
        return braced('URLSearchParams', shown, options);
    }
}
const braced = (name, shown, options) => {
    const length = shown.reduce((sum, text) => sum + text.length + 2, -2);
    return length > (options?.breakLength ?? 80) ? `${name} {\n  ${shown.join(',\n  ')} }` : `${name} { ${shown.join(', ')} }`;
};
const badTuple = () => host.error(TypeError, 'ERR_INVALID_TUPLE', 'Each query pair must be an iterable [name, value] tuple');

// An iterator of the pairs, which sees changes.
class Iterator {
    #pairs;
    #select;
    #next = 0;
    constructor(pairs, select) {
        this.#pairs = pairs;
        this.#select = select;
    }
    next() {
        checkThis(typeof this === 'object' && this !== null && #pairs in this, 'URLSearchParamsIterator');
        const pairs = this.#pairs();
        if (this.#next >= pairs.length) return { value: undefined, done: true };
        return { value: this.#select(pairs[this.#next++]), done: false };
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        checkThis(typeof this === 'object' && this !== null && #pairs in this, 'URLSearchParamsIterator');
        if (typeof depth === 'number' && depth < 0) return '[Object]';
        const shown = this.#pairs().slice(this.#next).map((pair) => inspect(this.#select(pair), options));
        return braced('URLSearchParams Iterator', shown, options);
    }
}
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
Object.setPrototypeOf(Iterator.prototype, IteratorPrototype);
delete Iterator.prototype.constructor;
const tagged = (prototype, value) => Object.defineProperty(prototype, Symbol.toStringTag, { value, configurable: true });
tagged(Iterator.prototype, 'URLSearchParams Iterator');
tagged(URLSearchParams.prototype, 'URLSearchParams');
tagged(URL.prototype, 'URL');
Object.defineProperty(Iterator.prototype, 'next', { enumerable: true });
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
    value: URLSearchParams.prototype.entries, writable: true, configurable: true,
});
for (const name of Object.getOwnPropertyNames(URLSearchParams.prototype)) {
    if (name !== 'constructor') Object.defineProperty(URLSearchParams.prototype, name, { enumerable: true });
}

const unavailable = (name) => () => {
    throw host.error(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', `bmes has no ${name}`);
};
for (const name of ['createObjectURL', 'revokeObjectURL']) {
    Object.defineProperty(URL, name, { value: unavailable(`URL.${name}`), writable: true, configurable: true, enumerable: true });
}

const isUrl = (value) => Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);

export function fileURLToPath(path) {
    if (typeof path === 'string') path = new URL(path);
    else if (!isUrl(path)) throw host.invalid('path', 'of type string or an instance of URL', path);
    if (path.protocol !== 'file:') throw host.error(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
    if (path.hostname !== '') {
        const message = `File URL host must be "localhost" or empty on ${process.platform}`;
        throw host.error(TypeError, 'ERR_INVALID_FILE_URL_HOST', message);
    }
    if (/%2f/i.test(path.pathname)) {
        throw host.error(TypeError, 'ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
    }
    return decodeURIComponent(path.pathname);
}

export function pathToFileURL(path) {
    host.checkString(path, 'path');
    // A path that ends with a separator keeps it.
    const resolved = host.namespace('node:path').resolve(path) + (path.endsWith('/') && !/^\/+$/.test(path) ? '/' : '');
    const escaped = resolved.replace(/[%\\\n\r\t?#]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
    return new URL(`file://${escaped}`);
}

export function domainToASCII(domain) {
    checkCount(arguments.length, 'domain');
    return host.domainToAscii(text(domain));
}
export function domainToUnicode(domain) {
    checkCount(arguments.length, 'domain');
    return host.domainToUnicode(text(domain));
}

export function urlToHttpOptions(url) {
    const { protocol, hostname, port, pathname, search, hash, href, username, password } = url;
    const options = {
        __proto__: null, ...url, protocol, hostname: hostname?.startsWith('[') ? hostname.slice(1, -1) : hostname, hash, search, pathname,
        path: `${pathname || ''}${search || ''}`, href,
    };
    if (port !== '') options.port = Number(port);
    if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return options;
}

// The functions of before the URL standard.

const legacy = () => host.namespace('node:internal/legacy-url').Url;

export function format(url, options) {
    const { Url } = typeof url === 'string' || !(url instanceof URL) ? { Url: legacy() } : {};
    if (typeof url === 'string') return new Url().parse(url, false, false).format();
    if (typeof url !== 'object' || url === null) throw host.invalid('urlObject', 'one of type object or string', url);
    if (!(url instanceof URL)) return Url.prototype.format.call(url);
    if (options !== undefined && options !== null && typeof options !== 'object') throw host.invalid('options', 'of type object', options);
    const { fragment = true, search = true, auth = true, unicode = false } = options ?? {};
    const copy = new URL(url.href);
    if (!fragment) copy.hash = '';
    if (!search) copy.search = '';
    if (!auth) copy.username = copy.password = '';
    return unicode ? copy.href.replace(copy.hostname, host.domainToUnicode(copy.hostname)) : copy.href;
}

export function parse(url, parseQueryString = false, slashesDenoteHost = false) {
    const Url = legacy();
    return url instanceof Url ? url : new Url().parse(url, parseQueryString, slashesDenoteHost);
}

export const resolve = (from, to) => parse(from, false, true).resolve(to);
export const resolveObject = (from, to) => (from ? parse(from, false, true).resolveObject(to) : to);

export function Url() {
    return new (legacy())();
}
const url = {
    URL, URLSearchParams, domainToASCII, domainToUnicode, fileURLToPath, format, parse, pathToFileURL, resolve, resolveObject, urlToHttpOptions,
};
Object.defineProperty(url, 'Url', { get: legacy, enumerable: true, configurable: true });
export default url;

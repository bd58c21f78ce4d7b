// URLs. The parser is that of the host, which follows the URL standard.
import host from 'bmes:host';

const NAMES = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
const invalid = (input, base) => {
    const error = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input });
    return base === undefined ? error : Object.assign(error, { base });
};
const text = (value) => `${value}`.toWellFormed();

export class URL {
    #parts;
    #searchParams;
    constructor(input, base) {
        const own = text(input);
        const from = base === undefined ? undefined : text(base);
        this.#parts = host.parseUrl(own, from);
        if (this.#parts === undefined) throw invalid(own, from);
    }
    static canParse(input, base) {
        return URL.parse(input, base) !== null;
    }
    static parse(input, base) {
        try {
            return new URL(input, base);
        } catch {
            return null;
        }
    }
    get href() {
        return this.#parts[0];
    }
    set href(href) {
        const parts = host.parseUrl(text(href), undefined);
        if (parts === undefined) throw invalid(text(href));
        this.#parts = parts;
        this.#searchParams?.[RESET](this.search);
    }
    get origin() {
        return this.#parts[1];
    }
    get searchParams() {
        this.#searchParams ??= new URLSearchParams(this.search, (params) => {
            this.#parts = host.changeUrl(this.href, 'search', `${params}`);
        });
        return this.#searchParams;
    }
    toString() {
        return this.href;
    }
    toJSON() {
        return this.href;
    }
    static {
        for (const [index, name] of NAMES.entries()) {
            if (index < 2) continue;
            Object.defineProperty(URL.prototype, name, {
                get() {
                    return this.#parts[index];
                },
                set(value) {
                    this.#parts = host.changeUrl(this.href, name, text(value));
                    if (name === 'search') this.#searchParams?.[RESET](this.search);
                },
                enumerable: true,
                configurable: true,
            });
        }
        for (const name of ['href', 'origin', 'searchParams', 'toString', 'toJSON']) {
            const found = Object.getOwnPropertyDescriptor(URL.prototype, name);
            Object.defineProperty(URL.prototype, name, { ...found, enumerable: true });
        }
    }
    get [Symbol.toStringTag]() {
        return 'URL';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        const names = NAMES.toSpliced(10, 0, 'searchParams');
        return `URL ${inspect(Object.fromEntries(names.map((name) => [name, this[name]])), options)}`;
    }
}

// Replaces the pairs of the parameters of a URL.
const RESET = Symbol('reset');

export class URLSearchParams {
    #pairs = [];
    #changed;
    constructor(init = '', changed = () => {}) {
        this.#changed = changed;
        if (init === null || typeof init !== 'object') this[RESET](text(init));
        else if (typeof init[Symbol.iterator] === 'function') this.#pairs = [...init].map(([key, value]) => [text(key), text(value)]);
        else this.#pairs = Object.entries(init).map(([key, value]) => [text(key), text(value)]);
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
            const [key, ...value] = text.split('=');
            return [decode(key), decode(value.join('='))];
        };
        this.#pairs = text.replace(/^\?/, '').split('&').filter((text) => text !== '').map(pair);
    }
    get size() {
        return this.#pairs.length;
    }
    append(key, value) {
        this.#pairs.push([String(key), String(value)]);
        this.#changed(this);
    }
    delete(key, value) {
        this.#pairs = this.#pairs.filter(([known, other]) => known !== key || (value !== undefined && other !== value));
        this.#changed(this);
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        if (this.#pairs.length === 0) return 'URLSearchParams {}';
        const shown = this.#pairs.map((pair) => pair.map((part) => inspect(part, options)).join(' => '));
        return `URLSearchParams { ${shown.join(', ')} }`;
    }
    get(key) {
        return this.#pairs.find(([known]) => known === key)?.[1] ?? null;
    }
    getAll(key) {
        return this.#pairs.filter(([known]) => known === key).map(([, value]) => value);
    }
    has(key, value) {
        return this.#pairs.some(([known, other]) => known === key && (value === undefined || other === value));
    }
    set(key, value) {
        const first = this.#pairs.find(([known]) => known === key);
        if (first === undefined) return this.append(key, value);
        first[1] = String(value);
        this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== key);
        this.#changed(this);
    }
    sort() {
        this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
        this.#changed(this);
    }
    forEach(callback) {
        for (const [key, value] of this.#pairs) callback(value, key, this);
    }
    *keys() {
        for (const [key] of this.#pairs) yield key;
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
    toString() {
        const encode = (text) =>
            encodeURIComponent(text.toWellFormed())
                .replace(/%20/g, '+')
                .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
        return this.#pairs.map((pair) => pair.map(encode).join('=')).join('&');
    }
    get [Symbol.toStringTag]() {
        return 'URLSearchParams';
    }
}

export function fileURLToPath(url) {
    const parsed = typeof url === 'string' ? new URL(url) : url;
    if (parsed.protocol !== 'file:') {
        throw Object.assign(new TypeError('The URL must be of scheme file'), { code: 'ERR_INVALID_URL_SCHEME' });
    }
    if (/%2f/i.test(parsed.pathname)) {
        const message = 'File URL path must not include encoded / characters';
        throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_FILE_URL_PATH' });
    }
    return decodeURIComponent(parsed.pathname);
}

export function pathToFileURL(path) {
    const absolute = path.startsWith('/') ? path : `${process.cwd()}/${path}`;
    const escaped = absolute.replace(/[%\\\n\r\t?#]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
    return new URL(`file://${escaped}`);
}

export const domainToASCII = (domain) => host.domainToAscii(text(domain));

export const urlToHttpOptions = ({ protocol, hostname, port, pathname, search, hash, href }) => ({
    protocol, hostname, port, pathname, search, hash, href, path: pathname + search,
});

// The functions of before the URL standard, as far as programs still use them with URLs.

export function format(url, options) {
    if (typeof url === 'string') return url;
    if (url instanceof URL) {
        const copy = new URL(url.href);
        if (options?.fragment === false) copy.hash = '';
        if (options?.search === false) copy.search = '';
        if (options?.auth === false) copy.username = copy.password = '';
        return copy.href;
    }
    const { protocol = '', auth, hostname = '', port, pathname = '', query, hash = '' } = url;
    const host = url.host ?? (hostname && `${hostname}${port ? `:${port}` : ''}`);
    const search = url.search ?? (query && typeof query === 'object' ? String(new URLSearchParams(query)) : '');
    const scheme = protocol && !protocol.endsWith(':') ? `${protocol}:` : protocol;
    const slashes = url.slashes || (host && (scheme === '' || SLASHES.includes(scheme))) ? '//' : '';
    const prefixed = (text, mark) => (text === '' || text.startsWith(mark) ? text : mark + text);
    const path = host && pathname !== '' ? prefixed(pathname, '/') : pathname;
    return `${scheme}${slashes}${auth ? `${auth}@` : ''}${host}${path}${prefixed(search, '?')}${prefixed(hash, '#')}`;
}
const SLASHES = ['http:', 'https:', 'ftp:', 'file:', 'ws:', 'wss:'];

export function resolve(from, to) {
    const base = new URL(from, 'resolve://');
    const found = new URL(to, base);
    return found.protocol === 'resolve:' ? found.pathname + found.search + found.hash : found.href;
}

export function parse(input, parsesQuery = false) {
    const base = 'resolve://';
    const url = URL.parse(input, base);
    if (url === null) throw invalid(input);
    const isAbsolute = url.protocol !== 'resolve:';
    const orNull = (text) => (text === '' ? null : text);
    const auth = url.username === '' ? null : decodeURIComponent(`${url.username}${url.password && `:${url.password}`}`);
    const query = url.search.slice(1);
    return {
        protocol: isAbsolute ? url.protocol : null,
        slashes: isAbsolute && SLASHES.includes(url.protocol) ? true : null,
        auth,
        host: orNull(url.host),
        port: orNull(url.port),
        hostname: orNull(url.hostname),
        hash: orNull(url.hash),
        search: orNull(url.search),
        query: parsesQuery ? Object.fromEntries(new URLSearchParams(query)) : orNull(query),
        pathname: orNull(url.pathname),
        path: orNull(url.pathname + url.search),
        href: isAbsolute ? url.href : url.pathname + url.search + url.hash,
    };
}

export default {
    URL, URLSearchParams, domainToASCII, fileURLToPath, format, parse, pathToFileURL, resolve, urlToHttpOptions,
};

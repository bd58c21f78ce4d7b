// URLs, as far as programs of modules need them: the syntax of the URL standard for special schemes, without IDNA.

const PORTS = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21', 'file:': '' };
const invalid = (input) =>
    Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: String(input) });
// Percent-encodes the characters that match, and all that are not ASCII.
const encode = (text, pattern) =>
    text.toWellFormed().replace(pattern, (character) => {
        const encoded = encodeURIComponent(character);
        return encoded === character ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : encoded;
    });
/* eslint-disable no-control-regex */
const PATH = /[\u0000- "#<>?^`{}\u007f]|[^\u0000-\u007f]/gu;
const QUERY = /[\u0000- "#<>'\u007f]|[^\u0000-\u007f]/gu;
const FRAGMENT = /[\u0000- "<>`\u007f]|[^\u0000-\u007f]/gu;
const USER = /[\u0000- "#<>?^`{}/:;=@[\\\]|\u007f]|[^\u0000-\u007f]/gu;
/* eslint-enable no-control-regex */

function reduce(path) {
    const kept = [];
    const segments = path.split('/').slice(1);
    segments.forEach((segment, index) => {
        const isLast = index === segments.length - 1;
        const plain = segment.replace(/%2e/gi, '.');
        if (plain === '..') kept.pop();
        else if (plain !== '.') kept.push(segment);
        if (isLast && (plain === '.' || plain === '..')) kept.push('');
    });
    return `/${kept.join('/')}`;
}

function parse(input, base) {
    let rest = String(input).trim().replace(/[\t\n\r]/g, '');
    const parts = { protocol: '', username: '', password: '', hostname: '', port: '', pathname: '', search: '', hash: '' };
    const cut = (mark, name, pattern) => {
        const at = rest.indexOf(mark);
        if (at < 0) return;
        const text = encode(rest.slice(at), pattern).replace(/^%3F/, '?');
        parts[name] = text === mark ? '' : text;
        rest = rest.slice(0, at);
    };
    cut('#', 'hash', FRAGMENT);
    const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(rest);
    const isOwn = scheme !== null && !(base && base.protocol === `${scheme[1].toLowerCase()}:` && PORTS[base.protocol] !== undefined && !/^[^:]*:[/\\]/.test(rest));
    if (scheme !== null) {
        parts.protocol = `${scheme[1].toLowerCase()}:`;
        rest = rest.slice(scheme[0].length);
    } else if (base) parts.protocol = base.protocol;
    else throw invalid(input);
    const isSpecial = parts.protocol in PORTS;
    const hasQuery = rest.includes('?');
    cut('?', 'search', QUERY);
    if (isSpecial) rest = rest.replaceAll('\\', '/');
    if (isOwn && !isSpecial && !rest.startsWith('/')) {
        // An opaque path: `data:`, `node:`, `mailto:`.
        parts.pathname = rest;
        return parts;
    }
    if (!isOwn && base && !(base.protocol in PORTS) && !base.pathname.startsWith('/') && rest !== '') throw invalid(input);
    if (rest.startsWith('//') || (isOwn && isSpecial && parts.protocol !== 'file:')) {
        const [, authority, path] = /^\/*([^/]*)(.*)$/s.exec(parts.protocol === 'file:' ? rest.slice(2).replace(/^/, '') : rest) ?? [];
        parseAuthority(parts, parts.protocol === 'file:' && rest.startsWith('///') ? '' : authority, input, isSpecial);
        const own = parts.protocol === 'file:' && rest.startsWith('///') ? rest.slice(2) : path;
        parts.pathname = own === '' && !isSpecial ? '' : reduce(encode(own || '/', PATH));
        return parts;
    }
    if (!isOwn && base) {
        for (const name of ['username', 'password', 'hostname', 'port']) parts[name] = base[name];
        if (rest === '') {
            parts.pathname = base.pathname;
            if (!hasQuery) parts.search = base.search;
        } else {
            const folder = rest.startsWith('/') ? '' : base.pathname.slice(0, base.pathname.lastIndexOf('/') + 1);
            parts.pathname = reduce(encode(folder + rest, PATH));
        }
        return parts;
    }
    parts.pathname = reduce(encode(rest.startsWith('/') ? rest : `/${rest}`, PATH));
    return parts;
}

function parseAuthority(parts, authority, input, isSpecial) {
    const at = authority.lastIndexOf('@');
    if (at >= 0) {
        const [user, ...password] = authority.slice(0, at).split(':');
        parts.username = encode(user, USER);
        parts.password = encode(password.join(':'), USER);
    }
    const found = /^(\[[0-9a-fA-F:.]+\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
    if (found === null) throw invalid(input);
    let host = found[1];
    try {
        host = decodeURIComponent(host).toLowerCase();
    } catch {
        throw invalid(input);
    }
    // eslint-disable-next-line no-control-regex
    if (/[\u0000- #%/<>?@\\^|]/.test(host) || (isSpecial && host === '' && parts.protocol !== 'file:')) throw invalid(input);
    parts.hostname = parts.protocol === 'file:' && host === 'localhost' ? '' : host;
    const port = found[2] ? String(Number(found[2])) : '';
    if (Number(port) > 65535) throw invalid(input);
    parts.port = port === PORTS[parts.protocol] ? '' : port;
}

export class URL {
    #parts;
    #searchParams;
    constructor(input, base) {
        this.#parts = parse(input, base === undefined ? undefined : new URL(base));
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
        const { protocol, username, password, pathname, search, hash } = this.#parts;
        const user = username === '' && password === '' ? '' : `${username}${password === '' ? '' : `:${password}`}@`;
        const hasHost = this.host !== '' || protocol === 'file:';
        return `${protocol}${hasHost ? `//${user}${this.host}` : ''}${pathname}${search}${hash}`;
    }
    set href(href) {
        this.#parts = parse(href);
    }
    get origin() {
        const { protocol } = this.#parts;
        return protocol in PORTS && protocol !== 'file:' ? `${protocol}//${this.host}` : 'null';
    }
    get host() {
        const { hostname, port } = this.#parts;
        return port === '' ? hostname : `${hostname}:${port}`;
    }
    set host(host) {
        parseAuthority(this.#parts, String(host), host, true);
    }
    get search() {
        return this.#parts.search;
    }
    set search(search) {
        this.#setSearch(search);
        this.#searchParams?.reset(this.#parts.search);
    }
    #setSearch(search) {
        const text = String(search).replace(/^\?/, '');
        this.#parts.search = text === '' ? '' : `?${encode(text, QUERY)}`;
    }
    get hash() {
        return this.#parts.hash;
    }
    set hash(hash) {
        const text = String(hash).replace(/^#/, '');
        this.#parts.hash = text === '' ? '' : `#${encode(text, FRAGMENT)}`;
    }
    get pathname() {
        return this.#parts.pathname;
    }
    set pathname(pathname) {
        this.#parts.pathname = reduce(encode(`/${String(pathname).replace(/^\//, '')}`, PATH));
    }
    get searchParams() {
        this.#searchParams ??= new URLSearchParams(this.#parts.search, (search) => this.#setSearch(search));
        return this.#searchParams;
    }
    toString() {
        return this.href;
    }
    toJSON() {
        return this.href;
    }
    static {
        for (const name of ['protocol', 'username', 'password', 'hostname', 'port']) {
            Object.defineProperty(URL.prototype, name, {
                get() {
                    return this.#parts[name];
                },
                set(value) {
                    this.#parts[name] = name === 'protocol' ? `${String(value).replace(/:.*$/s, '')}:` : String(value);
                },
                enumerable: true,
                configurable: true,
            });
        }
    }
    get [Symbol.toStringTag]() {
        return 'URL';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        const names = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash'];
        return `URL ${inspect(Object.fromEntries(names.map((name) => [name, this[name]])), options)}`;
    }
}

export class URLSearchParams {
    #pairs = [];
    #changed;
    constructor(init = '', changed = () => {}) {
        this.#changed = changed;
        if (typeof init === 'string') this.reset(init);
        else if (typeof init[Symbol.iterator] === 'function') this.#pairs = [...init].map(([key, value]) => [String(key), String(value)]);
        else this.#pairs = Object.entries(init).map(([key, value]) => [key, String(value)]);
    }
    // Replaces all pairs by those of a text.
    reset(text) {
        const decode = (text) => {
            const spaced = text.replaceAll('+', ' ');
            try {
                return decodeURIComponent(spaced);
            } catch {
                return spaced;
            }
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
    delete(key) {
        this.#pairs = this.#pairs.filter(([known]) => known !== key);
        this.#changed(this);
    }
    get(key) {
        return this.#pairs.find(([known]) => known === key)?.[1] ?? null;
    }
    getAll(key) {
        return this.#pairs.filter(([known]) => known === key).map(([, value]) => value);
    }
    has(key) {
        return this.#pairs.some(([known]) => known === key);
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

export const urlToHttpOptions = ({ protocol, hostname, port, pathname, search, hash, href }) => ({
    protocol, hostname, port, pathname, search, hash, href, path: pathname + search,
});

export default { URL, URLSearchParams, fileURLToPath, pathToFileURL, urlToHttpOptions };

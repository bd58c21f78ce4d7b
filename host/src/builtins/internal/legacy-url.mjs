// URLs as Node.js read them before the URL standard: `url.parse` and what belongs to it.

import host from 'bmes:host';
import querystring from 'node:querystring';

const SLASHES = new Set(['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss']);
const nameOf = (protocol) => (protocol ?? '').replace(/:$/, '').toLowerCase();
export const hasSlashes = (protocol) => SLASHES.has(nameOf(protocol));
const isScript = (protocol) => nameOf(protocol) === 'javascript';

export function Url() {
    Object.assign(this, {
        protocol: null, slashes: null, auth: null, host: null, port: null, hostname: null, hash: null, search: null, query: null,
        pathname: null, path: null, href: null,
    });
}

const invalid = (input) => host.error(TypeError, 'ERR_INVALID_URL', 'Invalid URL', { input });
const escaped = (text) =>
    text.replace(/[\t\n\r "'<>\\^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

// Sets the parts that come from the query.
function setQuery(url, search, parsesQuery) {
    if (search !== null) {
        url.search = search;
        url.query = parsesQuery ? querystring.parse(search.slice(1)) : search.slice(1);
    } else if (parsesQuery) {
        url.query = { __proto__: null };
    }
}

// Reads the user, the host and the port at the begin of a text. Returns the rest.
function readHost(url, text, input) {
    text = text.replace(/^[^#/?]*/, (authority) => authority.replace(/[\t\n\r]/g, ''));
    const authority = /^[^#/?]*/.exec(text)[0];
    const at = authority.lastIndexOf('@');
    if (at >= 0) {
        url.auth = decodeURIComponent(authority.slice(0, at));
    }
    // Some characters end the host and begin the path.
    const name = /^[^ "%';<>\\^`{|}]*/.exec(authority.slice(at + 1))[0];
    let rest = text.slice(at + 1 + name.length);
    const port = /:[0-9]*$/.exec(name)?.[0] ?? '';
    if (port.length > 1) url.port = port.slice(1);
    let hostname = name.slice(0, name.length - port.length);
    const isIpv6 = hostname.startsWith('[') && hostname.endsWith(']');
    if (!isIpv6) {
        const end = hostname.search(/[/\\#?:]/);
        if (end >= 0) {
            rest = `/${hostname.slice(end)}${rest}`;
            hostname = hostname.slice(0, end);
        }
    }
    hostname = hostname.length > 255 ? '' : hostname.toLowerCase();
    if (hostname !== '') {
        if (isIpv6) {
            if (/[\0\t\n\r #%/<>?@\\^|]/.test(hostname)) throw invalid(input);
        } else {
            hostname = toAscii(hostname);
            if (hostname === '' || /[\0\t\n\r #%/:<>?@[\\\]^|]/.test(hostname)) throw invalid(input);
        }
    }
    url.host = hostname + (url.port === null ? '' : `:${url.port}`);
    url.hostname = isIpv6 ? hostname.slice(1, -1) : hostname;
    return isIpv6 && !rest.startsWith('/') ? `/${rest}` : rest;
}

// Only names with other characters than those of ASCII are changed.
// eslint-disable-next-line no-control-regex
const toAscii = (name) => (/^[\u0000-\u007f]*$/.test(name) ? name : host.domainToAscii(name));

Url.prototype.parse = function parse(input, parsesQuery = false, slashesBeginHost = false) {
    host.checkString(input, 'url');
    let rest = input.replace(/^[\u0000- \ufeff\u00a0]+|[\u0000- \ufeff\u00a0]+$/g, '');
    // Backslashes of the path count as slashes.
    rest = rest.replace(/^[^#?]*/, (text) => text.replaceAll('\\', '/'));
    if (!slashesBeginHost && !rest.includes('#') && !rest.includes('@')) {
        const simple = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/.exec(rest);
        if (simple !== null) {
            Object.assign(this, { path: rest, href: rest, pathname: simple[1] });
            setQuery(this, simple[2] ?? null, parsesQuery);
            return this;
        }
    }
    const protocol = /^[a-z0-9.+-]+:/i.exec(rest)?.[0].toLowerCase() ?? null;
    if (protocol !== null) {
        this.protocol = protocol;
        rest = rest.slice(protocol.length);
    }
    const mayHaveHost = slashesBeginHost || protocol !== null || /^\/\/[^@/]+@[^@/]+/.test(rest);
    const begins = mayHaveHost && rest.startsWith('//');
    if (begins && !isScript(protocol)) {
        rest = rest.slice(2);
        this.slashes = true;
    }
    if (!isScript(protocol) && (begins || (protocol !== null && !hasSlashes(protocol)))) rest = readHost(this, rest, input);
    if (!isScript(protocol)) rest = escaped(rest);
    const [, pathname, search = null, hash = null] = /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(rest);
    this.hash = hash;
    setQuery(this, search, parsesQuery);
    this.pathname = pathname || (hasSlashes(protocol) && this.hostname ? '/' : null);
    if (this.pathname !== null || this.search !== null) this.path = (this.pathname ?? '') + (this.search ?? '');
    this.href = this.format();
    return this;
};

Url.prototype.format = function format() {
    const auth = this.auth ? `${encodeURIComponent(this.auth).replace(/%3A/gi, ':')}@` : '';
    const protocol = this.protocol && !this.protocol.endsWith(':') ? `${this.protocol}:` : (this.protocol ?? '');
    let authority = '';
    if (this.host) authority = auth + this.host;
    else if (this.hostname) {
        const isIpv6 = this.hostname.includes(':') && !this.hostname.startsWith('[');
        authority = auth + (isIpv6 ? `[${this.hostname}]` : this.hostname) + (this.port ? `:${this.port}` : '');
    }
    const query = typeof this.query === 'object' && this.query !== null ? querystring.stringify(this.query) : '';
    const marked = (text, mark) => (text && !text.startsWith(mark) ? mark + text : text);
    const search = marked(this.search || query, '?').replaceAll('#', '%23');
    let pathname = (this.pathname ?? '').replaceAll('#', '%23').replaceAll('?', '%3F');
    if (this.slashes || hasSlashes(protocol)) {
        if (this.slashes || authority) {
            pathname = marked(pathname, '/');
            authority = `//${authority}`;
        } else if (nameOf(protocol) === 'file') {
            authority = '//';
        }
    }
    return protocol + authority + pathname + search + marked(this.hash ?? '', '#');
};

Url.prototype.resolve = function resolve(relative) {
    return this.resolveObject(new Url().parse(relative, false, true)).format();
};
Url.prototype.resolveObject = function resolveObject(relative) {
    const other = typeof relative === 'string' ? new Url().parse(relative, false, true) : relative;
    return host.namespace('node:internal/legacy-resolve').resolveObject(this, other);
};

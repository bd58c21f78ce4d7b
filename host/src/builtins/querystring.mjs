// Query strings, in the form that Node.js had before `URLSearchParams`.

import host from 'bmes:host';

export function unescapeBuffer(text, hasSpaces) {
    const bytes = [];
    const escaped = hasSpaces ? String(text).replaceAll('+', ' ') : String(text);
    for (const [part, digits] of escaped.matchAll(/%([0-9a-f]{2})|[^]/gi)) {
        bytes.push(digits === undefined ? part.charCodeAt(0) & 0xff : Number.parseInt(digits, 16));
    }
    return Buffer.from(bytes);
}

// Returns a text without its escapes. Escapes that are no UTF-8 become U+FFFD.
export function unescape(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return unescapeBuffer(String(text)).toString();
    }
}

export function escape(text) {
    const string = typeof text === 'string' ? text : typeof text === 'object' ? String(text) : `${text}`;
    try {
        return encodeURIComponent(string);
    } catch {
        return escapeSurrogates(string);
    }
}
// Node.js takes each surrogate and what follows as a pair.
function escapeSurrogates(string) {
    let escaped = '';
    for (let index = 0; index < string.length; index++) {
        const code = string.charCodeAt(index);
        if (code < 0xd800 || code > 0xdfff) {
            escaped += encodeURIComponent(string[index]);
            continue;
        }
        index++;
        if (index === string.length) throw host.error(URIError, 'ERR_INVALID_URI', 'URI malformed');
        const point = 0x10000 + ((code & 0x3ff) << 10) + (string.charCodeAt(index) & 0x3ff);
        escaped += encodeURIComponent(String.fromCodePoint(point));
    }
    return escaped;
}

const plain = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint' || typeof value === 'boolean') return `${value}`;
    return typeof value === 'number' && Number.isFinite(value) ? `${value}` : '';
};

export function stringify(object, separator = '&', equals = '=', options) {
    separator ||= '&';
    equals ||= '=';
    if (typeof object !== 'object' || object === null) return '';
    const encode = typeof options?.encodeURIComponent === 'function' ? options.encodeURIComponent : querystring.escape;
    // A custom encoder gets the values as texts, too.
    const pair = (key, value) => `${encode(plain(key))}${equals}${encode(plain(value))}`;
    return Object.keys(object)
        .flatMap((key) => (Array.isArray(object[key]) ? object[key].map((value) => pair(key, value)) : pair(key, object[key])))
        .join(separator);
}

export function parse(text, separator = '&', equals = '=', options) {
    const parsed = { __proto__: null };
    if (typeof text !== 'string' || text === '') return parsed;
    separator = separator ? String(separator) : '&';
    equals = equals ? String(equals) : '=';
    const limit = typeof options?.maxKeys === 'number' ? options.maxKeys : 1000;
    const own = typeof options?.decodeURIComponent === 'function' ? options.decodeURIComponent : querystring.unescape;
    const decode = (part) => {
        if (part === '') return '';
        const spaced = part.replaceAll('+', own === unescape ? ' ' : '%20');
        if (own === unescape && !/%[0-9a-f]{2}/i.test(spaced)) return spaced;
        try {
            return own(spaced);
        } catch {
            return unescape(spaced);
        }
    };
    let pairs = text.split(separator);
    if (limit > 0) pairs = pairs.slice(0, limit);
    for (const pair of pairs) {
        if (pair === '') continue;
        const at = pair.indexOf(equals);
        const [key, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + equals.length)];
        const [name, content] = [decode(key), decode(value)];
        if (!(name in parsed)) parsed[name] = content;
        else if (Array.isArray(parsed[name])) parsed[name].push(content);
        else parsed[name] = [parsed[name], content];
    }
    return parsed;
}
export { parse as decode, stringify as encode };

// Programs may replace `escape` and `unescape`.
const querystring = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };
export default querystring;

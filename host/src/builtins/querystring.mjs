// Query strings, in the form that Node.js had before `URLSearchParams`.

import host from 'bmes:host';

export function unescapeBuffer(text) {
    const bytes = [];
    for (const [part, digits] of String(text).matchAll(/%([0-9a-f]{2})|[^]/gi)) {
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
        throw host.error(URIError, 'ERR_INVALID_URI', 'URI malformed');
    }
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
    const custom = options?.decodeURIComponent;
    const own = typeof custom === 'function' ? custom : querystring.unescape;
    const decode = (part) => {
        const spaced = part.replaceAll('+', typeof custom === 'function' ? '%20' : ' ');
        if (typeof custom !== 'function' && own === unescape && !spaced.includes('%')) return spaced;
        try {
            return own(spaced);
        } catch {
            return unescape(spaced);
        }
    };
    let pairs = text.split(separator);
    if (limit > 0) pairs = pairs.filter((pair) => pair !== '').slice(0, limit);
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

// What few programs use of `node:util`.

import host from 'bmes:host';
import { inspect } from 'node:internal/inspect';

export function stripVTControlCharacters(str) {
    host.checkString(str, 'str');
    // Sequences of terminals: ESC or CSI, parameters, a letter; and links, which end with BEL or ESC \.
    // eslint-disable-next-line no-control-regex
    return str.replace(/[\u001b\u009b](?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[[\]()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~])/g, '');
}

export function styleText(format, text, { validateStream = true, stream = process.stdout } = {}) {
    host.checkString(text, 'text');
    if (typeof validateStream !== 'boolean') throw host.invalid('options.validateStream', 'of type boolean', validateStream);
    const names = [format].flat();
    const known = Object.keys(inspect.colors).map((name) => `'${name}'`).join(', ');
    const codes = names.map((name) => {
        const color = inspect.colors[name];
        if (color === undefined) throw host.invalidValue('format', `must be one of: ${known}`, name);
        return color;
    });
    if (validateStream && !stream?.isTTY) return text;
    const [start, end] = [codes, codes.toReversed()];
    return start.map(([code]) => `\u001b[${code}m`).join('') + text + end.map(([, code]) => `\u001b[${code}m`).join('');
}

export async function aborted(signal, resource) {
    if (!(signal instanceof AbortSignal)) throw host.invalid('signal', 'an instance of AbortSignal', signal);
    if (!resource || typeof resource !== 'object') throw host.invalid('resource', 'of type object', resource);
    if (signal.aborted) return;
    await new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export function log(...values) {
    const now = new Date();
    const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][now.getMonth()];
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((number) => String(number).padStart(2, '0')).join(':');
    console.log('%s - %s', `${now.getDate()} ${month} ${time}`, host.namespace('node:internal/format').format(...values));
}

// Reads the lines of a file of variables.
export function parseEnv(content) {
    host.checkString(content, 'content');
    const values = {};
    const line = /^[^\S\n]*(?:export\s+)?([^\s=#][^=\n]*?)[^\S\n]*=[^\S\n]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\n#]*))/gm;
    for (const [, name, double, single, back, plain] of content.replaceAll('\r\n', '\n').matchAll(line)) {
        values[name] = double?.replaceAll('\\n', '\n') ?? single ?? back ?? plain.trim();
    }
    return values;
}

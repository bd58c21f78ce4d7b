// Paths of POSIX.

import { lackingAll } from 'node:internal/lacking';

const check = (path, name = 'path') => {
    if (typeof path !== 'string') {
        const isObject = typeof path === 'object' && path !== null;
        const kind = isObject ? `an instance of ${path.constructor?.name ?? 'Object'}` : `type ${typeof path} (${String(path)})`;
        const message = `The "${name}" argument must be of type string. Received ${path === null || path === undefined ? String(path) : kind}`;
        throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' });
    }
};

export const sep = '/';
export const delimiter = ':';

// Removes `.`, `..` and empty segments.
function reduce(path, isAbsolute) {
    const kept = [];
    for (const segment of path.split('/')) {
        if (segment === '' || segment === '.') continue;
        if (segment !== '..') kept.push(segment);
        else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
        else if (!isAbsolute) kept.push('..');
    }
    return kept.join('/');
}

export function normalize(path) {
    check(path);
    if (path === '') return '.';
    const isRooted = path.startsWith('/');
    const reduced = reduce(path, isRooted);
    if (reduced === '') return isRooted ? '/' : path.endsWith('/') ? './' : '.';
    return (isRooted ? '/' : '') + reduced + (path.endsWith('/') ? '/' : '');
}

export function join(...paths) {
    paths.forEach((path) => check(path));
    const joined = paths.filter((path) => path !== '').join('/');
    return joined === '' ? '.' : normalize(joined);
}

export function resolve(...paths) {
    let resolved = '';
    for (let index = paths.length - 1; index >= 0 && !resolved.startsWith('/'); index--) {
        check(paths[index], `paths[${index}]`);
        if (paths[index] !== '') resolved = `${paths[index]}/${resolved}`;
    }
    if (!resolved.startsWith('/')) resolved = `${process.cwd()}/${resolved}`;
    return `/${reduce(resolved, true)}`;
}

export const isAbsolute = (path) => (check(path), path.startsWith('/'));

export function relative(from, to) {
    const [source, target] = [resolve(from), resolve(to)].map((path) => path.split('/').filter((segment) => segment !== ''));
    let common = 0;
    while (common < source.length && source[common] === target[common]) common++;
    return [...source.slice(common).map(() => '..'), ...target.slice(common)].join('/');
}

const trim = (path) => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path);

export function dirname(path) {
    check(path);
    if (path === '') return '.';
    const trimmed = trim(path);
    const end = trimmed.lastIndexOf('/');
    if (end < 0) return '.';
    return end === 0 ? '/' : trimmed.slice(0, end);
}

export function basename(path, suffix) {
    check(path);
    const trimmed = path.replace(/\/+$/, '');
    const base = trimmed.slice(trimmed.lastIndexOf('/') + 1);
    return suffix !== undefined && base.endsWith(suffix) && base !== suffix ? base.slice(0, -suffix.length) : base;
}

export function extname(path) {
    const base = basename(path);
    const dot = base.lastIndexOf('.');
    return dot <= 0 || base === '..' ? '' : base.slice(dot);
}

export function parse(path) {
    check(path);
    const root = path.startsWith('/') ? '/' : '';
    const base = basename(path);
    const ext = extname(path);
    const dir = path.includes('/') ? dirname(path) : '';
    return { root, dir: base === '' ? root : dir, base, ext, name: ext === '' ? base : base.slice(0, -ext.length) };
}

export function format({ root = '', dir = root, base, name = '', ext = '' }) {
    const file = base ?? name + (ext === '' || ext.startsWith('.') ? ext : `.${ext}`);
    return dir === '' ? file : dir === root ? dir + file : `${dir}/${file}`;
}

export const toNamespacedPath = (path) => path;

const path = { sep, delimiter, normalize, join, resolve, isAbsolute, relative, dirname, basename, extname, parse, format, toNamespacedPath };
path.posix = path;
export const win32 = Object.assign(Object.create(lackingAll('node:path/win32')), { sep: '\\', delimiter: ';' });
path.win32 = win32;
export const posix = path;
export default path;

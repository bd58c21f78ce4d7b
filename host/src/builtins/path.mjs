// Paths of POSIX.

import host from 'bmes:host';
import { win32 } from 'node:internal/win32';

const check = host.checkString;

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
    check(path, 'path');
    if (path === '') return '.';
    const isRooted = path.startsWith('/');
    const reduced = reduce(path, isRooted);
    if (reduced === '') return isRooted ? '/' : path.endsWith('/') ? './' : '.';
    return (isRooted ? '/' : '') + reduced + (path.endsWith('/') ? '/' : '');
}

export function join(...paths) {
    for (const path of paths) check(path, 'path');
    const joined = paths.filter((path) => path !== '').join('/');
    return joined === '' ? '.' : normalize(joined);
}

export function resolve(...paths) {
    let resolved = '';
    for (let index = paths.length - 1; index >= 0 && !resolved.startsWith('/'); index--) {
        check(paths[index], `paths[${index}]`);
        if (paths[index] !== '') resolved = `${paths[index]}/${resolved}`;
    }
    if (!resolved.startsWith('/')) {
        // A program may have replaced it.
        const folder = process.cwd();
        if (folder !== '') resolved = `${folder}/${resolved}`;
    }
    const isRooted = resolved.startsWith('/');
    return (isRooted ? '/' : '') + reduce(resolved, isRooted) || '.';
}

export function isAbsolute(path) {
    check(path, 'path');
    return path.startsWith('/');
}

export function relative(from, to) {
    check(from, 'from');
    check(to, 'to');
    const [source, target] = [resolve(from), resolve(to)].map((path) => path.split('/').filter((segment) => segment !== ''));
    let common = 0;
    while (common < source.length && source[common] === target[common]) common++;
    return [...source.slice(common).map(() => '..'), ...target.slice(common)].join('/');
}

export function dirname(path) {
    check(path, 'path');
    if (path === '') return '.';
    const end = path.replace(/\/+$/, '').lastIndexOf('/');
    if (end <= 0) return path.startsWith('/') ? '/' : '.';
    return end === 1 && path.startsWith('/') ? '//' : path.slice(0, end);
}

// Removes a suffix, unless it is all of the name.
export const withoutSuffix = (base, suffix) =>
    suffix !== undefined && base.endsWith(suffix) && base !== suffix ? base.slice(0, base.length - suffix.length) : base;

export function basename(path, suffix) {
    if (suffix !== undefined) check(suffix, 'suffix');
    check(path, 'path');
    // A path that is the suffix itself has no name. One of separators alone is its own name, unless the suffix is longer.
    if (suffix !== undefined && path === suffix) return '';
    if (suffix && suffix.length <= path.length && /^\/+$/.test(path)) return path;
    const trimmed = path.replace(/\/+$/, '');
    return withoutSuffix(trimmed.slice(trimmed.lastIndexOf('/') + 1), suffix);
}

export function extname(path) {
    check(path, 'path');
    return extensionOf(basename(path));
}

export const extensionOf = (base) => {
    const dot = base.lastIndexOf('.');
    return dot <= 0 || base === '..' ? '' : base.slice(dot);
};

export function parse(path) {
    check(path, 'path');
    const root = path.startsWith('/') ? '/' : '';
    const base = basename(path);
    const ext = extensionOf(base);
    const at = path.replace(/\/+$/, '').lastIndexOf('/');
    const dir = at > 0 ? path.slice(0, at) : root;
    return { root, dir, base, ext, name: ext === '' ? base : base.slice(0, -ext.length) };
}

export function format(parts) {
    return formatWith('/', parts);
}

export function formatWith(separator, parts) {
    if (typeof parts !== 'object' || parts === null) throw host.invalid('pathObject', 'of type object', parts);
    const dir = parts.dir || parts.root;
    const ext = parts.ext ? `${parts.ext.startsWith('.') ? '' : '.'}${parts.ext}` : '';
    const base = parts.base || `${parts.name || ''}${ext}`;
    if (!dir) return base;
    return dir === parts.root ? `${dir}${base}` : `${dir}${separator}${base}`;
}

export function toNamespacedPath(path) {
    return path;
}

const path = {
    sep, delimiter, normalize, join, resolve, isAbsolute, relative, dirname, basename, extname, parse, format, toNamespacedPath,
    _makeLong: toNamespacedPath, win32,
};
path.posix = path;
export const posix = path;
export { win32, toNamespacedPath as _makeLong };
export default path;

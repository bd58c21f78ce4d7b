// Paths of Windows.

import host from 'bmes:host';
import { extensionOf, formatWith, withoutSuffix } from 'node:path';

const check = host.checkString;
const isSeparator = (character) => character === '\\' || character === '/';
const hasDrive = (path) => /^[a-z]:/i.test(path);

// Returns the parts of a path: `device` is a drive, `X:`, or a share, `\\server\share`; `end` is where the root ends.
function split(path, hasDevices = true) {
    if (!isSeparator(path[0] ?? '')) {
        if (!hasDrive(path)) return { device: '', isAbsolute: false, end: 0 };
        const isAbsolute = isSeparator(path[2] ?? '');
        return { device: path.slice(0, 2), isAbsolute, end: isAbsolute ? 3 : 2 };
    }
    const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path);
    // The root of devices: two separators, `.` or `?`, and another separator.
    if (hasDevices && (share?.[1] === '.' || share?.[1] === '?')) return { device: `\\\\${share[1]}`, isAbsolute: true, end: 4 };
    if (share === null) return { device: '', isAbsolute: true, end: 1 };
    const end = share[0].length;
    return { device: `\\\\${share[1]}\\${share[2]}`, isAbsolute: true, end, isShare: true };
}

// Removes `.`, `..` and empty segments.
function reduce(path, isAbsolute) {
    const kept = [];
    for (const segment of path.split(/[\\/]/)) {
        if (segment === '' || segment === '.') continue;
        if (segment !== '..') kept.push(segment);
        else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
        else if (!isAbsolute) kept.push('..');
    }
    return kept.join('\\');
}

function normalize(path) {
    check(path, 'path');
    if (path === '') return '.';
    if (path.length === 1) return isSeparator(path) ? '\\' : path;
    const { device, isAbsolute, end, isShare } = split(path);
    // The root of a share is the share.
    if (isShare && end === path.length) return `${device}\\`;
    let rest = end < path.length ? reduce(path.slice(end), isAbsolute) : '';
    if (rest === '' && !isAbsolute) rest = '.';
    if (rest !== '' && isSeparator(path.at(-1))) rest += '\\';
    // What only looks like a drive after it is normalized must not become one.
    if (!isAbsolute && device === '' && (hasDrive(rest) || /:([\\/]|$)/.test(path))) return `.\\${rest}`;
    return isAbsolute ? `${device}\\${rest}` : `${device}${rest}`;
}

function join(...paths) {
    for (const path of paths) check(path, 'path');
    const parts = paths.filter((path) => path !== '');
    if (parts.length === 0) return '.';
    let joined = parts.join('\\');
    // The result begins with two separators only if the first path is the begin of a share.
    const [first] = parts;
    const isShare = /^[\\/]{2}[^\\/]/.test(first);
    if (!isShare) joined = joined.replace(/^[\\/]{2,}/, '\\');
    return normalize(joined);
}

function resolve(...paths) {
    let [device, tail, isAbsolute] = ['', '', false];
    for (let index = paths.length - 1; index >= -1; index--) {
        let path;
        if (index >= 0) {
            path = paths[index];
            check(path, `paths[${index}]`);
            if (path === '') continue;
        } else {
            path = device === '' ? process.cwd() : (process.env[`=${device}`] ?? process.cwd());
            // The folder of another drive is not known: its root stands for it.
            if (device !== '' && split(path).device.toLowerCase() !== device.toLowerCase() && path[2] === '\\') path = `${device}\\`;
        }
        const parts = split(path);
        if (parts.device !== '') {
            if (device === '') device = parts.device;
            else if (parts.device.toLowerCase() !== device.toLowerCase()) continue;
        }
        if (isAbsolute) {
            if (device !== '') break;
            continue;
        }
        tail = `${path.slice(parts.end)}\\${tail}`;
        isAbsolute = parts.isAbsolute;
        if (isAbsolute && device !== '') break;
    }
    tail = reduce(tail, isAbsolute);
    return isAbsolute ? `${device}\\${tail}` : `${device}${tail}` || '.';
}

function isAbsolute(path) {
    check(path, 'path');
    return isSeparator(path[0] ?? '') || (hasDrive(path) && isSeparator(path[2] ?? ''));
}

function relative(from, to) {
    check(from, 'from');
    check(to, 'to');
    if (from === to) return '';
    const [source, target] = [resolve(from), resolve(to)];
    if (source.toLowerCase() === target.toLowerCase()) return '';
    const segments = (path) => path.replace(/^\\+/, '').split('\\').filter((segment) => segment !== '');
    const [own, other] = [segments(source), segments(target)];
    let common = 0;
    while (common < own.length && common < other.length && own[common].toLowerCase() === other[common].toLowerCase()) common++;
    // Nothing leads from one device to another.
    if (common === 0 && own.length > 0 && other.length > 0) return target;
    return [...own.slice(common).map(() => '..'), ...other.slice(common)].join('\\');
}

function toNamespacedPath(path) {
    if (typeof path !== 'string' || path === '') return path;
    const resolved = resolve(path);
    if (resolved.length <= 2) return path;
    if (resolved.startsWith('\\\\') && !/^\\\\[?.]/.test(resolved)) return `\\\\?\\UNC\\${resolved.slice(2)}`;
    return /^[a-z]:\\/i.test(resolved) ? `\\\\?\\${resolved}` : resolved;
}

// Returns the length of the root, as `dirname` and `parse` see it: with the separator after a share.
function rootLength(path) {
    const { end, isShare } = split(path, false);
    return isShare && isSeparator(path[end] ?? '') ? end + 1 : end;
}

function dirname(path) {
    check(path, 'path');
    if (path === '') return '.';
    if (path.length === 1) return isSeparator(path) ? path : '.';
    const root = rootLength(path);
    if (split(path).isShare && root >= path.length) return path;
    const rest = path.slice(root).replace(/[\\/]+$/, '');
    const at = Math.max(rest.lastIndexOf('\\'), rest.lastIndexOf('/'));
    if (at >= 0) return path.slice(0, root) + rest.slice(0, at);
    return root > 0 ? path.slice(0, root) : '.';
}

function basename(path, suffix) {
    if (suffix !== undefined) check(suffix, 'suffix');
    check(path, 'path');
    if (suffix !== undefined && path === suffix) return '';
    const whole = hasDrive(path) ? path.slice(2) : path;
    if (suffix && suffix.length <= path.length && /^[\\/]+$/.test(whole)) return whole;
    const rest = whole.replace(/[\\/]+$/, '');
    return withoutSuffix(rest.slice(Math.max(rest.lastIndexOf('\\'), rest.lastIndexOf('/')) + 1), suffix);
}

function extname(path) {
    check(path, 'path');
    return extensionOf(basename(path));
}

function parse(path) {
    check(path, 'path');
    const root = path.slice(0, rootLength(path));
    const rest = path.slice(root.length).replace(/[\\/]+$/, '');
    const at = Math.max(rest.lastIndexOf('\\'), rest.lastIndexOf('/'));
    const base = rest.slice(at + 1);
    const ext = extensionOf(base);
    return { root, dir: root + (at > 0 ? rest.slice(0, at) : ''), base, ext, name: ext === '' ? base : base.slice(0, -ext.length) };
}

const format = (parts) => formatWith('\\', parts);

export const win32 = {
    sep: '\\', delimiter: ';', resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format,
    parse, _makeLong: toNamespacedPath,
};
win32.win32 = win32;
Object.defineProperty(win32, 'posix', { get: () => host.namespace('node:path').default, enumerable: true });

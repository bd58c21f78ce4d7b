// Reading files.

import host from 'bmes:host';
import * as self from 'node:fs';
import { lacking, lackingAll, named } from 'node:internal/lacking';

// Programs may replace the global one.
const { setImmediate } = globalThis;

const PATH = 'of type string or an instance of Buffer or URL';
const pathOf = (path) => {
    let text;
    if (typeof path === 'string') text = path;
    else if (path instanceof URL) text = host.namespace('node:url').fileURLToPath(path);
    else if (path instanceof Uint8Array) text = host.decode(path, false);
    else throw host.invalid('path', PATH, path);
    if (text.includes('\0')) throw host.invalidValue('path', 'must be a string, Uint8Array, or URL without null bytes', path);
    return text;
};
// Returns the options of a call. A text is an encoding.
const optionsOf = (options) => {
    if (options === null || options === undefined || typeof options === 'function') return {};
    if (typeof options === 'string') options = { encoding: options };
    if (typeof options !== 'object') throw host.invalid('options', 'one of type string or object', options);
    const { encoding } = options;
    if (encoding && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw host.invalidValue('encoding', 'is invalid encoding', encoding);
    return options;
};
// Returns a name in the encoding that a program wants.
const encoded = (name, { encoding }) => {
    if (!encoding || /^utf-?8$/i.test(encoding)) return name;
    return encoding === 'buffer' ? Buffer.from(name) : Buffer.from(name).toString(encoding);
};

const isDescriptor = (path) => typeof path === 'number' && path >= 0 && Number.isInteger(path);
// Programs cannot open files, so the only descriptor that can be read is that of standard input.
const descriptorPath = (descriptor) => {
    if (descriptor === 0) return '/dev/stdin';
    const error = new Error('EBADF: bad file descriptor, read');
    throw Object.assign(error, { errno: -9, code: 'EBADF', syscall: 'read' });
};

export function readFileSync(path, options) {
    const { encoding } = optionsOf(options);
    const file = isDescriptor(path) ? descriptorPath(path) : pathOf(path);
    if (encoding && /^utf-?8$/i.test(encoding)) return host.readText(file);
    const bytes = Buffer.from(host.readBytes(file).buffer);
    return !encoding || encoding === 'buffer' ? bytes : bytes.toString(encoding);
}

export function existsSync(path) {
    try {
        return host.exists(pathOf(path));
    } catch {
        return false;
    }
}

const [FIFO, CHARACTERS, FOLDER, BLOCKS, FILE, LINK, SOCKET] = [0o010000, 0o020000, 0o040000, 0o060000, 0o100000, 0o120000, 0o140000];
const TYPE = 0o170000;
// The kinds that the host numbers, in the order of their numbers.
const KINDS = [0, FILE, FOLDER, LINK, FIFO, SOCKET, CHARACTERS, BLOCKS];
const addKinds = (Class, kindOf) => {
    const kinds = {
        isDirectory: FOLDER, isFile: FILE, isBlockDevice: BLOCKS, isCharacterDevice: CHARACTERS, isSymbolicLink: LINK, isFIFO: FIFO,
        isSocket: SOCKET,
    };
    for (const [name, kind] of Object.entries(kinds)) {
        Object.defineProperty(Class.prototype, name, {
            value: { [name]() { return kindOf(this) === kind; } }[name],
            writable: true,
            configurable: true,
        });
    }
};

const FIELDS = ['dev', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'blksize', 'ino', 'size', 'blocks'];
const TIMES = ['atime', 'mtime', 'ctime', 'birthtime'];
export class Stats {
    constructor(numbers) {
        FIELDS.forEach((name, index) => (this[name] = numbers[index]));
        TIMES.forEach((name, index) => (this[`${name}Ms`] = numbers[10 + 2 * index] * 1000 + numbers[11 + 2 * index] / 1e6));
        for (const name of TIMES) this[name] = new Date(this[`${name}Ms`]);
    }
}
class BigIntStats {
    constructor(numbers) {
        FIELDS.forEach((name, index) => (this[name] = BigInt(numbers[index])));
        const times = TIMES.map((_, index) => BigInt(numbers[10 + 2 * index]) * 1_000_000_000n + BigInt(numbers[11 + 2 * index]));
        TIMES.forEach((name, index) => (this[`${name}Ms`] = times[index] / 1_000_000n));
        TIMES.forEach((name, index) => (this[`${name}Ns`] = times[index]));
        for (const name of TIMES) this[name] = new Date(Number(this[`${name}Ms`]));
    }
}
addKinds(Stats, ({ mode }) => mode & TYPE);
addKinds(BigIntStats, ({ mode }) => Number(mode) & TYPE);

const kind = Symbol('type');
export class Dirent {
    constructor(name, type, parentPath) {
        Object.assign(this, { name, parentPath, path: parentPath, [kind]: type });
    }
}
addKinds(Dirent, (entry) => KINDS[entry[kind]]);

const statOf = (name, follows) => ({
    [name](path, options) {
        const file = pathOf(path);
        const { bigint = false, throwIfNoEntry = true } = options ?? {};
        try {
            const numbers = host.stat(file, follows);
            return bigint ? new BigIntStats(numbers) : new Stats(numbers);
        } catch (error) {
            if (!throwIfNoEntry && ['ENOENT', 'ENOTDIR'].includes(error.code)) return undefined;
            throw error;
        }
    },
})[name];
export const statSync = statOf('statSync', true);
export const lstatSync = statOf('lstatSync', false);

export function readdirSync(path, options) {
    const found = optionsOf(options);
    if (found.recursive !== undefined && typeof found.recursive !== 'boolean') throw host.invalid('options.recursive', 'of type boolean', found.recursive);
    const root = pathOf(path);
    const join = (folder, name) => (folder === '' ? name : folder.endsWith('/') ? folder + name : `${folder}/${name}`);
    const entries = [];
    const folders = [''];
    while (folders.length > 0) {
        const inside = folders.shift();
        const folder = inside === '' ? root : join(root, inside);
        const list = host.readFolder(folder);
        for (let index = 0; index < list.length; index += 2) {
            const [name, type] = [list[index], list[index + 1]];
            entries.push(found.withFileTypes ? new Dirent(encoded(name, found), type, folder) : encoded(join(inside, name), found));
            if (found.recursive && KINDS[type] === FOLDER) folders.push(join(inside, name));
        }
    }
    return entries;
}

export const readlinkSync = (path, options) => encoded(host.readLink(pathOf(path)), optionsOf(options));
const realPath = (name, isNative) => ({
    [name]: (path, options) => encoded(host.realPath(pathOf(path), isNative), optionsOf(options)),
})[name];
export const realpathSync = Object.assign(realPath('realpathSync', false), { native: realPath('native', true) });
export function accessSync(path, mode = 0) {
    const file = pathOf(path);
    if (mode !== null && typeof mode !== 'number') throw host.invalid('mode', 'of type number', mode);
    if (!(Number.isInteger(mode ?? 0) && mode >= 0 && mode <= 7)) throw host.outOfRange('mode', 'an integer >= 0 && <= 7', mode);
    host.access(file, mode ?? 0);
}

// Files are read at once, but the program sees the result in a later turn, as in Node.js.
const later = (call, values, resolve, reject) => {
    const { signal } = values.find((value) => value?.signal !== undefined) ?? {};
    host.checkSignal(signal);
    setImmediate(() => {
        let value;
        try {
            if (signal?.aborted) throw host.abortError(signal);
            value = call(...values);
        } catch (error) {
            return reject(error);
        }
        return resolve(value);
    });
};
// Paths and options of the wrong type are errors at once.
const checked = (call, values, isPromised) => {
    if (call !== readFileSync || isPromised || !isDescriptor(values[0])) pathOf(values[0]);
    if (call !== accessSync) optionsOf(values[1]);
};
const promised = (name, call) => ({
    [name]: async (...values) => {
        checked(call, values, true);
        return new Promise((resolve, reject) => later(call, values, resolve, reject));
    },
})[name];
const withCallback = (name, call) => ({
    [name](...values) {
        const callback = values.findLast((value) => typeof value === 'function');
        host.checkFunction(callback ?? values[1], 'cb');
        values.length = values.lastIndexOf(callback);
        checked(call, values, false);
        later(call, values, (value) => (value === undefined ? callback(null) : callback(null, value)), callback);
    },
})[name];
const calls = {
    access: accessSync, lstat: lstatSync, readFile: readFileSync, readdir: readdirSync, readlink: readlinkSync, realpath: realpathSync,
    stat: statSync,
};
export const promises = {};
const callbacks = {};
for (const [name, call] of Object.entries(calls)) {
    promises[name] = promised(name, call);
    callbacks[name] = withCallback(name, call);
}
callbacks.realpath.native = withCallback('native', realpathSync.native);
export const { access, lstat, readFile, readdir, readlink, realpath, stat } = callbacks;

export function exists(path, callback) {
    host.checkFunction(callback, 'cb');
    setImmediate(() => callback(existsSync(path)));
}
Object.defineProperty(exists, Symbol.for('nodejs.util.promisify.custom'), {
    value: (path) => new Promise((resolve) => exists(path, resolve)),
});

export const [F_OK, X_OK, W_OK, R_OK] = [0, 1, 2, 4];
export const constants = {
    __proto__: null, UV_FS_SYMLINK_DIR: 1, UV_FS_SYMLINK_JUNCTION: 2, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, UV_DIRENT_UNKNOWN: 0,
    UV_DIRENT_FILE: 1, UV_DIRENT_DIR: 2, UV_DIRENT_LINK: 3, UV_DIRENT_FIFO: 4, UV_DIRENT_SOCKET: 5, UV_DIRENT_CHAR: 6,
    UV_DIRENT_BLOCK: 7, S_IFMT: TYPE, S_IFREG: FILE, S_IFDIR: FOLDER, S_IFCHR: CHARACTERS, S_IFBLK: BLOCKS, S_IFIFO: FIFO,
    S_IFLNK: LINK, S_IFSOCK: SOCKET, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, S_IRWXU: 448, S_IRUSR: 256,
    S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16, S_IXGRP: 8, S_IRWXO: 7, S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1,
    F_OK, R_OK, W_OK, X_OK, UV_FS_COPYFILE_EXCL: 1, COPYFILE_EXCL: 1, UV_FS_COPYFILE_FICLONE: 2, COPYFILE_FICLONE: 2,
    UV_FS_COPYFILE_FICLONE_FORCE: 4, COPYFILE_FICLONE_FORCE: 4,
};

// The host only reads files.
export const {
    appendFile, appendFileSync, chmod, chmodSync, chown, chownSync, close, closeSync, copyFile, copyFileSync, cp, cpSync,
    createReadStream, createWriteStream, fchmod, fchmodSync, fchown, fchownSync, fdatasync, fdatasyncSync, fstat, fstatSync, fsync,
    fsyncSync, ftruncate, ftruncateSync, futimes, futimesSync, lchown, lchownSync, link, linkSync, lutimes, lutimesSync, mkdir,
    mkdirSync, mkdtemp, mkdtempSync, open, openAsBlob, openSync, opendir, opendirSync, read, readSync, readv, readvSync, rename,
    renameSync, rm, rmSync, rmdir, rmdirSync, statfs, statfsSync, symlink, symlinkSync, truncate, truncateSync, unlink, unlinkSync,
    unwatchFile, utimes, utimesSync, watch, watchFile, write, writeFile, writeFileSync, writeSync, writev, writevSync, ReadStream,
    WriteStream, FileReadStream, FileWriteStream, Dir,
} = lackingAll('node:fs');
for (const name of [
    'appendFile', 'chmod', 'chown', 'copyFile', 'cp', 'lchown', 'link', 'lutimes', 'mkdir', 'mkdtemp', 'open', 'opendir', 'rename',
    'rm', 'rmdir', 'statfs', 'symlink', 'truncate', 'unlink', 'utimes', 'watch', 'writeFile',
]) {
    promises[name] = async () => lacking('node:fs/promises', name)();
}
promises.constants = constants;

export default named(self);

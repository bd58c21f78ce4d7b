// Reading files.

import host from 'bmes:host';
import * as self from 'node:fs';
import { lacking, lackingAll, named } from 'node:internal/lacking';
import { fileURLToPath } from 'node:url';

const pathOf = (path) => {
    if (typeof path === 'string') return path;
    if (path instanceof URL) return fileURLToPath(path);
    if (path instanceof Uint8Array) return host.decode(path, false);
    const message = 'The "path" argument must be of type string or an instance of Buffer or URL.';
    throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' });
};
const encodingOf = (options) => (typeof options === 'string' ? options : options?.encoding);

export function readFileSync(path, options) {
    const encoding = encodingOf(options);
    if (encoding != null && /^utf-?8$/i.test(encoding)) return host.readText(pathOf(path));
    const bytes = Buffer.from(host.readBytes(pathOf(path)).buffer);
    return encoding == null || encoding === 'buffer' ? bytes : bytes.toString(encoding);
}

export const existsSync = (path) => {
    try {
        return host.exists(pathOf(path));
    } catch {
        return false;
    }
};

class Kind {
    #kind;
    constructor(kind) {
        this.#kind = kind;
    }
    isFile() {
        return this.#kind === 'file';
    }
    isDirectory() {
        return this.#kind === 'folder';
    }
    isSymbolicLink() {
        return this.#kind === 'link';
    }
    isFIFO() {
        return false;
    }
    isSocket() {
        return false;
    }
    isBlockDevice() {
        return false;
    }
    isCharacterDevice() {
        return false;
    }
}

export class Stats extends Kind {
    constructor({ kind, ...numbers }) {
        super(kind);
        Object.assign(this, numbers);
        this.mtime = new Date(numbers.mtimeMs);
    }
}

export class Dirent extends Kind {
    constructor(name, kind, parentPath) {
        super(kind);
        Object.assign(this, { name, parentPath, path: parentPath });
    }
}

const statOf = (follows) => (path, options) => {
    try {
        return new Stats(host.stat(pathOf(path), follows));
    } catch (error) {
        if (options?.throwIfNoEntry === false && error.code === 'ENOENT') return undefined;
        throw error;
    }
};
export const statSync = statOf(true);
export const lstatSync = statOf(false);

export function readdirSync(path, options) {
    const folder = pathOf(path);
    const list = host.readFolder(folder);
    const entries = [];
    for (let index = 0; index < list.length; index += 2) {
        entries.push(options?.withFileTypes ? new Dirent(list[index], list[index + 1], folder) : list[index]);
    }
    return entries;
}

export const realpathSync = Object.assign((path) => host.realPath(pathOf(path)), {
    native: (path) => host.realPath(pathOf(path)),
});
export const accessSync = (path) => void host.stat(pathOf(path), true);

const asynchronous = (call) => async (...values) => call(...values);
export const promises = {
    readFile: asynchronous(readFileSync),
    stat: asynchronous(statSync),
    lstat: asynchronous(lstatSync),
    readdir: asynchronous(readdirSync),
    realpath: asynchronous(realpathSync),
    access: asynchronous(accessSync),
};
const withCallback = (call) => (...values) => {
    const callback = values.pop();
    call(...values).then(
        (value) => callback(null, value),
        (error) => callback(error),
    );
};
export const readFile = withCallback(promises.readFile);
export const stat = withCallback(promises.stat);
export const lstat = withCallback(promises.lstat);
export const readdir = withCallback(promises.readdir);
export const realpath = withCallback(promises.realpath);
export const access = withCallback(promises.access);
export const exists = (path, callback) => queueMicrotask(() => callback(existsSync(path)));
export const [F_OK, X_OK, W_OK, R_OK] = [0, 1, 2, 4];
export const constants = { F_OK, R_OK, W_OK, X_OK, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, COPYFILE_EXCL: 1 };

// The host only reads files.
export const {
    appendFile, appendFileSync, chmod, chmodSync, chown, chownSync, close, closeSync, copyFile, copyFileSync, cp, cpSync,
    createReadStream, createWriteStream, fstat, fstatSync, fsync, fsyncSync, link, linkSync, mkdir, mkdirSync, mkdtemp, mkdtempSync,
    open, openSync, opendir, opendirSync, read, readSync, readlink, readlinkSync, rename, renameSync, rm, rmSync, rmdir, rmdirSync,
    symlink, symlinkSync, truncate, truncateSync, unlink, unlinkSync, unwatchFile, utimes, utimesSync, watch, watchFile, write,
    writeFile, writeFileSync, writeSync, ReadStream, WriteStream, Dir,
} = lackingAll('node:fs');
for (const name of [
    'appendFile', 'chmod', 'chown', 'copyFile', 'cp', 'link', 'mkdir', 'mkdtemp', 'open', 'opendir', 'readlink', 'rename', 'rm',
    'rmdir', 'symlink', 'truncate', 'unlink', 'utimes', 'watch', 'writeFile',
]) {
    promises[name] = async () => lacking('node:fs/promises', name)();
}
promises.constants = constants;

export default named(self);

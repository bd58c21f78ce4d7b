// Reading files.

import host from 'bmes:host';
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
    if (encoding == null || encoding === 'buffer') return host.readBytes(pathOf(path));
    if (!/^utf-?8$/i.test(encoding)) throw new TypeError(`bmes does not read files with the encoding ${encoding}`);
    return host.readText(pathOf(path));
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
export const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };

export default {
    readFileSync, existsSync, statSync, lstatSync, readdirSync, realpathSync, accessSync, Stats, Dirent, promises, readFile,
    stat, lstat, readdir, realpath, access, constants,
};

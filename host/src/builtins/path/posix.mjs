import path from 'node:path';
export {
    basename, delimiter, dirname, extname, format, isAbsolute, join, normalize, parse, posix, relative, resolve, sep,
    toNamespacedPath, win32,
} from 'node:path';
export default path;

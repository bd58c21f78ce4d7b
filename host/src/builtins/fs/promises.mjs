import { promises } from 'node:fs';
export const {
    readFile, stat, lstat, readdir, readlink, realpath, access, constants, appendFile, chmod, chown, copyFile, cp, lchown, link, lutimes,
    mkdir, mkdtemp, open, opendir, rename, rm, rmdir, statfs, symlink, truncate, unlink, utimes, watch, writeFile,
} = promises;
export default promises;

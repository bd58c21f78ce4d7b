import { promises } from 'node:fs';
export const {
    readFile, stat, lstat, readdir, realpath, access, constants, appendFile, chmod, chown, copyFile, cp, link, mkdir, mkdtemp, open,
    opendir, readlink, rename, rm, rmdir, symlink, truncate, unlink, utimes, watch, writeFile,
} = promises;
export default promises;

import { promises } from 'node:fs';
export const { readFile, stat, lstat, readdir, realpath, access } = promises;
export default promises;

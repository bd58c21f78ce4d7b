import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { file } from './folder/other.mjs';
const { url, filename, dirname } = import.meta;
console.log(fileURLToPath(url) === filename, path.dirname(filename) === dirname, path.basename(filename));
console.log(import.meta.resolve('./folder/other.mjs') === new URL('./folder/other.mjs', url).href, file, import.meta === import.meta);
console.log(Object.keys(import.meta));

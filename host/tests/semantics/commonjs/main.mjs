import cjs, { x, later } from './cjs.cjs';
import * as namespace from './cjs.cjs';
import detected from './detected.js';
import { star } from './reexport.cjs';
console.log(cjs.x, x, Object.keys(namespace), detected, star);
console.log(await later());

import { f, C, arrow } from './functions.mjs';
for (const item of [f, C, C.prototype.method, arrow, f()]) console.log(String(item));

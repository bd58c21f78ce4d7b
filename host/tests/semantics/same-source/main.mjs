import { file as one } from './one/same.mjs';
import { file as two } from './two/same.mjs';
console.log(one, two);

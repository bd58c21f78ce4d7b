import './slow.mjs';
import './fast.mjs';
import { value } from './waits.mjs';
console.log('main', value);
for await (const item of [1, Promise.resolve(2)]) console.log(item);

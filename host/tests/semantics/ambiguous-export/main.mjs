import { name } from './both.mjs';
console.log(name);

import './first.mjs';
import { none } from './other.mjs';
console.log(none);

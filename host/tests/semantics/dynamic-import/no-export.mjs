import { none } from './a.mjs';

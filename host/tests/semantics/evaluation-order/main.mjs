import './a.mjs';
import './b.mjs';
export * from './c.mjs';
console.log('main');

import './shared.mjs';
import './a.mjs';
console.log('b');

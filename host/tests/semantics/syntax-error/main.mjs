import './bad.mjs';
console.log('not reached');

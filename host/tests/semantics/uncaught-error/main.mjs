import { run } from './folder/run.mjs';
console.log('before');
run(() => {
    throw new TypeError('not caught');
});
console.log('not reached');

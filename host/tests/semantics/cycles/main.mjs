import { b, getA } from './b.mjs';
export let a = 1;
export function increment() {
    a += 1;
}
console.log('main', b, getA());
increment();
console.log(getA());

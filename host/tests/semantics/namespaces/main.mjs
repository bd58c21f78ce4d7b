import * as all from './all.mjs';
console.log(Object.keys(all), all[Symbol.toStringTag], Object.isFrozen(all), 'ambiguous' in all, all['a b'], all.nested.x);
console.log(Reflect.ownKeys(all).length, Object.getOwnPropertyDescriptor(all, 'x').writable);
try {
    all.x = 2;
} catch (error) {
    console.log(error.name);
}

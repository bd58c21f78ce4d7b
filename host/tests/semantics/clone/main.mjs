const shared = { name: 'shared' };
const value = {
    date: new Date(0), regexp: /a/gi, map: new Map([[shared, 1]]), set: new Set([shared]), list: [1, , 3], bytes: Uint8Array.of(1, 2),
    error: new RangeError('far'), boxed: Object('text'), big: 1n, nothing: undefined, shared,
};
value.self = value;
const copy = structuredClone(value);
console.log(copy.self === copy, copy.map.has(copy.shared), copy.set.has(copy.shared), 1 in copy.list, copy.error instanceof RangeError, copy.error.message);
console.log(copy.date, copy.regexp, copy.bytes, copy.boxed, copy.big, 'nothing' in copy);
const buffer = new ArrayBuffer(4);
console.log(structuredClone(buffer, { transfer: [buffer] }).byteLength, buffer.byteLength);
for (const bad of [() => {}, Symbol('s'), new WeakMap()]) {
    try {
        structuredClone(bad);
    } catch (error) {
        console.log(error.name, error.code, error instanceof DOMException);
    }
}

import assert from 'node:assert';
import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import util from 'node:util';
assert.deepStrictEqual(structuredClone({ a: [1, new Date(5), new Map([[1, new Set([2])]])] }), { a: [1, new Date(5), new Map([[1, new Set([2])]])] });
assert.throws(() => assert.strictEqual(1, 2), { name: 'AssertionError', code: 'ERR_ASSERTION' });
const emitter = new EventEmitter();
const waited = once(emitter, 'event');
emitter.emit('event', 1, 2);
console.log(await waited, emitter.listenerCount('event'));
console.log(new TextDecoder().decode(new TextEncoder().encode('ü€😀')), new TextEncoder().encode('é'));
console.log(fs.readFileSync(new URL('./text.txt', import.meta.url), 'utf8').trim(), fs.existsSync('none'), fs.statSync(import.meta.filename).isFile());
try {
    fs.readFileSync('/none/none');
} catch (error) {
    console.log(error.code, error.message);
}
console.log(util.format('%s %d %j', 'text', 1.5, { a: 1 }), util.inspect({ a: { b: { c: { d: 1 } } } }), util.types.isDate(new Date()));
console.log(await util.promisify((value, callback) => callback(null, value + 1))(1), process.argv.length, typeof process.env.PATH, performance.now() > 0);
console.log({ list: [1, 2, 3], map: new Map([['a', 1]]), nested: { deep: { deeper: {} } }, call() {} }, [undefined, null, 'text', Symbol('s'), 1n]);
console.error('to standard error');
process.stdout.write('without a line feed\n');

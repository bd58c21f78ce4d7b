import assert from 'node:assert';
import strict from 'node:assert/strict';

const shown = async (call) => {
    try {
        await call();
        console.log('no error');
    } catch (error) {
        const { name, code, message, generatedMessage, operator } = error;
        console.log([name, code, generatedMessage, operator].join(' '));
        console.log(message);
    }
};
await shown(() => assert.strictEqual(1, 2));
await shown(() => assert.strictEqual('a long text', 'a long test'));
await shown(() => assert.strictEqual({ a: 1 }, { a: 1 }));
await shown(() => assert.deepStrictEqual({ a: 1, b: [1, 2, 3, 4, 5, 6, 7], c: 'x' }, { a: 1, b: [1, 2, 3, 5, 5, 6, 7], c: 'x' }));
await shown(() => assert.deepStrictEqual([1, 2, 3], [1, 2, 3, 4]));
await shown(() => assert.deepStrictEqual(new Map([[1, 2]]), new Map([[1, 3]])));
await shown(() => assert.deepEqual([1, '2'], [1, 3]));
await shown(() => assert.deepEqual([1, '2', null], ['1', 2, undefined]));
await shown(() => assert.equal(1, 2));
await shown(() => assert.notStrictEqual(1, 1));
await shown(() => assert.notDeepStrictEqual({ a: 1 }, { a: 1 }));
await shown(() => assert.ok(0, 'a message'));
await shown(() => assert.ok(typeof 123 === 'string'));
await shown(() => assert(
    null));
await shown(() => assert.ok());
await shown(() => assert.fail());
await shown(() => assert.fail(new TypeError('own')));
await shown(() => assert.throws(() => {}));
await shown(() => assert.throws(() => {}, RangeError, 'text'));
await shown(() => assert.throws(() => { throw new TypeError('wrong'); }, RangeError));
await shown(() => assert.throws(() => { throw new TypeError('wrong'); }, /right/));
await shown(() => assert.throws(() => { throw new TypeError('wrong'); }, { name: 'TypeError', message: 'right' }));
await shown(() => assert.throws(() => { throw new TypeError('wrong'); }, { name: 'TypeError', message: /wr/ }));
await shown(() => assert.throws(() => { throw new TypeError('wrong'); }, () => false));
await shown(() => assert.throws(() => { throw new TypeError('wrong'); }, 'wrong'));
await shown(() => assert.throws('text'));
await shown(() => assert.rejects(Promise.resolve(1)));
await shown(() => assert.rejects(async () => { throw new Error('e'); }, /e/));
await shown(() => assert.rejects(() => 1));
await shown(() => assert.doesNotReject(Promise.reject(new Error('e')), 'text'));
await shown(() => assert.doesNotThrow(() => { throw new Error('e'); }));
await shown(() => assert.match('text', /a/));
await shown(() => assert.doesNotMatch('text', /t/));
await shown(() => assert.match(1, /a/));
await shown(() => assert.ifError(new Error('e')));
await shown(() => assert.equal(1));
await shown(() => strict.equal(1, '1'));
await shown(() => strict.deepEqual(new Set([{ a: 1 }]), new Set([{ a: 2 }])));
await shown(() => assert.deepStrictEqual(new Set([[1], [2]]), new Set([[2], [1]])));
await shown(() => assert.deepStrictEqual([0], [-0]));
await shown(() => assert.deepStrictEqual(Object.create(null), {}));
const cycle = { a: 1 };
cycle.self = cycle;
await shown(() => assert.deepStrictEqual(cycle, { a: 1, self: cycle }));
console.log(Object.keys(assert).join(' '), assert.strict === strict, assert.strict.equal === assert.strictEqual);

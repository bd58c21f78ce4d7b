// How errors and the directives of formats are shown.
import util from 'node:util';
const strip = (s) => s.replace(/\n +at .*/g, '\n    at X').replace(/(\n    at X)+/g, '\n    at X');
const e1 = new Error('outer', { cause: new TypeError('inner') }); e1.code = 'EX';
console.log(strip(util.inspect({ err: e1, list: [new RangeError('r')] })));
console.log(strip(util.inspect(new AggregateError([new Error('a'), 1], 'multi'))));
class HttpError extends Error { constructor(m, s) { super(m); this.status = s; this.name = 'HttpError'; } }
console.log(strip(util.inspect(new HttpError('nope', 404))), strip(util.inspect([new HttpError('nope', 404)])));
class V extends Error { get name() { return 'ValidationError'; } } console.log(strip(util.inspect(new V('bad'))));
const n = new Error(''); console.log(strip(util.inspect(n))); const ml = new Error('line1\nline2'); console.log(strip(util.inspect({ ml })));
const noStack = new Error('gone'); noStack.stack = ''; console.log(util.inspect(noStack)); const obj = { message: 'x', __proto__: Error.prototype }; console.log(strip(util.inspect(obj)));
console.log(strip(util.inspect(Object.assign(new Error('m'), { message: 'changed', name: 'N' }))));
console.log(strip(util.format('%s|%o|%O|%j', new Error('f'), new Error('g').message, { e: 1 }, new Error('h'))));
const ev = Object.assign(new Error('x'), { details: { a: { b: { c: { d: 1 } } } }, arr: [1, 2] }); console.log(strip(util.inspect(ev, { depth: 1 })));
try { null.x; } catch (e) { console.log(e.constructor.name, strip(util.inspect(e)).split('\n').length > 1); }
console.log(util.inspect(new Map([[{ a: 1 }, new Set([[1, 2]])], ['k', new Map()]]), { depth: 0 }), util.inspect({ a: { b: 1 } }, { depth: 0 }), util.inspect([[[]], {}, [{}]], { depth: 0 }), util.inspect(new Map([[{ a: { b: {} } }, 1]])));
console.log({ f: class Foo { static bar = 1; }, g: Object.assign(function () {}, { x: 1 }), h: Symbol.iterator, i: [Symbol('x')], 'k-l': 1, 3: 'n', n: -0, o: [undefined, , null], p: new (class Foo2 { #priv = 1; pub = 2; get acc() { return 1; } })() });
console.log(process.versions.node !== undefined, [1.0, 2.5, -3], ['a'.repeat(75)], ['a'.repeat(76), 'b'], { a: 'x'.repeat(70), b: 1 }, { a: 'x'.repeat(60), b: 1 });
console.log([{ a: 1, b: 2 }, { a: 3, b: 4 }], [[1, 2], [3, 4]], { x: [{ y: [{ z: 1 }] }] }, [['a', 1], ['b', 2]], Object.entries({ a: 1, b: { c: 2 } }));
console.log('%s is %d years and %i, %f, %j %o %O %%', 'Bob', 42.5, 42.9, '1.5', { a: 1 }, [1], { b: 2 }, 'extra', 5); console.log('%s', null, undefined, 5n, Symbol('a'), -0, { toString() { return 'ts'; } }, [1, [2, [3]]], () => 1, class A {}); console.log('a%', 'b%c', 'css'); console.log('%s', 'x', { a: 1 }); console.log('%c styled', 'color: red'); console.log(-0, [-0], '%s', -0, `${-0}`); console.log('%d', '', '%d'); console.log('%i', 1e21, '%f', 'x'); console.log(); console.log(''); console.log(undefined, null); console.log('%o', function foo() {}); console.log('%O', { a: { b: { c: { d: {} } } } }); console.log('%s', Object.create(null), new Date(0), new (class X { constructor() { this.a = { b: 1 }; } })()); console.log('%s', [ 'a', { b: { c: 1 } } ], new Error('z').message);

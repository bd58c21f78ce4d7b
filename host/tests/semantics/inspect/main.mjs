// What Node.js prints of values.
import util from 'node:util';
const t = (name, f) => {
    let shown;
    try {
        shown = f();
    } catch (error) {
        shown = `throws ${error.name} ${error.code ?? ''} ${error.message.split('\n')[0]}`;
    }
    console.log(`${name}:`, typeof shown === 'string' ? shown : util.inspect(shown));
};
class A { constructor(){this.x=1; this.y=[1,2]} get z(){return 1} static s=1; #p=2; m(){} }
class B extends A {}
const circ={a:1}; circ.self=circ;
console.log({a:1,b:'x',c:[1,2,3],d:{e:{f:{g:1}}}}, [1,,3], [undefined,null], new Map([[1,{a:1}],['b',2]]), new Set([1,'a']));
console.log(new A, new B, A, B, circ, ()=>1, function foo(){}, async()=>{}, function*(){}, Symbol('x'), 10n, -0, 'str', ['a\'b', "x\ny"]);
console.log(new Error('boom').message, [new Date(0)], /a/g, new Date(0), null, undefined, true);
console.log('%s is %d years and %i, %f, %j %o %O %%', 'Bob', 42.5, 42.9, '1.5', {a:1}, [1], {b:2}, 'extra', {c:3});
console.log(Array.from({length:120},(_, i)=>i));
console.log('a'.repeat(50).split(''), {['k-ey']:1, [Symbol('s')]:2, 3:4});
console.log({a:'x'.repeat(100), b:'y'.repeat(30)}, [['a',['b',['c',['d']]]]]);
console.log(Object.create(null), Object.create({x:1}), new (class extends Array{})(3), new Uint8Array([1,2,3]), new ArrayBuffer(4));
console.log([1.5,'a',null], [[],{}], {f(){}, g:class{}, h:class Foo extends A{}}, Promise.resolve(1), Promise.reject(1).catch(()=>{})&&0, new WeakMap, new Proxy({a:1},{}));
console.log(globalThis===global, typeof structuredClone, [new Map, new Set, new Map([[{a:1},new Set([1])]])]);
console.log({get a(){return 1}, set a(v){}, get b(){return 2}, set c(v){}});
console.log(['x'.repeat(20),'y'.repeat(20),'z'.repeat(20),'w'.repeat(20)]);
console.log(new Number(3), new String('abc'), new Boolean(false), Object(Symbol('q')), Object(1n));
t('inspect depth', ()=>util.inspect({a:{b:{c:{d:{}}}}},{depth:1})); t('compact',()=>util.inspect({a:{b:1}},{compact:false})); t('color',()=>util.inspect([1,'a',null,undefined,true,Symbol('a'),/x/],{colors:true}));
t('custom',()=>util.inspect({[util.inspect.custom](){return 'CUSTOM'}})); t('breakLength',()=>util.inspect({a:1,b:2,c:3},{breakLength:5})); t('sorted',()=>util.inspect({b:1,a:2},{sorted:true})); t('hidden',()=>util.inspect([1],{showHidden:true})); t('maxArr',()=>util.inspect([1,2,3,4],{maxArrayLength:2})); t('maxStr',()=>util.inspect('abcdef',{maxStringLength:3}));
t('isDeepStrictEqual',()=>[util.isDeepStrictEqual({a:[1,new Map([[1,2]])]},{a:[1,new Map([[1,2]])]}),util.isDeepStrictEqual([1],['1']),util.isDeepStrictEqual(NaN,NaN),util.isDeepStrictEqual(0,-0),util.isDeepStrictEqual(new Set([{a:1}]),new Set([{a:1}]))]);
t('types',()=>[util.types.isPromise(Promise.resolve()),util.types.isRegExp(/a/),util.types.isDate(new Date),util.types.isMap(new Map),util.types.isTypedArray(new Uint8Array),util.types.isProxy(new Proxy({},{})),util.types.isNativeError(new TypeError),util.types.isGeneratorFunction(function*(){}),util.types.isAsyncFunction(async()=>{})]);
t('promisify',()=>typeof util.promisify((cb)=>cb(null,1))); t('callbackify',()=>typeof util.callbackify(async()=>1)); t('inherits',()=>{function X(){} function Y(){} util.inherits(X,Y); return X.super_===Y && new X instanceof Y}); t('format',()=>util.format('%s %s',1)+util.format('a','b',{c:1})+util.format('%c%s','css','x')+util.format(1,2,'3')+util.format('%s',null,undefined,{a:{b:{c:1}}},[1,[2,[3]]],class Q{},()=>{}));

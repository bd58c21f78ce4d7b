// What kind of object a value is, whatever its prototype.

import host from 'bmes:host';

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
const isObject = (value) => typeof value === 'object' && value !== null;
// Returns the test whether a method of a class can be called for a value: only its objects have what the method needs.
const brand = (prototype, name, ...values) => {
    const found = Object.getOwnPropertyDescriptor(prototype, name);
    const method = found.get ?? found.value;
    return (value) => {
        if (!isObject(value)) return false;
        try {
            method.apply(value, values);
            return true;
        } catch {
            return false;
        }
    };
};
const TypedArray = Object.getPrototypeOf(Uint8Array);
const { get: nameOfArray } = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag);
const isArray = (name) => (value) => isObject(value) && nameOfArray.call(value) === name;
const AsyncFunction = (async () => {}).constructor;
const GeneratorFunction = function* () {}.constructor;
const AsyncGeneratorFunction = async function* () {}.constructor;
const iterator = (name) => (value) => isObject(value) && !host.isProxy(value) && tag(value) === name;

export const types = {
    isExternal: () => false,
    isDate: brand(Date.prototype, 'getTime'),
    isArgumentsObject: (value) => isObject(value) && !(Symbol.toStringTag in value) && tag(value) === 'Arguments',
    isBigIntObject: brand(BigInt.prototype, 'valueOf'),
    isBooleanObject: brand(Boolean.prototype, 'valueOf'),
    isNumberObject: brand(Number.prototype, 'valueOf'),
    isStringObject: brand(String.prototype, 'valueOf'),
    isSymbolObject: brand(Symbol.prototype, 'valueOf'),
    isBoxedPrimitive: (value) =>
        isObject(value) &&
        (types.isNumberObject(value) || types.isStringObject(value) || types.isBooleanObject(value) || types.isBigIntObject(value) || types.isSymbolObject(value)),
    isNativeError: (value) => isObject(value) && !host.isProxy(value) && Error.isError(value),
    isRegExp: (value) => isObject(value) && value !== RegExp.prototype && isRegExp(value),
    isAsyncFunction: (value) =>
        typeof value === 'function' && (value instanceof AsyncFunction || value instanceof AsyncGeneratorFunction || tag(value) === 'AsyncFunction'),
    isGeneratorFunction: (value) =>
        typeof value === 'function' && (value instanceof GeneratorFunction || value instanceof AsyncGeneratorFunction || tag(value) === 'GeneratorFunction'),
    isGeneratorObject: (value) => isObject(value) && !host.isProxy(value) && ['Generator', 'AsyncGenerator'].includes(tag(value)),
    isPromise: host.isPromise,
    isMap: brand(Map.prototype, 'has'),
    isSet: brand(Set.prototype, 'has'),
    isMapIterator: iterator('Map Iterator'),
    isSetIterator: iterator('Set Iterator'),
    isWeakMap: brand(WeakMap.prototype, 'has'),
    isWeakSet: brand(WeakSet.prototype, 'has'),
    isArrayBuffer: brand(ArrayBuffer.prototype, 'byteLength'),
    isDataView: (value) => ArrayBuffer.isView(value) && nameOfArray.call(value) === undefined,
    isSharedArrayBuffer: typeof SharedArrayBuffer === 'function' ? brand(SharedArrayBuffer.prototype, 'byteLength') : () => false,
    isProxy: host.isProxy,
    isModuleNamespaceObject: (value) => isObject(value) && !host.isProxy(value) && tag(value) === 'Module' && Object.getPrototypeOf(value) === null,
    isAnyArrayBuffer: (value) => types.isArrayBuffer(value) || types.isSharedArrayBuffer(value),
    isCryptoKey: () => false,
    isKeyObject: () => false,
    isArrayBufferView: ArrayBuffer.isView,
    isTypedArray: (value) => isObject(value) && nameOfArray.call(value) !== undefined,
};
const isRegExp = brand(RegExp.prototype, 'source');
for (const name of [
    'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array', 'Float32Array',
    'Float64Array', 'BigInt64Array', 'BigUint64Array',
]) {
    types[`is${name}`] = isArray(name);
}

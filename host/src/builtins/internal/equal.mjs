// Deep equality.

import { types } from 'node:internal/types';

const tag = (value) => Object.prototype.toString.call(value);

export const isDeepStrictEqual = (a, b) => equal(a, b, true, new Map());

// Compares values by their content. With `isStrict`, also their types and prototypes.
export function equal(a, b, isStrict, seen) {
    if (isStrict ? Object.is(a, b) : a == b || (a !== a && b !== b)) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (isStrict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    if (tag(a) !== tag(b) || Array.isArray(a) !== Array.isArray(b)) return false;
    if (seen.get(a) === b) return true;
    // What is compared already counts as equal. An end without a difference would have come to it again.
    seen.set(a, b);
    const isSame = sameContent(a, b, isStrict, seen) && sameProperties(a, b, isStrict, seen);
    seen.delete(a);
    return isSame;
}

// Compares what is no property.
function sameContent(a, b, isStrict, seen) {
    const same = (a, b) => equal(a, b, isStrict, seen);
    if (Array.isArray(a)) return a.length === b.length;
    for (const is of [types.isDate, types.isRegExp, types.isSet, types.isMap, types.isBoxedPrimitive, types.isNativeError, types.isPromise]) {
        if (is(a) !== is(b)) return false;
    }
    if (types.isDate(a)) return Date.prototype.getTime.call(a) === Date.prototype.getTime.call(b);
    if (types.isRegExp(a)) return a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex;
    if (types.isNativeError(a) || a instanceof Error) {
        const isGiven = (name) => Object.hasOwn(a, name) === Object.hasOwn(b, name) && same(a[name], b[name]);
        return a.message === b.message && a.name === b.name && isGiven('cause') && isGiven('errors');
    }
    if (ArrayBuffer.isView(a) || types.isAnyArrayBuffer(a)) {
        const [own, other] = [a, b].map((value) => (ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value)));
        if (own.length !== other.length) return false;
        // Without types, -0 and 0 are the same number.
        const isFloat = types.isFloat32Array(a) || types.isFloat64Array(a);
        if (isFloat && !isStrict) return a.every((item, index) => item === b[index]);
        return own.every((byte, index) => byte === other[index]);
    }
    if (types.isSet(a)) return a.size === b.size && sameItems([...a], [...b], b, same, isStrict);
    if (types.isMap(a)) return a.size === b.size && samePairs(a, b, same, isStrict);
    if (types.isBoxedPrimitive(a)) {
        const kinds = [types.isNumberObject, types.isStringObject, types.isBooleanObject, types.isBigIntObject, types.isSymbolObject];
        return kinds.every((is) => is(a) === is(b)) && Object.is(primitiveOf(a), primitiveOf(b));
    }
    // A URL has no properties of its own.
    if (tag(a) === '[object URL]' && typeof a.href === 'string') return a.href === b.href;
    return true;
}

const primitiveOf = (value) =>
    [Number, String, Boolean, BigInt, Symbol].find((Class) => types[`is${Class.name}Object`](value)).prototype.valueOf.call(value);

// Each item has one of its own in the other set.
function sameItems(items, others, set, same, isStrict) {
    const open = [];
    for (const item of items) {
        if (set.has(item)) continue;
        if (isStrict && (typeof item !== 'object' || item === null)) return false;
        open.push(item);
    }
    const rest = others.filter((item) => !items.includes(item));
    return open.every((item) => {
        const index = rest.findIndex((other) => same(item, other));
        if (index < 0) return false;
        rest.splice(index, 1);
        return true;
    });
}

function samePairs(a, b, same, isStrict) {
    const open = [];
    for (const [key, value] of a) {
        if (b.has(key)) {
            if (!same(value, b.get(key))) {
                if (isStrict || (typeof key === 'object' && key !== null)) return false;
                open.push([key, value]);
            }
        } else if (isStrict && (typeof key !== 'object' || key === null)) return false;
        else open.push([key, value]);
    }
    const rest = [...b].filter(([key]) => !a.has(key) || open.some(([other]) => other === key));
    return open.every(([key, value]) => {
        const index = rest.findIndex(([other, item]) => same(key, other) && same(value, item));
        if (index < 0) return false;
        rest.splice(index, 1);
        return true;
    });
}

function sameProperties(a, b, isStrict, seen) {
    const isIndex = (key) => typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key);
    const isBytes = ArrayBuffer.isView(a);
    const keysOf = (value) => {
        const names = Object.keys(value);
        const symbols = isStrict ? Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)) : [];
        return [...(isBytes ? names.filter((key) => !isIndex(key)) : names), ...symbols];
    };
    const [keys, others] = [keysOf(a), keysOf(b)];
    if (keys.length !== others.length) return false;
    return keys.every((key) => Object.prototype.propertyIsEnumerable.call(b, key) && equal(a[key], b[key], isStrict, seen));
}

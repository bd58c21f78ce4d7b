// The structured clone algorithm of HTML, for the objects of the language and of the host.

import host from 'bmes:host';
import { types } from 'node:internal/types';

const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];

function fail(value) {
    const name = value.constructor?.name;
    const shown = typeof value !== 'object' ? String(value) : name ? `#<${name}>` : Object.prototype.toString.call(value);
    throw new DOMException(`${shown} could not be cloned.`, 'DataCloneError');
}

export function structuredClone(value, options = undefined) {
    if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The value argument must be specified');
    if (options !== undefined && options !== null && !['object', 'function'].includes(typeof options)) {
        throw host.error(TypeError, 'ERR_INVALID_ARG_TYPE', 'The options argument must be either an object or undefined');
    }
    const { transfer } = options ?? {};
    if (transfer !== undefined && transfer !== null && (typeof transfer !== 'object' || typeof transfer[Symbol.iterator] !== 'function')) {
        throw host.error(TypeError, 'ERR_INVALID_ARG_TYPE', 'Optional transferList argument must be an iterable');
    }
    const moved = new Set();
    for (const item of transfer ?? []) {
        if (!(item instanceof ArrayBuffer)) throw host.error(TypeError, 'ERR_INVALID_TRANSFER_OBJECT', 'Found invalid object in transferList');
        if (moved.has(item)) throw new DOMException('Transfer list contains duplicate ArrayBuffer', 'DataCloneError');
        moved.add(item);
    }
    const seen = new Map();
    const clone = (value) => {
        if (typeof value === 'function' || typeof value === 'symbol') fail(value);
        if (typeof value !== 'object' || value === null) return value;
        if (seen.has(value)) return seen.get(value);
        const copy = empty(value);
        seen.set(value, copy);
        if (types.isMap(value)) for (const [key, item] of [...value]) copy.set(clone(key), clone(item));
        else if (types.isSet(value)) for (const item of [...value]) copy.add(clone(item));
        else if (types.isNativeError(value)) {
            for (const name of ['message', 'stack', 'cause']) {
                if (!Object.hasOwn(value, name)) continue;
                Object.defineProperty(copy, name, { value: clone(value[name]), writable: true, configurable: true });
            }
        } else if (Array.isArray(value) || isPlain.has(copy)) {
            for (const key of Object.keys(value)) copy[key] = clone(value[key]);
        }
        return copy;
    };
    // The objects whose properties are cloned.
    const isPlain = new Set();
    const empty = (value) => {
        if (Array.isArray(value)) return new Array(value.length);
        if (types.isDate(value)) return new Date(value.getTime());
        if (types.isRegExp(value)) return new RegExp(value.source, value.flags);
        if (types.isMap(value)) return new Map();
        if (types.isSet(value)) return new Set();
        if (types.isArrayBuffer(value)) return value.slice(0);
        if (types.isSharedArrayBuffer(value)) return value;
        if (ArrayBuffer.isView(value)) {
            const { byteOffset, byteLength } = value;
            const length = value.length ?? byteLength;
            const buffer = clone(value.buffer);
            const Class = types.isDataView(value) ? DataView : globalThis[Object.prototype.toString.call(value).slice(8, -1)];
            return new Class(buffer, byteOffset, length);
        }
        if (types.isNativeError(value)) {
            const copy = Object.create(globalThis[ERRORS.includes(value.name) ? value.name : 'Error'].prototype);
            return Object.setPrototypeOf(new Error(), Object.getPrototypeOf(copy));
        }
        if (types.isBoxedPrimitive(value)) {
            if (types.isSymbolObject(value)) fail(value);
            return Object(value.valueOf());
        }
        if (value instanceof DOMException) return new DOMException(value.message, value.name);
        if (value instanceof Blob) return value.slice(0, value.size, value.type);
        const isForeign = types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || types.isProxy(value) || types.isGeneratorObject(value);
        if (isForeign || value instanceof WeakRef) fail(value);
        const copy = {};
        isPlain.add(copy);
        return copy;
    };
    const copy = clone(value);
    // Views of a buffer that is moved are cloned before it is lost.
    for (const item of moved) item.transfer();
    return copy;
}

import host from 'bmes:host';
import { TextDecoder, TextEncoder } from 'node:internal/encoding';
import { lackingAll } from 'node:internal/lacking';
import { isDeepStrictEqual } from 'node:internal/equal';
import { format, formatWithOptions } from 'node:internal/format';
import { inspect, types } from 'node:internal/inspect';

export { inspect, format, formatWithOptions, types, isDeepStrictEqual, TextEncoder, TextDecoder };

const custom = Symbol.for('nodejs.util.promisify.custom');

export function promisify(original) {
    host.checkFunction(original, 'original');
    const own = original[custom];
    if (own) {
        host.checkFunction(own, 'util.promisify.custom');
        return Object.defineProperty(own, custom, { value: own, enumerable: false, writable: false, configurable: true });
    }
    const promised = function (...values) {
        return new Promise((resolve, reject) => {
            original.call(this, ...values, (error, value) => (error ? reject(error) : resolve(value)));
        });
    };
    Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
    Object.defineProperty(promised, custom, { value: promised, enumerable: false, writable: false, configurable: true });
    return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = custom;

export function callbackify(original) {
    host.checkFunction(original, 'original');
    function callbackified(...values) {
        const callback = values.pop();
        host.checkFunction(callback, 'last argument');
        const call = callback.bind(this);
        // A promise can be rejected with nothing, and a callback needs an error.
        const rejected = (reason) => {
            if (reason) return reason;
            const message = 'Promise was rejected with falsy value';
            return host.error(Error, 'ERR_FALSY_VALUE_REJECTION', message, { reason });
        };
        original.apply(this, values).then(
            (value) => process.nextTick(call, null, value),
            (reason) => process.nextTick(call, rejected(reason)),
        );
    }
    const properties = Object.getOwnPropertyDescriptors(original);
    if (typeof properties.length.value === 'number') properties.length.value++;
    if (typeof properties.name.value === 'string') properties.name.value += 'Callbackified';
    return Object.defineProperties(callbackified, properties);
}

export function inherits(ctor, superCtor) {
    if (ctor === undefined || ctor === null) host.checkFunction(ctor, 'ctor');
    if (superCtor === undefined || superCtor === null) host.checkFunction(superCtor, 'superCtor');
    if (superCtor.prototype === undefined) throw host.invalid('superCtor.prototype', 'of type object', superCtor.prototype);
    Object.defineProperty(ctor, 'super_', { value: superCtor, writable: true, configurable: true });
    Object.setPrototypeOf(ctor.prototype, superCtor.prototype);
}

const warnedCodes = new Set();
export function deprecate(fn, msg, code) {
    if (process.noDeprecation) return fn;
    if (code !== undefined) host.checkString(code, 'code');
    let hasWarned = false;
    function deprecated(...values) {
        if (!hasWarned) {
            hasWarned = true;
            if (code === undefined) process.emitWarning(msg, 'DeprecationWarning');
            else if (!warnedCodes.has(code)) {
                warnedCodes.add(code);
                process.emitWarning(msg, 'DeprecationWarning', code);
            }
        }
        return new.target ? Reflect.construct(fn, values, new.target) : Reflect.apply(fn, this, values);
    }
    Object.setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
    return deprecated;
}

// The variable `NODE_DEBUG` names the sections whose messages are printed.
export function debuglog(set, callback) {
    let state;
    const isEnabled = () => {
        if (state !== undefined) return state;
        const sections = (process.env.NODE_DEBUG ?? '').split(',').map((name) => name.trim().toUpperCase());
        const section = set.toUpperCase();
        const matches = (name) => name === section || (name.includes('*') && new RegExp(`^${name.replaceAll('*', '.*')}$`).test(section));
        state = sections.some((name) => name !== '' && matches(name));
        return state;
    };
    const logger = (...values) => {
        callback?.(logger);
        callback = undefined;
        if (isEnabled()) process.stderr.write(`${set.toUpperCase()} ${process.pid}: ${format(...values)}\n`);
    };
    return Object.defineProperty(logger, 'enabled', { get: isEnabled, enumerable: true, configurable: true });
}
export const debug = debuglog;
export const toUSVString = (input) => `${input}`.toWellFormed();
export function _extend(target, source) {
    return source === null || typeof source !== 'object' ? target : Object.assign(target, source);
}
// The tests of before `util.types`.
const is = (type) => (value) => typeof value === type;
export const { isArray } = Array;
export const isBoolean = is('boolean');
export const isNull = (value) => value === null;
export const isNullOrUndefined = (value) => value === null || value === undefined;
export const isNumber = is('number');
export const isString = is('string');
export const isSymbol = is('symbol');
export const isUndefined = is('undefined');
export const isFunction = is('function');
export const isObject = (value) => value !== null && typeof value === 'object';
export const isPrimitive = (value) => value === null || !['object', 'function'].includes(typeof value);
export const { isRegExp, isDate } = types;
export const isError = (value) => types.isNativeError(value) || value instanceof Error;

// What few programs use is loaded when it is called.
const rare = (module, name) =>
    Object.defineProperty((...values) => host.namespace(module)[name](...values), 'name', { value: name, configurable: true });
const inRare = (name) => rare('node:internal/util-rare', name);
export const [aborted, log, parseEnv, stripVTControlCharacters, styleText] = [
    'aborted', 'log', 'parseEnv', 'stripVTControlCharacters', 'styleText',
].map(inRare);
export const parseArgs = rare('node:internal/parse-args', 'parseArgs');
export const [getSystemErrorMap, getSystemErrorName, _errnoException, _exceptionWithHostPort] = [
    'getSystemErrorMap', 'getSystemErrorName', '_errnoException', '_exceptionWithHostPort',
].map((name) => rare('node:internal/system-errors', name));
// A class that is loaded when it is used.
const rareClass = (name) => {
    const Class = () => host.namespace('node:internal/mime')[name];
    return new Proxy(function () {}, {
        construct: (target, values) => Reflect.construct(Class(), values),
        apply: (target, receiver, values) => Reflect.apply(Class(), receiver, values),
        get: (target, key) => Reflect.get(Class(), key),
        getPrototypeOf: () => Object.getPrototypeOf(Class()),
    });
};
export const [MIMEType, MIMEParams] = ['MIMEType', 'MIMEParams'].map(rareClass);
export const isBuffer = (value) => Buffer.isBuffer(value);

export const { transferableAbortController, transferableAbortSignal } = lackingAll('node:util');

const util = {
    _errnoException, _exceptionWithHostPort, _extend, aborted, callbackify, debug, debuglog, deprecate, format, formatWithOptions,
    getSystemErrorMap, getSystemErrorName, inherits, inspect, isArray, isBoolean, isBuffer, isDeepStrictEqual, isNull, isNullOrUndefined,
    isNumber, isString, isSymbol, isUndefined, isRegExp, isObject, isDate, isError, isFunction, isPrimitive, log, MIMEType, MIMEParams,
    parseArgs, parseEnv, promisify, stripVTControlCharacters, styleText, toUSVString, TextDecoder, TextEncoder,
    transferableAbortController, transferableAbortSignal, types,
};
export default util;

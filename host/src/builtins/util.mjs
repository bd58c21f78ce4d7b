import host from 'bmes:host';
import { TextDecoder, TextEncoder } from 'node:internal/encoding';
import { lackingAll } from 'node:internal/lacking';
import { isDeepStrictEqual } from 'node:internal/equal';
import { inspect, format, formatWithOptions, types } from 'node:internal/inspect';

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
    host.checkFunction(ctor, 'ctor');
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
    const sections = (process.env.NODE_DEBUG ?? '').split(',').map((name) => name.trim().toUpperCase());
    const section = set.toUpperCase();
    const matches = (name) => name === section || (name.includes('*') && new RegExp(`^${name.replaceAll('*', '.*')}$`).test(section));
    const enabled = sections.some((name) => name !== '' && matches(name));
    const log = (...values) => {
        callback?.(log);
        callback = undefined;
        if (enabled) process.stderr.write(`${section} ${process.pid}: ${format(...values)}\n`);
    };
    return Object.defineProperty(log, 'enabled', { get: () => enabled, enumerable: true, configurable: true });
}
export const debug = debuglog;
export function stripVTControlCharacters(str) {
    host.checkString(str, 'str');
    // Sequences of terminals: ESC or CSI, parameters, a letter; and links, which end with BEL or ESC \.
    // eslint-disable-next-line no-control-regex
    return str.replace(/[\u001b\u009b](?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[[\]()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~])/g, '');
}
export const toUSVString = (input) => `${input}`.toWellFormed();
export function aborted(signal, resource) {
    if (!(signal instanceof AbortSignal)) return Promise.reject(host.invalid('signal', 'an instance of AbortSignal', signal));
    if (!resource || typeof resource !== 'object') return Promise.reject(host.invalid('resource', 'of type object', resource));
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
const ERRNO = { 1: 'EPERM', 2: 'ENOENT', 5: 'EIO', 9: 'EBADF', 11: 'EAGAIN', 12: 'ENOMEM', 13: 'EACCES', 17: 'EEXIST', 20: 'ENOTDIR', 21: 'EISDIR', 22: 'EINVAL', 24: 'EMFILE', 28: 'ENOSPC', 32: 'EPIPE' };
export const getSystemErrorName = (code) => ERRNO[-code];
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

export function styleText(style, text, { validateStream = true, stream = process.stdout } = {}) {
    const codes = [style].flat().map((name) => inspect.colors[name]);
    if (codes.includes(undefined)) {
        throw Object.assign(new TypeError(`The argument 'format' must be one of the styles: ${Object.keys(inspect.colors).join(', ')}`), { code: 'ERR_INVALID_ARG_VALUE' });
    }
    if (validateStream && !stream?.isTTY) return text;
    return codes.reduce((styled, [start, end]) => `\u001b[${start}m${styled}\u001b[${end}m`, text);
}

// Reads the options of a command line: as in Node.js, without its tokens.
export function parseArgs({ args = process.argv.slice(2), options = {}, strict = true, allowPositionals = !strict, allowNegative = false } = {}) {
    const values = Object.create(null);
    const positionals = [];
    const fail = (code, message) => {
        throw Object.assign(new TypeError(message), { code: `ERR_PARSE_ARGS_${code}` });
    };
    const set = (name, value) => {
        if (options[name]?.multiple) (values[name] ??= []).push(value);
        else values[name] = value;
    };
    const rest = [...args];
    while (rest.length > 0) {
        const word = rest.shift();
        if (word === '--') {
            if (rest.length > 0 && strict && !allowPositionals) fail('UNEXPECTED_POSITIONAL', `Unexpected argument '${rest[0]}'. This command does not take positional arguments`);
            positionals.push(...rest.splice(0));
        } else if (/^-[^-]/.test(word) || word.startsWith('--')) {
            let [name, value] = [word.slice(2), undefined];
            if (word.startsWith('--')) {
                const at = name.indexOf('=');
                if (at >= 0) [name, value] = [name.slice(0, at), name.slice(at + 1)];
            } else {
                const short = word[1];
                name = Object.keys(options).find((known) => options[known].short === short) ?? short;
                if (word.length > 2) {
                    if (options[name]?.type === 'string') value = word.slice(2);
                    else rest.unshift(`-${word.slice(2)}`);
                }
            }
            if (allowNegative && name.startsWith('no-') && options[name.slice(3)]?.type === 'boolean') {
                set(name.slice(3), false);
                continue;
            }
            const option = options[name];
            if (option === undefined && strict) fail('UNKNOWN_OPTION', `Unknown option '${word.startsWith('--') ? `--${name}` : `-${name}`}'`);
            if (option?.type === 'string' && value === undefined) {
                value = rest.shift();
                if (value === undefined && strict) fail('INVALID_OPTION_VALUE', `Option '--${name} <value>' argument missing`);
            }
            if (option?.type === 'boolean' && value !== undefined && strict) fail('INVALID_OPTION_VALUE', `Option '--${name}' does not take an argument`);
            set(name, value ?? true);
        } else {
            if (strict && !allowPositionals) fail('UNEXPECTED_POSITIONAL', `Unexpected argument '${word}'. This command does not take positional arguments`);
            positionals.push(word);
        }
    }
    for (const [name, option] of Object.entries(options)) {
        if ('default' in option && values[name] === undefined) values[name] = option.default;
    }
    return { values, positionals };
}

export const { MIMEType, MIMEParams, getSystemErrorMap, log, transferableAbortController, transferableAbortSignal } = lackingAll('node:util');

export default {
    _extend, aborted, callbackify, debug, debuglog, deprecate, format, formatWithOptions, getSystemErrorMap, getSystemErrorName, inherits,
    inspect, isArray, isBoolean, isBuffer: (value) => Buffer.isBuffer(value), isDeepStrictEqual, isNull, isNullOrUndefined, isNumber,
    isString, isSymbol, isUndefined, isRegExp, isObject, isDate, isError, isFunction, isPrimitive, log, MIMEType, MIMEParams, parseArgs,
    promisify, stripVTControlCharacters, styleText, toUSVString, TextDecoder, TextEncoder, transferableAbortController,
    transferableAbortSignal, types,
};

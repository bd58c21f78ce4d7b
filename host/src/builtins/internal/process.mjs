// What few programs use of `process`.

import host from 'bmes:host';
import { inspect } from 'node:internal/inspect';
import { lacking } from 'node:internal/lacking';

// Emits the event `warning`, and prints the warning.
export function emitWarning(warning, type, code, from) {
    let detail;
    if (typeof type === 'object' && type !== null && !Array.isArray(type)) ({ type, code, detail } = type);
    else if (typeof type === 'function') type = code = undefined;
    if (typeof code === 'function') code = undefined;
    if (type !== undefined) host.checkString(type, 'type');
    if (code !== undefined) host.checkString(code, 'code');
    if (typeof warning === 'string') {
        warning = Object.assign(new Error(warning), { name: type ?? 'Warning' });
        Object.defineProperty(warning, 'name', { enumerable: false });
        if (code !== undefined) warning.code = code;
        if (typeof detail === 'string') warning.detail = detail;
    } else if (!(warning instanceof Error)) {
        throw host.invalid('warning', 'of type string or an instance of Error', warning);
    }
    if (warning.name === 'DeprecationWarning') {
        if (process.noDeprecation) return;
        if (process.throwDeprecation) return process.nextTick(() => { throw warning; });
    }
    process.nextTick(() => {
        const label = warning.code === undefined ? '' : `[${warning.code}] `;
        const more = typeof warning.detail === 'string' ? `\n${warning.detail}` : '';
        process.stderr.write(`(bmes) ${label}${warning.name}: ${warning.message}${more}\n`);
        process.emit('warning', warning);
    });
}

// Returns the error that stands for a rejection. Programs can reject with any value.
export function rejection(reason) {
    if (reason instanceof Error) return reason;
    const message = `This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${inspect(reason)}".`;
    const error = host.error(Error, 'ERR_UNHANDLED_REJECTION', message);
    return Object.defineProperty(error, 'name', { value: 'UnhandledPromiseRejection', writable: true, configurable: true });
}

// Defines a variable of the environment as a property. It is a text, and it can be seen, changed and deleted.
export function defineVariable(variables, name, descriptor) {
    if ('get' in descriptor || 'set' in descriptor) {
        const message = "'process.env' does not accept an accessor(getter/setter) descriptor";
        throw host.error(TypeError, 'ERR_INVALID_OBJECT_DEFINE_PROPERTY', message);
    }
    if (!('value' in descriptor && descriptor.configurable && descriptor.writable && descriptor.enumerable)) {
        const message = "'process.env' only accepts a configurable, writable, and enumerable data descriptor";
        throw host.error(TypeError, 'ERR_INVALID_OBJECT_DEFINE_PROPERTY', message);
    }
    return Reflect.defineProperty(variables, name, { ...descriptor, value: `${descriptor.value}` });
}

// Returns the permissions that new files do not get. The host cannot change them.
export function umask(mask) {
    if (mask !== undefined) lacking('node:process', 'umask with a mask')();
    return parseInt(/^Umask:\s*(\d+)/m.exec(host.readText('/proc/self/status'))[1], 8);
}

export function checkExitCode(code) {
    if (code === null) return;
    const number = typeof code === 'string' && code !== '' ? Number(code) : code;
    if (typeof number !== 'number' || Number.isNaN(number)) throw host.invalid('code', 'of type number', code);
    if (!Number.isInteger(number)) throw host.outOfRange('code', 'an integer', code);
}

// Returns the time since another one, in seconds and nanoseconds.
export function hrtime(from) {
    const now = host.now();
    const [seconds, rest] = [Math.floor(now / 1000), Math.floor((now % 1000) * 1e6)];
    if (from === undefined) return [seconds, rest];
    if (!Array.isArray(from)) throw host.invalid('time', 'an instance of Array', from);
    if (from.length !== 2) throw host.outOfRange('time', '2', from.length);
    const isBorrowed = rest < from[1];
    return [seconds - from[0] - (isBorrowed ? 1 : 0), rest - from[1] + (isBorrowed ? 1e9 : 0)];
}

// The engine's heap is nearly all of the process.
export const rss = () => Number(host.readText('/proc/self/statm').split(' ')[1]) * 4096;
export function memoryUsage() {
    const size = rss();
    return { rss: size, heapTotal: size, heapUsed: size, external: 0, arrayBuffers: 0 };
}

// The owner of the process, and its parent.
export const getuid = () => host.stat('/proc/self', true)[3];
export const geteuid = getuid;
export const getgid = () => host.stat('/proc/self', true)[4];
export const getegid = getgid;
export const ppid = () => Number(host.readText('/proc/self/stat').replace(/.*\) \S+ (\d+) [^]*/, '$1'));

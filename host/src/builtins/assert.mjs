// Assertions.

import host from 'bmes:host';
import { inspect, types } from 'node:internal/inspect';
import { received } from 'node:internal/errors';
import { equal as compare } from 'node:internal/equal';
import { AssertionError } from 'node:internal/assertion';
import { called } from 'node:internal/call-site';

const isDeepEqual = (a, b, isStrict) => compare(a, b, isStrict, new Map());
const isError = (value) => value instanceof Error;
const isRegExp = types.isRegExp;
const isSubclass = (value) => Object.prototype.isPrototypeOf.call(Error, value);
const NOTHING = Symbol('no exception');

function fails({ generatedMessage, ...details }) {
    if (isError(details.message)) throw details.message;
    const error = new AssertionError(details);
    if (generatedMessage !== undefined) error.generatedMessage = generatedMessage;
    throw error;
}

function check(value, values, stackStartFn) {
    if (value) return;
    let [, message] = values;
    const generatedMessage = values.length === 0 || message == null;
    if (values.length === 0) message = 'No value argument passed to `assert.ok()`';
    else if (message == null) message = called(stackStartFn);
    fails({ actual: value, expected: true, message, operator: '==', stackStartFn, generatedMessage });
}
export default function assert(...values) {
    check(values[0], values, assert);
}
export function ok(...values) {
    check(values[0], values, ok);
}

// Returns an assertion about two values.
const comparison = (operator, holds, shown = operator) => {
    const call = {
        [operator](actual, expected, message) {
            if (arguments.length < 2) {
                throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "actual" and "expected" arguments must be specified');
            }
            if (!holds(actual, expected)) fails({ actual, expected, message, operator: shown, stackStartFn: call });
        },
    }[operator];
    return call;
};
const areEqual = (a, b) => a == b || (a !== a && b !== b);
export const equal = comparison('equal', areEqual, '==');
export const notEqual = comparison('notEqual', (a, b) => !areEqual(a, b), '!=');
export const strictEqual = comparison('strictEqual', Object.is);
export const notStrictEqual = comparison('notStrictEqual', (a, b) => !Object.is(a, b));
export const deepEqual = comparison('deepEqual', (a, b) => isDeepEqual(a, b, false));
export const notDeepEqual = comparison('notDeepEqual', (a, b) => !isDeepEqual(a, b, false));
export const deepStrictEqual = comparison('deepStrictEqual', (a, b) => isDeepEqual(a, b, true));
export const notDeepStrictEqual = comparison('notDeepStrictEqual', (a, b) => !isDeepEqual(a, b, true));

const matching = (name, isWanted, text) => {
    const call = {
        [name](string, regexp, message) {
            if (!isRegExp(regexp)) throw host.invalid('regexp', 'an instance of RegExp', regexp);
            const isText = typeof string === 'string';
            if (isText && (regexp.exec(string) !== null) === isWanted) return;
            const generatedMessage = isError(message) ? undefined : !message;
            message ||= isText
                ? `${text} the regular expression ${inspect(regexp)}. Input:\n\n${inspect(string)}\n`
                : `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`;
            fails({ actual: string, expected: regexp, message, operator: name, stackStartFn: call, generatedMessage });
        },
    }[name];
    return call;
};
export const match = matching('match', true, 'The input did not match');
export const doesNotMatch = matching('doesNotMatch', false, 'The input was expected to not match');

let hasWarned = false;
export function fail(actual, expected, message, operator, stackStartFn) {
    let generatedMessage;
    if (arguments.length === 0) {
        generatedMessage = true;
        message = 'Failed';
    } else if (arguments.length === 1) {
        message = actual;
        actual = undefined;
    } else {
        if (!hasWarned) {
            hasWarned = true;
            const text = 'assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.';
            process.emitWarning(text, 'DeprecationWarning', 'DEP0094');
        }
        if (arguments.length === 2) operator = '!=';
    }
    fails({ actual, expected, message, operator: operator ?? 'fail', stackStartFn: stackStartFn ?? fail, generatedMessage });
}

export function ifError(value) {
    if (value === null || value === undefined) return;
    let shown = typeof value === 'object' && typeof value.message === 'string' ? value.message : inspect(value);
    if (shown === '' && value.constructor) shown = value.constructor.name;
    const message = `ifError got unwanted exception: ${shown}`;
    const error = new AssertionError({ actual: value, expected: null, operator: 'ifError', message, stackStartFn: ifError });
    if (typeof value.stack === 'string') error.stack = joined(error.stack, value.stack);
    throw error;
}
// Returns the calls of one stack before the calls that both have, then those of the other one.
function joined(stack, other) {
    const frames = other.split('\n').filter((line) => /^\s+at /.test(line));
    const own = stack.split('\n').filter((line) => line !== '');
    const first = frames.find((frame) => own.includes(frame));
    return [...(first === undefined ? own : own.slice(0, own.indexOf(first))), ...frames].join('\n');
}

// What `throws` and its relatives expect.

const KINDS = 'of type function or an instance of Error, RegExp, or Object';

// The properties of an error that a test names.
class Comparison {
    constructor(value, keys, actual) {
        for (const key of keys) {
            if (!(key in value)) continue;
            this[key] = actual !== undefined && matches(actual[key], value[key]) ? actual[key] : value[key];
        }
    }
}
const matches = (text, pattern) => typeof text === 'string' && isRegExp(pattern) && pattern.exec(text) !== null;

function verifyProperties(actual, expected, message, call) {
    const keys = Object.keys(expected);
    if (isError(expected)) keys.push('name', 'message');
    else if (keys.length === 0) throw host.invalidValue('error', 'may not be an empty object', expected);
    for (const key of keys) {
        if (matches(actual[key], expected[key])) continue;
        if (key in actual && isDeepEqual(actual[key], expected[key], true)) continue;
        if (message) fails({ actual, expected, message, operator: call.name, stackStartFn: call });
        const error = new AssertionError({
            actual: new Comparison(actual, keys),
            expected: new Comparison(expected, keys, actual),
            operator: 'deepStrictEqual',
            stackStartFn: call,
        });
        throw Object.assign(error, { actual, expected, operator: call.name });
    }
}

// Throws unless the error is what the test expects.
function verify(actual, expected, message, call) {
    let text;
    if (isRegExp(expected)) {
        const shown = String(actual);
        if (expected.exec(shown) !== null) return;
        text = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(shown)}\n`;
    } else if (typeof expected !== 'function') {
        if (typeof actual === 'object' && actual !== null) return verifyProperties(actual, expected, message, call);
        const error = new AssertionError({ actual, expected, message, operator: 'deepStrictEqual', stackStartFn: call });
        throw Object.assign(error, { operator: call.name });
    } else if (expected.prototype !== undefined && actual instanceof expected) {
        return;
    } else if (isSubclass(expected)) {
        const found = isError(actual) ? (actual.constructor?.name ?? actual.name) : inspect(actual, { depth: -1 });
        text = `The error is expected to be an instance of "${expected.name}". Received "${found}"`;
        if (isError(actual)) text += `\n\nError message:\n\n${actual.message}`;
    } else {
        const result = expected.call({}, actual);
        if (result === true) return;
        const name = expected.name ? `"${expected.name}" ` : '';
        text = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
        if (isError(actual)) text += `\n\nCaught error:\n\n${actual}`;
    }
    const generatedMessage = !message;
    fails({ actual, expected, message: message || text, operator: call.name, stackStartFn: call, generatedMessage });
}

const ambiguous = (text) => host.error(TypeError, 'ERR_AMBIGUOUS_ARGUMENT', `The "error/message" argument is ambiguous. ${text}`);

function expectError(call, actual, values) {
    let [error, message] = values;
    if (typeof error === 'string') {
        if (values.length > 1) throw host.invalid('error', KINDS, error);
        if (typeof actual === 'object' && actual !== null) {
            if (actual.message === error) throw ambiguous(`The error message "${actual.message}" is identical to the message.`);
        } else if (actual === error) {
            throw ambiguous(`The error "${actual}" is identical to the message.`);
        }
        [error, message] = [undefined, error];
    } else if (error != null && typeof error !== 'object' && typeof error !== 'function') {
        throw host.invalid('error', KINDS, error);
    }
    if (actual === NOTHING) {
        const name = error?.name ? ` (${error.name})` : '';
        const kind = call === rejects ? 'rejection' : 'exception';
        const text = `Missing expected ${kind}${name}${message ? `: ${message}` : '.'}`;
        fails({ actual: undefined, expected: error, operator: call.name, message: text, stackStartFn: call });
    }
    if (error) verify(actual, error, message, call);
}

function isUnwanted(actual, expected) {
    if (isRegExp(expected)) return expected.exec(String(actual)) !== null;
    if (typeof expected !== 'function') throw host.invalid('expected', 'of type function or an instance of RegExp', expected);
    if (expected.prototype !== undefined && actual instanceof expected) return true;
    return !isSubclass(expected) && expected.call({}, actual) === true;
}
function expectNoError(call, actual, error, message) {
    if (actual === NOTHING) return;
    if (typeof error === 'string') [error, message] = [undefined, error];
    if (error && !isUnwanted(actual, error)) throw actual;
    const kind = call === doesNotReject ? 'rejection' : 'exception';
    const text = `Got unwanted ${kind}${message ? `: ${message}` : '.'}\nActual message: "${actual && actual.message}"`;
    fails({ actual, expected: error, operator: call.name, message: text, stackStartFn: call });
}

function thrownBy(call) {
    host.checkFunction(call, 'fn');
    try {
        call();
    } catch (error) {
        return error;
    }
    return NOTHING;
}
const isPromise = (value) =>
    types.isPromise(value) ||
    (typeof value === 'object' && value !== null && typeof value.then === 'function' && typeof value.catch === 'function');
async function rejectionOf(promise) {
    if (typeof promise === 'function') {
        const result = promise();
        if (!isPromise(result)) {
            const found = received(result).replace(/^ Received /, '');
            const text = `Expected instance of Promise to be returned from the "promiseFn" function but got ${found}.`;
            throw host.error(TypeError, 'ERR_INVALID_RETURN_VALUE', text);
        }
        promise = result;
    } else if (!isPromise(promise)) {
        throw host.invalid('promiseFn', 'of type function or an instance of Promise', promise);
    }
    try {
        await promise;
    } catch (error) {
        return error;
    }
    return NOTHING;
}
export function throws(fn, ...values) {
    expectError(throws, thrownBy(fn), values);
}
export function doesNotThrow(fn, ...values) {
    expectNoError(doesNotThrow, thrownBy(fn), ...values);
}
export async function rejects(promiseFn, ...values) {
    expectError(rejects, await rejectionOf(promiseFn), values);
}
export async function doesNotReject(promiseFn, ...values) {
    expectNoError(doesNotReject, await rejectionOf(promiseFn), ...values);
}

// Deprecated in Node.js, too: it is loaded by the first use.
export const CallTracker = new Proxy(function CallTracker() {}, {
    construct: (_, values) => new (host.namespace('node:internal/call-tracker').CallTracker)(...values),
});

export function strict(...values) {
    check(values[0], values, strict);
}
const shared = {
    fail, AssertionError, ok, equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual,
    notStrictEqual, throws, rejects, doesNotThrow, doesNotReject, ifError, match, doesNotMatch, CallTracker,
};
Object.assign(assert, shared, { strict });
Object.assign(strict, shared, {
    equal: strictEqual,
    deepEqual: deepStrictEqual,
    notEqual: notStrictEqual,
    notDeepEqual: notDeepStrictEqual,
    strict,
});
export { assert };
export { AssertionError };

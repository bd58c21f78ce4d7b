// Assertions.

import { equal as compare } from 'node:internal/equal';
import { inspect } from 'node:internal/inspect';

export class AssertionError extends Error {
    constructor({ message, actual, expected, operator, generated }) {
        super(message ?? generated ?? `${inspect(actual)} ${operator} ${inspect(expected)}`);
        Object.assign(this, { generatedMessage: message === undefined, code: 'ERR_ASSERTION', actual, expected, operator });
        this.name = 'AssertionError';
    }
}

function check(condition, message, actual, expected, operator, text) {
    if (condition) return;
    if (message instanceof Error) throw message;
    throw new AssertionError({ message, actual, expected, operator, generated: text });
}

export default function assert(value, message) {
    check(value, message, value, true, '==', 'The expression evaluated to a falsy value');
}
export const ok = (value, message) => assert(value, message);

const isEqual = (a, b, isStrict) => compare(a, b, isStrict, new Map());
const unlike = (how, b) => `Expected "actual" not to be ${how} deep-equal to:\n\n${inspect(b)}\n`;
const both = (what, a, b) => `${what}:\n\n${inspect(a)} !== ${inspect(b)}\n`;
export const equal = (a, b, message) =>
    check(a == b || (a !== a && b !== b), message, a, b, '==', `${inspect(a)} == ${inspect(b)}`);
export const notEqual = (a, b, message) => check(a != b, message, a, b, '!=', `${inspect(a)} != ${inspect(b)}`);
export const strictEqual = (a, b, message) =>
    check(Object.is(a, b), message, a, b, 'strictEqual', both('Expected values to be strictly equal', a, b));
export const notStrictEqual = (a, b, message) =>
    check(!Object.is(a, b), message, a, b, 'notStrictEqual', `Expected "actual" to be strictly unequal to: ${inspect(b)}`);
export const deepEqual = (a, b, message) =>
    check(isEqual(a, b, false), message, a, b, 'deepEqual', both('Expected values to be loosely deep-equal', a, b));
export const notDeepEqual = (a, b, message) => check(!isEqual(a, b, false), message, a, b, 'notDeepEqual', unlike('loosely', b));
export const deepStrictEqual = (a, b, message) =>
    check(isEqual(a, b, true), message, a, b, 'deepStrictEqual', both('Expected values to be strictly deep-equal', a, b));
export const notDeepStrictEqual = (a, b, message) => check(!isEqual(a, b, true), message, a, b, 'notDeepStrictEqual', unlike('strictly', b));
export function match(text, pattern, message) {
    const shown = `The input did not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`;
    check(pattern.test(text), message, text, pattern, 'match', shown);
}
export const doesNotMatch = (text, pattern, message) => check(!pattern.test(text), message, text, pattern, 'doesNotMatch');
export function fail(message = 'Failed') {
    check(false, message, undefined, undefined, 'fail');
}
export function ifError(value) {
    if (value === null || value === undefined) return;
    const shown = value instanceof Error ? value.message : inspect(value);
    check(false, `ifError got unwanted exception: ${shown}`, value, null, 'ifError');
}

// Throws unless the error is what the test expects.
function verify(error, expected, message) {
    if (expected === undefined || typeof expected === 'string') return;
    let isExpected;
    if (expected instanceof RegExp) isExpected = expected.test(String(error));
    else if (typeof expected === 'function') {
        const isClass = expected.prototype !== undefined && error instanceof expected;
        if (isClass) return;
        if (expected === Error || Error.prototype.isPrototypeOf(expected.prototype)) throw error;
        isExpected = expected(error) === true;
    } else {
        const same = (key) => {
            const wanted = expected[key];
            return wanted instanceof RegExp && typeof error[key] === 'string' ? wanted.test(error[key]) : isEqual(error[key], wanted, true);
        };
        const keys = expected instanceof Error ? [...Object.keys(expected), 'name', 'message'] : Object.keys(expected);
        isExpected = keys.every(same);
    }
    check(isExpected, message, error, expected, 'throws', `The error is not the expected one: ${inspect(error)}`);
}

export function throws(call, expected, message) {
    let thrown;
    try {
        call();
    } catch (error) {
        thrown = { error };
    }
    check(thrown, message ?? (typeof expected === 'string' ? expected : undefined), undefined, expected, 'throws', 'Missing expected exception.');
    verify(thrown.error, expected, message);
}
export function doesNotThrow(call, message) {
    try {
        call();
    } catch (error) {
        check(false, message, error, undefined, 'doesNotThrow', `Got unwanted exception.\nActual message: "${error?.message}"`);
    }
}
export async function rejects(promise, expected, message) {
    let rejected;
    try {
        await (typeof promise === 'function' ? promise() : promise);
    } catch (error) {
        rejected = { error };
    }
    check(rejected, message, undefined, expected, 'rejects', 'Missing expected rejection.');
    verify(rejected.error, expected, message);
}
export async function doesNotReject(promise, message) {
    try {
        await (typeof promise === 'function' ? promise() : promise);
    } catch (error) {
        check(false, message, error, undefined, 'doesNotReject', `Got unwanted rejection.\nActual message: "${error?.message}"`);
    }
}

const shared = { ok, match, doesNotMatch, fail, ifError, throws, doesNotThrow, rejects, doesNotReject, AssertionError };
const strictly = { strictEqual, notStrictEqual, deepStrictEqual, notDeepStrictEqual };
export const strict = Object.assign((...values) => assert(...values), shared, strictly, {
    equal: strictEqual,
    notEqual: notStrictEqual,
    deepEqual: deepStrictEqual,
    notDeepEqual: notDeepStrictEqual,
});
strict.strict = strict;
Object.assign(assert, shared, strictly, { equal, notEqual, deepEqual, notDeepEqual, strict });
export { assert };

// What Node.js' tests use of their module `common`, written for hosts that lack child processes, files that can be written,
// and the internals of Node.js.
'use strict';

const assert = require('assert');
const { inspect } = require('util');

// The functions that must be called, each with how often.
const expected = [];
process.on('exit', (code) => {
    if (code !== 0) return;
    for (const { name, count, isEnough } of expected) {
        if (isEnough(count.found)) continue;
        console.log(`${name} was called ${count.found} times`);
        process.exitCode = 1;
    }
});

function counted(given, isEnough) {
    const call = typeof given === 'function' ? given : () => {};
    const count = { found: 0 };
    expected.push({ name: call.name || 'a function', count, isEnough });
    const wrapper = function (...values) {
        count.found++;
        return call.apply(this, values);
    };
    for (const property of ['name', 'length']) Object.defineProperty(wrapper, property, { value: call[property], configurable: true });
    return wrapper;
}
// The number of calls can be the only argument.
const numberOf = (call, number) => (typeof call === 'number' ? call : (number ?? 1));
const mustCall = (call, number) => counted(call, (found) => found === numberOf(call, number));
const mustCallAtLeast = (call, number) => counted(call, (found) => found >= numberOf(call, number));

// Returns the warnings of a type as pairs of a text and a code.
function pairsOf(warnings, code) {
    if (typeof warnings === 'string') return [[warnings, code]];
    if (!Array.isArray(warnings)) return Object.entries(warnings).map(([code, text]) => [text, code]);
    return Array.isArray(warnings[0]) ? [...warnings] : [warnings];
}

function expectWarning(types, warnings, code) {
    const wanted = typeof types === 'string' ? { [types]: warnings } : types;
    const left = Object.fromEntries(Object.entries(wanted).map(([type, list]) => [type, pairsOf(list, code)]));
    const total = Object.values(left).flat().length;
    process.on('warning', mustCall((warning) => {
        const next = left[warning.name]?.shift();
        assert(next, `a warning that is not expected: ${warning}`);
        assert.strictEqual(warning.message, next[0]);
        assert.strictEqual(warning.code, next[1]);
    }, total));
}

const VIEWS = [
    Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array,
    BigUint64Array, DataView,
];
const skip = (reason) => {
    console.log(`# skipped: ${reason}`);
    process.exit(77);
};

module.exports = {
    mustCall,
    mustCallAtLeast,
    mustSucceed: (call, number) =>
        mustCall(function (error, ...values) {
            assert.ifError(error);
            return call?.apply(this, values);
        }, number),
    mustNotCall: (text = 'a function that must not be called was called') =>
        function mustNotCall(...values) {
            assert.fail(`${text}: ${values.map(String)}`);
        },
    mustNotMutateObjectDeep: (object) => object,
    expectsError: (error, number) =>
        mustCall((...values) => {
            assert.strictEqual(values.length, 1);
            assert.throws(() => {
                throw values[0];
            }, error);
            return true;
        }, number),
    expectWarning,
    invalidArgTypeHelper(value) {
        if (value === null || value === undefined) return ` Received ${value}`;
        if (typeof value === 'function') return ` Received function ${value.name}`;
        if (typeof value === 'object') {
            return ` Received ${value.constructor?.name ? `an instance of ${value.constructor.name}` : inspect(value, { depth: -1 })}`;
        }
        const shown = inspect(value, { colors: false });
        return ` Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
    },
    getArrayBufferViews: ({ buffer, byteOffset, byteLength }) =>
        VIEWS.filter((View) => byteLength % (View.BYTES_PER_ELEMENT ?? 1) === 0).map(
            (View) => new View(buffer, byteOffset, byteLength / (View.BYTES_PER_ELEMENT ?? 1)),
        ),
    getBufferSources: (buffer) => [...module.exports.getArrayBufferViews(buffer), new Uint8Array(buffer).buffer],
    skip,
    printSkipMessage: (reason) => console.log(`# skipped: ${reason}`),
    skipIfInspectorDisabled: () => skip('there is no inspector'),
    skipIfEslintMissing: () => skip('there is no ESLint'),
    skipIfWorker() {},
    skipIf32Bits() {},
    spawnPromisified: () => skip('there are no child processes'),
    childShouldThrowAndAbort: () => skip('there are no child processes'),
    runWithInvalidFD: (call) => call(9999),
    canCreateSymLink: () => true,
    platformTimeout: (milliseconds) => milliseconds,
    nodeProcessAborted: () => false,
    allowGlobals() {},
    disableCrashOnUnhandledRejection: () => process.on('unhandledRejection', () => {}),
    isWindows: false,
    isLinux: true,
    isOSX: false,
    isAIX: false,
    isSunOS: false,
    isIBMi: false,
    isFreeBSD: false,
    isOpenBSD: false,
    isMainThread: true,
    isDebug: false,
    isPi: false,
    isDumbTerminal: false,
    hasCrypto: true,
    hasIntl: true,
    hasIPv6: false,
    hasOpenSSL3: true,
    hasFipsCrypto: false,
    hasQuic: false,
    enoughTestMem: true,
    PORT: 0,
    localhostIPv4: '127.0.0.1',
};

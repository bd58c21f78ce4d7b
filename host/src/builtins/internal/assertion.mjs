// The error of an assertion that fails, and its text.

import host from 'bmes:host';
import { inspect } from 'node:internal/inspect';

const TITLES = {
    deepStrictEqual: 'Expected values to be strictly deep-equal:',
    strictEqual: 'Expected values to be strictly equal:',
    sameObject: 'Expected "actual" to be reference-equal to "expected":',
    deepEqual: 'Expected values to be loosely deep-equal:',
    notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
    notStrictEqual: 'Expected "actual" to be strictly unequal to:',
    otherObject: 'Expected "actual" not to be reference-equal to "expected":',
    notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
    identical: 'Values have same structure but are not reference-equal:',
    notLooselyEqual: 'Expected values not to be loosely deep-equal:',
};
// Texts of two values that are shorter than this together are shown in one line.
const SHORT = 12;
// A text has about as many lines.
const LINES = 50;

const isReference = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
const show = (value) =>
    inspect(value, {
        compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, maxStringLength: Infinity, showHidden: false,
        showProxy: false, sorted: true, getters: true, breakLength: Infinity,
    });
const cut = (lines) => (lines.length > LINES ? [...lines.slice(0, 46), '...'] : lines);
const limit = (text, length) => (text.length > length ? `${text.slice(0, length - 3)}...` : text);

// Returns the lines of two texts that differ, each with `+` or `-`, and some of those around them.
function difference(actual, expected, operator) {
    const areReferences = isReference(actual) && isReference(expected) && typeof actual === typeof expected;
    if (operator === 'strictEqual' && areReferences) operator = 'sameObject';
    const text = show(actual);
    const left = text.split('\n');
    const right = show(expected).split('\n');
    let pointer = '';
    if (left.length === 1 && right.length === 1 && left[0] !== right[0]) {
        const length = left[0].length + right[0].length;
        const isPlain = [actual, expected].every((value) => typeof value !== 'object' || value === null);
        if (length <= SHORT) {
            // A zero and a negative zero look the same.
            if (isPlain && (actual !== 0 || expected !== 0)) return `${TITLES[operator]}\n\n${left[0]} !== ${right[0]}\n`;
        } else if (operator !== 'sameObject' && length < 80) {
            let same = 0;
            while (left[0][same] === right[0][same]) same++;
            if (same > 2) pointer = `\n  ${' '.repeat(same)}^`;
        }
    }
    const after = [];
    while (left.length > 0 && right.length > 0 && left.at(-1) === right.at(-1)) {
        after.unshift(left.pop());
        right.pop();
    }
    if (left.length === 0 && right.length === 0) return `${TITLES.identical}\n\n${cut(text.split('\n')).join('\n')}\n`;
    const { rows, isCut, rest } = body(left, right);
    const isSkipped = after.length > 4 || rows.includes('...');
    const title = (skips) => `${TITLES[operator]}\n+ actual - expected${skips ? ' ... Lines skipped' : ''}\n`;
    if (isCut) return `${title(true)}\n${lines(rows)}\n...${lines(rest)}\n...`;
    const end = after.length > 4 ? [after[0], ...after.slice(-3)] : after;
    const tail = end.map((line) => `  ${line}`);
    if (after.length > 4) tail.splice(1, 0, '...');
    return `${title(isSkipped)}${lines([...rows, ...rest, ...tail])}${pointer}`;
}
const lines = (rows) => rows.map((row) => `\n${row}`).join('');

// Returns the rows of the lines before the common end: those that differ, and up to five equal ones between them. The rows
// of the expected value follow those of the actual one: `rest` has those of the last difference.
function body(left, right) {
    const rows = [];
    let rest = [];
    let equal = [];
    let printed = 0;
    const count = Math.max(left.length, right.length);
    const differs = () => {
        const hidden = equal.slice(2);
        const shown = hidden.length > 3 ? ['...', ...hidden.slice(-2)] : hidden;
        rows.push(...shown);
        printed += shown.filter((row) => row !== '...').length;
        equal = [];
    };
    for (let index = 0; index < count; index++) {
        let [actual, expected] = [left[index], right[index]];
        // A comma after a line is no difference.
        if (actual !== undefined && expected === `${actual},`) actual = expected;
        const isSame = actual !== undefined && (actual === expected || actual === `${expected},`);
        if (isSame) {
            rows.push(...rest);
            rest = [];
            equal.push(`  ${actual}`);
            if (equal.length <= 2) {
                rows.push(`  ${actual}`);
                printed++;
            }
        } else {
            differs();
            if (actual !== undefined) rows.push(`+ ${actual}`);
            if (expected !== undefined) rest.push(`- ${expected}`);
            printed += (actual !== undefined) + (expected !== undefined);
        }
        if (printed > LINES && index < count - 2) return { rows, rest, isCut: true };
    }
    return { rows, rest, isCut: false };
}

// The stacks of two errors always differ, so they are not compared.
const withoutStack = (error) => {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(error)), error);
    Object.defineProperty(copy, 'message', { value: error.message });
    return Object.defineProperty(copy, 'stack', { value: undefined });
};

function textOf(actual, expected, operator) {
    if (actual instanceof Error && expected instanceof Error && 'stack' in actual && 'stack' in expected) {
        [actual, expected] = [withoutStack(actual), withoutStack(expected)];
    }
    if (operator === 'deepStrictEqual' || operator === 'strictEqual') return difference(actual, expected, operator);
    if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
        const title = TITLES[operator === 'notStrictEqual' && isReference(actual) ? 'otherObject' : operator];
        const rows = cut(show(actual).split('\n'));
        if (rows.length === 1) return `${title}${rows[0].length > 5 ? '\n\n' : ' '}${rows[0]}`;
        return `${title}\n\n${rows.join('\n')}\n`;
    }
    const [left, right] = [show(actual), show(expected)];
    if (operator === 'notDeepEqual' && left === right) return limit(`${TITLES.notDeepEqual}\n\n${left}`, 1024);
    const [first, second] = [limit(left, 512), limit(right, 512)];
    if (operator === 'deepEqual') return `${TITLES.deepEqual}\n\n${first}\n\nshould loosely deep-equal\n\n${second}`;
    if (operator === 'notDeepEqual') return `${TITLES.notLooselyEqual}\n\n${first}\n\nshould not loosely deep-equal\n\n${second}`;
    return `${first} ${operator} ${second}`;
}

export class AssertionError extends Error {
    constructor(options) {
        if (typeof options !== 'object' || options === null) throw host.invalid('options', 'of type object', options);
        const { message, operator, actual, expected, details, stackStartFn, stackStartFunction = stackStartFn } = options;
        super(message != null ? String(message) : textOf(actual, expected, operator));
        const name = { __proto__: null, value: 'AssertionError [ERR_ASSERTION]', writable: true, configurable: true };
        Object.defineProperty(this, 'name', name);
        this.generatedMessage = !message;
        this.code = 'ERR_ASSERTION';
        if (details) {
            this.actual = undefined;
            this.expected = undefined;
            this.operator = undefined;
            details.forEach((detail, index) => {
                this[`message ${index}`] = detail.message;
                this[`actual ${index}`] = detail.actual;
                this[`expected ${index}`] = detail.expected;
                this[`operator ${index}`] = detail.operator;
                this[`stack trace ${index}`] = detail.stack;
            });
        } else {
            Object.assign(this, { actual, expected, operator });
        }
        // The stack begins where the program has called the assertion.
        // The stack begins where the program has called the assertion. After an `await`, the assertion is not in it.
        const { stack } = this;
        if (typeof stackStartFunction === 'function') Error.captureStackTrace(this, stackStartFunction);
        if (!this.stack.includes('\n    at ')) this.stack = stack;
        this.name = 'AssertionError';
    }
    toString() {
        return `${this.name} [${this.code}]: ${this.message}`;
    }
    [inspect.custom](depth, options) {
        // Long texts of both values are in the message already.
        const texts = {};
        for (const name of ['actual', 'expected']) {
            const value = this[name];
            if (typeof value !== 'string') continue;
            const rows = value.split('\n');
            if (rows.length > 10) texts[name] = `${rows.slice(0, 10).join('\n')}\n...`;
            else if (value.length > 512) texts[name] = `${value.slice(0, 488)}...`;
        }
        const kept = Object.fromEntries(Object.keys(texts).map((name) => [name, this[name]]));
        Object.assign(this, texts);
        const shown = inspect(this, { ...options, customInspect: false, depth: 0 });
        Object.assign(this, kept);
        return shown;
    }
}

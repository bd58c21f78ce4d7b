// The errors of wrong arguments, with the texts of Node.js.

import host from 'bmes:host';
import { inspect } from 'node:internal/inspect';
import { number } from 'node:internal/inspect-text';

// Returns the end of a message about an argument of the wrong type.
export function received(value) {
    if (value === null || value === undefined) return ` Received ${value}`;
    if (typeof value === 'function') return ` Received function ${value.name}`;
    if (typeof value === 'object') {
        const name = value.constructor?.name;
        return name ? ` Received an instance of ${name}` : ` Received ${inspect(value, { depth: -1 })}`;
    }
    const shown = inspect(value, { colors: false });
    return ` Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
}
// Returns a value that is out of range. Large numbers have separators.
const inRange = (value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return inspect(value);
    const isLarge = typeof value === 'bigint' ? value > 2n ** 32n || value < -(2n ** 32n) : Number.isInteger(value) && Math.abs(value) > 2 ** 32;
    return number(value, isLarge);
};

// Returns the error of an argument of the wrong type. `expected` is such as "of type string".
export const invalid = (name, expected, value) => {
    const what = name.endsWith(' argument') ? name : `"${name}" ${name.includes('.') ? 'property' : 'argument'}`;
    const message = `The ${what} must be ${expected}.${received(value)}`;
    return host.error(TypeError, 'ERR_INVALID_ARG_TYPE', message);
};
export const invalidValue = (name, reason, value) => {
    const what = name.includes('.') ? 'property' : 'argument';
    const message = `The ${what} '${name}' ${reason}. Received ${inspect(value)}`;
    return host.error(TypeError, 'ERR_INVALID_ARG_VALUE', message);
};
export const outOfRange = (name, range, value) => {
    const message = `The value of "${name}" is out of range. It must be ${range}. Received ${inRange(value)}`;
    return host.error(RangeError, 'ERR_OUT_OF_RANGE', message);
};
export const checkSignal = (value, name = 'options.signal') => {
    if (value === undefined || (typeof value === 'object' && value !== null && 'aborted' in value)) return;
    throw invalid(name, 'an instance of AbortSignal', value);
};
export const abortError = (signal) => {
    const error = new Error('The operation was aborted', signal && { cause: signal.reason });
    return Object.assign(error, { code: 'ABORT_ERR', name: 'AbortError' });
};

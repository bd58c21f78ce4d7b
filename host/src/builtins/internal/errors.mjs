// The errors of wrong arguments, with the texts of Node.js.

import host from 'bmes:host';
import { inspect, number, received } from 'node:internal/inspect';

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
    const message = `The value of "${name}" is out of range. It must be ${range}. Received ${number(value)}`;
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

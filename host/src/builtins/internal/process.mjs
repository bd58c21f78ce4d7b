// What few programs use of `process`.

import host from 'bmes:host';

// Emits the event `warning`, and prints the warning.
export function emitWarning(warning, type, code, from) {
    let detail;
    if (typeof type === 'object' && type !== null) ({ type, code, detail } = type);
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

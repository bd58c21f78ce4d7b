// Texts with directives, and tables.

import host from 'bmes:host';
import { inspect, isBuiltin, targetOf } from 'node:internal/inspect';
import { number, plain } from 'node:internal/inspect-text';

export const format = (...values) => formatWithOptions({}, ...values);

export function formatWithOptions(options, ...values) {
    if (typeof options !== 'object' || options === null) throw host.invalid('inspectOptions', 'of type object', options);
    const show = (value) => (typeof value === 'string' ? value : inspect(value, { ...options, compact: 3, colors: options.colors ?? false }));
    const [first] = values;
    if (values.length === 1 && typeof first === 'string') return first;
    if (typeof first !== 'string') return values.map(show).join(' ');
    let next = 1;
    const text = first.replace(/%[sdifjoOc%]/g, (directive) => {
        if (next >= values.length) return directive === '%%' && values.length > 1 ? '%' : directive;
        return directive === '%%' ? '%' : directed(directive, values[next++], options);
    });
    return [text, ...values.slice(next).map(show)].join(' ');
}

function directed(directive, value, options) {
    const shown = (value) => number(value, options.numericSeparator ?? inspect.defaultOptions.numericSeparator);
    const numeric = (convert) => (typeof value === 'bigint' ? shown(value) : typeof value === 'symbol' ? 'NaN' : shown(convert(value)));
    switch (directive) {
        case '%s':
            if (typeof value === 'number' || typeof value === 'bigint') return shown(value);
            if (typeof value !== 'object' || value === null || hasOwnText(value)) return String(value);
            return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
        case '%d':
            return numeric(Number);
        case '%i':
            return numeric(parseInt);
        case '%f':
            return typeof value === 'symbol' ? 'NaN' : shown(parseFloat(value));
        case '%j':
            return json(value);
        case '%o':
            return inspect(value, { ...options, depth: 4, showHidden: true, showProxy: true });
        case '%O':
            return inspect(value, options);
        default:
            return '';
    }
}

function json(value) {
    try {
        return JSON.stringify(value);
    } catch (error) {
        if (error instanceof TypeError && /circular reference/.test(error.message)) return '[Circular]';
        throw error;
    }
}

// Returns whether a program has defined the text of an object.
function hasOwnText(value) {
    value = targetOf(value);
    if (value === undefined) return false;
    if (typeof value[Symbol.toPrimitive] === 'function' && !(value instanceof Date)) return true;
    if (typeof value.toString !== 'function') return false;
    if (Object.hasOwn(value, 'toString')) return true;
    let owner = value;
    while (!Object.hasOwn(owner, 'toString')) owner = Object.getPrototypeOf(owner);
    const constructor = Object.getOwnPropertyDescriptor(owner, 'constructor')?.value;
    return typeof constructor !== 'function' || !isBuiltin(constructor.name);
}

// Shows rows and columns, as `console.table` prints them.
export function table(data, only) {
    const isMap = data instanceof Map;
    const rows = Array.isArray(data) ? [...data.entries()] : isMap || data instanceof Set ? [...data].map((row, index) => [index, row]) : Object.entries(data);
    const cell = (value) => inspect(value, { depth: typeof value === 'object' && value !== null && Object.keys(value).length > 2 ? -1 : 0, maxArrayLength: 3, breakLength: Infinity });
    const first = isMap || data instanceof Set ? '(iteration index)' : '(index)';
    if (isMap) return grid([[first, 'Key', 'Values'], ...rows.map(([index, pair]) => [String(index), ...pair.map(cell)])]);
    const columns = only ? [...only].map(String) : [];
    let hasValues = false;
    const isRow = (row) => typeof row === 'object' && row !== null && !(data instanceof Set);
    for (const [, row] of rows) {
        if (!isRow(row)) hasValues ||= !only;
        else if (!only) for (const key of Object.keys(row)) if (!columns.includes(key)) columns.push(key);
    }
    const lines = [[first, ...columns, ...(hasValues ? ['Values'] : [])]];
    for (const [index, row] of rows) {
        const cells = columns.map((key) => (isRow(row) && Object.hasOwn(row, key) ? cell(row[key]) : ''));
        lines.push([String(index), ...cells, ...(hasValues ? [isRow(row) ? '' : cell(row)] : [])]);
    }
    return grid(lines);
}

function grid(lines) {
    const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
    const rule = (left, middle, right) => left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
    const show = (line) => `│ ${line.map((text, column) => text.padEnd(widths[column])).join(' │ ')} │`;
    return [rule('┌', '┬', '┐'), show(lines[0]), rule('├', '┼', '┤'), ...lines.slice(1).map(show), rule('└', '┴', '┘')].join('\n');
}

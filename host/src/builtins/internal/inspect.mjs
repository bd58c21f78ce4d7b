// Shows values as Node.js does.

import host from 'bmes:host';
import { types } from 'node:internal/types';

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
const TypedArray = Object.getPrototypeOf(Uint8Array);
export { types };

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
export function number(value) {
    if (typeof value !== 'number' && typeof value !== 'bigint') return inspect(value);
    const isLarge = (Number.isInteger(value) && Math.abs(value) > 2 ** 32) || (typeof value === 'bigint' && (value > 2n ** 32n || value < -(2n ** 32n)));
    const text = isLarge ? String(value).replace(/(?<=\d)(?=(\d{3})+$)/g, '_') : String(value);
    return typeof value === 'bigint' ? `${text}n` : text;
}

const CUSTOM = Symbol.for('nodejs.util.inspect.custom');
// The length of the texts after which no deeper object is shown.
const LONGEST = 2 ** 24;
const DEFAULTS = { depth: 2, breakLength: 80, compact: 3, maxArrayLength: 100, maxStringLength: 10000, showHidden: false, sorted: false, getters: false, colors: false, customInspect: true, showProxy: false, numericSeparator: false };

export function inspect(value, options, ...more) {
    if (typeof options !== 'object' || options === null) options = { showHidden: options, depth: more[0] };
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const context = { ...DEFAULTS, ...Object.fromEntries(given), seen: [], circular: new Map(), indentation: 0, current: 0, length: 0 };
    for (const name of ['depth', 'maxArrayLength']) if (context[name] === null) context[name] = Infinity;
    return show(context, value, 0);
}
inspect.custom = CUSTOM;
inspect.defaultOptions = DEFAULTS;
inspect.styles = {
    special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold', string: 'green',
    symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
};
inspect.colors = {
    reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], inverse: [7, 27], black: [30, 39], red: [31, 39],
    green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39],
    grey: [90, 39], redBright: [91, 39], greenBright: [92, 39], yellowBright: [93, 39], blueBright: [94, 39], cyanBright: [96, 39],
};
// The styles of values that are no objects.
const STYLE_OF = {
    number: 'number', bigint: 'bigint', boolean: 'boolean', undefined: 'undefined', null: 'null', string: 'string', symbol: 'symbol',
};
const styled = (context, style, text) => {
    const color = context.colors ? inspect.colors[inspect.styles[style]] : undefined;
    return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
};
const plainLength = (context, text) => (context.colors ? text.replace(/\u001b\[\d+m/g, '') : text).length;

const ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\\': '\\\\' };
function quote(text) {
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
    // eslint-disable-next-line no-control-regex
    const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\\]/g, (character) => {
        return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    });
    return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

function primitive(value, context) {
    if (typeof value === 'string') {
        const rest = value.length - (context?.maxStringLength ?? Infinity);
        if (rest <= 0) return quote(value);
        return `${quote(value.slice(0, -rest))}... ${rest} more character${rest > 1 ? 's' : ''}`;
    }
    if (typeof value === 'bigint') return `${value}n`;
    if (Object.is(value, -0)) return '-0';
    return String(value);
}

const isIdentifier = (key) => /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key);

function constructorName(value) {
    for (let object = value; object !== null; object = Object.getPrototypeOf(object)) {
        const found = Object.getOwnPropertyDescriptor(object, 'constructor')?.value;
        if (typeof found === 'function' && found.name !== '') return found.name;
    }
    return null;
}

function prefix(value, name, fallback, size = '') {
    const own = value[Symbol.toStringTag];
    const shown = typeof own === 'string' && own !== '' && own !== name ? ` [${own}]` : '';
    return name === null ? `[${fallback}${size}: null prototype]${shown} ` : `${name}${size}${shown} `;
}

function show(context, value, depth, isTyped = false) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
        return isTyped && typeof value === 'number' && !Object.is(value, -0) ? String(value) : styled(context, STYLE_OF[value === null ? 'null' : typeof value], primitive(value, context));
    }
    if (host.isProxy(value)) {
        const parts = host.proxyParts(value);
        if (parts == null) return styled(context, 'special', '<Revoked Proxy>');
        if (context.showProxy) return `Proxy ${nested(context, () => show(context, parts, depth))}`;
        return show(context, parts[0], depth, isTyped);
    }
    const custom = context.customInspect ? value[CUSTOM] : undefined;
    if (typeof custom === 'function' && custom !== inspect) {
        const { seen, circular, indentation, current, length, ...options } = context;
        const shown = custom.call(value, context.depth - depth, options, inspect);
        if (shown !== value) return typeof shown === 'string' ? shown : show(context, shown, depth);
    }
    if (context.seen.includes(value)) {
        if (!context.circular.has(value)) context.circular.set(value, context.circular.size + 1);
        return styled(context, 'special', `[Circular *${context.circular.get(value)}]`);
    }
    return showObject(context, value, depth);
}

function showObject(context, value, depth) {
    const name = constructorName(value);
    const isShown = (key) => context.showHidden || Object.prototype.propertyIsEnumerable.call(value, key);
    let keys = context.showHidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
    const symbols = Object.getOwnPropertySymbols(value).filter(isShown);
    let [base, braces, isArray, entries] = ['', ['{', '}'], false, () => []];
    if (Array.isArray(value) || value instanceof TypedArray) {
        keys = keys.filter((key) => !/^(0|[1-9]\d*)$/.test(key));
        const isPlain = Array.isArray(value) && name === 'Array';
        braces = [`${isPlain ? '' : prefix(value, name, tag(value), `(${value.length})`)}[`, ']'];
        [isArray, entries] = [true, () => items(context, value, depth)];
        if (value.length === 0 && keys.length + symbols.length === 0) return `${braces[0]}]`;
    } else if (value instanceof Set && types.isSet(value)) {
        braces[0] = `${prefix(value, name, 'Set', `(${value.size})`)}{`;
        entries = () => nested(context, () => [...value].map((item) => show(context, item, depth + 1)));
        if (value.size === 0 && keys.length === 0) return `${braces[0]}}`;
    } else if (value instanceof Map && types.isMap(value)) {
        braces[0] = `${prefix(value, name, 'Map', `(${value.size})`)}{`;
        const pair = ([key, item]) => `${show(context, key, depth + 1)} => ${show(context, item, depth + 1)}`;
        entries = () => nested(context, () => [...value].map(pair));
        if (value.size === 0 && keys.length === 0) return `${braces[0]}}`;
    } else if (typeof value === 'function') {
        base = styled(context, 'special', functionBase(value, name));
        if (keys.length + symbols.length === 0) return base;
    } else if (value instanceof RegExp && types.isRegExp(value)) {
        base = styled(context, 'regexp', String(value));
        if (keys.length === 0) return base;
    } else if (value instanceof Date && types.isDate(value)) {
        base = styled(context, 'date', Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString());
        if (keys.length === 0) return base;
    } else if (value instanceof Error) {
        base = errorBase(context, value);
        keys = keys.filter((key) => !['stack', 'message', 'name', 'fileName', 'lineNumber', 'columnNumber'].includes(key));
        if (Object.hasOwn(value, 'cause') && !keys.includes('cause')) keys.push('cause');
        if (Array.isArray(value.errors) && !keys.includes('errors')) keys.push('errors');
        if (keys.length === 0) return base;
    } else if (value instanceof ArrayBuffer && types.isArrayBuffer(value)) {
        const bytes = [...new Uint8Array(value)].slice(0, 50).map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
        braces[0] = `${prefix(value, name, 'ArrayBuffer')}{`;
        entries = () => [`[Uint8Contents]: <${bytes}>`, `byteLength: ${value.byteLength}`];
    } else if (types.isPromise(value)) {
        braces[0] = `${prefix(value, name, 'Promise')}{`;
        entries = () => {
            const [state, result] = host.promiseState(value);
            if (state === 'pending') return ['<pending>'];
            const shown = nested(context, () => show(context, result, depth + 1));
            return [state === 'rejected' ? `<rejected> ${shown}` : shown];
        };
    } else if (types.isMapIterator(value) || types.isSetIterator(value)) {
        braces[0] = `[${tag(value)}] {`;
    } else if (value instanceof WeakSet || value instanceof WeakMap) {
        braces[0] = `${prefix(value, name, tag(value))}{`;
        entries = () => ['<items unknown>'];
    } else if (types.isModuleNamespaceObject(value)) {
        braces[0] = '[Module: null prototype] {';
    } else if (types.isBoxedPrimitive(value)) {
        const type = tag(value);
        base = `[${type}: ${primitive(value.valueOf())}]`;
        if (type === 'String') keys = keys.slice(value.length);
        if (keys.length === 0) return base;
    } else {
        if (tag(value) === 'Arguments') braces[0] = '[Arguments] [';
        else if (name !== 'Object' || typeof value[Symbol.toStringTag] === 'string') braces[0] = `${prefix(value, name, 'Object')}{`;
        if (keys.length + symbols.length === 0) return `${braces[0]}}`;
    }
    if (depth > context.depth) {
        const shown = prefix(value, name, isArray ? 'Array' : 'Object').trim();
        return styled(context, 'special', `[${isArray && name === 'Array' ? 'Array' : shown}]`);
    }
    context.seen.push(value);
    context.current = depth;
    const output = entries();
    for (const key of [...keys, ...symbols]) output.push(property(context, value, key, depth));
    context.seen.pop();
    if (context.circular.has(value)) {
        const reference = `<ref *${context.circular.get(value)}>`;
        if (base === '') braces[0] = `${reference} ${braces[0]}`;
        else base = `${reference} ${base}`;
    }
    // The text of an object that has itself many times would have no end.
    context.length += output.reduce((sum, text) => sum + text.length, 0);
    if (context.length > LONGEST) context.depth = -1;
    if (context.sorted && !isArray) output.sort(typeof context.sorted === 'function' ? context.sorted : undefined);
    return join(context, output, base, braces, isArray, depth, value);
}

function nested(context, show) {
    context.indentation += 2;
    const shown = show();
    context.indentation -= 2;
    return shown;
}

function functionBase(value, name) {
    if (/^class\b/.test(Function.prototype.toString.call(value))) {
        const parent = Object.getPrototypeOf(value)?.name;
        return `[class ${value.name || '(anonymous)'}${parent ? ` extends ${parent}` : ''}]`;
    }
    const kind = name ?? 'Function';
    return `[${kind}${name === null ? ' (null prototype)' : ''}${value.name === '' ? ' (anonymous)' : `: ${value.name}`}]`;
}

function errorBase(context, error) {
    const first = `${error.name}${error.message === '' ? '' : `: ${error.message}`}`;
    const stack = typeof error.stack === 'string' ? error.stack.trimEnd() : '';
    if (stack === '') return `[${first}]`;
    // A stack begins with the error, unless the program has replaced it.
    const isWhole = stack.startsWith(first) || (!/^\s/.test(stack) && stack.includes(error.message));
    const shown = isWhole ? stack : `${first}\n${stack}`;
    return context.indentation === 0 ? shown : shown.replaceAll('\n', `\n${' '.repeat(context.indentation)}`);
}

function items(context, value, depth) {
    const output = [];
    const isTyped = !Array.isArray(value);
    const end = Math.min(context.maxArrayLength, value.length);
    for (let index = 0; index < value.length && output.length < end; index++) {
        if (!isTyped && !Object.hasOwn(value, index)) {
            let next = index;
            while (next < value.length && !Object.hasOwn(value, next)) next++;
            output.push(`<${next - index} empty item${next - index > 1 ? 's' : ''}>`);
            index = next - 1;
        } else {
            output.push(nested(context, () => show(context, value[index], depth + 1, isTyped)));
        }
    }
    const rest = value.length - end;
    if (rest > 0) output.push(`... ${rest} more item${rest > 1 ? 's' : ''}`);
    return output;
}

function property(context, value, key, depth) {
    let descriptor;
    try {
        descriptor = Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key], enumerable: true };
    } catch {
        // A variable of a module that is not initialised yet.
        descriptor = { value: undefined, isUninitialised: true };
    }
    let shown;
    if (descriptor.isUninitialised) shown = styled(context, 'special', '<uninitialized>');
    else if (descriptor.get) shown = getter(context, value, descriptor, depth);
    else if (descriptor.set) shown = styled(context, 'special', '[Setter]');
    else shown = nested(context, () => show(context, descriptor.value, depth + 1));
    const name = typeof key === 'symbol' ? `[${String(key)}]` : isIdentifier(key) ? key : quote(key);
    return descriptor.enumerable === false ? `[${name}]: ${shown}` : `${name}: ${shown}`;
}

// Shows a getter. With the option `getters`, its value is shown, too.
function getter(context, value, { get, set }, depth) {
    const label = set ? 'Getter/Setter' : 'Getter';
    const { getters } = context;
    const isWanted = getters === true || (getters === 'get' && !set) || (getters === 'set' && set);
    if (!isWanted) return styled(context, 'special', `[${label}]`);
    try {
        const found = get.call(value);
        const shown = nested(context, () => show(context, found, depth + 1));
        if (found !== null && typeof found === 'object') return `${styled(context, 'special', `[${label}]`)} ${shown}`;
        return `${styled(context, 'special', `[${label}:`)} ${shown}${styled(context, 'special', ']')}`;
    } catch (error) {
        return styled(context, 'special', `[${label}: <Inspection threw (${error?.message})>]`);
    }
}

function join(context, output, base, braces, isArray, depth, value) {
    const entries = output.length;
    if (isArray && entries > 6) output = group(context, output, value);
    const start = base === '' ? '' : `${base} `;
    if (context.current - depth < context.compact && entries === output.length) {
        const length = output.length + context.indentation + braces[0].length + base.length + 10;
        const total = output.reduce((sum, text) => sum + plainLength(context, text), output.length + length);
        if (total <= context.breakLength && !output.some((text) => text.includes('\n')) && !base.includes('\n')) {
            return `${start}${braces[0]} ${output.join(', ')} ${braces[1]}`;
        }
    }
    const line = `\n${' '.repeat(context.indentation)}`;
    return `${start}${braces[0]}${line}  ${output.join(`,${line}  `)}${line}${braces[1]}`;
}

// Puts the items of a long array in columns.
function group(context, output, value) {
    const hasRest = value.length > context.maxArrayLength;
    const count = hasRest ? output.length - 1 : output.length;
    const lengths = output.slice(0, count).map((text) => plainLength(context, text));
    const total = lengths.reduce((sum, length) => sum + length + 2, 0);
    const longest = Math.max(...lengths);
    const width = longest + 2;
    if (width * 3 + context.indentation >= context.breakLength || !(total / width > 5 || longest <= 6)) return output;
    const biased = Math.max(width - 3 - Math.sqrt(width - total / output.length), 1);
    const columns = Math.min(
        Math.round(Math.sqrt(2.5 * biased * count) / biased),
        Math.floor((context.breakLength - context.indentation) / width),
        context.compact * 4,
        15,
    );
    if (columns <= 1) return output;
    const widths = [];
    for (let column = 0; column < columns; column++) {
        const inColumn = lengths.filter((_, index) => index % columns === column);
        widths.push(Math.max(0, ...inColumn) + 2);
    }
    const isNumeric = Array.prototype.every.call(value, (item) => typeof item === 'number' || typeof item === 'bigint');
    const lines = [];
    for (let index = 0; index < count; index += columns) {
        const end = Math.min(index + columns, count);
        let line = '';
        for (let item = index; item < end; item++) {
            const isLast = item === end - 1;
            const text = isLast ? output[item] : `${output[item]}, `;
            const padding = widths[item - index] - (isLast ? 2 : 0);
            const space = ' '.repeat(Math.max(0, padding - plainLength(context, text)));
            line += isNumeric ? space + text : isLast ? text : text + space;
        }
        lines.push(line);
    }
    if (hasRest) lines.push(output[count]);
    return lines;
}

export const format = (...values) => formatWithOptions({}, ...values);

export function formatWithOptions(options, ...values) {
    const show = (value) => (typeof value === 'string' ? value : inspect(value, options));
    if (typeof options !== 'object' || options === null) throw host.invalid('inspectOptions', 'of type object', options);
    if (values.length === 1 && typeof values[0] === 'string') return values[0];
    if (typeof values[0] !== 'string') return values.map(show).join(' ');
    let next = 1;
    const text = values[0].replace(/%[sdifjoOc%]/g, (directive) => {
        if (directive === '%%') return '%';
        if (next >= values.length) return directive;
        const value = values[next++];
        switch (directive) {
            case '%s':
                if (typeof value === 'number' || typeof value === 'bigint') return primitive(value);
                if (typeof value !== 'object' || value === null) return String(value);
                return hasOwnText(value) ? String(value) : inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
            case '%d':
                if (typeof value === 'bigint') return `${value}n`;
                return typeof value === 'symbol' || typeof value === 'object' ? 'NaN' : primitive(Number(value));
            case '%i':
                if (typeof value === 'bigint') return `${value}n`;
                return typeof value === 'symbol' || typeof value === 'object' ? 'NaN' : primitive(parseInt(value));
            case '%f':
                return typeof value === 'symbol' ? 'NaN' : primitive(parseFloat(value));
            case '%j':
                try {
                    return JSON.stringify(value);
                } catch (error) {
                    if (/circular/i.test(error.message)) return '[Circular]';
                    throw error;
                }
            case '%o':
                return inspect(value, { ...options, depth: 4, showHidden: true, showProxy: true });
            case '%O':
                return inspect(value, options);
            default:
                return '';
        }
    });
    return [text, ...values.slice(next).map(show)].join(' ');
}

// Returns whether a program has defined the text of an object.
function hasOwnText(value) {
    if (host.isProxy(value)) return false;
    if (!('toString' in value)) return false;
    if (Object.hasOwn(value, 'toString') || value instanceof Error) return true;
    let owner = value;
    while (owner !== null && !Object.hasOwn(owner, 'toString')) owner = Object.getPrototypeOf(owner);
    const builtin = globalThis[Object.getOwnPropertyDescriptor(owner, 'constructor')?.value?.name];
    return builtin?.prototype !== owner;
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

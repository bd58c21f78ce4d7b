// Shows values as Node.js does.

import host from 'bmes:host';
import { types } from 'node:internal/types';
import { COLORS, STYLES, escape, number, plain, quote, widthOf } from 'node:internal/inspect-text';

export { types };

const CUSTOM = Symbol.for('nodejs.util.inspect.custom');
// The length of the texts after which no deeper object is shown.
const LONGEST = 2 ** 27;
const DEFAULTS = Object.seal({
    showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100, maxStringLength: 10000,
    breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
});

export function inspect(value, options, depth, colors) {
    const context = { ...DEFAULTS, seen: [], circular: new Map(), indentation: 0, current: 0, lengths: [], given: {} };
    if (arguments.length > 2) {
        if (depth !== undefined) context.depth = depth;
        if (colors !== undefined) context.colors = colors;
    }
    if (typeof options === 'boolean') context.showHidden = options;
    else if (options) {
        for (const name of Object.keys(options)) {
            if (Object.hasOwn(DEFAULTS, name) || name === 'stylize') context[name] = options[name];
            else context.given = options;
        }
    }
    if (context.colors) context.stylize = colored;
    else context.stylize ??= (text) => text;
    context.isUnlimited = context.depth === null;
    for (const name of ['depth', 'maxArrayLength', 'maxStringLength']) if (context[name] === null) context[name] = Infinity;
    return show(context, value, 0);
}
inspect.custom = CUSTOM;
Object.defineProperty(inspect, 'defaultOptions', {
    get: () => DEFAULTS,
    set(options) {
        if (typeof options !== 'object' || options === null) throw host.invalid('options', 'of type object', options);
        Object.assign(DEFAULTS, options);
    },
    enumerable: true,
    configurable: true,
});
inspect.colors = COLORS;
inspect.styles = STYLES;

const colored = (text, style) => {
    const color = COLORS[STYLES[style]];
    return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
};
const plural = (count, name) => `${count} ${name}${count > 1 ? 's' : ''}`;
const moreItems = (count) => `... ${plural(count, 'more item')}`;

// Returns a text or another value that is no object.
function primitive(context, value) {
    if (value === null) return context.stylize('null', 'null');
    switch (typeof value) {
        case 'string': {
            const rest = value.length - context.maxStringLength;
            const shown = rest > 0 ? value.slice(0, context.maxStringLength) : value;
            const end = rest > 0 ? `... ${plural(rest, 'more character')}` : '';
            const isLong = shown.length > 16 && shown.length > context.breakLength - context.indentation - 4;
            const lines = context.compact !== true && isLong ? shown.split(/(?<=\n)/) : [shown];
            return lines.map((line) => context.stylize(quote(line), 'string')).join(` +\n${' '.repeat(context.indentation + 2)}`) + end;
        }
        case 'symbol':
            return context.stylize(String(value), 'symbol');
        case 'number':
        case 'bigint':
            return context.stylize(number(value, context.numericSeparator), typeof value);
        default:
            return context.stylize(String(value), typeof value);
    }
}

function show(context, value, depth, isTyped = false) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return primitive(context, value);
    const original = value;
    if (host.isProxy(value)) {
        if (context.showProxy && typeof value !== 'function') return proxy(context, value, depth);
        value = targetOf(value);
        if (value === undefined) return context.stylize('<Revoked Proxy>', 'special');
    }
    const custom = context.customInspect ? value[CUSTOM] : undefined;
    // The prototype of a class with such a method is shown as an object.
    if (typeof custom === 'function' && custom !== inspect && value.constructor?.prototype !== value) {
        const shown = custom.call(original, context.isUnlimited ? null : context.depth - depth, optionsOf(context), inspect);
        if (shown !== original) {
            const text = typeof shown === 'object' ? show(context, shown, depth) : `${shown}`;
            return text.replaceAll('\n', `\n${' '.repeat(context.indentation)}`);
        }
    }
    if (context.seen.includes(value)) {
        if (!context.circular.has(value)) context.circular.set(value, context.circular.size + 1);
        return context.stylize(`[Circular *${context.circular.get(value)}]`, 'special');
    }
    return showObject(context, value, depth, isTyped);
}

// Returns the options that a method gets.
function optionsOf({ seen, circular, indentation, current, lengths, given, isUnlimited, stylize, ...options }) {
    return { stylize, ...options, ...(isUnlimited && { depth: null }), ...given };
}

// Returns the object behind proxies, or nothing if one was revoked. The host does not know that of a function.
export function targetOf(value) {
    while (host.isProxy(value) && typeof value !== 'function') value = host.proxyParts(value)?.[0];
    return value;
}
function proxy(context, value, depth) {
    const parts = host.proxyParts(value);
    if (depth > context.depth) return context.stylize('Proxy [Array]', 'special');
    const shown = parts == null ? ['<Revoked Proxy>'] : nested(context, () => [...parts].map((part) => show(context, part, depth + 1)));
    if (parts == null) return context.stylize(shown[0], 'special');
    context.current = depth + 1;
    return join(context, shown, '', ['Proxy [', ']'], false, depth + 1);
}

// Returns the begin of the text of an object. Its constructor has the name `name`, or it has no prototype.
export function prefix(name, tag, fallback, size = '') {
    const shown = tag !== '' && tag !== (name ?? fallback) ? `[${tag}] ` : '';
    return name === null ? `[${fallback}${size}: null prototype] ${shown}` : `${name}${size} ${shown}`;
}

const classOf = (value) => {
    const name = Object.prototype.toString.call(value).slice(8, -1);
    return types.isMap(value) ? 'Map' : types.isSet(value) ? 'Set' : name;
};
// The names of the classes of the language and of the host.
const BUILTINS = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name)));
export const isBuiltin = (name) => BUILTINS.has(name);

// Returns the name of the constructor of an object, or null if no prototype has one. `inherited` gets the properties of the
// prototypes that are shown, too.
function constructorName(context, value, depth, inherited) {
    let first;
    for (let object = value; object !== null; object = Object.getPrototypeOf(object)) {
        const found = Object.getOwnPropertyDescriptor(object, 'constructor')?.value;
        if (typeof found === 'function' && found.name !== '' && isInstance(value, found)) {
            if (inherited !== undefined && (first !== object || !isBuiltin(found.name))) {
                host.namespace('node:internal/inspect-kinds').addInherited(context, value, first ?? value, depth, inherited, property);
            }
            return String(found.name);
        }
        first ??= Object.getPrototypeOf(object);
    }
    if (Object.getPrototypeOf(value) === null) return null;
    const own = classOf(value);
    if (depth > context.depth) return `${own} <Complex prototype>`;
    const parent = constructorName(context, first, depth + 1, inherited);
    return `${own} <${parent ?? inspect(first, { ...optionsOf(context), customInspect: false, depth: -1, colors: false })}>`;
}
function isInstance(value, Class) {
    try {
        return value instanceof Class;
    } catch {
        return false;
    }
}

const isEnumerable = (value, key) => Object.prototype.propertyIsEnumerable.call(value, key);
function keysOf(value, showsHidden, hasItems) {
    let names;
    if (showsHidden) names = Object.getOwnPropertyNames(value);
    else {
        try {
            names = Object.keys(value);
        } catch {
            // A variable of a module is not initialised yet.
            names = Object.getOwnPropertyNames(value);
        }
    }
    if (hasItems) {
        // The indices come first. Most arrays have all of them.
        const { length } = value;
        names = names[length - 1] === `${length - 1}` ? names.slice(length) : names.filter((key) => !isIndex(key));
    }
    const symbols = Object.getOwnPropertySymbols(value);
    return symbols.length === 0 ? names : [...names, ...symbols.filter((key) => showsHidden || isEnumerable(value, key))];
}
const isIndex = (key) => /^(0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1;

// Returns whether an object has nothing but properties, because none of its prototypes is that of another kind of object.
function isOrdinary(value) {
    if (typeof value === 'function' || Object.prototype.toString.call(value) !== '[object Object]') return false;
    let object = Object.getPrototypeOf(value);
    // Most prototypes of programs are one or two classes away.
    for (let steps = 0; object !== null && steps < 4; steps++) {
        if (object === Object.prototype) return true;
        if (Object.hasOwn(object, Symbol.toStringTag) || isBuiltin(object.constructor?.name)) return false;
        object = Object.getPrototypeOf(object);
    }
    return false;
}

// The module of the other kinds.
let kinds;

// How the kinds of objects are shown that most programs print.
function kindOf(context, value, name, tag, isTyped) {
    const { showHidden } = context;
    if (Array.isArray(value) && (name === null || value[Symbol.iterator])) {
        const begin = name !== 'Array' || tag !== '' ? prefix(name, tag, 'Array', `(${value.length})`) : '';
        return { keys: keysOf(value, showHidden, true), braces: [`${begin}[`, ']'], isArray: true, isEmpty: value.length === 0, entries: items };
    }
    if (isOrdinary(value)) {
        const begin = name === 'Object' && tag === '' ? '' : prefix(name, tag, 'Object');
        return { keys: keysOf(value, showHidden), braces: [`${begin}{`, '}'], isEmpty: true };
    }
    const isSimple = typeof value === 'function' || value instanceof Date || value instanceof RegExp || value instanceof Error;
    if (!isSimple && types.isSet(value)) {
        const size = Reflect.get(Set.prototype, 'size', value);
        return { keys: keysOf(value, showHidden), braces: [`${prefix(name, tag, 'Set', `(${size})`)}{`, '}'], isEmpty: size === 0, entries: setItems };
    }
    if (!isSimple && types.isMap(value)) {
        const size = Reflect.get(Map.prototype, 'size', value);
        return { keys: keysOf(value, showHidden), braces: [`${prefix(name, tag, 'Map', `(${size})`)}{`, '}'], isEmpty: size === 0, entries: mapItems };
    }
    kinds ??= host.namespace('node:internal/inspect-kinds');
    return kinds.kindOf(context, value, name, tag, isTyped, { keysOf, show, nested, primitive, property });
}

function showObject(context, value, depth, isTyped) {
    const inherited = context.showHidden && depth <= context.depth ? [] : undefined;
    const name = constructorName(context, value, depth, inherited);
    let tag = value[Symbol.toStringTag];
    // A tag that is a property is shown as such.
    const isShown = context.showHidden ? Object.hasOwn(value, Symbol.toStringTag) : isEnumerable(value, Symbol.toStringTag);
    if (typeof tag !== 'string' || (tag !== '' && isShown)) tag = '';
    const kind = kindOf(context, value, name, tag, isTyped);
    const { keys, braces = ['{', '}'], isArray = false, isEmpty = false, entries } = kind;
    const hasNoProperties = keys.length === 0 && !inherited?.length;
    if (kind.text !== undefined && (hasNoProperties || (kind.isShort && depth > context.depth))) return kind.text;
    if (isEmpty && hasNoProperties) return `${braces[0]}${braces[1]}`;
    if (depth > context.depth) {
        const shown = prefix(name, tag, isArray ? 'Array' : 'Object').slice(0, -1);
        return context.stylize(name === null ? shown : `[${shown}]`, 'special');
    }
    context.seen.push(value);
    context.current = depth + 1;
    const output = [];
    try {
        entries?.(context, value, depth + 1, output, keys);
        for (const key of keys) output.push(property(context, value, key, depth + 1, isArray));
        output.push(...(inherited ?? []));
    } catch (error) {
        if (!isOverflow(error)) throw error;
        const shown = prefix(name, tag, 'Object').slice(0, -1);
        context.seen.pop();
        return context.stylize(`[${shown}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`, 'special');
    }
    context.seen.pop();
    let base = kind.text ?? '';
    if (context.circular.has(value)) {
        const reference = context.stylize(`<ref *${context.circular.get(value)}>`, 'special');
        if (context.compact === true) braces[0] = `${reference} ${braces[0]}`;
        else base = base === '' ? reference : `${reference} ${base}`;
    }
    if (context.sorted) {
        const order = typeof context.sorted === 'function' ? context.sorted : undefined;
        if (!isArray) output.sort(order);
        else output.push(...output.splice(output.length - keys.length).sort(order));
    }
    const shown = join(context, output, base, braces, isArray, depth + 1, value);
    // The text of an object that has itself many times would have no end.
    context.lengths[context.indentation] = (context.lengths[context.indentation] ?? 0) + shown.length;
    if (context.lengths[context.indentation] > LONGEST) context.depth = -1;
    return shown;
}
const isOverflow = (error) => error instanceof RangeError && /call stack/.test(error.message);

function nested(context, show, by = 2) {
    context.indentation += by;
    const shown = show();
    context.indentation -= by;
    return shown;
}

function items(context, value, depth, output) {
    const end = Math.min(Math.max(0, context.maxArrayLength), value.length);
    for (let index = 0; index < end; index++) {
        if (!Object.hasOwn(value, index)) return sparse(context, value, depth, output, end, index);
        output.push(property(context, value, index, depth, true));
    }
    if (value.length > end) output.push(moreItems(value.length - end));
}
// Shows the items of an array with holes, from the first hole on. Its length may be large.
function sparse(context, value, depth, output, end, index) {
    const hole = (count) => context.stylize(`<${plural(count, 'empty item')}>`, 'undefined');
    for (const key of Object.keys(value).slice(index)) {
        if (output.length >= end || !isIndex(key)) break;
        if (Number(key) !== index) {
            output.push(hole(key - index));
            index = Number(key);
            if (output.length >= end) break;
        }
        output.push(property(context, value, Number(key), depth, true));
        index++;
    }
    const rest = value.length - index;
    if (rest > 0) output.push(output.length < end ? hole(rest) : moreItems(rest));
}
function setItems(context, value, depth, output) {
    listed(context, Set.prototype.values.call(value), output, Reflect.get(Set.prototype, 'size', value), (item) => show(context, item, depth));
}
function mapItems(context, value, depth, output) {
    const pair = ([key, item]) => `${show(context, key, depth)} => ${show(context, item, depth)}`;
    listed(context, Map.prototype.entries.call(value), output, Reflect.get(Map.prototype, 'size', value), pair);
}
function listed(context, iterator, output, size, shown) {
    const end = Math.min(Math.max(0, context.maxArrayLength), size);
    nested(context, () => {
        for (let index = 0; index < end; index++) output.push(shown(iterator.next().value));
    });
    if (size > end) output.push(moreItems(size - end));
}

// Shows a property: its name, unless it is that of an item, and its value.
export function property(context, value, key, depth, isItem = false, receiver = value, own = undefined) {
    const descriptor = own ?? Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key], enumerable: true };
    let space = ' ';
    let shown;
    if (descriptor.get !== undefined) shown = getter(context, receiver, descriptor, depth);
    else if (descriptor.set !== undefined) shown = context.stylize('[Setter]', 'special');
    else {
        const by = context.compact !== true || isItem ? 2 : 3;
        shown = nested(context, () => show(context, descriptor.value, depth), by);
        if (by === 3 && context.breakLength < widthOf(plain(shown, context.colors))) space = `\n${' '.repeat(context.indentation + 3)}`;
    }
    if (isItem && typeof key === 'number') return shown;
    return `${nameOf(context, key, descriptor)}:${space}${shown}`;
}
function nameOf(context, key, { enumerable }) {
    if (typeof key === 'symbol') return `[${context.stylize(escape(String(key)), 'symbol')}]`;
    if (key === '__proto__') return "['__proto__']";
    if (enumerable === false) return `[${escape(String(key))}]`;
    return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? context.stylize(key, 'name') : context.stylize(quote(key), 'string');
}

// Shows a getter. With the option `getters`, its value is shown, too.
function getter(context, receiver, { get, set }, depth) {
    const label = set ? 'Getter/Setter' : 'Getter';
    const { getters } = context;
    const special = (text) => context.stylize(text, 'special');
    const isWanted = getters === true || (getters === 'get' && !set) || (getters === 'set' && set);
    if (!isWanted) return special(`[${label}]`);
    try {
        const found = get.call(receiver);
        const shown = nested(context, () => (typeof found === 'object' ? show(context, found, depth) : primitive(context, found)));
        if (found !== null && typeof found === 'object') return `${special(`[${label}]`)} ${shown}`;
        return `${special(`[${label}:`)} ${shown}${special(']')}`;
    } catch (error) {
        return `${special(`[${label}:`)} <Inspection threw (${error.message})>${special(']')}`;
    }
}

function join(context, output, base, braces, isArray, depth, value) {
    const { compact, breakLength, colors } = context;
    const start = base === '' ? '' : `${base} `;
    const isShort = (extra) => {
        let total = output.length + extra;
        if (total + output.length > breakLength) return false;
        for (const text of output) {
            total += plain(text, colors).length;
            if (total > breakLength) return false;
        }
        return !base.includes('\n');
    };
    const line = `\n${' '.repeat(context.indentation)}`;
    if (compact === true) {
        if (isShort(0)) return `${braces[0]}${base && ` ${base}`} ${output.join(', ')} ${braces[1]}`;
        // After a long brace, the first item would not be in line with the others.
        const first = base === '' && braces[0].length === 1 ? ' ' : `${base && ` ${base}`}\n${line.slice(1)}  `;
        return `${braces[0]}${first}${output.join(`,${line}  `)} ${braces[1]}`;
    }
    if (typeof compact === 'number' && compact >= 1) {
        const count = output.length;
        if (isArray && count > 6) output = group(context, output, value);
        if (context.current - depth < compact && count === output.length) {
            if (isShort(output.length + context.indentation + braces[0].length + base.length + 10) && !output.some((text) => text.includes('\n'))) {
                return `${start}${braces[0]} ${output.join(', ')} ${braces[1]}`;
            }
        }
    }
    return `${start}${braces[0]}${line}  ${output.join(`,${line}  `)}${line}${braces[1]}`;
}

// Puts the items of a long array in columns.
function group(context, output, value) {
    const hasRest = context.maxArrayLength < output.length;
    const count = hasRest ? output.length - 1 : output.length;
    const lengths = output.slice(0, count).map((text) => widthOf(plain(text, context.colors)));
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
    const isNumeric = value !== undefined && output.every((_, index) => typeof value[index] === 'number' || typeof value[index] === 'bigint');
    const lines = [];
    for (let index = 0; index < count; index += columns) {
        const end = Math.min(index + columns, count);
        let line = '';
        for (let item = index; item < end; item++) {
            const isLast = item === end - 1;
            const text = isLast ? output[item] : `${output[item]}, `;
            const space = ' '.repeat(Math.max(0, widths[item - index] - (isLast ? 2 : 0) - lengths[item] - (isLast ? 0 : 2)));
            line += isNumeric ? space + text : isLast ? text : text + space;
        }
        lines.push(line);
    }
    if (hasRest) lines.push(output[count]);
    return lines;
}

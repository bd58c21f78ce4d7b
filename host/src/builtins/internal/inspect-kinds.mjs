// How the kinds of objects are shown that few programs print.

import host from 'bmes:host';
import { inspect, isBuiltin, prefix } from 'node:internal/inspect';
import { number } from 'node:internal/inspect-text';
import { types } from 'node:internal/types';

const TypedArray = Object.getPrototypeOf(Uint8Array);
const nameOfArray = Object.getOwnPropertyDescriptor(TypedArray.prototype, Symbol.toStringTag).get;
const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
const plural = (count, name) => `${count} ${name}${count > 1 ? 's' : ''}`;

// Returns the keys of an object, its braces, and a function for what is no property. Or the text of an object that needs no
// braces if it has no properties.
export function kindOf(context, value, name, tag, isTyped, { keysOf, show, nested, primitive, property }) {
    const { stylize, showHidden } = context;
    const begin = (fallback, size) => prefix(name, tag, fallback, size);
    if (types.isTypedArray(value)) {
        const length = Reflect.get(TypedArray.prototype, 'length', value);
        const entries = (context, value, depth, output) => numbers(context, value, depth, output, { show, nested });
        return {
            keys: keysOf(value, showHidden, true), braces: [`${begin(nameOfArray.call(value), `(${length})`)}[`, ']'], isArray: true,
            isEmpty: length === 0 && !showHidden, entries,
        };
    }
    const keys = keysOf(value, showHidden);
    const braced = (text, entries, isEmpty = false) => ({ keys, braces: [`${text}{`, '}'], entries, isEmpty });
    if (types.isMapIterator(value) || types.isSetIterator(value)) {
        // To see what is left, the host would have to use up the iterator.
        const kind = types.isMapIterator(value) ? 'Map Iterator' : 'Set Iterator';
        return braced(`[${kind}] `, unknown);
    }
    if (types.isArgumentsObject(value)) return braced('[Arguments] ', undefined, true);
    if (typeof value === 'function') return { keys, text: stylize(functionText(value, name, tag), 'special') };
    if (types.isNativeError(value) || value instanceof Error) return { keys, text: errorText(context, value, name, tag, keys) };
    if (types.isDate(value)) {
        const time = Date.prototype.getTime.call(value);
        const text = Number.isNaN(time) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
        const own = begin('Date');
        return { keys, text: stylize(own === 'Date ' ? text : own + text, 'date') };
    }
    if (types.isRegExp(value)) {
        const text = RegExp.prototype.toString.call(name === null ? new RegExp(value) : value);
        const own = begin('RegExp');
        return { keys, text: stylize(own === 'RegExp ' ? text : own + text, 'regexp'), isShort: true };
    }
    if (types.isAnyArrayBuffer(value)) {
        const own = begin(types.isArrayBuffer(value) ? 'ArrayBuffer' : 'SharedArrayBuffer');
        const entries = (context, value, depth, output) => {
            if (!isTyped) output.push(bytes(context, value));
            output.push(`byteLength: ${primitive(context, value.byteLength)}`);
        };
        return braced(own, entries);
    }
    if (types.isDataView(value)) {
        const entries = (context, value, depth, output) => {
            for (const key of ['byteLength', 'byteOffset', 'buffer']) output.push(property(context, value, key, depth, false));
        };
        return braced(begin('DataView'), entries);
    }
    if (types.isPromise(value)) {
        const entries = (context, value, depth, output) => {
            const [state, result] = host.promiseState(value);
            if (state === 'pending') return output.push(stylize('<pending>', 'special'));
            const shown = nested(context, () => show(context, result, depth));
            output.push(state === 'rejected' ? `${stylize('<rejected>', 'special')} ${shown}` : shown);
        };
        return braced(begin('Promise'), entries);
    }
    if (types.isWeakSet(value)) return braced(begin('WeakSet'), unknown);
    if (types.isWeakMap(value)) return braced(begin('WeakMap'), unknown);
    if (types.isModuleNamespaceObject(value)) {
        const entries = (context, value, depth, output, keys) => {
            for (const key of keys.splice(0)) output.push(variable(context, value, key, depth, property));
        };
        return braced(begin('Module'), entries);
    }
    if (types.isBoxedPrimitive(value)) return { keys, text: boxedText(context, value, name, tag, keys, primitive) };
    const isPlain = name === 'Object' && tag === '';
    return braced(isPlain ? '' : begin(name === null && tag === '' ? tagOf(value) : 'Object'), undefined, true);
}

const unknown = (context, value, depth, output) => output.push(context.stylize('<items unknown>', 'special'));

function numbers(context, value, depth, output, { show, nested }) {
    const length = Reflect.get(TypedArray.prototype, 'length', value);
    const end = Math.min(Math.max(0, context.maxArrayLength), length);
    for (let index = 0; index < end; index++) {
        output.push(context.stylize(number(value[index], context.numericSeparator), typeof value[index]));
    }
    if (length > end) output.push(`... ${plural(length - end, 'more item')}`);
    if (!context.showHidden) return;
    nested(context, () => {
        for (const key of ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer']) {
            output.push(`[${key}]: ${show(context, value[key], depth, true)}`);
        }
    });
}

function bytes(context, buffer) {
    if (buffer.detached) return context.stylize('(detached)', 'special');
    const label = context.stylize('[Uint8Contents]', 'special');
    const all = new Uint8Array(buffer);
    const end = Math.min(Math.max(0, context.maxArrayLength), all.length);
    const shown = [...all.subarray(0, end)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return `${label}: <${shown}${all.length > end ? ` ... ${plural(all.length - end, 'more byte')}` : ''}>`;
}

// Shows a variable of a module, which may not be initialised yet.
function variable(context, value, key, depth, property) {
    try {
        return property(context, value, key, depth, false);
    } catch (error) {
        if (!(error instanceof ReferenceError)) throw error;
        const shown = property(context, { [key]: '' }, key, depth, false);
        return shown.slice(0, shown.lastIndexOf(' ') + 1) + context.stylize('<uninitialized>', 'special');
    }
}

function isClass(text) {
    if (!text.startsWith('class') || !text.endsWith('}')) return false;
    const head = text.slice(5, text.indexOf('{', 5));
    // A method can have the name "class".
    return !head.includes('(') || /^(\s+[^(]*?)\s*$|\s+extends\s/.test(head.replace(/\/\/.*?\n|\/\*[^]*?\*\//g, ' '));
}
function functionText(value, name, tag) {
    const text = Function.prototype.toString.call(value);
    const tagged = tag !== '' && tag !== name ? ` [${tag}]` : '';
    if (isClass(text)) {
        const own = (Object.hasOwn(value, 'name') && value.name) || '(anonymous)';
        const kind = name !== 'Function' && name !== null ? ` [${name}]` : '';
        const parent = name === null ? '[null prototype]' : Object.getPrototypeOf(value).name;
        return `[class ${own}${kind}${tagged}${parent ? ` extends ${parent}` : ''}]`;
    }
    // A program may have replaced the prototype.
    const isAsync = /^async(\s+function\b|\s*\*|\s+[\w$'"[#]|\s*\([^]*?=>)/.test(text);
    const isGenerator = /^(async\s*)?(function\s*)?\*/.test(text);
    const kind = `${isAsync ? 'Async' : ''}${isGenerator ? 'Generator' : ''}Function`;
    const own = value.name === '' ? ' (anonymous)' : `: ${String(value.name)}`;
    const Class = name !== kind && name !== null ? ` ${name}` : '';
    return `[${kind}${name === null ? ' (null prototype)' : ''}${own}]${Class}${tagged}`;
}

function boxedText(context, value, name, tag, keys, primitive) {
    const type = ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'].find((type) => types[`is${type}Object`](value));
    const content = globalThis[type].prototype.valueOf.call(value);
    // The characters of a text are no properties of interest.
    if (type === 'String') keys.splice(0, content.length);
    const kind = name === type ? '' : name === null ? ' (null prototype)' : ` (${name})`;
    const tagged = tag !== '' && tag !== name ? ` [${tag}]` : '';
    const text = `[${type}${kind}: ${primitive({ ...context, stylize: (text) => text }, content)}]${tagged}`;
    return keys.length === 0 ? context.stylize(text, type.toLowerCase()) : text;
}

// An error without its prototype has its stack, too.
const stackOf = (error) => {
    const stack = 'stack' in error ? error.stack : Reflect.get(Error.prototype, 'stack', error);
    return (stack ? String(stack) : Error.prototype.toString.call(error)).trimEnd();
};

function errorText(context, error, name, tag, keys) {
    const title = error.name === undefined || error.name === null ? 'Error' : String(error.name);
    let stack = stackOf(error);
    if (!context.showHidden) {
        for (const key of ['name', 'message', 'stack']) {
            const index = keys.indexOf(key);
            // What the stack has is not shown again.
            if (index !== -1 && (typeof error[key] !== 'string' || stack.includes(error[key]))) keys.splice(index, 1);
        }
    }
    for (const key of ['fileName', 'lineNumber', 'columnNumber']) if (keys.includes(key) && !Object.prototype.propertyIsEnumerable.call(error, key)) keys.splice(keys.indexOf(key), 1);
    if ('cause' in error && !keys.includes('cause')) keys.push('cause');
    if (Array.isArray(error.errors) && !keys.includes('errors')) keys.push('errors');
    stack = withClass(stack, name, title, tag);
    const message = typeof error.message === 'string' && error.message !== '' ? stack.indexOf(error.message) : -1;
    const start = stack.indexOf('\n    at', message === -1 ? -1 : message + error.message.length);
    if (start === -1) stack = `[${stack}]`;
    else {
        let frames = framesOf(context, error, stack.slice(start + 1));
        if (context.colors) frames = frames.map((line) => colored(context, line));
        stack = `${stack.slice(0, start)}\n${frames.join('\n')}`;
    }
    return stack.replaceAll('\n', `\n${' '.repeat(context.indentation)}`);
}

// Marks the calls of the host, and the names of packages.
function colored(context, line) {
    const grey = (text) => context.stylize(text, 'undefined');
    if (/^ {4}at (?:[^/\\(]+ \(|)node:[^:]+:\d+:\d+\)?$/.test(line)) return grey(line);
    const marked = line.replace(/(?<=[/\\]node_modules[/\\])(@[^/\\]+[/\\])?[^/\\]+(?=[/\\])/g, (text) => context.stylize(text, 'module'));
    let folder = host.namespace('node:url').pathToFileURL(`${process.cwd()}/`).href;
    if (!marked.includes(folder)) folder = `${process.cwd()}/`;
    const at = marked.indexOf(folder);
    if (at === -1) return marked;
    const isCall = marked[at - 1] === '(';
    const end = at + folder.length;
    const rest = isCall && marked.endsWith(')') ? marked.slice(end, -1) + grey(')') : marked.slice(end);
    return marked.slice(0, isCall ? at - 1 : at) + grey(marked.slice(isCall ? at - 1 : at, end)) + rest;
}

// Returns the lines of the calls, without those that the cause has, too.
function framesOf(context, error, text) {
    const frames = text.split('\n');
    if (error.cause === undefined || error.cause === null || !(types.isNativeError(error.cause) || error.cause instanceof Error)) return frames;
    const causes = stackOf(error.cause);
    const start = causes.indexOf('\n    at');
    if (start === -1) return frames;
    const others = causes.slice(start + 1).split('\n');
    for (let index = 0; index < frames.length - 3; index++) {
        const at = others.indexOf(frames[index]);
        if (at === -1) continue;
        let length = 0;
        while (index + length < frames.length && frames[index + length] === others[at + length]) length++;
        if (length <= 3) continue;
        const skipped = context.stylize(`    ... ${length - 2} lines matching cause stack trace ...`, 'undefined');
        frames.splice(index + 1, length - 2, skipped);
        break;
    }
    return frames;
}

// Returns a stack whose title has the class of the error.
function withClass(stack, name, title, tag) {
    let { length } = title;
    const isTitled = title.endsWith('Error') && stack.startsWith(title) && (stack.length === length || stack[length] === ':' || stack[length] === '\n');
    if (name !== null && !isTitled) return stack;
    let fallback = 'Error';
    if (name === null) {
        const start = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/.exec(stack) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
        fallback = start?.[1] ?? '';
        ({ length } = fallback);
        fallback ||= 'Error';
    }
    const own = prefix(name, tag, fallback).slice(0, -1);
    if (own === title) return stack;
    if (!own.includes(title)) return `${own} [${title}]${stack.slice(length)}`;
    return length === 0 ? `${own}: ${stack}` : own + stack.slice(length);
}

// Adds the properties that an object has from the classes of a program: from three prototypes at most.
export function addInherited(context, value, first, depth, output, property) {
    const seen = new Set();
    let object = first;
    for (let level = 0; level < 3; level++) {
        if (level > 0 || value === first) {
            object = Object.getPrototypeOf(object);
            if (object === null) break;
            const found = Object.getOwnPropertyDescriptor(object, 'constructor')?.value;
            if (typeof found === 'function' && isBuiltin(found.name)) break;
        }
        const keys = Reflect.ownKeys(object);
        context.seen.push(value);
        for (const key of keys) {
            if (key === 'constructor' || Object.hasOwn(value, key) || seen.has(key)) continue;
            const descriptor = Object.getOwnPropertyDescriptor(object, key);
            if (typeof descriptor.value === 'function') continue;
            const shown = property(context, object, key, depth, false, value, descriptor);
            output.push(context.colors ? `\u001b[2m${shown}\u001b[22m` : shown);
        }
        context.seen.pop();
        keys.forEach((key) => seen.add(key));
    }
}

// Reads the options of a command line: `util.parseArgs`.

import host from 'bmes:host';

const fail = (code, message) => host.error(TypeError, `ERR_PARSE_ARGS_${code}`, message);
const checkBoolean = (value, name) => {
    if (typeof value !== 'boolean') throw host.invalid(name, 'of type boolean', value);
};
const checkObject = (value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw host.invalid(name, 'of type object', value);
};
const checkArray = (value, name) => {
    if (!Array.isArray(value)) throw host.invalid(name, 'an instance of Array', value);
};

function checkOption(name, option) {
    const at = `options.${name}`;
    checkObject(option, at);
    if (!['string', 'boolean'].includes(option.type)) throw host.invalid(`${at}.type`, "('string|boolean')", option.type);
    if (Object.hasOwn(option, 'short')) {
        host.checkString(option.short, `${at}.short`);
        if (option.short.length !== 1) throw host.invalidValue(`${at}.short`, 'must be a single character', option.short);
    }
    const { multiple = false, default: initial } = option;
    if (Object.hasOwn(option, 'multiple')) checkBoolean(multiple, `${at}.multiple`);
    if (initial === undefined) return;
    const check = option.type === 'string' ? host.checkString : checkBoolean;
    if (!multiple) return check(initial, `${at}.default`);
    checkArray(initial, `${at}.default`);
    initial.forEach((value, index) => check(value, `${at}.default[${index}]`));
}

// Splits the arguments in options and others.
function tokensOf(args, options) {
    const typeOf = (name) => (Object.hasOwn(options, name) ? options[name].type : undefined);
    const longOf = (short) => Object.keys(options).find((name) => options[name].short === short) ?? short;
    const tokens = [];
    const rest = [...args];
    let index = -1;
    // The number of options that come from one argument, and are left.
    let grouped = 0;
    while (rest.length > 0) {
        const word = rest.shift();
        // The parts of a group have its index.
        if (grouped > 0) grouped--;
        else index++;
        const add = (name, rawName, value, inlineValue) => tokens.push({ kind: 'option', name, rawName, index, value, inlineValue });
        // The value is the next argument.
        const addWithNext = (name) => {
            const hasValue = typeOf(name) === 'string' && rest[0] !== undefined && rest[0] !== null;
            const at = index;
            const value = hasValue ? rest.shift() : undefined;
            tokens.push({ kind: 'option', name, rawName: word, index: at, value, inlineValue: hasValue ? false : undefined });
            if (hasValue) index++;
        };
        const isShort = word.length > 1 && word[0] === '-' && word[1] !== '-';
        if (word === '--') {
            tokens.push({ kind: 'option-terminator', index });
            for (const value of rest.splice(0)) tokens.push({ kind: 'positional', index: ++index, value });
        } else if (isShort && word.length === 2) {
            addWithNext(longOf(word[1]));
        } else if (isShort && typeOf(longOf(word[1])) === 'string') {
            add(longOf(word[1]), word.slice(0, 2), word.slice(2), true);
        } else if (isShort) {
            const parts = [];
            for (let at = 1; at < word.length; at++) {
                const takesValue = typeOf(longOf(word[at])) === 'string' && at < word.length - 1;
                parts.push(`-${takesValue ? word.slice(at) : word[at]}`);
                if (takesValue) break;
            }
            rest.unshift(...parts);
            grouped = parts.length;
        } else if (word.startsWith('--') && word.indexOf('=', 3) === -1) {
            addWithNext(word.slice(2));
        } else if (word.startsWith('--')) {
            const end = word.indexOf('=', 3);
            add(word.slice(2, end), word.slice(0, end), word.slice(end + 1), true);
        } else {
            tokens.push({ kind: 'positional', index, value: word });
        }
    }
    return tokens;
}

function checkToken(token, options, allowPositionals) {
    const { name, rawName, value } = token;
    if (!Object.hasOwn(options, name)) {
        const hint = `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(rawName)}`;
        throw fail('UNKNOWN_OPTION', `Unknown option '${rawName}'${allowPositionals ? hint : ''}`);
    }
    const { short, type } = options[name];
    const names = `${short ? `-${short}, ` : ''}--${name}`;
    if (type === 'string' && typeof value !== 'string') throw fail('INVALID_OPTION_VALUE', `Option '${names} <value>' argument missing`);
    if (type === 'boolean' && value !== undefined) throw fail('INVALID_OPTION_VALUE', `Option '${names}' does not take an argument`);
    if (token.inlineValue === false && value.length > 1 && value.startsWith('-')) {
        const example = rawName.startsWith('--') ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
        const message = `Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\n`;
        throw fail('INVALID_OPTION_VALUE', `${message}To specify an option argument starting with a dash use ${example}.`);
    }
}

// The arguments of the program, also without a file.
function programArguments() {
    const hasCode = process.execArgv.some((word) => ['-e', '--eval', '-p', '--print'].includes(word));
    return process.argv.slice(hasCode ? 1 : 2);
}

export function parseArgs(config = { __proto__: null }) {
    const own = (name, initial) => (Object.hasOwn(config, name) ? config[name] : undefined) ?? initial;
    const args = own('args', programArguments());
    const strict = own('strict', true);
    const allowPositionals = own('allowPositionals', !strict);
    const returnTokens = own('tokens', false);
    const allowNegative = own('allowNegative', false);
    const options = own('options', { __proto__: null });
    checkArray(args, 'args');
    checkBoolean(strict, 'strict');
    checkBoolean(allowPositionals, 'allowPositionals');
    checkBoolean(returnTokens, 'tokens');
    checkBoolean(allowNegative, 'allowNegative');
    checkObject(options, 'options');
    for (const name of Object.keys(options)) checkOption(name, options[name]);

    const result = { values: { __proto__: null }, positionals: [] };
    const tokens = tokensOf(args, options);
    if (returnTokens) result.tokens = tokens;
    const { values, positionals } = result;
    const store = (name, value) => {
        if (name === '__proto__') return;
        if (Object.hasOwn(options, name) && options[name].multiple) (values[name] ??= []).push(value);
        else values[name] = value;
    };
    for (const token of tokens) {
        if (token.kind === 'positional') {
            if (!allowPositionals) {
                throw fail('UNEXPECTED_POSITIONAL', `Unexpected argument '${token.value}'. This command does not take positional arguments`);
            }
            positionals.push(token.value);
        }
        if (token.kind !== 'option') continue;
        const isNegative = allowNegative && token.name.startsWith('no-') && options[token.name.slice(3)]?.type !== 'string';
        if (isNegative) token.name = token.name.slice(3);
        if (strict && !(isNegative && Object.hasOwn(options, `no-${token.name}`))) checkToken(token, options, allowPositionals);
        store(token.name, isNegative ? false : (token.value ?? true));
    }
    for (const [name, option] of Object.entries(options)) {
        if (option.default !== undefined && values[name] === undefined && name !== '__proto__') values[name] = option.default;
    }
    return result;
}

// MIME types, as the standard of the Web reads them.

import host from 'bmes:host';

const NO_TOKEN = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
const NO_QUOTED = /[^\t\u0020-\u007e\u0080-\u00ff]/;
const lower = (text) => text.replace(/[A-Z]/g, (character) => character.toLowerCase());
function fail(what, text, index) {
    const place = index === undefined || index === -1 ? '' : ` at ${index}`;
    return host.error(TypeError, 'ERR_INVALID_MIME_SYNTAX', `The MIME syntax for a ${what} in "${text}" is invalid${place}`);
}
const check = (what, text, pattern = NO_TOKEN, canBeEmpty = false) => {
    const index = text.search(pattern);
    if (index !== -1 || (text === '' && !canBeEmpty)) throw fail(what, text, index);
    return text;
};

// Reads the value of a parameter that begins with a quotation mark. Returns it and the index after it.
function quoted(text, start) {
    let value = '';
    let index = start + 1;
    while (index < text.length && text[index] !== '"') {
        if (text[index] === '\\' && index + 1 < text.length) index++;
        value += text[index++];
    }
    return [value, index + 1];
}

export class MIMEParams {
    #values = new Map();
    delete(name) {
        this.#values.delete(`${name}`);
    }
    get(name) {
        return this.#values.get(`${name}`) ?? null;
    }
    has(name) {
        return this.#values.has(`${name}`);
    }
    set(name, value) {
        const [key, content] = [`${name}`, `${value}`];
        check('parameter name', key);
        check('parameter value', content, NO_QUOTED, true);
        this.#values.set(key, content);
    }
    *entries() {
        yield* this.#values.entries();
    }
    *keys() {
        yield* this.#values.keys();
    }
    *values() {
        yield* this.#values.values();
    }
    toString() {
        const shown = (value) => (value !== '' && !NO_TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`);
        return [...this.#values].map(([name, value]) => `${name}=${shown(value)}`).join(';');
    }
    // Reads the parameters that follow a type. What is invalid is left out.
    static parse(params, text) {
        let index = 0;
        while (index < text.length) {
            while (/[\t\n\r ]/.test(text[index] ?? '')) index++;
            const end = text.slice(index).search(/[;=]/);
            const stop = end === -1 ? text.length : index + end;
            const name = lower(text.slice(index, stop));
            index = stop;
            let value = '';
            if (text[index] === '=') {
                if (text[index + 1] === '"') {
                    [value, index] = quoted(text, index + 1);
                    const next = text.indexOf(';', index);
                    index = next === -1 ? text.length : next;
                } else {
                    const next = text.indexOf(';', index);
                    value = text.slice(index + 1, next === -1 ? text.length : next).replace(/[\t\n\r ]+$/, '');
                    index = next === -1 ? text.length : next;
                    if (value === '') {
                        index++;
                        continue;
                    }
                }
                const isValid = name !== '' && !NO_TOKEN.test(name) && !NO_QUOTED.test(value);
                if (isValid && !params.has(name)) params.#values.set(name, value);
            }
            index++;
        }
    }
}
Object.defineProperty(MIMEParams.prototype, Symbol.iterator, { value: MIMEParams.prototype.entries, writable: true, configurable: true });
Object.defineProperty(MIMEParams.prototype, 'toJSON', { value: MIMEParams.prototype.toString, writable: true, configurable: true });
const { parse } = MIMEParams;
delete MIMEParams.parse;

export class MIMEType {
    #type;
    #subtype;
    #params = new MIMEParams();
    constructor(input) {
        const text = `${input}`;
        const trimmed = text.replace(/^[\t\n\r ]+/, '');
        const slash = trimmed.indexOf('/');
        const type = slash === -1 ? trimmed : trimmed.slice(0, slash);
        const bad = type.search(NO_TOKEN);
        if (type === '' || bad !== -1 || slash === -1) throw fail('type', text, bad);
        const end = trimmed.indexOf(';', slash);
        const subtype = trimmed.slice(slash + 1, end === -1 ? undefined : end).replace(/[\t\n\r ]+$/, '');
        const worse = subtype.search(NO_TOKEN);
        if (subtype === '' || worse !== -1) throw fail('subtype', text, worse);
        this.#type = lower(type);
        this.#subtype = lower(subtype);
        if (end !== -1) parse(this.#params, trimmed.slice(end + 1));
    }
    get type() {
        return this.#type;
    }
    set type(value) {
        this.#type = lower(check('type', `${value}`));
    }
    get subtype() {
        return this.#subtype;
    }
    set subtype(value) {
        this.#subtype = lower(check('subtype', `${value}`));
    }
    get essence() {
        return `${this.#type}/${this.#subtype}`;
    }
    get params() {
        return this.#params;
    }
    toString() {
        const params = this.#params.toString();
        return this.essence + (params === '' ? '' : `;${params}`);
    }
}
Object.defineProperty(MIMEType.prototype, 'toJSON', { value: MIMEType.prototype.toString, writable: true, configurable: true });
for (const [Class, names] of [[MIMEType, ['type', 'subtype', 'essence', 'params', 'toString', 'toJSON']], [MIMEParams, ['delete', 'get', 'has', 'set', 'entries', 'keys', 'values', 'toString', 'toJSON']]]) {
    for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true });
}

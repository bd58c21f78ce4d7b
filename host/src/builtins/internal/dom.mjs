// Events of the DOM, and what aborts an operation.

import host from 'bmes:host';

// The names that have a number, by the number.
const CODES = [
    'IndexSizeError', , 'HierarchyRequestError', 'WrongDocumentError', 'InvalidCharacterError', , 'NoModificationAllowedError',
    'NotFoundError', 'NotSupportedError', 'InUseAttributeError', 'InvalidStateError', 'SyntaxError', 'InvalidModificationError',
    'NamespaceError', 'InvalidAccessError', , 'TypeMismatchError', 'SecurityError', 'NetworkError', 'AbortError', 'URLMismatchError',
    'QuotaExceededError', 'TimeoutError', 'InvalidNodeTypeError', 'DataCloneError',
];

export class DOMException extends Error {
    #name;
    constructor(message = '', options = 'Error') {
        super(message);
        const isObject = typeof options === 'object' && options !== null;
        this.#name = String((isObject ? options.name : options) ?? 'Error');
        if (isObject && 'cause' in options) Object.defineProperty(this, 'cause', { value: options.cause, writable: true, configurable: true });
    }
    get name() {
        return this.#name;
    }
    get code() {
        return CODES.indexOf(this.#name) + 1;
    }
    get [Symbol.toStringTag]() {
        return 'DOMException';
    }
    static {
        // `HierarchyRequestError` has the constant `HIERARCHY_REQUEST_ERR`.
        CODES.forEach((name, index) => {
            const words = name.replace('Error', 'Err').replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
            for (const owner of [DOMException, DOMException.prototype]) {
                Object.defineProperty(owner, words, { value: index + 1, enumerable: true });
            }
        });
        for (const name of ['name', 'code']) {
            const found = Object.getOwnPropertyDescriptor(DOMException.prototype, name);
            Object.defineProperty(DOMException.prototype, name, { ...found, enumerable: true });
        }
    }
}

export const LISTENERS = Symbol('listeners');

// The parts of an event that only its target changes.
const SET = Symbol('set');

export class Event {
    #type;
    #options;
    #state = { target: null, isPrevented: false, isStopped: false, isAllStopped: false, isActive: false };
    #time = performance.now();
    constructor(type, options) {
        if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "type" argument must be specified');
        if (options !== undefined && options !== null && !['object', 'function'].includes(typeof options)) {
            throw host.invalid('options', 'of type object', options);
        }
        this.#type = `${type}`;
        this.#options = { bubbles: !!options?.bubbles, cancelable: !!options?.cancelable, composed: !!options?.composed };
    }
    get [SET]() {
        return this.#state;
    }
    get type() {
        return this.#type;
    }
    get bubbles() {
        return this.#options.bubbles;
    }
    get cancelable() {
        return this.#options.cancelable;
    }
    get composed() {
        return this.#options.composed;
    }
    get target() {
        return this.#state.target;
    }
    get srcElement() {
        return this.#state.target;
    }
    get currentTarget() {
        return this.#state.isActive ? this.#state.target : null;
    }
    get eventPhase() {
        return this.#state.isActive ? Event.AT_TARGET : Event.NONE;
    }
    get defaultPrevented() {
        return this.#state.isPrevented;
    }
    get returnValue() {
        return !this.#state.isPrevented;
    }
    get timeStamp() {
        return this.#time;
    }
    get isTrusted() {
        return false;
    }
    get cancelBubble() {
        return this.#state.isStopped;
    }
    set cancelBubble(value) {
        if (value) this.#state.isStopped = true;
    }
    composedPath() {
        return this.#state.isActive ? [this.#state.target] : [];
    }
    preventDefault() {
        if (this.cancelable && !this.#state.isPassive) this.#state.isPrevented = true;
    }
    stopPropagation() {
        this.#state.isStopped = true;
    }
    stopImmediatePropagation() {
        this.#state.isAllStopped = true;
    }
    get [Symbol.toStringTag]() {
        return 'Event';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        const { type, defaultPrevented, cancelable, timeStamp } = this;
        return `${this.constructor.name} ${inspect({ type, defaultPrevented, cancelable, timeStamp }, { ...options, depth: depth - 1 })}`;
    }
    static {
        ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].forEach((name, value) => {
            for (const owner of [Event, Event.prototype]) Object.defineProperty(owner, name, { value, enumerable: true });
        });
    }
}

export class CustomEvent extends Event {
    #detail;
    constructor(type, options) {
        if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "type" argument must be specified');
        super(type, options);
        this.#detail = options?.detail ?? null;
    }
    get detail() {
        return this.#detail;
    }
    get [Symbol.toStringTag]() {
        return 'CustomEvent';
    }
}

export class EventTarget {
    #listeners = [];
    addEventListener(type, listener, options) {
        if (arguments.length < 2) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "type" and "listener" arguments must be specified');
        const { once = false, passive = false, capture = options === true, signal } = typeof options === 'object' && options !== null ? options : {};
        if (signal !== undefined && !(signal instanceof AbortSignal)) throw host.invalid('options.signal', 'an instance of AbortSignal', signal);
        if (listener === null || listener === undefined) return;
        if (typeof listener !== 'function' && typeof listener !== 'object') throw host.invalid('listener', 'an instance of EventListener', listener);
        if (signal?.aborted) return;
        const added = { type: `${type}`, listener, isOnce: !!once, isPassive: !!passive, isCapture: !!capture };
        if (this.#listeners.some((known) => isSame(known, added))) return;
        this.#listeners.push(added);
        signal?.addEventListener('abort', () => this.removeEventListener(type, listener, options), { once: true });
    }
    removeEventListener(type, listener, options) {
        if (arguments.length < 2) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "type" and "listener" arguments must be specified');
        const removed = { type: `${type}`, listener, isCapture: !!(typeof options === 'object' ? options?.capture : options) };
        const found = this.#listeners.find((known) => isSame(known, removed));
        if (found === undefined) return;
        found.isRemoved = true;
        this.#listeners = this.#listeners.filter((known) => known !== found);
    }
    dispatchEvent(event) {
        if (!(event instanceof Event)) throw host.invalid('event', 'an instance of Event', event);
        const state = event[SET];
        if (state.isActive) throw host.error(Error, 'ERR_EVENT_RECURSION', `The event "${event.type}" is already being dispatched`);
        state.target = this;
        state.isActive = true;
        for (const known of [...this.#listeners]) {
            if (known.type !== event.type || known.isRemoved || state.isAllStopped) continue;
            if (known.isOnce) this.removeEventListener(known.type, known.listener, known.isCapture);
            state.isPassive = known.isPassive;
            try {
                const { listener } = known;
                const result = typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent?.(event);
                if (typeof result?.then === 'function') result.then(undefined, (error) => process.nextTick(() => { throw error; }));
            } catch (error) {
                // The other listeners are called anyway.
                process.nextTick(() => {
                    throw error;
                });
            }
        }
        state.isActive = state.isPassive = false;
        return !event.defaultPrevented;
    }
    // Returns the listeners of a type.
    [LISTENERS](type) {
        return this.#listeners.filter((known) => known.type === `${type}`).map((known) => known.listener);
    }
    get [Symbol.toStringTag]() {
        return 'EventTarget';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `${this.constructor.name} ${inspect({}, options)}`;
    }
}
const isSame = (a, b) => a.type === b.type && a.listener === b.listener && a.isCapture === b.isCapture;

// Defines a property such as `onabort`, whose value is a listener.
export function handler(prototype, type) {
    const values = new WeakMap();
    Object.defineProperty(prototype, `on${type}`, {
        get() {
            return values.get(this)?.value ?? null;
        },
        set(value) {
            const isListener = typeof value === 'function';
            if (!values.has(this)) {
                const slot = {};
                values.set(this, slot);
                slot.call = (event) => slot.value?.call(this, event);
            }
            const slot = values.get(this);
            if (!isListener) this.removeEventListener(type, slot.call);
            else if (slot.value === undefined) this.addEventListener(type, slot.call);
            slot.value = isListener ? value : undefined;
        },
        enumerable: true,
        configurable: true,
    });
}

// Only a controller makes signals.
const MAKE = Symbol('make');
const ABORT = Symbol('abort');
const aborted = () => new DOMException('This operation was aborted', 'AbortError');

export class AbortSignal extends EventTarget {
    #reason = { isSet: false, value: undefined };
    #dependent = [];
    constructor(make) {
        if (make !== MAKE) throw host.error(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
        super();
    }
    get aborted() {
        return this.#reason.isSet;
    }
    get reason() {
        return this.#reason.value;
    }
    throwIfAborted() {
        if (this.aborted) throw this.reason;
    }
    [ABORT](reason) {
        if (this.aborted) return;
        this.#reason = { isSet: true, value: reason };
        this.dispatchEvent(new Event('abort'));
        for (const signal of this.#dependent) signal[ABORT](reason);
    }
    static abort(reason = aborted()) {
        const signal = new AbortSignal(MAKE);
        signal.#reason = { isSet: true, value: reason };
        return signal;
    }
    static timeout(delay) {
        if (typeof delay !== 'number') throw host.invalid('delay', 'of type number', delay);
        if (!(delay >= 0 && Number.isInteger(delay))) throw host.outOfRange('delay', '>= 0 && <= 4294967295', delay);
        const signal = new AbortSignal(MAKE);
        setTimeout(() => signal[ABORT](new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delay).unref();
        return signal;
    }
    static any(signals) {
        const all = new AbortSignal(MAKE);
        if (typeof signals?.[Symbol.iterator] !== 'function') throw host.invalid('signals', 'an instance of Array', signals);
        const list = [...signals];
        list.forEach((signal, index) => {
            if (!(signal instanceof AbortSignal)) throw host.invalid(`signals[${index}]`, 'an instance of AbortSignal', signal);
        });
        const first = list.find((signal) => signal.aborted);
        if (first !== undefined) all.#reason = { isSet: true, value: first.reason };
        else for (const signal of list) signal.#dependent.push(all);
        return all;
    }
    get [Symbol.toStringTag]() {
        return 'AbortSignal';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `AbortSignal ${inspect({ aborted: this.aborted }, options)}`;
    }
}
handler(AbortSignal.prototype, 'abort');

export class AbortController {
    #signal = new AbortSignal(MAKE);
    get signal() {
        return this.#signal;
    }
    abort(reason = aborted()) {
        this.#signal[ABORT](reason);
    }
    get [Symbol.toStringTag]() {
        return 'AbortController';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `AbortController ${inspect({ signal: this.signal }, options)}`;
    }
}
for (const owner of [Event, CustomEvent, EventTarget, AbortSignal, AbortController]) {
    for (const name of Reflect.ownKeys(owner.prototype)) {
        if (name === 'constructor' || typeof name === 'symbol') continue;
        Object.defineProperty(owner.prototype, name, { ...Object.getOwnPropertyDescriptor(owner.prototype, name), enumerable: true });
    }
}

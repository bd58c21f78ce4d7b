// Event emitters of Node.js.

import host from 'bmes:host';
import { AbortSignal, EventTarget, LISTENERS } from 'node:internal/dom';

let defaultMaxListeners = 10;
export const errorMonitor = Symbol('events.errorMonitor');
export const captureRejectionSymbol = Symbol.for('nodejs.rejection');
const CAPTURES = Symbol('kCapture');
const SHAPE = Symbol('shapeMode');

// The listeners of each name are in `_events`: one function, or an array of several. Libraries read and replace this property.
export function EventEmitter(options) {
    EventEmitter.init.call(this, options);
}
EventEmitter.init = function (options) {
    if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
        this._events = { __proto__: null };
        this._eventsCount = 0;
    }
    this._maxListeners = this._maxListeners || undefined;
    const captures = options?.captureRejections;
    if (captures !== undefined && typeof captures !== 'boolean') throw host.invalid('options.captureRejections', 'of type boolean', captures);
    // Programs see both when they print an emitter.
    this[SHAPE] = false;
    this[CAPTURES] = captures ?? EventEmitter.prototype[CAPTURES];
};
// A constructor need not have called `EventEmitter`.
Object.defineProperty(EventEmitter.prototype, CAPTURES, { value: false, writable: true });
Object.assign(EventEmitter.prototype, { _events: undefined, _eventsCount: 0, _maxListeners: undefined });

const checkListener = (listener) => host.checkFunction(listener, 'listener');
// Functions that inherit from `EventEmitter` do not always call it.
const eventsOf = (emitter) => {
    if (emitter._events === undefined) {
        emitter._events = { __proto__: null };
        emitter._eventsCount = 0;
    }
    return emitter._events;
};
const checkLimit = (name, count) => {
    if (typeof count !== 'number') throw host.invalid(name, 'of type number', count);
    if (!(count >= 0)) throw host.outOfRange(name, '>= 0', count);
};

function add(emitter, name, listener, isFirst) {
    checkListener(listener);
    let events = eventsOf(emitter);
    if (events.newListener !== undefined) {
        emitter.emit('newListener', name, listener.listener ?? listener);
        // A listener may have replaced it.
        events = eventsOf(emitter);
    }
    const known = events[name];
    if (known === undefined) {
        events[name] = listener;
        emitter._eventsCount++;
        return emitter;
    }
    const list = typeof known === 'function' ? (events[name] = [known]) : known;
    if (isFirst) list.unshift(listener);
    else list.push(listener);
    const limit = limitOf(emitter);
    if (limit > 0 && list.length > limit && !list.warned) {
        list.warned = true;
        warn(emitter, name, list.length, limit);
    }
    return emitter;
}

function warn(emitter, type, count, limit) {
    const text = `Possible EventEmitter memory leak detected. ${count} ${String(type)} listeners added to ${shown(emitter)}. MaxListeners is ${limit}. Use emitter.setMaxListeners() to increase limit`;
    const warning = Object.assign(new Error(text), { name: 'MaxListenersExceededWarning', emitter, type, count });
    process.emitWarning(warning);
}
const shown = (value, options) => host.namespace('node:util').inspect(value, options ?? { depth: -1 });
const limitOf = (emitter) => emitter._maxListeners ?? defaultMaxListeners;

function onlyOnce(emitter, name, listener) {
    checkListener(listener);
    let isDone = false;
    const wrapper = function (...values) {
        if (isDone) return undefined;
        isDone = true;
        emitter.removeListener(name, wrapper);
        return listener.apply(emitter, values);
    };
    wrapper.listener = listener;
    return wrapper;
}

// Passes a rejection of a listener to the emitter.
function capture(emitter, promise, name, values) {
    const rejected = (error) =>
        process.nextTick(() => {
            if (typeof emitter[captureRejectionSymbol] === 'function') emitter[captureRejectionSymbol](error, name, ...values);
            else emitRejection(emitter, error);
        });
    try {
        const { then } = promise;
        if (typeof then === 'function') then.call(promise, undefined, rejected);
    } catch (error) {
        emitter.emit('error', error);
    }
}

// A handler of errors that rejects, too, does not get its own rejection.
function emitRejection(emitter, error) {
    const before = emitter[CAPTURES];
    emitter[CAPTURES] = false;
    try {
        emitter.emit('error', error);
    } finally {
        emitter[CAPTURES] = before;
    }
}

function unhandled(values) {
    const [error] = values;
    if (error instanceof Error) return error;
    let text;
    try {
        text = shown(error, {});
    } catch {
        text = `${error}`;
    }
    return host.error(Error, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${text})`, { context: error });
}

const methods = {
    setMaxListeners: function setMaxListeners(n) {
        checkLimit('setMaxListeners', n);
        this._maxListeners = n;
        return this;
    },
    getMaxListeners: function getMaxListeners() {
        return limitOf(this);
    },
    emit: function emit(name, ...values) {
        const events = this._events;
        if (name === 'error') {
            if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...values);
            if (events?.error === undefined) throw unhandled(values);
        }
        const known = events?.[name];
        if (known === undefined) return false;
        const captures = this[CAPTURES];
        if (typeof known === 'function') {
            const result = known.apply(this, values);
            if (captures && result !== undefined) capture(this, result, name, values);
        } else {
            for (const listener of [...known]) {
                const result = listener.apply(this, values);
                if (captures && result !== undefined) capture(this, result, name, values);
            }
        }
        return true;
    },
    addListener: function addListener(name, listener) {
        return add(this, name, listener, false);
    },
    prependListener: function prependListener(name, listener) {
        return add(this, name, listener, true);
    },
    once: function once(name, listener) {
        return this.on(name, onlyOnce(this, name, listener));
    },
    prependOnceListener: function prependOnceListener(name, listener) {
        return this.prependListener(name, onlyOnce(this, name, listener));
    },
    removeListener: function removeListener(name, listener) {
        checkListener(listener);
        const events = this._events;
        const known = events?.[name];
        if (known === undefined) return this;
        let removed = listener;
        if (typeof known === 'function') {
            if (known !== listener && known.listener !== listener) return this;
            removed = known.listener ?? listener;
            forget(this, name);
        } else {
            const index = known.findLastIndex((found) => found === listener || found.listener === listener);
            if (index < 0) return this;
            removed = known[index].listener ?? listener;
            known.splice(index, 1);
            if (known.length === 1) events[name] = known[0];
        }
        if (events.removeListener !== undefined) this.emit('removeListener', name, removed);
        return this;
    },
    removeAllListeners: function removeAllListeners(name) {
        const events = this._events;
        if (events === undefined) return this;
        if (events.removeListener === undefined) {
            if (arguments.length === 0) {
                this._events = { __proto__: null };
                this._eventsCount = 0;
            } else if (events[name] !== undefined) {
                forget(this, name);
            }
            return this;
        }
        if (arguments.length === 0) {
            for (const known of Reflect.ownKeys(events)) if (known !== 'removeListener') this.removeAllListeners(known);
            this.removeAllListeners('removeListener');
            this._events = { __proto__: null };
            this._eventsCount = 0;
            return this;
        }
        for (const listener of this.rawListeners(name).reverse()) this.removeListener(name, listener);
        return this;
    },
    listeners: function listeners(name) {
        return this.rawListeners(name).map((listener) => listener.listener ?? listener);
    },
    rawListeners: function rawListeners(name) {
        const known = this._events?.[name];
        return known === undefined ? [] : typeof known === 'function' ? [known] : [...known];
    },
    listenerCount: function listenerCount(name, listener) {
        const list = this.rawListeners(name);
        return listener == null ? list.length : list.filter((known) => known === listener || known.listener === listener).length;
    },
    eventNames: function eventNames() {
        return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : [];
    },
};
const forget = (emitter, name) => {
    if (--emitter._eventsCount === 0) emitter._events = { __proto__: null };
    else delete emitter._events[name];
};
Object.assign(EventEmitter.prototype, methods);
EventEmitter.prototype.on = EventEmitter.prototype.addListener;
EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

// Adds a listener to an emitter or to an event target. Returns the function that removes it.
function listen(target, name, listener, options) {
    if (typeof target?.on === 'function') {
        if (options?.once) target.once(name, listener);
        else target.on(name, listener);
        return () => target.removeListener(name, listener);
    }
    if (typeof target?.addEventListener !== 'function') throw host.invalid('emitter', 'an instance of EventEmitter', target);
    target.addEventListener(name, listener, options);
    return () => target.removeEventListener(name, listener, options);
}

export async function once(emitter, name, options = {}) {
    if (typeof options !== 'object' || options === null) throw host.invalid('options', 'of type object', options);
    const { signal } = options;
    host.checkSignal(signal);
    if (signal?.aborted) throw host.abortError(signal);
    return new Promise((resolve, reject) => {
        const removals = [];
        const end = (settle) => (...values) => {
            removals.forEach((remove) => remove());
            settle(values);
        };
        removals.push(listen(emitter, name, end(resolve), { once: true }));
        if (name !== 'error' && typeof emitter.once === 'function') removals.push(listen(emitter, 'error', end(([error]) => reject(error)), { once: true }));
        if (signal) removals.push(listen(signal, 'abort', end(() => reject(host.abortError(signal))), { once: true }));
    });
}

// Returns an iterator of the events of this name.
export function on(emitter, name, options = {}) {
    if (typeof options !== 'object' || options === null) throw host.invalid('options', 'of type object', options);
    const { signal, close = [] } = options;
    host.checkSignal(signal);
    if (signal?.aborted) throw host.abortError(signal);
    const [events, waiting] = [[], []];
    let [failure, isDone] = [undefined, false];
    const settle = () => {
        while (waiting.length > 0) {
            const { resolve, reject } = waiting[0];
            if (events.length > 0) resolve({ value: events.shift(), done: false });
            else if (failure !== undefined) {
                reject(failure.error);
                failure = undefined;
            }
            else if (isDone) resolve({ value: undefined, done: true });
            else return;
            waiting.shift();
        }
    };
    const stop = () => {
        isDone = true;
        removals.forEach((remove) => remove());
        settle();
    };
    const fail = (error) => {
        failure = { error };
        stop();
    };
    const removals = [listen(emitter, name, (...values) => (events.push(values), settle()))];
    if (name !== 'error' && typeof emitter.on === 'function') removals.push(listen(emitter, 'error', fail));
    for (const ending of close) removals.push(listen(emitter, ending, stop));
    if (signal) removals.push(listen(signal, 'abort', () => fail(host.abortError(signal)), { once: true }));
    return Object.setPrototypeOf({
        next: () => new Promise((resolve, reject) => (waiting.push({ resolve, reject }), settle())),
        return: async () => (events.splice(0), stop(), { value: undefined, done: true }),
        throw(error) {
            if (!(error instanceof Error)) throw host.invalid('EventEmitter.AsyncIterator', 'an instance of Error', error);
            fail(error);
        },
        [Symbol.asyncIterator]() {
            return this;
        },
    }, AsyncIteratorPrototype);
}
const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

export function getEventListeners(emitter, name) {
    if (typeof emitter?.listeners === 'function') return emitter.listeners(name);
    if (emitter instanceof EventTarget) return emitter[LISTENERS](name);
    throw host.invalid('emitter', 'an instance of EventEmitter or EventTarget', emitter);
}
const limits = new WeakMap();
export function setMaxListeners(count = defaultMaxListeners, ...emitters) {
    checkLimit('setMaxListeners', count);
    if (emitters.length === 0) defaultMaxListeners = count;
    for (const emitter of emitters) {
        if (typeof emitter?.setMaxListeners === 'function') emitter.setMaxListeners(count);
        else if (emitter instanceof EventTarget) limits.set(emitter, count);
        else throw host.invalid('eventTargets', 'an instance of EventEmitter or EventTarget', emitter);
    }
}
export function getMaxListeners(emitter) {
    if (typeof emitter?.getMaxListeners === 'function') return emitter.getMaxListeners();
    if (emitter instanceof EventTarget) return limits.get(emitter) ?? defaultMaxListeners;
    throw host.invalid('emitter', 'an instance of EventEmitter or EventTarget', emitter);
}
export const listenerCount = (emitter, name) =>
    typeof emitter.listenerCount === 'function' ? emitter.listenerCount(name) : EventEmitter.prototype.listenerCount.call(emitter, name);
export function addAbortListener(signal, listener) {
    if (signal === undefined) throw host.invalid('signal', 'an instance of AbortSignal', signal);
    host.checkSignal(signal, 'signal');
    checkListener(listener);
    if (signal.aborted) queueMicrotask(() => listener());
    else signal.addEventListener('abort', listener, { once: true });
    return { [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: () => signal.removeEventListener('abort', listener) };
}
export class EventEmitterAsyncResource extends EventEmitter {
    constructor() {
        throw host.error(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'bmes has no EventEmitterAsyncResource of node:events');
    }
}

Object.assign(EventEmitter, {
    EventEmitter, once, on, errorMonitor, captureRejectionSymbol, getEventListeners, setMaxListeners, getMaxListeners, listenerCount,
    addAbortListener, EventEmitterAsyncResource, usingDomains: false,
});
Object.defineProperty(EventEmitter, 'captureRejections', {
    get: () => EventEmitter.prototype[CAPTURES],
    set(value) {
        if (typeof value !== 'boolean') throw host.invalid('EventEmitter.captureRejections', 'of type boolean', value);
        EventEmitter.prototype[CAPTURES] = value;
    },
    enumerable: true,
});
Object.defineProperty(EventEmitter, 'defaultMaxListeners', {
    get: () => defaultMaxListeners,
    set(count) {
        checkLimit('defaultMaxListeners', count);
        defaultMaxListeners = count;
    },
    enumerable: true,
});
export { defaultMaxListeners };
export default EventEmitter;

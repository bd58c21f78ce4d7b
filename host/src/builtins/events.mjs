// Event emitters of Node.js, and events of the DOM.

// The listeners of each emitter. Functions that inherit from `EventEmitter` do not always call it, so they are not a field.
const emitters = new WeakMap();
const listenersOf = (emitter) => {
    if (!emitters.has(emitter)) emitters.set(emitter, new Map());
    return emitters.get(emitter);
};

const received = (value) => {
    if (value === null || value === undefined) return String(value);
    if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`;
    return `type ${typeof value} (${typeof value === 'string' ? `'${value}'` : String(value)})`;
};

function add(emitter, name, listener, isFirst) {
    if (typeof listener !== 'function') {
        throw Object.assign(new TypeError(`The "listener" argument must be of type function. Received ${received(listener)}`), {
            code: 'ERR_INVALID_ARG_TYPE',
        });
    }
    const all = listenersOf(emitter);
    if (all.has('newListener')) emitter.emit('newListener', name, listener.listener ?? listener);
    const list = all.get(name) ?? [];
    all.set(name, isFirst ? [listener, ...list] : [...list, listener]);
    return emitter;
}

function onlyOnce(emitter, name, listener) {
    const wrapper = (...values) => {
        emitter.removeListener(name, wrapper);
        return listener.apply(emitter, values);
    };
    return Object.assign(wrapper, { listener });
}

export function EventEmitter() {}

export const errorMonitor = Symbol('events.errorMonitor');
export const captureRejectionSymbol = Symbol.for('nodejs.rejection');
const limits = new WeakMap();

const methods = {
    on(name, listener) {
        return add(this, name, listener, false);
    },
    prependListener(name, listener) {
        return add(this, name, listener, true);
    },
    once(name, listener) {
        return this.on(name, onlyOnce(this, name, listener));
    },
    prependOnceListener(name, listener) {
        return this.prependListener(name, onlyOnce(this, name, listener));
    },
    removeListener(name, listener) {
        const all = listenersOf(this);
        const list = all.get(name) ?? [];
        const index = list.findLastIndex((known) => known === listener || known.listener === listener);
        if (index < 0) return this;
        if (list.length === 1) all.delete(name);
        else all.set(name, list.toSpliced(index, 1));
        if (all.has('removeListener')) this.emit('removeListener', name, listener);
        return this;
    },
    removeAllListeners(name) {
        const all = listenersOf(this);
        if (!all.has('removeListener')) {
            if (name === undefined) all.clear();
            else all.delete(name);
            return this;
        }
        const names = name === undefined ? [...all.keys()].filter((known) => known !== 'removeListener') : [name];
        for (const known of names) for (const listener of this.rawListeners(known).reverse()) this.removeListener(known, listener);
        if (name === undefined) all.delete('removeListener');
        return this;
    },
    emit(name, ...values) {
        const list = listenersOf(this).get(name);
        if (name === 'error') listenersOf(this).get(errorMonitor)?.forEach((listener) => listener.apply(this, values));
        if (list === undefined) {
            if (name !== 'error') return false;
            if (values[0] instanceof Error) throw values[0];
            const shown = typeof values[0] === 'string' ? `'${values[0]}'` : String(values[0]);
            throw Object.assign(new Error(`Unhandled error. (${shown})`), { code: 'ERR_UNHANDLED_ERROR', context: values[0] });
        }
        for (const listener of list) listener.apply(this, values);
        return true;
    },
    listeners(name) {
        return this.rawListeners(name).map((listener) => listener.listener ?? listener);
    },
    rawListeners(name) {
        return [...(listenersOf(this).get(name) ?? [])];
    },
    listenerCount(name) {
        return this.rawListeners(name).length;
    },
    eventNames() {
        return [...listenersOf(this).keys()];
    },
    setMaxListeners(count) {
        limits.set(this, count);
        return this;
    },
    getMaxListeners() {
        return limits.get(this) ?? EventEmitter.defaultMaxListeners;
    },
};
methods.addListener = methods.on;
methods.off = methods.removeListener;
for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(EventEmitter.prototype, name, { value, writable: true, configurable: true, enumerable: true });
}

export const once = (emitter, name) =>
    new Promise((resolve, reject) => {
        const failed = (error) => (emitter.removeListener(name, done), reject(error));
        const done = (...values) => (emitter.removeListener('error', failed), resolve(values));
        emitter.once(name, done);
        if (name !== 'error') emitter.once('error', failed);
    });
// Returns an iterator of the events of this name.
export function on(emitter, name, { signal } = {}) {
    const [events, waiting] = [[], []];
    let failure;
    const settle = () => {
        while (waiting.length > 0 && events.length > 0) waiting.shift().resolve({ value: events.shift(), done: false });
        while (waiting.length > 0 && failure !== undefined) waiting.shift().reject(failure.error);
    };
    const listener = (...values) => (events.push(values), settle());
    const failed = (error) => ((failure = { error }), settle());
    emitter.on(name, listener);
    if (name !== 'error') emitter.on('error', failed);
    signal?.addEventListener('abort', () => failed(signal.reason), { once: true });
    const stop = () => {
        emitter.removeListener(name, listener);
        emitter.removeListener('error', failed);
        while (waiting.length > 0) waiting.shift().resolve({ value: undefined, done: true });
    };
    return {
        next: () => new Promise((resolve, reject) => (waiting.push({ resolve, reject }), settle())),
        return: async () => (stop(), { value: undefined, done: true }),
        throw: (error) => failed(error),
        [Symbol.asyncIterator]() {
            return this;
        },
    };
}
export const getEventListeners = (emitter, name) => emitter.listeners(name);
export const defaultMaxListeners = 10;
export const setMaxListeners = () => {};
export const listenerCount = (emitter, name) => emitter.listenerCount(name);

export default Object.assign(EventEmitter, {
    EventEmitter, once, on, errorMonitor, captureRejectionSymbol, getEventListeners, defaultMaxListeners, setMaxListeners, listenerCount,
});

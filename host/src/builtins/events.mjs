// Event emitters of Node.js, and events of the DOM.

// The listeners of each emitter. Functions that inherit from `EventEmitter` do not always call it, so they are not a field.
const emitters = new WeakMap();
const listenersOf = (emitter) => {
    if (!emitters.has(emitter)) emitters.set(emitter, new Map());
    return emitters.get(emitter);
};

function add(emitter, name, listener, isFirst) {
    if (typeof listener !== 'function') {
        throw Object.assign(new TypeError('The "listener" argument must be of type function.'), {
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
        if (name === undefined) listenersOf(this).clear();
        else listenersOf(this).delete(name);
        return this;
    },
    emit(name, ...values) {
        const list = listenersOf(this).get(name);
        if (list === undefined) {
            if (name !== 'error') return false;
            if (values[0] instanceof Error) throw values[0];
            throw Object.assign(new Error(`Unhandled error. (${String(values[0])})`), { code: 'ERR_UNHANDLED_ERROR' });
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
    setMaxListeners() {
        return this;
    },
    getMaxListeners() {
        return EventEmitter.defaultMaxListeners;
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
export const defaultMaxListeners = 10;
export const setMaxListeners = () => {};
export const listenerCount = (emitter, name) => emitter.listenerCount(name);

export class Event {
    constructor(type, { cancelable = false, bubbles = false } = {}) {
        Object.assign(this, { type: String(type), cancelable, bubbles, defaultPrevented: false, target: null });
        this.timeStamp = performance.now();
    }
    preventDefault() {
        if (this.cancelable) this.defaultPrevented = true;
    }
    stopPropagation() {}
    stopImmediatePropagation() {
        this.isStopped = true;
    }
}

export class EventTarget {
    #listeners = [];
    addEventListener(type, listener, options) {
        if (listener == null || this.#listeners.some((known) => known.type === type && known.listener === listener)) return;
        this.#listeners.push({ type, listener, isOnce: options?.once === true });
    }
    removeEventListener(type, listener) {
        this.#listeners = this.#listeners.filter((known) => known.type !== type || known.listener !== listener);
    }
    dispatchEvent(event) {
        event.target = event.currentTarget = this;
        for (const { type, listener, isOnce } of [...this.#listeners]) {
            if (type !== event.type || event.isStopped) continue;
            if (isOnce) this.removeEventListener(type, listener);
            if (typeof listener === 'function') listener.call(this, event);
            else listener.handleEvent(event);
        }
        return !event.defaultPrevented;
    }
}

export class AbortSignal extends EventTarget {
    aborted = false;
    reason = undefined;
    onabort = null;
    throwIfAborted() {
        if (this.aborted) throw this.reason;
    }
    static abort(reason) {
        const controller = new AbortController();
        controller.abort(reason);
        return controller.signal;
    }
    static timeout(delay) {
        const controller = new AbortController();
        const error = Object.assign(new Error('The operation was aborted due to timeout'), { name: 'TimeoutError' });
        setTimeout(() => controller.abort(error), delay).unref();
        return controller.signal;
    }
}

export class AbortController {
    signal = new AbortSignal();
    abort(reason = Object.assign(new Error('This operation was aborted'), { name: 'AbortError', code: 20 })) {
        if (this.signal.aborted) return;
        Object.assign(this.signal, { aborted: true, reason });
        const event = new Event('abort');
        this.signal.onabort?.(event);
        this.signal.dispatchEvent(event);
    }
}

export default Object.assign(EventEmitter, {
    EventEmitter, once, defaultMaxListeners, setMaxListeners, listenerCount, Event, EventTarget, AbortSignal, AbortController,
});

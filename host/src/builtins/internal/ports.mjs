// Ports that pass messages inside of a thread.

import { CustomEvent, Event, EventTarget, handler } from 'node:internal/dom';
import host from 'bmes:host';

const { setImmediate, setInterval, clearInterval } = globalThis;

export class MessageEvent extends Event {
    #parts;
    constructor(type, options) {
        super(type, options);
        const { data = null, origin = '', lastEventId = '', source = null, ports = [] } = options ?? {};
        if (source !== null && source !== undefined && !(source instanceof MessagePort)) {
            throw host.invalid('init.source', 'an instance of MessagePort', source);
        }
        if (typeof ports?.[Symbol.iterator] !== 'function') throw host.error(TypeError, 'ERR_INVALID_ARG_TYPE', 'eventInitDict.ports is not iterable');
        const list = [...ports];
        const wrong = list.find((port) => !(port instanceof MessagePort));
        if (wrong !== undefined) throw host.invalid('init.ports', 'an instance of MessagePort', wrong);
        this.#parts = { data, origin: `${origin}`, lastEventId: `${lastEventId}`, source: source ?? null, ports: list };
    }
    get data() {
        return this.#parts.data;
    }
    get origin() {
        return this.#parts.origin;
    }
    get lastEventId() {
        return this.#parts.lastEventId;
    }
    get source() {
        return this.#parts.source;
    }
    get ports() {
        return this.#parts.ports;
    }
}

// Only a channel makes ports.
const MAKE = Symbol('make');
// A port with a listener keeps the program alive until it is closed.
const KEEP = 0x7fffffff;
// The state of each port: what another port needs of it.
const states = new WeakMap();

// Returns the buffers and the ports of a list of what a message moves.
const movable = (list, own) => {
    if (list === undefined || list === null) return { buffers: [], ports: [] };
    const items = Array.isArray(list) ? list : (list?.transfer ?? []);
    if (typeof list !== 'object' || list === null || typeof items[Symbol.iterator] !== 'function') {
        throw host.invalid('transferList', 'an instance of Array', list);
    }
    const ports = [...items].filter((item) => item instanceof MessagePort);
    if (ports.includes(own)) throw new DOMException('Transfer list contains source port', 'DataCloneError');
    if (new Set(ports).size < ports.length) throw new DOMException('Transfer list contains duplicate MessagePort', 'DataCloneError');
    if (ports.some((port) => states.get(port).isClosed)) throw new DOMException('MessagePort in transfer list is already detached', 'DataCloneError');
    return { buffers: [...items].filter((item) => !(item instanceof MessagePort)), ports };
};

const movesPort = (list, port) => [...(Array.isArray(list) ? list : (list?.transfer ?? []))].includes(port);

// Copies a message. Ports of the list are moved: the receiver gets new ones.
function copied(message, list, own) {
    const { buffers, ports } = movable(list, own);
    // The copy has a text in the place of each port.
    const marks = new Map(ports.map((port, index) => [port, `port ${index} of ${Math.random()}`]));
    const replace = (value, seen = new Map()) => {
        if (value instanceof MessagePort) {
            if (marks.has(value)) return marks.get(value);
            const error = new DOMException('Object that needs transfer was found in message but not listed in transferList', 'DataCloneError');
            // Its number in browsers and its name in Node.js.
            throw Object.defineProperty(error, 'code', { value: 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST', enumerable: true });
        }
        const isPlain = typeof value === 'object' && value !== null && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);
        if (!isPlain) return value;
        if (seen.has(value)) return seen.get(value);
        const copy = Array.isArray(value) ? [] : {};
        seen.set(value, copy);
        for (const [key, item] of Object.entries(value)) copy[key] = replace(item, seen);
        return copy;
    };
    const hasPort = (value, seen = new Set()) => {
        if (typeof value !== 'object' || value === null || seen.has(value)) return false;
        seen.add(value);
        return value instanceof MessagePort || (!ArrayBuffer.isView(value) && Object.values(value).some((item) => hasPort(item, seen)));
    };
    if (ports.length === 0 && !hasPort(message)) return { data: structuredClone(message, { transfer: buffers }), ports: [] };
    const copy = structuredClone(replace(message), { transfer: buffers });
    const moved = ports.map(move);
    const known = new Map([...marks.values()].map((mark, index) => [mark, moved[index]]));
    const restore = (value, seen = new Set()) => {
        if (known.has(value)) return known.get(value);
        if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return value;
        seen.add(value);
        for (const [key, item] of Object.entries(value)) value[key] = restore(item, seen);
        return value;
    };
    return { data: restore(copy), ports: moved };
}

// Moves the state of a port to a new one. The old one is closed.
function move(port) {
    const moved = new MessagePort(MAKE);
    const [state, old] = [states.get(moved), states.get(port)];
    Object.assign(state, { other: old.other, queue: old.queue });
    if (state.other !== undefined && states.get(state.other).other === port) states.get(state.other).other = moved;
    Object.assign(old, { other: undefined, queue: [], isClosed: true });
    clearInterval(old.timer);
    return moved;
}

const deliver = (port) => {
    const state = states.get(port);
    if (state.isDelivering) return;
    state.isDelivering = true;
    setImmediate(() => {
        state.isDelivering = false;
        if (!state.isStarted || state.queue.length === 0) return;
        const { data, ports } = state.queue.shift();
        if (state.queue.length > 0) deliver(port);
        port.dispatchEvent(new MessageEvent('message', { data, ports }));
    });
};

export class MessagePort extends EventTarget {
    constructor(make) {
        if (make !== MAKE) throw host.error(TypeError, 'ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
        super();
        states.set(this, { other: undefined, queue: [], isStarted: false, isClosed: false, timer: undefined, isDelivering: false });
    }
    postMessage(message, transferList) {
        if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "message" argument must be specified');
        const { other, isClosed } = states.get(this);
        const copy = copied(message, transferList, this);
        if (other !== undefined && movesPort(transferList, other)) {
            process.emitWarning('The target port was posted to itself, and the communication channel was lost');
            this.close();
            return;
        }
        if (isClosed || other === undefined) return;
        const state = states.get(other);
        if (state.isClosed) return;
        state.queue.push(copy);
        if (state.isStarted) deliver(other);
    }
    start() {
        const state = states.get(this);
        if (state.isStarted || state.isClosed) return;
        state.isStarted = true;
        state.timer = setInterval(() => {}, KEEP);
        if (state.queue.length > 0) deliver(this);
    }
    close(callback) {
        const state = states.get(this);
        if (typeof callback === 'function') this.once('close', callback);
        if (state.isClosed) return;
        state.isClosed = true;
        // What was sent before is still received.
        const end = () => {
            if (state.isStarted && state.queue.length > 0) return setImmediate(end);
            clearInterval(state.timer);
            return this.dispatchEvent(new Event('close'));
        };
        setImmediate(end);
        if (state.other !== undefined && !states.get(state.other).isClosed) state.other.close();
    }
    ref() {
        states.get(this).timer?.ref();
    }
    unref() {
        states.get(this).timer?.unref();
    }
    hasRef() {
        return states.get(this).timer?.hasRef() ?? false;
    }
    // The methods of an event emitter: these listeners get the data itself.
    #wrappers = new Map();
    on(type, listener) {
        host.checkFunction(listener, 'listener');
        const valuesOf = (event) => (type === 'message' ? [event.data] : type === 'close' ? [] : [event instanceof CustomEvent ? event.detail : event]);
        const wrapper = (event) => listener.apply(this, valuesOf(event));
        this.#wrappers.set(listener, wrapper);
        this.addEventListener(type, wrapper);
        return this;
    }
    once(type, listener) {
        host.checkFunction(listener, 'listener');
        const call = (...values) => {
            this.off(type, call);
            return listener.apply(this, values);
        };
        this.on(type, call);
        this.#wrappers.set(listener, this.#wrappers.get(call));
        return this;
    }
    off(type, listener) {
        this.removeEventListener(type, this.#wrappers.get(listener) ?? listener);
        return this;
    }
    addListener(type, listener) {
        return this.on(type, listener);
    }
    removeListener(type, listener) {
        return this.off(type, listener);
    }
    emit(type, ...values) {
        const hasListeners = this.listenerCount(type) > 0;
        this.dispatchEvent(type === 'message' ? new MessageEvent('message', { data: values[0] }) : new CustomEvent(type, { detail: values[0] }));
        return hasListeners;
    }
    addEventListener(type, listener, options) {
        super.addEventListener(type, listener, options);
        if (`${type}` === 'message') this.start();
    }
    // A port that has no listener any more keeps its messages.
    removeEventListener(type, listener, options) {
        super.removeEventListener(type, listener, options);
        const state = states.get(this);
        if (`${type}` !== 'message' || !state.isStarted || this.listenerCount('message') > 0) return;
        state.isStarted = false;
        clearInterval(state.timer);
    }
    listenerCount(type) {
        return host.namespace('node:events').getEventListeners(this, type).length;
    }
    get [Symbol.toStringTag]() {
        return 'MessagePort';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        return `MessagePort ${inspect({ active: !states.get(this).isClosed, refed: this.hasRef() }, options)}`;
    }
}
handler(MessagePort.prototype, 'message');
handler(MessagePort.prototype, 'close');
export class MessageChannel {
    constructor() {
        this.port1 = new MessagePort(MAKE);
        this.port2 = new MessagePort(MAKE);
        states.get(this.port1).other = this.port2;
        states.get(this.port2).other = this.port1;
    }
}

// Returns the next message of a port at once.
export function receiveMessageOnPort(port) {
    if (!(port instanceof MessagePort)) throw host.error(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "port" argument must be a MessagePort instance');
    const { queue } = states.get(port);
    return queue.length > 0 ? { message: queue.shift().data } : undefined;
}

// The channels of this thread by their names.
const channels = new Map();

export class BroadcastChannel extends EventTarget {
    #name;
    #timer = setInterval(() => {}, KEEP);
    constructor(name) {
        if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "name" argument must be specified');
        super();
        this.#name = `${name}`;
        channels.set(this.#name, [...(channels.get(this.#name) ?? []), this]);
    }
    get name() {
        return this.#name;
    }
    #isActive() {
        return channels.get(this.#name).includes(this);
    }
    postMessage(message) {
        if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "message" argument must be specified');
        if (!this.#isActive()) throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
        for (const channel of channels.get(this.#name)) {
            if (channel === this) continue;
            const data = structuredClone(message);
            setImmediate(() => channel.#isActive() && channel.dispatchEvent(new MessageEvent('message', { data })));
        }
    }
    close() {
        channels.set(this.#name, channels.get(this.#name).filter((channel) => channel !== this));
        clearInterval(this.#timer);
    }
    ref() {
        this.#timer.ref();
        return this;
    }
    unref() {
        this.#timer.unref();
        return this;
    }
    get [Symbol.toStringTag]() {
        return 'BroadcastChannel';
    }
    [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
        if (depth < 0) return 'BroadcastChannel';
        return `BroadcastChannel ${inspect({ name: this.#name, active: this.#isActive() }, { ...options, depth: depth - 1 })}`;
    }
}
handler(BroadcastChannel.prototype, 'message');
handler(BroadcastChannel.prototype, 'messageerror');

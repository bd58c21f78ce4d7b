// Ports that pass messages inside of a thread.

import { Event, EventTarget, handler } from 'node:internal/dom';
import host from 'bmes:host';

export class MessageEvent extends Event {
    #parts;
    constructor(type, options) {
        super(type, options);
        const { data = null, origin = '', lastEventId = '', source = null, ports = [] } = options ?? {};
        this.#parts = { data, origin, lastEventId, source, ports };
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

const MAKE = Symbol('make');
const JOIN = Symbol('join');

// A port with a listener keeps the program alive until it is closed, as in Node.js.
const KEEP = 0x7fffffff;

export class MessagePort extends EventTarget {
    #other;
    #queue = [];
    #isStarted = false;
    #isClosed = false;
    #timer;
    constructor(make) {
        if (make !== MAKE) throw host.error(TypeError, 'ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
        super();
    }
    [JOIN](other) {
        this.#other = other;
    }
    postMessage(message) {
        const data = structuredClone(message);
        const other = this.#other;
        if (this.#isClosed || other === undefined || other.#isClosed) return;
        other.#queue.push(data);
        if (other.#isStarted) other.#deliver();
    }
    #deliver() {
        setImmediate(() => {
            if (this.#queue.length === 0) return;
            const data = this.#queue.shift();
            this.dispatchEvent(new MessageEvent('message', { data }));
        });
    }
    start() {
        if (this.#isStarted || this.#isClosed) return;
        this.#isStarted = true;
        this.#timer = setInterval(() => {}, KEEP);
        for (const _ of this.#queue) this.#deliver();
    }
    close() {
        if (this.#isClosed) return;
        this.#isClosed = true;
        clearInterval(this.#timer);
        setImmediate(() => this.dispatchEvent(new Event('close')));
        this.#other?.close();
    }
    ref() {
        this.#timer?.ref();
        return this;
    }
    unref() {
        this.#timer?.unref();
        return this;
    }
    // The methods of an event emitter: these listeners get the data itself.
    #wrappers = new Map();
    on(type, listener) {
        const wrapper = (event) => listener.call(this, type === 'message' ? event.data : event);
        this.#wrappers.set(listener, wrapper);
        this.addEventListener(type, wrapper);
        if (type === 'message') this.start();
        return this;
    }
    once(type, listener) {
        const call = (value) => (this.off(type, call), listener.call(this, value));
        return this.on(type, call);
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
}
handler(MessagePort.prototype, 'message');
const { get, set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
Object.defineProperty(MessagePort.prototype, 'onmessage', {
    get,
    set(value) {
        set.call(this, value);
        if (typeof value === 'function') this.start();
        else this.unref();
    },
    enumerable: true,
    configurable: true,
});

export class MessageChannel {
    constructor() {
        this.port1 = new MessagePort(MAKE);
        this.port2 = new MessagePort(MAKE);
        this.port1[JOIN](this.port2);
        this.port2[JOIN](this.port1);
    }
}

// The channels of this thread by their names.
const channels = new Map();

export class BroadcastChannel extends EventTarget {
    #name;
    #timer = setInterval(() => {}, KEEP);
    constructor(name) {
        super();
        this.#name = `${name}`;
        channels.set(this.#name, [...(channels.get(this.#name) ?? []), this]);
    }
    get name() {
        return this.#name;
    }
    postMessage(message) {
        if (!channels.get(this.#name).includes(this)) throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
        for (const channel of channels.get(this.#name)) {
            if (channel === this) continue;
            const data = structuredClone(message);
            setImmediate(() => channel.dispatchEvent(new MessageEvent('message', { data })));
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
}
handler(BroadcastChannel.prototype, 'message');

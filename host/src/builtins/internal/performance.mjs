// The marks and the measures of `performance`.

import host from 'bmes:host';

let entries = [];
const observers = new Set();

export class PerformanceEntry {
    constructor(name, entryType, startTime, duration, detail) {
        Object.assign(this, { name, entryType, startTime, duration, detail });
    }
    toJSON() {
        return { ...this };
    }
}
export class PerformanceMark extends PerformanceEntry {
    constructor(name, { startTime = performance.now(), detail = null } = {}) {
        if (typeof startTime !== 'number') throw host.invalid('startTime', 'of type number', startTime);
        if (startTime < 0) {
            throw host.error(TypeError, 'ERR_PERFORMANCE_INVALID_TIMESTAMP', `${startTime} is not a valid timestamp`);
        }
        super(String(name), 'mark', startTime, 0, detail === null ? null : structuredClone(detail));
    }
}
export class PerformanceMeasure extends PerformanceEntry {}

function add(entry) {
    entries.push(entry);
    for (const observer of observers) observer[NOTE](entry);
    return entry;
}
const NOTE = Symbol('note');

export function mark(name, options) {
    if (arguments.length === 0) throw host.error(TypeError, 'ERR_MISSING_ARGS', 'The "name" argument must be specified');
    return add(new PerformanceMark(name, options));
}

export class Performance {
    constructor() {
        throw host.error(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
    }
    static [Symbol.hasInstance](value) {
        return value === performance;
    }
}

// Returns the time of a mark, or the time itself.
const timeOf = (value) => {
    if (typeof value === 'number') return value;
    const found = entries.findLast((entry) => entry.entryType === 'mark' && entry.name === String(value));
    if (found !== undefined) return found.startTime;
    const message = `The "${value}" performance mark has not been set`;
    throw new DOMException(message, 'SyntaxError');
};

export function measure(name, from, to) {
    const options = typeof from === 'object' && from !== null ? from : { start: from, end: to };
    const { start, end, duration, detail = null } = options;
    const last = end !== undefined ? timeOf(end) : start !== undefined && duration !== undefined ? timeOf(start) + duration : performance.now();
    const first = start !== undefined ? timeOf(start) : duration !== undefined ? last - duration : 0;
    return add(new PerformanceMeasure(String(name), 'measure', first, last - first, detail === null ? null : structuredClone(detail)));
}

const sorted = (list) => list.toSorted((a, b) => a.startTime - b.startTime);
export const getEntries = () => sorted(entries);
export const getEntriesByName = (name, type) =>
    sorted(entries.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type)));
export const getEntriesByType = (type) => sorted(entries.filter((entry) => entry.entryType === type));
const clear = (type) => (name) => {
    entries = entries.filter((entry) => entry.entryType !== type || (name !== undefined && entry.name !== name));
};
export const clearMarks = clear('mark');
export const clearMeasures = clear('measure');
export const timerify = (call) => {
    host.checkFunction(call, 'fn');
    return Object.defineProperty(function (...values) {
        return new.target ? Reflect.construct(call, values, new.target) : call.apply(this, values);
    }, 'name', { value: `timerified ${call.name}`, configurable: true });
};
// The host has no event loop that waits for the system.
export const eventLoopUtilization = () => ({ idle: 0, active: 0, utilization: 0 });
export const toJSON = () => ({ timeOrigin: performance.timeOrigin, nodeTiming: {}, eventLoopUtilization: eventLoopUtilization() });

export class PerformanceObserverEntryList {
    #list;
    constructor(list) {
        this.#list = list;
    }
    getEntries() {
        return [...this.#list];
    }
    getEntriesByName(name, type) {
        return this.#list.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type));
    }
    getEntriesByType(type) {
        return this.#list.filter((entry) => entry.entryType === type);
    }
}

export class PerformanceObserver {
    #callback;
    #types = [];
    #list = [];
    static supportedEntryTypes = ['mark', 'measure'];
    constructor(callback) {
        host.checkFunction(callback);
        this.#callback = callback;
    }
    observe({ entryTypes, type, buffered = false } = {}) {
        this.#types = entryTypes ?? [...this.#types, type];
        if (buffered) for (const entry of entries) this[NOTE](entry);
        observers.add(this);
    }
    disconnect() {
        observers.delete(this);
        this.#list = [];
    }
    takeRecords() {
        return this.#list.splice(0);
    }
    [NOTE](entry) {
        if (!this.#types.includes(entry.entryType)) return;
        this.#list.push(entry);
        if (this.#list.length > 1) return;
        setImmediate(() => {
            const list = this.takeRecords();
            if (list.length > 0) this.#callback(new PerformanceObserverEntryList(list), this);
        });
    }
}

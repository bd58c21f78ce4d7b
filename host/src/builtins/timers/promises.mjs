// Timers that are promises.

import host from 'bmes:host';

// Programs may replace the global ones.
const { setTimeout: startTimeout, setInterval: startInterval, setImmediate: startImmediate, clearImmediate: stopImmediate } = globalThis;

const check = (options) => {
    if (options === undefined) return {};
    if (options === null || typeof options !== 'object') throw host.invalid('options', 'of type object', options);
    host.checkSignal(options.signal);
    const { ref } = options;
    if (ref !== undefined && typeof ref !== 'boolean') throw host.invalid('options.ref', 'of type boolean', ref);
    return options;
};
const checkDelay = (delay) => {
    if (delay !== undefined && typeof delay !== 'number') throw host.invalid('delay', 'of type number', delay);
};

// Returns a promise that a timer fulfils, and that the signal rejects.
const promised = (start, stop, value, { signal, ref = true }) => {
    if (signal?.aborted) throw host.abortError(signal);
    return new Promise((resolve, reject) => {
        const aborted = () => {
            stop(timer);
            reject(host.abortError(signal));
        };
        const timer = start(() => {
            signal?.removeEventListener('abort', aborted);
            resolve(value);
        });
        if (!ref) timer.unref();
        signal?.addEventListener('abort', aborted, { once: true });
    });
};
export async function setTimeout(delay, value, options) {
    checkDelay(delay);
    return promised((done) => startTimeout(done, delay), (timer) => timer.close(), value, check(options));
}
export async function setImmediate(value, options) {
    return promised(startImmediate, stopImmediate, value, check(options));
}

export async function* setInterval(delay, value, options) {
    checkDelay(delay);
    const { signal, ref = true } = check(options);
    if (signal?.aborted) throw host.abortError(signal);
    let count = 0;
    let wake;
    const interval = startInterval(() => {
        count++;
        wake?.();
    }, delay);
    if (!ref) interval.unref();
    const aborted = () => {
        interval.close();
        wake?.();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    try {
        while (!signal?.aborted) {
            if (count === 0) await new Promise((resolve) => (wake = resolve));
            for (; count > 0; count--) yield value;
        }
        throw host.abortError(signal);
    } finally {
        interval.close();
        signal?.removeEventListener('abort', aborted);
    }
}

const MAKE = Symbol('make');
class Scheduler {
    constructor(make) {
        if (make !== MAKE) throw host.error(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
    }
    yield() {
        host.checkThis(this instanceof Scheduler, 'Scheduler');
        return setImmediate();
    }
    wait(delay, options) {
        host.checkThis(this instanceof Scheduler, 'Scheduler');
        return setTimeout(delay, undefined, options);
    }
}
export const scheduler = new Scheduler(MAKE);
export default { setTimeout, setImmediate, setInterval, scheduler };

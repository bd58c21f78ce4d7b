// Defines the globals of a program. Returns the functions that the host calls. What few programs use is loaded when it is
// first used.
export default function (host) {
    const builtin = (name) => {
        const namespace = host.namespace(name);
        return namespace.default ?? namespace;
    };
    const define = (name, value) =>
        Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
    const lazy = (name, module, property = name) =>
        Object.defineProperty(globalThis, name, {
            get() {
                const value = builtin(module)[property];
                define(name, value);
                return value;
            },
            set(value) {
                define(name, value);
            },
            enumerable: false,
            configurable: true,
        });

    define('global', globalThis);

    // Errors

    // The engine's stacks have no name and no message before the calls.
    const traces = Object.getOwnPropertyDescriptor(Error.prototype, 'stack');
    const titled = (error, stack) => {
        if (typeof stack !== 'string' || typeof Error.prepareStackTrace === 'function') return stack;
        try {
            const title = coded.has(error) ? error.toString() : Error.prototype.toString.call(error);
            return `${title}\n${stack}`.trimEnd();
        } catch {
            return stack;
        }
    };
    const setStack = function (value) {
        Object.defineProperty(this, 'stack', { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    };
    Object.defineProperty(Error.prototype, 'stack', {
        ...traces,
        get() {
            return titled(this, traces.get.call(this));
        },
        set: setStack,
    });
    const capture = Error.captureStackTrace;
    Object.defineProperty(Error, 'captureStackTrace', {
        value: function captureStackTrace(error, callee = captureStackTrace) {
            capture(error, callee);
            setStack.call(error, titled(error, error.stack));
        },
        writable: true,
        configurable: true,
    });

    // Errors of Node.js, whose texts have a code.
    const coded = new WeakSet();
    const withCode = function () {
        return `${this.name} [${this.code}]: ${this.message}`;
    };
    const errorOf = (Class, code, message, more) => {
        const error = Object.assign(new Class(message), { code, ...more });
        // That of a URL comes from another part of Node.js.
        if (code === 'ERR_INVALID_URL') return error;
        coded.add(error);
        return Object.defineProperty(error, 'toString', { value: withCode, writable: true, configurable: true });
    };
    host.error = errorOf;
    for (const name of ['abortError', 'checkSignal', 'invalid', 'invalidValue', 'outOfRange']) {
        host[name] = (...values) => builtin('node:internal/errors')[name](...values);
    }
    const checkFunction = (value, name = 'callback') => {
        if (typeof value !== 'function') throw host.invalid(name, 'of type function', value);
    };
    host.checkFunction = checkFunction;
    // A call of a method for another object is an error that names the class.
    host.checkThis = (isOwn, name) => {
        if (!isOwn) throw errorOf(TypeError, 'ERR_INVALID_THIS', `Value of "this" must be of type ${name}`);
    };
    host.checkString = (value, name) => {
        if (typeof value !== 'string') throw host.invalid(name, 'of type string', value);
    };

    // console

    // Texts and numbers, which most programs print, do not need `node:internal/format`.
    const isPlain = (value) =>
        ['string', 'boolean', 'undefined'].includes(typeof value) || (typeof value === 'number' && !Object.is(value, -0));
    const format = (values) => {
        const [first] = values;
        const hasDirectives = values.length > 1 && typeof first === 'string' && first.includes('%');
        return values.every(isPlain) && !hasDirectives ? values.map(String).join(' ') : builtin('node:internal/format').format(...values);
    };
    host.indent = '';
    // Programs may replace `write` to see the output.
    const line = (stream, name) => ({
        [name](...values) {
            const text = format(values);
            process[stream].write((host.indent === '' ? text : text.replace(/^/gm, host.indent)) + '\n');
        },
    })[name];
    const console = {};
    const direct = { log: 'stdout', info: 'stdout', debug: 'stdout', warn: 'stderr', error: 'stderr' };
    for (const name of [
        'log', 'warn', 'dir', 'time', 'timeEnd', 'timeLog', 'trace', 'assert', 'clear', 'count', 'countReset', 'group', 'groupEnd', 'table',
        'debug', 'info', 'dirxml', 'error', 'groupCollapsed',
    ]) {
        const later = (...values) => builtin('node:internal/console').shared[name](...values);
        console[name] = name in direct ? line(direct[name], name) : Object.defineProperty(later, 'name', { value: name, configurable: true });
    }
    const own = { get: () => builtin('node:internal/console').Console, enumerable: true, configurable: true };
    Object.defineProperty(console, 'Console', own);
    // They show nothing without an inspector.
    for (const name of ['profile', 'profileEnd', 'timeStamp']) console[name] = () => {};
    console.context = (...values) => builtin('node:internal/console').context(...values);
    Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });
    define('console', console);
    host.console = console;

    // Timers: those that are due run in the order of their times, then the immediates of this turn.

    const timers = new Map();
    let lastId = 0;
    class Timeout {
        constructor(callback, delay, values, repeats) {
            delay = Number(delay);
            if (delay > 0x7fffffff) {
                const message = `${delay} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`;
                process.emitWarning(message, 'TimeoutOverflowWarning');
            }
            this._idleTimeout = delay >= 1 && delay <= 0x7fffffff ? Math.trunc(delay) : 1;
            this._onTimeout = callback;
            this._repeat = repeats ? this._idleTimeout : null;
            this._destroyed = false;
            Object.defineProperties(this, {
                values: { value: values },
                isRef: { value: true, writable: true },
                id: { value: 0, writable: true },
                due: { value: 0, writable: true },
            });
            this.start();
        }
        start() {
            timers.delete(this.id);
            this.id = ++lastId;
            this.due = Math.floor(host.now()) + this._idleTimeout;
            this._destroyed = false;
            timers.set(this.id, this);
        }
        refresh() {
            if (this._onTimeout !== null) this.start();
            return this;
        }
        close() {
            clear(this);
            return this;
        }
        [Symbol.dispose]() {
            clear(this);
        }
        [Symbol.toPrimitive]() {
            return this.number ?? (Object.defineProperty(this, 'number', { value: this.id }), numbers.set(this.id, this), this.id);
        }
    }
    // The timers whose numbers programs know.
    const numbers = new Map();
    const timer = (name, repeats) => ({
        [name](callback, delay, ...values) {
            checkFunction(callback);
            return new Timeout(callback, delay, values, repeats);
        },
    })[name];
    const clear = (timeout) => {
        if (typeof timeout === 'number' || typeof timeout === 'string') timeout = numbers.get(Number(timeout));
        if (!(timeout instanceof Timeout)) return;
        timers.delete(timeout.id);
        numbers.delete(timeout.number);
        timeout._destroyed = true;
        timeout._onTimeout = null;
        timeout._idleTimeout = -1;
    };
    class Immediate {
        constructor(callback, values) {
            this._onImmediate = callback;
            this._destroyed = false;
            Object.defineProperties(this, { values: { value: values }, isRef: { value: true, writable: true } });
            immediates.push(this);
        }
        [Symbol.dispose]() {
            clearImmediate(this);
        }
    }
    let immediates = [];
    for (const { prototype } of [Timeout, Immediate]) {
        const isRef = (value) => function () { this.isRef = value; return this; };
        const methods = { ref: isRef(true), unref: isRef(false), hasRef() { return this.isRef; } };
        for (const name in methods) Object.defineProperty(prototype, name, { value: methods[name], writable: true, configurable: true });
    }
    define('setTimeout', timer('setTimeout', false));
    define('setInterval', timer('setInterval', true));
    for (const name of ['clearTimeout', 'clearInterval']) define(name, { [name]: (timeout) => clear(timeout) }[name]);
    define('setImmediate', function setImmediate(callback, ...values) {
        checkFunction(callback);
        return new Immediate(callback, values);
    });
    define('clearImmediate', function clearImmediate(immediate) {
        if (!(immediate instanceof Immediate)) return;
        immediate._onImmediate = null;
        immediate._destroyed = true;
    });
    for (const name of ['setTimeout', 'setImmediate']) {
        Object.defineProperty(globalThis[name], Symbol.for('nodejs.util.promisify.custom'), {
            get: () => builtin('node:timers/promises')[name],
        });
    }

    // Tells the program's handlers about an error that nothing has caught. Returns whether there are some.
    const uncaught = (error, origin = 'uncaughtException') => {
        process.emit('uncaughtExceptionMonitor', error, origin);
        return process.emit('uncaughtException', error, origin);
    };
    // Tells the handlers about a promise that was rejected and has no handler.
    const reported = new WeakSet();
    const rejected = (reason, promise) => {
        reported.add(promise);
        if (process.emit('unhandledRejection', reason, promise)) return true;
        if (process.listenerCount('uncaughtException') + process.listenerCount('uncaughtExceptionMonitor') === 0) return false;
        return uncaught(builtin('node:internal/process').rejection(reason), 'unhandledRejection');
    };
    // Tells the handlers that a promise of which they know has a handler now.
    const handled = (promise) => {
        if (reported.delete(promise)) process.emit('rejectionHandled', promise);
    };
    const raise = (error) => {
        if (uncaught(error)) return;
        host.report(error);
        process.exit(1);
    };

    const guarded = (callback, values) => {
        try {
            callback(...values);
        } catch (error) {
            raise(error);
        }
    };

    // The callbacks of `process.nextTick`. They run before the jobs of promises, except after the code of an ECMAScript module.
    let ticks = [];
    const runTicks = () => {
        if (ticks.length === 0) return false;
        while (ticks.length > 0) {
            const list = ticks;
            ticks = [];
            list.forEach(({ callback, values }) => guarded(callback, values));
        }
        return true;
    };

    const resolved = Promise.resolve();
    define('queueMicrotask', function queueMicrotask(callback) {
        checkFunction(callback);
        resolved.then(() => guarded(callback, []));
    });

    // What is left of this turn, and whether `beforeExit` was emitted since something has run.
    let due = [];
    // The time at which the turn has begun, in whole milliseconds, as in Node.js.
    let turn = 0;
    let checks = [];
    let isEmpty = false;
    const call = (receiver, callback, values) => {
        isEmpty = false;
        Reflect.apply(callback, receiver, values);
        runTicks();
        return 0;
    };
    // Runs what is next. Returns 0 if it has run something, the milliseconds until the next timer is due, or -1 if there is
    // nothing to wait for.
    const runTimer = () => {
        if (due.length + checks.length === 0) {
            turn = Math.floor(host.now());
            due = [...timers.values()].filter((timeout) => timeout.due <= turn).sort((a, b) => a.due - b.due || a.id - b.id);
            [checks, immediates] = [immediates, []];
            if (checks.length > 0 && !checks.some((immediate) => immediate.isRef) && nextDue() === undefined) checks = [];
        }
        while (due.length > 0) {
            const timeout = due.shift();
            // Another timer may have cleared it, or have set it again.
            if (timers.get(timeout.id) !== timeout || timeout.due > turn) continue;
            const callback = timeout._onTimeout;
            const { id } = timeout;
            timers.delete(id);
            try {
                return call(timeout, callback, timeout.values);
            } finally {
                // The time of an interval begins after its callback. The callback may have set or cleared the timer.
                if (timeout._repeat && timeout._idleTimeout !== -1) {
                    timeout._idleTimeout = timeout._repeat;
                    timeout.start();
                } else if (timeout.id === id) {
                    numbers.delete(timeout.number);
                    timeout._destroyed = true;
                }
            }
        }
        while (checks.length > 0) {
            const immediate = checks.shift();
            const callback = immediate._onImmediate;
            immediate._onImmediate = null;
            immediate._destroyed = true;
            if (callback !== null) return call(immediate, callback, immediate.values);
        }
        if (immediates.some((immediate) => immediate.isRef)) return 0;
        const next = nextDue();
        if (next !== undefined) return Math.max(next - host.now(), 0.1);
        if (isEmpty || process.listenerCount('beforeExit') === 0) return -1;
        isEmpty = true;
        process.emit('beforeExit', Number(process.exitCode ?? 0));
        runTicks();
        return 0;
    };
    // Returns when the next timer is due. `undefined`: no timer keeps the program alive.
    const nextDue = () => {
        let [next, isWaiting] = [Infinity, false];
        for (const { due, isRef } of timers.values()) {
            next = Math.min(next, due);
            isWaiting ||= isRef;
        }
        return isWaiting ? next : undefined;
    };

    // process

    function itself() {
        return this;
    }
    const stream = (descriptor) => ({
        fd: descriptor,
        isTTY: undefined,
        writable: true,
        columns: undefined,
        write(text, encoding, callback) {
            if (typeof text !== 'string' && !ArrayBuffer.isView(text)) {
                throw host.invalid('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', text);
            }
            if (typeof text === 'string') host.write(descriptor, text);
            else host.writeBytes(descriptor, new Uint8Array(text.buffer, text.byteOffset, text.byteLength));
            const done = typeof encoding === 'function' ? encoding : callback;
            if (typeof done === 'function') process.nextTick(done);
            return true;
        },
        end(text) {
            if (text !== undefined) this.write(text);
        },
        on: itself,
        once: itself,
        emit: () => false,
        removeListener: itself,
        listenerCount: () => 0,
        hasColors: () => false,
        getColorDepth: () => 1,
    });
    let isExiting = false;
    let exitCode;
    const checkExitCode = (code) => {
        if (code !== undefined && !Number.isInteger(code)) builtin('node:internal/process').checkExitCode(code);
    };
    const process = {
        title: 'bmes',
        argv: [host.executable, host.entry, ...host.arguments],
        argv0: 'bmes',
        execArgv: [],
        execPath: host.executable,
        env: new Proxy(host.environment, {
            // Variables are texts.
            set: (variables, name, value) => ((variables[`${name}`] = `${value}`), true),
            defineProperty: (variables, name, descriptor) => builtin('node:internal/process').defineVariable(variables, name, descriptor),
        }),
        pid: host.pid,
        platform: host.platform,
        arch: host.arch,
        version: 'v24.0.0',
        versions: { node: '24.0.0' },
        release: { name: 'node' },
        features: {},
        config: { variables: {} },
        get exitCode() {
            return exitCode;
        },
        set exitCode(code) {
            checkExitCode(code);
            exitCode = code;
        },
        stdout: stream(1),
        stderr: stream(2),
        get stdin() {
            return builtin('node:internal/stdin').stdin;
        },
        cwd: host.cwd,
        uptime: () => host.now() / 1000,
        umask: (mask) => builtin('node:internal/process').umask(mask),
        getActiveResourcesInfo: () => [
            ...immediates.filter((immediate) => immediate.isRef).map(() => 'Immediate'),
            ...[...timers.values()].filter((timeout) => timeout.isRef).map(() => 'Timeout'),
        ],
        memoryUsage: Object.assign(() => builtin('node:internal/process').memoryUsage(), { rss: () => builtin('node:internal/process').rss() }),
        nextTick(callback, ...values) {
            checkFunction(callback);
            if (!isExiting) ticks.push({ callback, values });
        },
        emitWarning: (...values) => builtin('node:internal/process').emitWarning(...values),
        hrtime: Object.assign((from) => builtin('node:internal/process').hrtime(from), {
            bigint: () => BigInt(Math.floor(host.now() * 1e6)),
        }),
        exit(code) {
            checkExitCode(code);
            if (code !== undefined) process.exitCode = code;
            host.exit(exit(0));
        },
        // Most programs have no handlers, so that `node:events` is loaded by the first one.
        emit: (name, ...values) => isEmitter && process.emit(name, ...values),
        listenerCount: (name) => (isEmitter ? process.listenerCount(name) : 0),
    };
    if (host.platform === 'linux') {
        for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) process[name] = () => builtin('node:internal/process')[name]();
        Object.defineProperty(process, 'ppid', { get: () => builtin('node:internal/process').ppid(), enumerable: true, configurable: true });
    }
    let isEmitter = false;
    const become = (name) => (...values) => {
        if (!isEmitter) {
            isEmitter = true;
            for (const own of METHODS) delete process[own];
            Object.setPrototypeOf(process, Object.create(builtin('node:events').prototype));
        }
        return process[name](...values);
    };
    const METHODS = [
        'on', 'once', 'off', 'emit', 'listeners', 'rawListeners', 'listenerCount', 'eventNames', 'addListener', 'removeListener',
        'removeAllListeners', 'prependListener', 'prependOnceListener', 'setMaxListeners', 'getMaxListeners',
    ];
    for (const name of METHODS) process[name] ??= become(name);
    Object.defineProperty(process, Symbol.toStringTag, { value: 'process', configurable: true });
    define('process', process);

    // Calls the handlers of `exit`, and returns the exit status.
    const exit = (status) => {
        if (!isExiting) {
            isExiting = process._exiting = true;
            if (status !== 0) exitCode = status;
            process.emit('exit', Number(exitCode ?? 0));
        }
        // A handler may have changed it.
        return Number(exitCode ?? 0) & 0xff;
    };

    // Other globals

    const performance = { now: host.now, timeOrigin: Date.now() };
    for (const name of [
        'mark', 'measure', 'getEntries', 'getEntriesByName', 'getEntriesByType', 'clearMarks', 'clearMeasures', 'timerify',
        'eventLoopUtilization', 'toJSON',
    ]) {
        performance[name] = (...values) => builtin('node:internal/performance')[name](...values);
    }
    Object.defineProperty(performance, Symbol.toStringTag, { value: 'Performance', configurable: true });
    define('performance', performance);
    const lazily = {
        'node:url': ['URL', 'URLSearchParams'],
        'node:buffer': ['Buffer', 'atob', 'btoa'],
        'node:internal/fetch': ['Headers', 'Request', 'Response', 'fetch'],
        'node:internal/encoding': ['TextEncoder', 'TextDecoder'],
        'node:internal/clone': ['structuredClone'],
        'node:internal/dom': ['Event', 'EventTarget', 'CustomEvent', 'AbortController', 'AbortSignal', 'DOMException'],
        'node:internal/performance': [
            'Performance', 'PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'PerformanceObserver', 'PerformanceObserverEntryList',
        ],
        'node:internal/blob': ['Blob', 'File', 'FormData'],
        'node:internal/ports': ['MessageChannel', 'MessagePort', 'MessageEvent', 'BroadcastChannel'],
    };
    for (const module in lazily) for (const name of lazily[module]) lazy(name, module);
    lazy('crypto', 'node:crypto', 'webcrypto');

    // CommonJS

    host.commonJs = { builtin };
    host.requireFrom = (...values) => builtin('node:internal/commonjs').requireFrom(...values);

    // After a CommonJS module that is the program, the callbacks of `process.nextTick` come before the jobs of promises.
    const require = (name) => {
        const exports = builtin('node:internal/commonjs').load(name, undefined);
        if (host.path(name) === host.entry) runTicks();
        return exports;
    };
    return { runTimer, runTicks, exit, require, uncaught, rejected, handled };
}

// Defines the globals of a program. Returns the functions that the host calls. What few programs use is loaded when it is
// first used.
(function (host) {
    'use strict';

    const builtin = (name) => host.namespace(name).default;
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

    // console

    // Texts and numbers, which most programs print, do not need `node:util`.
    const isPlain = (value) =>
        ['string', 'boolean', 'undefined'].includes(typeof value) || (typeof value === 'number' && !Object.is(value, -0));
    const format = (values) => {
        const [first] = values;
        const hasDirectives = values.length > 1 && typeof first === 'string' && first.includes('%');
        return values.every(isPlain) && !hasDirectives ? values.map(String).join(' ') : builtin('node:util').format(...values);
    };
    let indent = '';
    const line = (descriptor) => (...values) => {
        const text = format(values);
        host.write(descriptor, (indent === '' ? text : text.replace(/^/gm, indent)) + '\n');
    };
    const [log, error] = [line(1), line(2)];
    const counts = new Map();
    const times = new Map();
    const since = (label) => `${label}: ${(host.now() - times.get(label)).toFixed(3)}ms`;
    const console = {
        log,
        error,
        info: log,
        debug: log,
        warn: error,
        trace: (...values) => error(`Trace: ${format(values)}\n${new Error().stack}`),
        dir: (value, options) => log(builtin('node:util').inspect(value, options)),
        table: (value) => log(builtin('node:util').table(value)),
        assert(condition, ...values) {
            if (!condition) error('Assertion failed' + (values.length > 0 ? `: ${format(values)}` : ''));
        },
        group(...values) {
            if (values.length > 0) log(...values);
            indent += '  ';
        },
        groupEnd() {
            indent = indent.slice(2);
        },
        count(label = 'default') {
            counts.set(label, (counts.get(label) ?? 0) + 1);
            log(`${label}: ${counts.get(label)}`);
        },
        countReset: (label = 'default') => counts.delete(label),
        time: (label = 'default') => times.set(label, host.now()),
        timeLog: (label = 'default') => log(since(label)),
        timeEnd(label = 'default') {
            log(since(label));
            times.delete(label);
        },
    };
    console.groupCollapsed = console.group;
    define('console', console);

    // Timers, in the order in which they are due.

    const timers = new Map();
    let lastId = 0;
    class Timeout {
        constructor(callback, delay, values, repeats) {
            this.id = ++lastId;
            delay = Number(delay);
            this.delay = delay >= 1 && delay <= 0x7fffffff ? delay : 1;
            Object.assign(this, { callback, values, repeats, isRef: true });
            this.start();
        }
        start() {
            this.due = host.now() + this.delay;
            timers.set(this.id, this);
        }
        ref() {
            this.isRef = true;
            return this;
        }
        unref() {
            this.isRef = false;
            return this;
        }
        hasRef() {
            return this.isRef;
        }
        refresh() {
            this.start();
            return this;
        }
        close() {
            clear(this);
            return this;
        }
        [Symbol.toPrimitive]() {
            return this.id;
        }
    }
    const timer = (repeats) => (callback, delay, ...values) => {
        if (typeof callback !== 'function') {
            throw Object.assign(new TypeError('The "callback" argument must be of type function.'), {
                code: 'ERR_INVALID_ARG_TYPE',
            });
        }
        return new Timeout(callback, delay, values, repeats);
    };
    const clear = (timeout) => {
        const id = timeout instanceof Timeout ? timeout.id : Number(timeout);
        timers.delete(id);
    };
    const immediates = [];
    define('setTimeout', timer(false));
    define('setInterval', timer(true));
    define('clearTimeout', clear);
    define('clearInterval', clear);
    define('setImmediate', (callback, ...values) => {
        const immediate = { callback, values };
        immediates.push(immediate);
        return immediate;
    });
    define('clearImmediate', (immediate) => {
        const index = immediates.indexOf(immediate);
        if (index >= 0) immediates.splice(index, 1);
    });
    const fatal = (error) => {
        host.report(error);
        process.exit(1);
    };
    const resolved = Promise.resolve();
    define('queueMicrotask', (callback) => {
        resolved.then(() => {
            try {
                callback();
            } catch (error) {
                fatal(error);
            }
        });
    });

    // Runs what is due first. Returns 0 if it has run something, the milliseconds until the next timer is due, or -1 if there
    // is nothing to wait for.
    const runTimer = () => {
        let next;
        let isWaiting = false;
        for (const timeout of timers.values()) {
            if (next === undefined || timeout.due < next.due) next = timeout;
            isWaiting ||= timeout.isRef;
        }
        const wait = next === undefined ? -1 : next.due - host.now();
        if (next !== undefined && wait <= 0) {
            if (next.repeats) next.start();
            else timers.delete(next.id);
            next.callback.apply(next, next.values);
            return 0;
        }
        const immediate = immediates.shift();
        if (immediate !== undefined) {
            immediate.callback(...immediate.values);
            return 0;
        }
        return isWaiting ? Math.max(wait, 0.1) : -1;
    };

    // process

    const handlers = new Map();
    const stream = (descriptor) => ({
        fd: descriptor,
        isTTY: false,
        writable: true,
        columns: undefined,
        write(text, encoding, callback) {
            host.write(descriptor, typeof text === 'string' ? text : host.decode(text, false));
            const done = typeof encoding === 'function' ? encoding : callback;
            if (typeof done === 'function') queueMicrotask(() => done());
            return true;
        },
        end(text) {
            if (text !== undefined) this.write(text);
        },
        on() {
            return this;
        },
        once() {
            return this;
        },
        emit: () => false,
        removeListener() {
            return this;
        },
        hasColors: () => false,
        getColorDepth: () => 1,
    });
    let isExiting = false;
    const process = {
        title: 'bmes',
        argv: [host.executable, host.entry, ...host.arguments],
        argv0: 'bmes',
        execArgv: [],
        execPath: host.executable,
        env: host.environment,
        pid: host.pid,
        platform: host.platform,
        arch: host.arch,
        version: 'v24.0.0',
        versions: { node: '24.0.0' },
        release: { name: 'node' },
        features: {},
        config: { variables: {} },
        exitCode: undefined,
        stdout: stream(1),
        stderr: stream(2),
        cwd: host.cwd,
        uptime: () => host.now() / 1000,
        umask: () => 0o022,
        memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
        nextTick: (callback, ...values) => queueMicrotask(() => callback(...values)),
        emitWarning: (warning) => error(`(bmes) ${warning?.name ?? 'Warning'}: ${warning?.message ?? warning}`),
        hrtime: Object.assign(
            (from = [0, 0]) => {
                const now = host.now();
                const [seconds, rest] = [Math.floor(now / 1000), Math.floor((now % 1000) * 1e6)];
                const isBorrowed = rest < from[1];
                return [seconds - from[0] - (isBorrowed ? 1 : 0), rest - from[1] + (isBorrowed ? 1e9 : 0)];
            },
            { bigint: () => BigInt(Math.floor(host.now() * 1e6)) },
        ),
        exit(code) {
            if (code !== undefined) process.exitCode = code;
            host.exit(exit(0));
        },
        on(name, handler) {
            handlers.set(name, [...(handlers.get(name) ?? []), handler]);
            return process;
        },
        off(name, handler) {
            handlers.set(name, (handlers.get(name) ?? []).filter((known) => known !== handler));
            return process;
        },
        emit(name, ...values) {
            const list = handlers.get(name) ?? [];
            list.forEach((handler) => handler.apply(process, values));
            return list.length > 0;
        },
        listeners: (name) => handlers.get(name) ?? [],
        listenerCount: (name) => (handlers.get(name) ?? []).length,
    };
    process.addListener = process.once = process.prependListener = process.on;
    process.removeListener = process.off;
    process.removeAllListeners = (name) => (handlers.delete(name), process);
    define('process', process);

    // Calls the handlers of `exit`, and returns the exit status.
    const exit = (status) => {
        const code = () => (status !== 0 ? status : Number(process.exitCode ?? 0) & 0xff);
        if (!isExiting) {
            isExiting = true;
            if (process.exitCode === undefined && status !== 0) process.exitCode = status;
            process.emit('exit', code());
        }
        return code();
    };

    // Other globals

    const origin = Date.now();
    define('performance', {
        now: host.now,
        timeOrigin: origin,
        mark() {},
        measure() {},
        toJSON: () => ({ timeOrigin: origin }),
    });
    for (const name of ['URL', 'URLSearchParams']) lazy(name, 'node:url');
    for (const name of ['Buffer', 'atob', 'btoa']) lazy(name, 'node:buffer');
    lazy('crypto', 'node:crypto', 'webcrypto');
    for (const name of ['Headers', 'Request', 'Response', 'fetch']) lazy(name, 'node:internal/fetch');
    for (const name of ['TextEncoder', 'TextDecoder', 'structuredClone']) lazy(name, 'node:util');
    for (const name of ['Event', 'EventTarget', 'AbortController', 'AbortSignal']) lazy(name, 'node:events');

    // CommonJS

    const cache = Object.create(null);
    const folder = (path) => path.slice(0, path.lastIndexOf('/')) || '/';
    class Module {
        constructor(name, path, parent) {
            Object.assign(this, { id: path, path: folder(path), exports: {}, filename: path, loaded: false, children: [] });
            Object.defineProperty(this, 'parent', { value: parent, enumerable: false, configurable: true });
            this.require = requireFrom(name, this);
        }
    }
    // Returns what `require` returns for a module.
    const load = (name, parent) => {
        const kind = host.kind(name);
        if (kind === 'builtin') return builtin(name);
        const path = host.path(name);
        if (path in cache) return cache[path].exports;
        if (kind === 'module') {
            const namespace = host.namespace(name);
            return 'module.exports' in namespace ? namespace['module.exports'] : namespace;
        }
        const module = new Module(name, path, parent);
        cache[path] = module;
        try {
            if (kind === 'json') module.exports = JSON.parse(host.readText(path).replace(/^\ufeff/, ''));
            else host.commonjs(name).call(module.exports, module.exports, module.require, module, path, folder(path));
        } catch (error) {
            delete cache[path];
            throw error;
        }
        module.loaded = true;
        return module.exports;
    };
    const requireFrom = (base, parent) => {
        const require = (specifier) => {
            if (typeof specifier !== 'string') {
                throw Object.assign(new TypeError('The "id" argument must be of type string.'), {
                    code: 'ERR_INVALID_ARG_TYPE',
                });
            }
            return load(resolve(base, specifier), parent);
        };
        require.resolve = (specifier) => {
            const name = resolve(base, specifier);
            return host.path(name) ?? name;
        };
        require.cache = cache;
        require.main = undefined;
        require.extensions = Object.create(null);
        return require;
    };
    const resolve = (base, specifier) => {
        try {
            return host.resolve(base, specifier);
        } catch (error) {
            if (error.code === 'ERR_MODULE_NOT_FOUND') error.code = 'MODULE_NOT_FOUND';
            throw error;
        }
    };

    host.requireFrom = requireFrom;

    return { runTimer, exit, require: (name) => load(name, undefined) };
});

// What few programs use of `console`, and consoles with other streams.

import host from 'bmes:host';
import { formatWithOptions, table as show } from 'node:internal/format';
import { inspect } from 'node:internal/inspect';

// Returns a time as Node.js shows it.
const duration = (milliseconds) => {
    const seconds = milliseconds / 1000;
    if (seconds < 1) return `${Number(milliseconds.toFixed(3))}ms`;
    if (seconds < 60) return `${seconds.toFixed(3)}s`;
    const two = (number, digits = 0) => number.toFixed(digits).padStart(digits === 0 ? 2 : 3 + digits, '0');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes}:${two(seconds % 60, 3)} (m:ss.mmm)`;
    return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(Math.floor(seconds % 60))} (h:mm:ss)`;
};

// Only a terminal can be cleared.
const clearing = (stream) => () => {
    if (stream().isTTY && process.env.TERM !== 'dumb') stream().write('\u001b[1;1H\u001b[0J');
};

// Returns the methods of a console that writes lines by these functions.
function methods(log, error, group, clear) {
    const counts = new Map();
    const times = new Map();
    const elapsed = (label, method, values) => {
        if (times.has(label)) return void log(`${label}: ${duration(host.now() - times.get(label))}`, ...values), true;
        process.emitWarning(`No such label '${label}' for console.${method}()`);
        return false;
    };
    const own = {
        log: (...values) => log(...values),
        error: (...values) => error(...values),
        info: (...values) => log(...values),
        debug: (...values) => log(...values),
        warn: (...values) => error(...values),
        trace(...values) {
            const message = formatWithOptions({}, ...values);
            const calls = new Error().stack.split('\n').filter((line) => /^\s+at /.test(line) && !/\((bmes:bootstrap|node:internal\/console):/.test(line));
            error([`Trace${message && ': '}${message}`, ...calls].join('\n'));
        },
        dir: (value, options) => log(inspect(value, { customInspect: false, ...options })),
        dirxml: (...values) => log(...values),
        table(data, columns) {
            if (columns !== undefined && !Array.isArray(columns)) throw host.invalid('properties', 'an instance of Array', columns);
            if (typeof data !== 'object' || data === null) log(data);
            else log(show(data, columns));
        },
        assert(condition, ...values) {
            if (condition) return;
            if (typeof values[0] === 'string') values[0] = `Assertion failed: ${values[0]}`;
            else values.unshift('Assertion failed');
            error(...values);
        },
        clear: () => clear(),
        group(...values) {
            if (values.length > 0) log(...values);
            group(true);
        },
        groupCollapsed: (...values) => own.group(...values),
        groupEnd: () => group(false),
        count(label = 'default') {
            label = `${label}`;
            counts.set(label, (counts.get(label) ?? 0) + 1);
            log(`${label}: ${counts.get(label)}`);
        },
        countReset(label = 'default') {
            if (!counts.delete(`${label}`)) process.emitWarning(`Count for '${label}' does not exist`);
        },
        time(label = 'default') {
            label = `${label}`;
            if (times.has(label)) process.emitWarning(`Label '${label}' already exists for console.time()`);
            else times.set(label, host.now());
        },
        timeLog: (label = 'default', ...values) => void elapsed(`${label}`, 'timeLog', values),
        timeEnd(label = 'default') {
            if (elapsed(`${label}`, 'timeEnd', [])) times.delete(`${label}`);
        },
    };
    return own;
}

// A console that writes to streams. It can be called without `new`.
export const Console = new Proxy(
    class Console {
        constructor(stdout, stderr, ignoreErrors = true) {
            let options = {};
            if (typeof stdout?.write !== 'function') {
                options = stdout ?? {};
                ({ stdout, stderr, ignoreErrors = true } = options);
            }
            stderr ??= stdout;
            for (const [name, stream] of Object.entries({ stdout, stderr })) {
                if (typeof stream?.write === 'function') continue;
                throw host.error(TypeError, 'ERR_CONSOLE_WRITABLE_STREAM', `Console expects a writable stream instance for ${name}`);
            }
            const { groupIndentation: step = 2, inspectOptions } = options;
            if (typeof step !== 'number') throw host.invalid('groupIndentation', 'of type number', step);
            if (!Number.isInteger(step)) throw host.outOfRange('groupIndentation', 'an integer', step);
            if (step < 0 || step > 1000) throw host.outOfRange('groupIndentation', '>= 0 && <= 1000', step);
            if (inspectOptions !== undefined && (typeof inspectOptions !== 'object' || inspectOptions === null)) {
                throw host.invalid('options.inspectOptions', 'of type object', inspectOptions);
            }
            let indent = '';
            const line = (stream) => (...values) => {
                const text = formatWithOptions({ ...inspectOptions }, ...values);
                try {
                    stream.write(`${indent === '' ? text : text.replace(/^/gm, indent)}\n`);
                } catch (error) {
                    if (!ignoreErrors) throw error;
                }
            };
            const group = (isIn) => void (indent = isIn ? indent + ' '.repeat(step) : indent.slice(step));
            Object.assign(this, methods(line(stdout), line(stderr), group, clearing(() => stdout)));
            Object.defineProperties(this, {
                _stdout: { value: stdout, writable: true, configurable: true },
                _stderr: { value: stderr, writable: true, configurable: true },
            });
        }
        static [Symbol.hasInstance](value) {
            return value === host.console || (typeof value === 'object' && value !== null && '_stdout' in value);
        }
    },
    { apply: (Console, _, values) => new Console(...values) },
);

const group = (isIn) => void (host.indent = isIn ? `${host.indent}  ` : host.indent.slice(2));
// Programs may replace `log` and `error`.
export const shared = methods((...values) => host.console.log(...values), (...values) => host.console.error(...values), group, clearing(() => process.stdout));
export const context = () => host.console;

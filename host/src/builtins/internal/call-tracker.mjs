// Counts the calls of functions: a deprecated part of `node:assert`.

import host from 'bmes:host';
import { AssertionError } from 'node:internal/assertion';

export class CallTracker {
    #checks = new Set();
    #tracked = new WeakMap();
    calls(fn, exact) {
        if (process._exiting) {
            const text = 'Cannot call function in process exit handler';
            throw host.error(Error, 'ERR_UNAVAILABLE_DURING_EXIT', text);
        }
        if (typeof fn === 'number') [fn, exact] = [undefined, fn];
        if (fn === undefined) fn = () => {};
        if (exact === undefined) exact = 1;
        host.checkFunction(fn, 'fn');
        if (typeof exact !== 'number') throw host.invalid('expected', 'of type number', exact);
        if (!Number.isInteger(exact)) throw host.outOfRange('expected', 'an integer', exact);
        if (exact < 1) throw host.outOfRange('expected', '>= 1 && <= 4294967295', exact);
        const check = { exact, calls: [], name: fn.name || 'calls', stack: new Error() };
        this.#checks.add(check);
        const tracked = new Proxy(fn, {
            apply(call, thisArg, values) {
                check.calls.push(Object.freeze({ thisArg, arguments: Object.freeze([...values]) }));
                return Reflect.apply(call, thisArg, values);
            },
        });
        this.#tracked.set(tracked, check);
        return tracked;
    }
    #checkOf(tracked) {
        const check = this.#tracked.get(tracked);
        if (check !== undefined) return check;
        throw host.invalidValue('tracked', 'is not a tracked function', tracked);
    }
    getCalls(tracked) {
        return Object.freeze([...this.#checkOf(tracked).calls]);
    }
    reset(tracked) {
        const checks = tracked === undefined ? this.#checks : [this.#checkOf(tracked)];
        for (const check of checks) check.calls = [];
    }
    report() {
        const failed = [...this.#checks].filter(({ calls, exact }) => calls.length !== exact);
        return failed.map(({ name, exact, calls, stack }) => ({
            message: `Expected the ${name} function to be executed ${exact} time(s) but was executed ${calls.length} time(s).`,
            actual: calls.length,
            expected: exact,
            operator: name,
            stack,
        }));
    }
    verify() {
        const details = this.report();
        if (details.length === 0) return;
        const message = details.length === 1 ? details[0].message : 'Functions were not called the expected number of times';
        throw new AssertionError({ message, details });
    }
}

import timers, { setTimeout as later, setImmediate as soon, setInterval as every, scheduler } from 'node:timers/promises';
import { promises } from 'node:timers';
import { promisify } from 'node:util';

console.log(promises === timers, Object.keys(timers).join(' '));
console.log(await later(1, 'value'), await soon('next'), await scheduler.wait(1), await scheduler.yield());
console.log(await promisify(setTimeout)(1, 'promisified'), await promisify(setImmediate)('too'));
let count = 0;
for await (const value of every(1, 'tick')) {
    console.log(value);
    if (++count === 3) break;
}
const controller = new AbortController();
setTimeout(() => controller.abort('why'), 5);
const shown = ({ name, code, message, cause }) => console.log(name, code, message, cause);
await later(100000, undefined, { signal: controller.signal }).catch(shown);
await soon(undefined, { signal: controller.signal }).catch(shown);
await later('1').catch(shown);
await later(1, 0, { ref: 1 }).catch(shown);
await soon(0, 1).catch(shown);
await later(1, 0, { signal: {} }).catch(shown);

// The time of an interval begins after its callback, which may change or clear the timer.
const repeated = setTimeout(function () {
    console.log('callback', this === repeated, this._destroyed);
    if (count++ < 4) this.refresh();
}, 1);
await later(20);
console.log(repeated._destroyed, repeated.hasRef(), repeated.unref().hasRef());
const [interval, immediate] = [setInterval(() => {}, 1), setImmediate(() => console.log('not reached'))];
interval[Symbol.dispose ?? Symbol.for('Symbol.dispose')]?.();
clearImmediate(immediate);
console.log(interval._destroyed ?? true, immediate._destroyed);
const number = +setTimeout(() => console.log('not reached'), 1);
clearTimeout(String(number));
for (const call of [() => setTimeout('text'), () => setInterval(), () => setImmediate({}), () => queueMicrotask(1), () => process.nextTick(null)]) {
    try {
        call();
    } catch (error) {
        shown(error);
    }
}

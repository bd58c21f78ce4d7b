import { EventEmitter, on, once, captureRejectionSymbol, getEventListeners, addAbortListener } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';

const shown = ({ name, code, message, cause }) => console.log(name, code, message, cause);
const emitter = new EventEmitter({ captureRejections: true });
emitter.on('event', async () => {
    throw new Error('rejected');
});
emitter.on('error', ({ message }) => console.log('error', message));
emitter.emit('event');
await later(2);
emitter[captureRejectionSymbol] = (error, name, ...values) => console.log(error.message, name, values);
emitter.emit('event', 1, 2);
await later(2);
EventEmitter.captureRejections = true;
function Plain() {}
Object.setPrototypeOf(Plain.prototype, EventEmitter.prototype);
const plain = new Plain();
plain.on('event', async () => {
    throw new Error('of a constructor that does not call EventEmitter');
});
plain.on('error', ({ message }) => console.log('error', message));
plain.emit('event');
await later(2);
EventEmitter.captureRejections = false;

// Iterators of events.
const source = new EventEmitter();
process.nextTick(() => {
    source.emit('item', 1);
    source.emit('item', 2, 3);
    source.emit('error', new Error('end'));
});
try {
    for await (const values of on(source, 'item')) console.log(values);
} catch (error) {
    shown(error);
}
console.log(source.eventNames());
const controller = new AbortController();
const waited = once(source, 'never', { signal: controller.signal });
controller.abort('why');
await waited.catch(shown);
await once(source, 'x', { signal: {} }).catch(shown);
console.log(getEventListeners(controller.signal, 'abort').length, typeof addAbortListener(AbortSignal.timeout(100000), () => {})[Symbol.dispose ?? Symbol.for('Symbol.dispose')]);
for (const call of [
    () => source.emit('error', { a: 1 }), () => source.on('x'), () => getEventListeners('text', 'x'), () => source.setMaxListeners(-1),
    () => (EventEmitter.captureRejections = 1),
]) {
    try {
        call();
    } catch (error) {
        shown(error);
        console.log(String(error));
    }
}
console.log(Object.keys(new EventEmitter()).join(' '));

import EventEmitter, { once, on, getEventListeners } from 'node:events';
const emitter = new EventEmitter();
console.log(Object.keys(emitter));
emitter.on('newListener', (name) => console.log('new', name));
emitter.once('a', (...values) => console.log('once', values));
emitter.prependListener('a', () => console.log('first'));
console.log(emitter.emit('a', 1, 2), emitter.emit('a'), emitter.emit('none'), emitter.eventNames(), emitter.listenerCount('a'));
setTimeout(() => emitter.emit('b', 'value'), 1);
console.log(await once(emitter, 'b'));
setTimeout(() => [1, 2].forEach((value) => emitter.emit('c', value)), 1);
for await (const [value] of on(emitter, 'c')) {
    console.log(value);
    if (value === 2) break;
}
console.log(getEventListeners(emitter, 'c').length);
for (const call of [() => emitter.emit('error', 'text'), () => emitter.emit('error', new Error('own')), () => emitter.on('x', 1), () => emitter.setMaxListeners(-1)]) {
    try {
        call();
    } catch (error) {
        console.log(error.name, error.code, error.message);
    }
}
class Old {}
Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
new Old().on('a', () => console.log('without a constructor')).emit('a');
const captures = new EventEmitter({ captureRejections: true });
captures.on('a', async () => {
    throw new Error('rejected');
});
captures.on('error', (error) => console.log('error:', error.message));
captures.emit('a');

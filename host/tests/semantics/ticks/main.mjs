// In an ECMAScript module, jobs of promises come before the callbacks of `nextTick`; in a timer, after them.
const order = [];
const note = (name) => () => order.push(name);
process.nextTick(note('tick'));
queueMicrotask(note('microtask'));
Promise.resolve().then(note('then'));
setTimeout(() => {
    Promise.resolve().then(note('then of a timer'));
    process.nextTick(note('tick of a timer'));
});
setTimeout(() => console.log(order.join(', ')), 10);
process.on('exit', (code) => console.log('exit', code));
let isFirst = true;
process.on('beforeExit', () => {
    console.log('beforeExit');
    if (isFirst) setTimeout(() => console.log('one more timer'), 1);
    isFirst = false;
});

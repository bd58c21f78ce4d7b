setTimeout((value) => console.log('timeout 2', value), 20, 'value');
setTimeout(() => console.log('timeout 1'), 2);
const interval = setInterval(() => {
    console.log('interval');
    clearInterval(interval);
}, 5);
clearTimeout(setTimeout(() => console.log('not reached'), 1));
setTimeout(() => {}, 100000).unref();
queueMicrotask(() => console.log('microtask'));
Promise.resolve().then(() => console.log('promise'));
console.log('end of the module');

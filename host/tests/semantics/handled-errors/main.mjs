// Handlers of errors that nothing catches.
process.on('uncaughtException', (error, origin) => console.log('caught:', error.message, origin));
setTimeout(() => {
    throw new Error('in a timer');
}, 1);
process.nextTick(() => {
    throw new Error('in a tick');
});
queueMicrotask(() => {
    throw new Error('in a microtask');
});
Promise.reject(new Error('rejected'));
setTimeout(() => {
    process.on('unhandledRejection', (reason) => console.log('unhandled:', reason.message));
    Promise.reject(new Error('rejected later'));
}, 20);
process.on('warning', (warning) => console.log('warning:', warning.name, warning.code, warning.message));
process.emitWarning('careful', 'SomeWarning', 'CODE1');

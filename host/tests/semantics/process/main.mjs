// Variables of the environment are texts.
process.env.A_NUMBER = 5;
process.env.NOTHING = undefined;
console.log(process.env.A_NUMBER === '5', process.env.NOTHING === 'undefined', process.env.NOT_THERE, 'A_NUMBER' in process.env);
console.log(delete process.env.A_NUMBER, process.env.A_NUMBER, delete process.env.NOT_THERE);
const shown = (call) => {
    try {
        console.log(call());
    } catch ({ name, code, message }) {
        console.log(name, code, message);
    }
};
shown(() => Object.defineProperty(process.env, 'X', { get() {} }));
shown(() => Object.defineProperty(process.env, 'X', { value: 1 }));
shown(() => (process.exitCode = 'text'));
shown(() => (process.exitCode = 1.5));
shown(() => process.exit({}));
shown(() => process.hrtime(1));
shown(() => process.hrtime([1]));
shown(() => process.hrtime([0, 0]).length);
shown(() => typeof process.hrtime.bigint());
shown(() => process.emitWarning(1));
shown(() => process.emitWarning('', []));
shown(() => process.stdout.write(5));
shown(() => Object.keys(process.memoryUsage()).join(' '));
shown(() => process.memoryUsage.rss() > 1e6);

// Stacks begin with the error.
const error = new TypeError('message');
console.log(error.stack.split('\n')[0], Object.keys(error), Object.hasOwn(error, 'toString'));
error.stack = 'replaced';
console.log(error.stack, Object.keys(error));
class Own extends Error {
    name = 'Own';
    constructor(message) {
        super(message);
        Error.captureStackTrace(this, Own);
    }
}
console.log(new Own('text').stack.split('\n').length > 1, Object.keys(new Own('text')));
const plain = {};
Error.captureStackTrace(plain);
console.log(plain.stack.split('\n').length > 1, Object.keys(plain));

// Handlers of what nothing has caught.
process.on('warning', ({ name, code, message }) => console.log('warning', name, code, message));
process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', error.message, origin));
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('rejectionHandled', () => console.log('handled now'));
process.on('beforeExit', (code) => console.log('beforeExit', code));
process.once('beforeExit', () => setTimeout(() => console.log('once more'), 1));
process.on('exit', (code) => {
    console.log('exit', code);
    process.exitCode = 0;
});
const late = Promise.reject('late');
const early = Promise.reject('early');
process.nextTick(() => Promise.resolve().then(() => early.catch(() => console.log('early enough'))));
setTimeout(() => late.catch(() => {}), 1);
setTimeout(() => {
    throw new Error('of a timer');
}, 5);
queueMicrotask(() => {
    throw new Error('of a job');
});
process.exitCode = 3;

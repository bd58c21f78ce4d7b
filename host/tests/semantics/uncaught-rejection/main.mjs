const handled = Promise.reject(new Error('handled later'));
handled.catch((error) => console.log(error.message));
setTimeout(() => console.log('not reached'), 50);
setTimeout(async () => {
    throw new Error('not handled');
}, 1);

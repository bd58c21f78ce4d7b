process.on('exit', (status) => console.log('exit', status));
process.exitCode = 3;
setTimeout(() => {
    console.log('exiting');
    process.exit();
}, 1);
setTimeout(() => console.log('not reached'), 1000);

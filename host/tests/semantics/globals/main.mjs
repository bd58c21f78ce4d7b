// All names of globals: a test compares them with the page of the host.
console.log(Object.getOwnPropertyNames(globalThis).sort().join('\n'));

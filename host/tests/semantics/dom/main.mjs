const target = new EventTarget();
target.addEventListener('a', (event) => console.log(event.type, event.detail, event.target === target, event.eventPhase), { once: true });
target.addEventListener('a', { handleEvent: (event) => event.preventDefault() });
console.log(target.dispatchEvent(new CustomEvent('a', { detail: 1, cancelable: true })), target.dispatchEvent(new Event('a')));
const controller = new AbortController();
const any = AbortSignal.any([controller.signal, new AbortController().signal]);
any.onabort = () => console.log('aborted', any.reason.name, any.reason.code);
controller.abort();
controller.abort('again');
try {
    AbortSignal.abort('why').throwIfAborted();
} catch (error) {
    console.log(error);
}
AbortSignal.timeout(1).addEventListener('abort', (event) => console.log(event.target.reason.name));
const error = new DOMException('text', 'NotFoundError');
console.log(error.code, error.name, error instanceof Error, DOMException.NOT_FOUND_ERR, String(error));
const { port1, port2 } = new MessageChannel();
port1.onmessage = ({ data }) => {
    console.log(data);
    port1.close();
};
port2.postMessage({ list: [1, 2] });
const blob = new Blob(['ab', Uint8Array.of(99)], { type: 'Text/Plain' });
console.log(blob.size, blob.type, await blob.slice(1).text(), new File(['x'], 'name.txt').name);
const form = new FormData();
form.append('a', 1);
form.append('a', 'two');
console.log([...form], form.getAll('a'), form.get('b'));
performance.mark('begin');
performance.measure('all', 'begin');
console.log(performance.getEntries().map(({ name, entryType }) => [name, entryType]));
setTimeout(() => {}, 10);

import threads, { MessageChannel as Same, receiveMessageOnPort } from 'node:worker_threads';
import { setTimeout as later } from 'node:timers/promises';

console.log(Same === MessageChannel, threads.isMainThread, threads.threadId, threads.parentPort);
const shown = ({ name, code, message }) => console.log(name, code, message);
{
    const { port1, port2 } = new MessageChannel();
    port1.postMessage({ first: 1 });
    port1.postMessage('second');
    console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2));
    port2.on('message', (value) => console.log('on', value));
    port2.addEventListener('message', ({ data, ports }) => console.log('listener', data, ports.length));
    port2.on('close', () => console.log('closed'));
    port1.postMessage([1, new Map([[1, 2]])]);
    Promise.resolve().then(() => console.log('a job comes before the message'));
    await later(5);
    port1.close();
    await later(5);
    port1.postMessage('lost');
}
{
    // Buffers and ports are moved.
    const { port1, port2 } = new MessageChannel();
    const inner = new MessageChannel();
    const bytes = Uint8Array.of(1, 2, 3);
    port2.onmessage = ({ data, ports }) => {
        console.log(data.bytes, ports.length, data.port === ports[0]);
        data.port.postMessage('through the moved port');
        port2.close();
    };
    inner.port2.once('message', (value) => {
        console.log(value);
        inner.port2.close();
    });
    port1.postMessage({ bytes, port: inner.port1 }, [bytes.buffer, inner.port1]);
    console.log(bytes.length);
    for (const call of [() => port1.postMessage(() => {}), () => port1.postMessage(1, [port1]), () => new MessagePort()]) {
        try {
            call();
        } catch (error) {
            shown(error);
        }
    }
    await later(10);
}
{
    const [one, two] = [new BroadcastChannel('name'), new BroadcastChannel('name')];
    two.onmessage = ({ data }) => {
        console.log(one.name, data);
        two.close();
    };
    one.postMessage({ a: [1] });
    one.close();
    try {
        one.postMessage(1);
    } catch (error) {
        shown(error);
    }
}

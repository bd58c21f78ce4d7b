// Standard input. It is read as a whole when a program first wants some of it: the program waits meanwhile.

import host from 'bmes:host';
import EventEmitter from 'node:events';
import { lacking } from 'node:internal/lacking';

const { setImmediate } = globalThis;

class StandardInput extends EventEmitter {
    fd = 0;
    readable = true;
    isTTY = /^\/dev\/(tty|pts\/)/.test(link()) ? true : undefined;
    #encoding;
    #chunk;
    #hasStarted = false;
    // Reads everything, and returns it in the form that the program wants, or null.
    #take() {
        if (this.#chunk === undefined) {
            const bytes = Buffer.from(host.readBytes('/dev/stdin').buffer);
            this.#chunk = bytes.length === 0 ? null : this.#encoding === undefined ? bytes : bytes.toString(this.#encoding);
        }
        const chunk = this.#chunk;
        this.#chunk = null;
        return chunk;
    }
    #end() {
        this.readable = false;
        this.emit('end');
        this.emit('close');
    }
    #start(turn) {
        if (this.#hasStarted) return;
        this.#hasStarted = true;
        setImmediate(() => {
            turn();
            setImmediate(() => this.#end());
        });
    }
    setEncoding(encoding = 'utf8') {
        this.#encoding = encoding;
        return this;
    }
    addListener(name, listener) {
        super.addListener(name, listener);
        if (name === 'data') this.resume();
        if (name === 'readable') this.#start(() => this.emit('readable'));
        return this;
    }
    on(name, listener) {
        return this.addListener(name, listener);
    }
    resume() {
        this.#start(() => {
            const chunk = this.#take();
            if (chunk !== null) this.emit('data', chunk);
        });
        return this;
    }
    read() {
        return this.#take();
    }
    async *[Symbol.asyncIterator]() {
        this.#hasStarted = true;
        const chunk = this.#take();
        if (chunk !== null) yield chunk;
        this.#end();
    }
    pause() {
        return this;
    }
    ref() {
        return this;
    }
    unref() {
        return this;
    }
    destroy() {
        return this;
    }
    pipe() {
        return lacking('process.stdin', 'pipe')();
    }
}
function link() {
    try {
        return host.readLink('/proc/self/fd/0');
    } catch {
        return '';
    }
}

export const stdin = new StandardInput();

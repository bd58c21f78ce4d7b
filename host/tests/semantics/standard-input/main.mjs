// The test gives no input.
import fs from 'node:fs';
import { EventEmitter } from 'node:events';

const { stdin } = process;
console.log(stdin instanceof EventEmitter, stdin === process.stdin, stdin.fd, stdin.isTTY, stdin.readable);
console.log(fs.readFileSync(0, 'utf8') === '', fs.readFileSync(0).length);
stdin.setEncoding('utf8');
stdin.on('data', () => console.log('not reached'));
stdin.on('end', () => console.log('end', stdin.readable));
console.log('later');
console.log(new EventEmitter(), typeof process.getuid?.(), process.ppid > 0);

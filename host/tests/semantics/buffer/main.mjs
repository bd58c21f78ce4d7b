// Buffers, digests, requests and responses.
import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { spawn } from 'node:child_process';

const text = Buffer.from('héllo €', 'utf8');
console.log(text, text.toString('hex'), text.toString('base64'), text.toString('base64url'), text.toString('latin1').length);
console.log(Buffer.from('68c3a9', 'hex').toString(), Buffer.from('aGk', 'base64').toString(), Buffer.from('hi', 'utf16le'));
console.log(Buffer.concat([Buffer.from('a'), Buffer.alloc(2, 'x'), Buffer.from([256, -1])]), Buffer.byteLength('€'));
console.log(text.equals(Buffer.from(text)), Buffer.compare(Buffer.from('a'), Buffer.from('b')), text.indexOf('llo'), text.includes(0xe2));
const numbers = Buffer.alloc(16);
numbers.writeUInt32BE(0xdeadbeef, 0);
numbers.writeInt16LE(-2, 4);
numbers.writeDoubleLE(1.5, 8);
console.log(numbers, numbers.readUInt32BE(0), numbers.readInt16LE(4), numbers.readDoubleLE(8), numbers.subarray(0, 2) instanceof Buffer);
console.log(JSON.stringify(Buffer.from('ab')), Buffer.isBuffer(new Uint8Array(1)), atob('aGk='), btoa('hi'));
for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) console.log(createHash(algorithm).update('a').update(Buffer.from('b')).digest('hex'));
console.log(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(randomUUID()));
console.log(Buffer.isBuffer(fs.readFileSync(import.meta.filename)), fs.readFileSync(import.meta.filename, 'latin1').slice(0, 10));
const response = new Response('text', { status: 201, headers: { 'X-One': '1' } });
response.headers.append('x-one', '2');
console.log(response.status, response.ok, [...response.headers], await response.clone().text(), await Response.json({ a: 1 }).json());
const request = new Request('http://a.com/x', { method: 'post', body: new URLSearchParams({ a: '1 2' }) });
console.log(request.method, request.url, request.headers.get('content-type'), await request.text(), request.bodyUsed);
console.log(typeof spawn);

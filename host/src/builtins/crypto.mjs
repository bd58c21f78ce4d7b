// Digests and random numbers.

import host from 'bmes:host';
import { Buffer } from 'node:buffer';

const KNOWN = ['md5', 'sha1', 'sha256', 'sha512'];
export const getHashes = () => [...KNOWN];

class Hash {
    #algorithm;
    #parts = [];
    constructor(algorithm) {
        this.#algorithm = String(algorithm).toLowerCase().replace('-', '');
        if (!KNOWN.includes(this.#algorithm)) {
            throw Object.assign(new Error(`Digest method not supported: bmes has ${KNOWN.join(', ')}`), { code: 'ERR_CRYPTO_INVALID_DIGEST' });
        }
    }
    update(data, encoding) {
        this.#parts.push(typeof data === 'string' ? Buffer.from(data, encoding) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        return this;
    }
    copy() {
        const copy = new Hash(this.#algorithm);
        this.#parts.forEach((part) => copy.update(part));
        return copy;
    }
    digest(encoding) {
        const digest = Buffer.from(host.digest(this.#algorithm, Buffer.concat(this.#parts)));
        return encoding === undefined || encoding === 'buffer' ? digest : digest.toString(encoding);
    }
}
export { Hash };
export const createHash = (algorithm) => new Hash(algorithm);
export const hash = (algorithm, data, encoding = 'hex') => createHash(algorithm).update(data).digest(encoding);
export const randomBytes = (size) => Buffer.from(host.random(size));
export const randomFillSync = (array) => getRandomValues(array);
export function getRandomValues(array) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(host.random(array.byteLength));
    return array;
}
export const randomInt = (low, high) => {
    if (high === undefined) [low, high] = [0, low];
    return low + Math.floor((randomBytes(6).readUIntBE(0, 6) / 2 ** 48) * (high - low));
};
export function randomUUID() {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
export const timingSafeEqual = (a, b) => a.length === b.length && a.reduce((bits, byte, index) => bits | (byte ^ b[index]), 0) === 0;
export const webcrypto = { getRandomValues, randomUUID };
export default { Hash, createHash, getHashes, getRandomValues, hash, randomBytes, randomFillSync, randomInt, randomUUID, timingSafeEqual, webcrypto };

// Ports inside of the only thread. The host has no other threads.

import { BroadcastChannel, MessageChannel, MessagePort, receiveMessageOnPort } from 'node:internal/ports';
import { lackingAll, named } from 'node:internal/lacking';
import * as self from 'node:worker_threads';

export { BroadcastChannel, MessageChannel, MessagePort, receiveMessageOnPort };
export const isMainThread = true;
export const threadId = 0;
export const parentPort = null;
export const workerData = null;
export const resourceLimits = {};
export const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV');
const environment = new Map();
export function setEnvironmentData(key, value) {
    if (value === undefined) environment.delete(key);
    else environment.set(key, value);
}
export const getEnvironmentData = (key) => environment.get(key);
export const { Worker, markAsUntransferable, isMarkedAsUntransferable, moveMessagePortToContext, postMessageToThread } = lackingAll('node:worker_threads');
export default named(self);

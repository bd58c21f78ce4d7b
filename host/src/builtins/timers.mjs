import { lackingAll } from 'node:internal/lacking';
import promises from 'node:timers/promises';

const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
// Deprecated in Node.js.
export const { active, enroll, unenroll, _unrefActive } = lackingAll('node:timers');
export { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, promises };
export default {
    setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval, _unrefActive, active, unenroll, enroll, promises,
};

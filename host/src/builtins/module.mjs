// CommonJS for ES modules.

import host from 'bmes:host';
import { fileURLToPath } from 'node:url';

export const builtinModules = host.builtins.map((name) => name.replace(/^node:/, ''));
export const isBuiltin = (name) => host.builtins.includes(name.replace(/^(?!node:)/, 'node:'));
export function createRequire(file) {
    const path = file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
    return host.requireFrom(host.identify(path), undefined);
}
export default Object.assign(function Module() {}, { builtinModules, isBuiltin, createRequire });

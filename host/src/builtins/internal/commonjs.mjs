// CommonJS modules.

import host from 'bmes:host';

const { builtin } = host.commonJs;
const cache = Object.create(null);
const folder = (path) => path.slice(0, path.lastIndexOf('/')) || '/';
class Module {
    constructor(name, path, parent) {
        Object.assign(this, { id: path, path: folder(path), exports: {}, filename: path, loaded: false, children: [] });
        Object.defineProperty(this, 'parent', { value: parent, enumerable: false, configurable: true });
        this.require = requireFrom(name, this);
    }
}
// Returns what `require` returns for a module.
export const load = (name, parent) => {
    const kind = host.kind(name);
    if (kind === 'builtin') return builtin(name);
    const path = host.path(name);
    if (path in cache) return cache[path].exports;
    if (kind === 'module') {
        const namespace = host.namespace(name);
        return 'module.exports' in namespace ? namespace['module.exports'] : namespace;
    }
    const module = new Module(name, path, parent);
    cache[path] = module;
    try {
        if (kind === 'json') module.exports = JSON.parse(host.readText(path).replace(/^\ufeff/, ''));
        else host.commonjs(name).call(module.exports, module.exports, module.require, module, path, folder(path));
    } catch (error) {
        delete cache[path];
        throw error;
    }
    module.loaded = true;
    return module.exports;
};
export const requireFrom = (base, parent) => {
    const require = (specifier) => {
        host.checkString(specifier, 'id');
        return load(resolve(base, specifier), parent);
    };
    require.resolve = (specifier) => {
        const name = resolve(base, specifier);
        return host.path(name) ?? name;
    };
    require.cache = cache;
    require.main = undefined;
    require.extensions = Object.create(null);
    return require;
};
const resolve = (base, specifier) => {
    try {
        return host.resolve(base, specifier);
    } catch (error) {
        if (error.code === 'ERR_MODULE_NOT_FOUND') error.code = 'MODULE_NOT_FOUND';
        throw error;
    }
};

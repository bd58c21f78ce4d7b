// Functions of Node.js that bmes lacks. Libraries that only mention them can be imported; a call is an error.

export const lacking = (module, name) =>
    Object.defineProperty(
        function () {
            const error = new Error(`bmes has no ${name} of ${module}`);
            throw Object.assign(error, { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' });
        },
        'name',
        { value: name },
    );

// Each property is a function that the host lacks.
export const lackingAll = (module) => new Proxy({}, { get: (_, name) => lacking(module, name) });

// Returns what a module exports by name, for its default export.
export const named = (namespace) =>
    Object.fromEntries(
        Reflect.ownKeys(namespace)
            .filter((name) => typeof name === 'string' && name !== 'default')
            .map((name) => [name, namespace[name]]),
    );

// A registry that other modules fill by being imported. Its default export is an anonymous class.
export const entries = new Map();

export function register(name, value) {
  if (entries.has(name)) throw new TypeError(`${name} is registered twice`);
  entries.set(name, value);
  return value;
}

export default class {
  static *[Symbol.iterator]() {
    yield* entries.keys();
  }
  static {
    register("registry", this);
  }
}

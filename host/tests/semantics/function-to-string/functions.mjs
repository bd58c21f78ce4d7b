export function f(a, /* a comment */ b = 'ü') { return async (x)   => x; }
export class C { #private = 1; method() { return this.#private; } }
export const arrow = (a) => `template ${a}`;

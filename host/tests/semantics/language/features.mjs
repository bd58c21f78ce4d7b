const keep = (strings) => strings;
export const tag = () => keep`a\n${1}b`;
export class Point {
    static count = 0;
    static {
        Point.count = 10;
    }
    #x;
    constructor(x, y) {
        this.#x = x;
        this.y = y;
        Point.count++;
    }
    get length() {
        return Math.hypot(this.#x, this.y);
    }
    toString() {
        return `(${this.#x}, ${this.y})`;
    }
}
export function* generate(end) {
    for (let i = 0; i < end; i++) yield i ** 2;
}
export const numbers = [1e21, 0x1f, 0b11, 1_000, 123n, -0, NaN, 0.1 + 0.2, '\u{1F600}', 'é', '\ud83d'.length];
export const expressions = [/a(?<name>b)+/giu, /[\p{L}--[a-z]]/v, () => ((a, b) => a ?? b)];
export const destructure = ({ a, rest: [b, ...c], ...others }) => ({ a, b, c, others });

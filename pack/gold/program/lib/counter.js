// Counts words, except those that are left out.
export default class Counter {
  #times = new Map();

  constructor(leftOut) {
    this.leftOut = new Set(leftOut);
  }

  add(word) {
    if (!this.leftOut.has(word)) this.#times.set(word, (this.#times.get(word) ?? 0) + 1);
  }

  get size() {
    return this.#times.size;
  }

  // Returns the words that occur most often; words that occur equally often are in alphabetical order.
  top(most) {
    const order = ([a, m], [b, n]) => n - m || (a < b ? -1 : 1);
    return [...this.#times].sort(order).slice(0, most);
  }
}

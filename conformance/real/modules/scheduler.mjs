// A larger program: a discrete-event scheduler with a heap, so that there is bytecode of some size.
import "./polyfill.mjs";
import { second, minute, hour, day } from "./units.mjs";

class Heap {
  #items = [];
  #before;
  constructor(before) {
    this.#before = before;
  }
  get size() {
    return this.#items.length;
  }
  push(item) {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(items[at], items[parent])) break;
      [items[at], items[parent]] = [items[parent], items[at]];
      at = parent;
    }
    return this;
  }
  pop() {
    const items = this.#items;
    if (items.length === 0) return undefined;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) {
      items[0] = last;
      let at = 0;
      for (;;) {
        const left = 2 * at + 1, right = left + 1;
        let least = at;
        if (left < items.length && this.#before(items[left], items[least])) least = left;
        if (right < items.length && this.#before(items[right], items[least])) least = right;
        if (least === at) break;
        [items[at], items[least]] = [items[least], items[at]];
        at = least;
      }
    }
    return first;
  }
}

export class Scheduler {
  #queue = new Heap((a, b) => a.time < b.time || (a.time === b.time && a.serial < b.serial));
  #serial = 0n;
  #log = [];
  now = 0;

  at(time, action, { every, label = action.name || "anonymous" } = {}) {
    if (!(time >= this.now)) throw new RangeError(`${label} lies in the past: ${time} < ${this.now}`);
    this.#queue.push({ time, action, every, label, serial: this.#serial++ });
    return this;
  }

  after(delay, ...rest) {
    return this.at(this.now + delay, ...rest);
  }

  *run(until = Infinity) {
    while (this.#queue.size > 0) {
      const event = this.#queue.pop();
      if (event.time > until) {
        this.#queue.push(event);
        break;
      }
      this.now = event.time;
      this.#log.push(`${format(this.now)} ${event.label}`);
      try {
        yield event.action(this);
      } finally {
        if (event.every) this.after(event.every, event.action, event);
      }
    }
    return this.#log.lastItem();
  }

  get log() {
    return [...this.#log];
  }
}

export function format(time) {
  const parts = [
    [day, "d"],
    [hour, "h"],
    [minute, "min"],
    [second, "s"],
  ];
  let rest = time, text = "";
  for (const [size, unit] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${text && " "}${count} ${unit}`;
  }
  return text || "0 s";
}

export const demonstration = (() => {
  const scheduler = new Scheduler();
  let tides = 0;
  scheduler.at(0, () => (tides += 1), { every: 6 * hour, label: "tide" });
  scheduler.at(90 * minute, function watch() {}, { every: 4 * hour });
  for (const _ of scheduler.run(2 * day)) if (tides > 100) break;
  switch (tides) {
    case 9:
      return scheduler.log;
    default:
      throw new Error(`expected 9 tides, saw ${tides}`);
  }
})();

export default new Scheduler();

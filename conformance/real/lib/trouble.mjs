// What went wrong and what to do about it, in one line: the only kind of error that is shown without a stack.

export class Trouble extends Error {}

export function unless(condition, message) {
  if (!condition) throw new Trouble(message);
}

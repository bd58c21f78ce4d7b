// Splits arithmetic into tokens. Imports nothing; exports one of each kind of declaration.

export const KINDS = Object.freeze({ number: "number", name: "name", sign: "sign", end: "end" });

export let scanned = 0;

export var lastError = null;

const PATTERN = /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>[-+*\/()=,]))/uy;

export function* tokens(text) {
  PATTERN.lastIndex = 0;
  let at = 0;
  while (at < text.length && text.slice(at).trim() !== "") {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(text);
    if (match === null) {
      lastError = { at, found: text[at] };
      throw new UnexpectedCharacter(text, at);
    }
    at = PATTERN.lastIndex;
    scanned += 1;
    const [kind, value] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    yield { kind: KINDS[kind], value, at };
  }
  yield { kind: KINDS.end, value: "", at };
}

export class UnexpectedCharacter extends Error {
  constructor(text, at) {
    super(`unexpected ${JSON.stringify(text[at])} at ${at}`);
    this.at = at;
  }
}

export async function collect(source) {
  const all = [];
  for await (const chunk of source) all.push(...tokens(chunk));
  return all.filter((token) => token.kind !== KINDS.end);
}

export async function* lines(text) {
  for (const line of text.split("\n")) yield line;
}

// Named class as the default export: the binding is `Tokenizer`, the export `default`.
export default class Tokenizer {
  #pending;
  static from(text) {
    return new Tokenizer(tokens(text));
  }
  constructor(iterator) {
    this.#pending = iterator;
    this.current = iterator.next().value;
  }
  get done() {
    return this.current.kind === KINDS.end;
  }
  take(value) {
    const { current } = this;
    if (value !== undefined && current.value !== value) return null;
    if (!this.done) this.current = this.#pending.next().value;
    return current;
  }
}

// Evaluates what the tokenizer reads. Default and named imports in one declaration, one of them renamed.
import Tokenizer, { KINDS, UnexpectedCharacter as Unexpected } from "./tokenizer.mjs";
import { convert, factors as unitFactors } from "./units.mjs";

const OPERATORS = new Map([
  ["+", [1, (a, b) => a + b]],
  ["-", [1, (a, b) => a - b]],
  ["*", [2, (a, b) => a * b]],
  ["/", [2, (a, b) => a / b]],
]);

function primary(input, scope) {
  if (input.take("-")) return -primary(input, scope);
  if (input.take("(")) {
    const inner = expression(input, scope, 0);
    if (!input.take(")")) throw new SyntaxError(`expected ")" at ${input.current.at}`);
    return inner;
  }
  const token = input.take();
  if (token.kind === KINDS.number) {
    const unit = input.current.value;
    if (input.current.kind === KINDS.name && unit in unitFactors) {
      input.take();
      return convert(Number(token.value), unit, "m");
    }
    return Number(token.value);
  }
  if (token.kind === KINDS.name && scope.has(token.value)) return scope.get(token.value);
  throw new ReferenceError(`nothing is called ${JSON.stringify(token.value)}`);
}

function expression(input, scope, level) {
  let left = primary(input, scope);
  for (;;) {
    const [strength, apply] = OPERATORS.get(input.current.value) ?? [-1];
    if (strength < level || apply === undefined) return left;
    input.take();
    left = apply(left, expression(input, scope, strength + 1));
  }
}

// Named function as the default export.
export default function calculate(text, scope = new Map()) {
  try {
    return expression(Tokenizer.from(text), scope, 0);
  } catch (error) {
    if (error instanceof Unexpected) return NaN;
    throw error;
  }
}

export const selfTest = calculate("2 * (3 + 4) - 6 / 3") === 12 && calculate("1 km + 250 m") === 1250;
if (!selfTest) throw new Error("the calculator is wrong");

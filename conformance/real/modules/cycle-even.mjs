// Half of a cycle: each module needs the other's live binding, and neither runs before both are linked.
import { isOdd, calls as oddCalls } from "./cycle-odd.mjs";

export let calls = 0;

export function isEven(n) {
  calls += 1;
  return n === 0 || isOdd(n - 1);
}

export const total = () => calls + oddCalls;
export default isEven;

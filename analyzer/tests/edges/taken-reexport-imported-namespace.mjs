import * as ns from "./a.mjs";
export { ns, ns as other };

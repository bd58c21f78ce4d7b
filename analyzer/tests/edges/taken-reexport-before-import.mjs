export { a, ns };
import a, * as ns from "./a.mjs";

import a from "./a.mjs";
export default a;

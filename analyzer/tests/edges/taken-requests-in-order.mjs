import "./c.mjs";
export * from "./a.mjs";
export {} from "./b.mjs";
import "./a.mjs";
export { x } from "./d.mjs";
export * as ns from "./e.mjs";
import("./f.mjs").catch(() => {});

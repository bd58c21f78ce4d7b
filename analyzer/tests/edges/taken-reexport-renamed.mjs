export { a as b, default as c, d as default } from "./a.mjs";

export { default } from "./a.mjs";

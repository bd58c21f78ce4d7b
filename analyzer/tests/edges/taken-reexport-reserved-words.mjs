export { if, class as else, let } from "./a.mjs";

export { default as a } from "./a.json" with { type: "json" };

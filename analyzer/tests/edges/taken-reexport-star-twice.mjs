export * from "./a.mjs";
export * from "./b.mjs";
export * from "./a.mjs";

export * as a from "./a.json" with { type: "json" };

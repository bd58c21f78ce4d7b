import a from "./a.json" with { type: "json" };
export * from "./a.json" with { "type": "json" };
a;

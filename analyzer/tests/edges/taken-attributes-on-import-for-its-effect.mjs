import "./a.json" with { type: "json" };

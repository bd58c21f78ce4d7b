import "./a.json" with { type: 1 };

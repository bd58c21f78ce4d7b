import "./a.json" with { type: "json", "type": "json" };

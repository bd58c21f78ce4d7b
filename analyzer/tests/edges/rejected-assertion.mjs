import a from "./a.json" assert { type: "json" };

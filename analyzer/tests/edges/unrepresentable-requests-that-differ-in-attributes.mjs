import a from "./a.json";
import b from "./a.json" with { type: "json" };
a(b);

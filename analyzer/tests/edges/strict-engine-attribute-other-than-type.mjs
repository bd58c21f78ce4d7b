import a from "./a.css" with { media: "print" };
a;

import a, * as ns from "./a.mjs";
a(ns);

import { a, b, } from "./a.mjs";
a(b);

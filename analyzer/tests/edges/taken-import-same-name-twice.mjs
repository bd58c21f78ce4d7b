import { a as b, a as c } from "./a.mjs";
b(c);

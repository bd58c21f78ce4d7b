import { a } from "./a.mjs";
import b from "./b.mjs";
import { c } from "./a.mjs";
a(b, c);

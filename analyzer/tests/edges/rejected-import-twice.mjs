import a from "./a.mjs";
import { a } from "./b.mjs";

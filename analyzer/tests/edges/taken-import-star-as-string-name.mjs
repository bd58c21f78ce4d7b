import { "*" as star } from "./a.mjs";
star();

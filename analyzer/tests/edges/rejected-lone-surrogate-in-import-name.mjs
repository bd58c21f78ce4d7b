import { "\ud800" as a } from "./a.mjs";

import { a as eval } from "./a.mjs";

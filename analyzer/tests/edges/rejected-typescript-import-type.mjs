import type { a } from "./a.mjs";

import { default as a } from "./a.mjs";
a();

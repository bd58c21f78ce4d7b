import { default } from "./a.mjs";

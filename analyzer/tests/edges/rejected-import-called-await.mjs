import await from "./a.mjs";

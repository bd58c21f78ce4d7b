import {} from "./a.mjs";

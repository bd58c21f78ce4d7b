export {} from "./a.mjs";

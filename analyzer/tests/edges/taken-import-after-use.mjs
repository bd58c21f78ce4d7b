a();
import a from "./a.mjs";

import * as ns from "./a.mjs";
ns.a();

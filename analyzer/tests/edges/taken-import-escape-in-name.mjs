import { \u0061b as c\u{64} } from "./a.mjs";
cd();

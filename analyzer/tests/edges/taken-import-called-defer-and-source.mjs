import defer from "./a.mjs";
import source from "./b.mjs";
defer(source);

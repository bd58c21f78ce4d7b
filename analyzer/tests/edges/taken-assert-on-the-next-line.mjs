var assert;
import a from "./a.mjs"
assert;
a();

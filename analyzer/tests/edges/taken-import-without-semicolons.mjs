import a from "./a.mjs"
import "./b.mjs"
a()

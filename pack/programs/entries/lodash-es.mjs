import * as all from "lodash-es";
console.log(Object.keys(all).length, all.chunk(["a", "b", "c"], 2));

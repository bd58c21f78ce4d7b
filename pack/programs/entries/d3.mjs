import * as all from "d3";
console.log(Object.keys(all).length, all.max([1, 3, 2]));

import { area, perimetre } from "./lib/shapes.mjs";

console.log(area(2, 3), perimetre(2, 3));

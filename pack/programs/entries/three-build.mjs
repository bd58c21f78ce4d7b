import { Vector3 } from "three";
console.log(new Vector3(1, 2, 3).length());

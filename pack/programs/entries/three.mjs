import { Vector3 } from "../node_modules/three/src/Three.js";
console.log(new Vector3(1, 2, 3).length());

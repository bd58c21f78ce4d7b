import { version } from "vite";
console.log(version);

import ts from "typescript";
console.log(ts.transpile("const a: number = 1; export default a as unknown;"));

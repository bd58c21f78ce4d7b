var a; let b; const c = 1; function d() {} class e {}
export { a, b, c, d, e };

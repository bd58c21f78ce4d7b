let a;
export { a as b, a as default, a as if };

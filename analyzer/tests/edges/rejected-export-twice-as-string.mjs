let a;
export { a, a as "a" };

let a;
export { a, };

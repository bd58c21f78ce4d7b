let a, b;
export { a, b as a };

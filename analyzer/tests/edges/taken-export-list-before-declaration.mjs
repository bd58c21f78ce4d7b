export { a };
let a;

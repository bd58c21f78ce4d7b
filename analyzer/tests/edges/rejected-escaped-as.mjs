let a;
export { a \u0061s b };

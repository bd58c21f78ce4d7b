let a;
export default 1;
export { a as default };

let a;
export { a as "\udc00" };

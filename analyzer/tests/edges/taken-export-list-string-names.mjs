let a;
export { a as "b c", a as "", a as "*", a as "*default*" };

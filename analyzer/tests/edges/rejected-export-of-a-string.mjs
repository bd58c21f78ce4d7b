export { "a" };

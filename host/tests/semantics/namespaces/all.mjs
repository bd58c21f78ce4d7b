export * from './one.mjs';
export * from './two.mjs';
export * as nested from './one.mjs';
const value = 'a b';
export { value as 'a b', value as default };

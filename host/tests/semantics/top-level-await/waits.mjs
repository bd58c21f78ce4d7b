import './fast.mjs';
export const value = await Promise.resolve('waited');

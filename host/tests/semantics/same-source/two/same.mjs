import { name } from './name.mjs';
export const file = name + import.meta.url.split('/').at(-2);

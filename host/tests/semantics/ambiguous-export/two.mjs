export const name = 2;

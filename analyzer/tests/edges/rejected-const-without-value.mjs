export const a;

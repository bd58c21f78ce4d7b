export const ambiguous = 2;
export class y {}

export const a = "

export const { a, b: c, d: { e }, f = 1, ["g" + 1]: h, ...i } = { d: {} };

export const a = { await: 1, yield: 2 }.await;

export const a = await 1;
for await (const b of []);

export const a = () => import("./a.mjs");
export const b = () => import("./b.json", { with: { type: "json" } });

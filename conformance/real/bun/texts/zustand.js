// @bun @bytecode
// esm/index.mjs
export * from "zustand/vanilla";
export * from "zustand/react";

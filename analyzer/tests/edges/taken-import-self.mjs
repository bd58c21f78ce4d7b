import * as self from "./taken-import-self.mjs";
export const me = () => self;

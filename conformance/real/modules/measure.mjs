// Specifiers that are not ASCII; the same module under two spellings is two requests.
import { Größenordnung, "Länge" as Länge } from "./größe-大小-📏.mjs";
import * as 単位表 from "./gr\u00f6\u00dfe-\u5927\u5c0f-\u{1F4CF}.mjs";
import { Größenordnung as twin } from "././größe-大小-📏.mjs";

export const sameModule = Größenordnung === twin;
export const orders = [0.5, 12, 4800].map(Größenordnung);
export const unitNames = Object.keys(単位表.単位);
export * from "./größe-大小-📏.mjs";

// An arrow function as the default export: an expression.
export default (value) => `${Länge(value)} ~ 10^${Größenordnung(value)}`;

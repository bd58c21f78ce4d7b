// A file whose own name needs two, three and four bytes a letter.
import convert, { factors, "configure" as préciser } from "./units.mjs";

préciser(3);

export const Größenordnung = (wert) => Math.floor(Math.log10(Math.abs(wert)));
export { factors as 単位, convert as "Länge" };

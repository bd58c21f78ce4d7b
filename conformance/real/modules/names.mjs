// Exports under names that are not identifiers, and identifiers that are not ASCII.
const phrases = new Map([
  ["greeting", { de: "Moin", en: "Hello", ja: "こんにちは" }],
  ["farewell", { de: "Tschüss", en: "Bye", ja: "さようなら" }],
]);

export const größe = phrases.size;
export const 日本語 = [...phrases.values()].map(({ ja }) => ja);
export let 𝒳 = 1, \u0061scii = "written with an escape", \u{1D4E8} = 2;
export class Straße {
  ["Hausnummer"] = 7;
}
export function ñandú(ſ) {
  return ſ.normalize("NFC") === "ñandú";
}

const keyOnly = Symbol("key"), everything = Object.freeze([...phrases.keys()]);

export {
  everything as "kebab-name",
  everything as "",
  everything as " leading and trailing ",
  everything as "it's quoted",
  everything as 'he said "no"',
  everything as "'), local('trap",
  everything as "two\nlines",
  everything as "back\\slash",
  everything as "🦊",
  everything as "👩‍👩‍👧",
  everything as "e\u0301",
  everything as "\u00e9",
  everything as "constructor",
  everything as "__proto__",
  keyOnly as "*",
  keyOnly as "*default*",
  keyOnly as "*namespace*",
  keyOnly as default,
};

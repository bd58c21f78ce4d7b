// @bun @bytecode
// names.mjs
var phrases = new Map([
  ["greeting", { de: "Moin", en: "Hello", ja: "\u3053\u3093\u306B\u3061\u306F" }],
  ["farewell", { de: "Tsch\xFCss", en: "Bye", ja: "\u3055\u3088\u3046\u306A\u3089" }]
]);
var gr\u{f6}\u{df}e = phrases.size;
var \u{65e5}\u{672c}\u{8a9e} = [...phrases.values()].map(({ ja }) => ja);
var \u{1d4b3} = 1;
var ascii = "written with an escape";
var \u{1d4e8} = 2;

class Stra\u{df}e {
  ["Hausnummer"] = 7;
}
function \u{f1}and\u{fa}(\u{17f}) {
  return \u{17f}.normalize("NFC") === "\xF1and\xFA";
}
var keyOnly = Symbol("key");
var everything = Object.freeze([...phrases.keys()]);
export {
  everything as "",
  everything as " leading and trailing ",
  everything as "'), local('trap",
  keyOnly as "*",
  keyOnly as "*default*",
  keyOnly as "*namespace*",
  Stra\u{df}e,
  everything as __proto__,
  ascii,
  everything as "back\\slash",
  everything as constructor,
  keyOnly as default,
  everything as e\u{301},
  gr\u{f6}\u{df}e,
  everything as 'he said "no"',
  everything as "it's quoted",
  everything as "kebab-name",
  everything as "two\nlines",
  everything as \u{e9},
  \u{f1}and\u{fa},
  \u{65e5}\u{672c}\u{8a9e},
  \u{1d4b3},
  \u{1d4e8},
  everything as "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
  everything as "\uD83E\uDD8A"
};

// Counts the words of a text, and prints the most frequent ones: `node main.js [FILE]`.
import { readFileSync } from "node:fs";
import { count, Counter as Words } from "./lib/index.js";
import format from "./lib/format.cjs";
import common from "./common.json" with { type: "json" };

const [path] = process.argv.slice(2);
const text = path ? readFileSync(path, "utf8") : "the quick brown fox jumps over the lazy dog and the cat";
const words = new Words(common);
count(text, words);
for (const [word, times] of words.top(3)) console.log(format(word, times));
if (process.env.VERBOSE) await import("./lib/report.js").then(({ default: report }) => report(words));

export { count, words as default };
export * as lib from "./lib/index.js";

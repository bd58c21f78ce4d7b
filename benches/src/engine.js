// How long an engine's own parser takes, in nanoseconds, a sample a line. For `jsc` and for Bun: `src/generation.rs` starts it.

const isJsc = typeof checkModuleSyntax === "function";
const [path] = isJsc ? arguments : Bun.argv.slice(2);
const source = isJsc ? readFile(path) : require("node:fs").readFileSync(path, "utf8");
const now = isJsc ? () => preciseTime() * 1e9 : () => Bun.nanoseconds();
const transpiler = isJsc ? undefined : new Bun.Transpiler({ loader: "js" });

// `checkModuleSyntax` parses, and finds the module's record. A comment of its own keeps each source out of any cache.
const parse = isJsc ? (text) => checkModuleSyntax(text) : (text) => transpiler.scan(text);
const show = isJsc ? print : console.log;

const CALLS = 20;
const SAMPLES = 51;
for (let sample = -5; sample < SAMPLES; sample++) {
  const texts = Array.from({ length: CALLS }, (_, call) => `${source}// ${sample} ${call}\n`);
  const start = now();
  for (const text of texts) parse(text);
  const time = (now() - start) / CALLS;
  if (sample >= 0) show(time);
}

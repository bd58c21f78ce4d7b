// Prints the time that an engine takes to parse a module, in nanoseconds, one sample per line. `src/generation.rs` runs this
// script in `jsc` and in Bun.

const isJsc = typeof checkModuleSyntax === "function";
const [path] = isJsc ? arguments : Bun.argv.slice(2);
const source = isJsc ? readFile(path) : require("node:fs").readFileSync(path, "utf8");
const now = isJsc ? () => preciseTime() * 1e9 : () => Bun.nanoseconds();
const transpiler = isJsc ? undefined : new Bun.Transpiler({ loader: "js" });

// `checkModuleSyntax` parses the module and finds its record. Each text ends with a different comment, so that no cache of the
// engine has it.
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

// Asks four parsers about the example of each known difference, and fails if one has another verdict than the list.
//
//   node --experimental-vm-modules parsers.mjs PACKAGES
//
// PACKAGES is a folder with the npm packages acorn and @babel/parser. `jsc` has to be on the path; V8 is Node's.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import vm from "node:vm";

const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const acorn = require("acorn");
const babel = require("@babel/parser");
const differences = JSON.parse(readFileSync(new URL("../differences.json", import.meta.url), "utf8"));

const verdict = (parse) => {
  try {
    parse();
    return "accepts";
  } catch {
    return "rejects";
  }
};

const folder = mkdtempSync(join(tmpdir(), "bmes-parsers-"));
const jsc = (source) => {
  const [driver, file] = [join(folder, "driver.js"), join(folder, "source.js")];
  writeFileSync(driver, 'try { checkModuleSyntax(read(arguments[0])); print("accepts"); } catch { print("rejects"); }');
  writeFileSync(file, source);
  return execFileSync("jsc", [driver, "--", file], { encoding: "utf8" }).trim();
};

// Babel knows proposals only by name.
const plugins = [
  "sourcePhaseImports",
  "deferredImportEvaluation",
  "explicitResourceManagement",
  "decorators",
  "decoratorAutoAccessors",
];
let wrong = 0;
for (const { name, example, parsers } of differences) {
  const found = {
    jsc: jsc(example),
    v8: verdict(() => new vm.SourceTextModule(example)),
    acorn: verdict(() => acorn.parse(example, { ecmaVersion: "latest", sourceType: "module" })),
    babel: verdict(() => babel.parse(example, { sourceType: "module", createImportExpressions: true, plugins })),
  };
  const differs = Object.keys(found).filter((parser) => found[parser] !== parsers[parser]);
  differs.forEach((parser) => console.log(`${name}: ${parser} ${found[parser]} it, and the list says otherwise`));
  wrong += differs.length;
}
rmSync(folder, { recursive: true });
console.log(`${differences.length} differences; V8 ${process.versions.v8}, acorn ${acorn.version}; ${wrong} other verdicts`);
process.exitCode = wrong === 0 ? 0 : 1;

// Plants errors in packages, and requires that the link check reports each of them, and that Node.js rejects each of them.
//
// node planted.mjs MAKE FOLDER: MAKE is the program that makes a pack (pack/examples/make.rs); FOLDER has the programs and
// their node_modules. The files are as before at the end.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const [make, folder] = process.argv.slice(2).map(argument => fs.realpathSync(argument));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "bmes-planted-"));

// Each has the text of an entry, edits of files in node_modules, the reason, and the name that is not found.
const planted = [];

// A missing name: an import of a name that a module does not export.
for (const [file, right, wrong] of [
  ["date-fns/add.js", "{ addDays }", "{ addDayz as addDays }"],
  ["date-fns/format.js", "{ toDate }", "{ toDatum as toDate }"],
  ["three/src/math/Box3.js", "{ Vector3 }", "{ Vector33 as Vector3 }"],
  ["three/src/math/Sphere.js", "{ Box3 }", "{ Boks3 as Box3 }"],
  ["effect/dist/esm/Array.js", "{ dual, identity }", "{ dual, idenditee as identity }"],
]) {
  const entry = file.startsWith("three/src") ? `../node_modules/${file}` : file.split("/")[0];
  planted.push({ entry: `import "${entry}";`, edits: [[file, right, wrong]], reason: "Missing", name: wrong.match(/(\w+) as/)[1] });
}
// A missing name behind two re-exports: d3 re-exports everything of a package, and a new module re-exports one name of it.
for (const [file, name] of [["d3-array/dist/d3-array.mjs", "max"], ["d3-color/dist/d3-color.mjs", "rgb"], ["d3-path/dist/d3-path.mjs", "path"], ["d3-timer/dist/d3-timer.mjs", "timer"]]) {
  planted.push({
    entry: `export { ${name}Missing as found } from "./between.mjs";`,
    between: 'export * from "d3";',
    edits: [[file, "export {", "export {"]],
    reason: "Missing",
    name: `${name}Missing`,
  });
}
// An ambiguous name: two packages that d3 re-exports have the same name.
for (const name of ["rgb", "hsl", "lab", "cubehelix"]) {
  planted.push({
    entry: `import { ${name} } from "d3"; console.log(${name});`,
    edits: [["d3-array/dist/d3-array.mjs", "export {", `const planted = 1; export { planted as ${name} }; export {`]],
    reason: "Ambiguous",
    name,
  });
}
// A circular re-export: a module of lodash-es re-exports itself from the module that re-exports it.
for (const name of ["chunk", "compact", "concat", "zip"]) {
  planted.push({
    entry: `import { ${name} } from "lodash-es"; console.log(${name});`,
    edits: [[`lodash-es/${name}.js`, `export default ${name};`, `export { ${name} as default } from "./lodash.js";`]],
    reason: "Circular",
    name,
  });
}
// A default import of a module that has only names.
for (const file of ["date-fns/constants.js", "three/src/constants.js"]) {
  planted.push({ entry: `import missing from "../node_modules/${file}";`, edits: [], reason: "Missing", name: "default" });
}
// A request that resolves to nothing.
planted.push({ entry: 'import "effect/Nothing";', edits: [], reason: "NoModule", name: "effect/Nothing", isRequest: true });

// These are not reported: only the runtime knows what a CommonJS module exports.
const unreported = [
  { entry: 'import { nothing } from "prettier/index.cjs";', edits: [] },
  { entry: 'import { nothing } from "./between.mjs";', between: 'export * from "esquery";', edits: [] },
  { entry: 'import { nothing } from "ajv";', edits: [] },
];

const faults = [];
const entries = path.join(folder, "entries");

function run({ entry, between, edits }) {
  const saved = [];
  try {
    for (const [file, right, wrong] of edits) {
      const name = path.join(folder, "node_modules", file);
      const text = fs.readFileSync(name, "utf8");
      if (!text.includes(right)) throw new Error(`${file} does not contain ${right}`);
      saved.push([name, text]);
      fs.writeFileSync(name, text.replace(right, wrong));
    }
    fs.writeFileSync(path.join(entries, "planted.mjs"), entry);
    if (between) fs.writeFileSync(path.join(entries, "between.mjs"), between);
    const out = path.join(scratch, "pack.zip");
    const ours = spawnSync(make, [path.join(entries, "planted.mjs"), out], { encoding: "utf8" });
    const theirs = spawnSync("node", [path.join(entries, "planted.mjs")], { encoding: "utf8" });
    return { reported: ours.stderr, isRejected: theirs.status !== 0 };
  } finally {
    for (const [name, text] of saved) fs.writeFileSync(name, text);
    for (const name of ["planted.mjs", "between.mjs"]) fs.rmSync(path.join(entries, name), { force: true });
  }
}

for (const error of planted) {
  const { reported, isRejected } = run(error);
  const lines = reported.split("\n").filter(line => line.startsWith("LinkError"));
  const wanted = error.isRequest ? `specifier: "${error.name}"` : `name: "${error.name}"`;
  const isReported = lines.some(line => line.includes(wanted) && line.includes(`reason: ${error.reason}`));
  if (!isReported) faults.push(`not reported: ${error.entry} (${error.reason} ${error.name}): ${reported}`);
  if (!isRejected) faults.push(`Node.js does not reject: ${error.entry}`);
}
for (const error of unreported) {
  const { reported } = run(error);
  if (reported !== "") faults.push(`reported: ${error.entry}: ${reported}`);
}
fs.rmSync(scratch, { recursive: true });
for (const fault of faults) console.error(fault);
console.log(`${planted.length} planted errors, ${unreported.length} that must not be reported, ${faults.length} differences`);
process.exit(faults.length === 0 ? 0 : 1);

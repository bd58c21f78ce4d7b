// Makes a pack of each program in entries/, and compares it with what Node.js does:
// every request resolves to the same module, every file that Node.js loads is in the pack,
// and a copy of the programs in another folder gives the same bytes.
//
// node check.mjs MAKE ONE TWO: MAKE is the program that makes a pack (pack/examples/make.rs);
// ONE and TWO are folders with the programs and their node_modules.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [make, one, two] = process.argv.slice(2).map(argument => fs.realpathSync(argument));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "bmes-packs-"));
const faults = [];

function pack(folder, name) {
  const out = path.join(scratch, "pack.zip");
  const printed = spawnSync(make, [path.join(folder, "entries", `${name}.mjs`), out], { encoding: "utf8" });
  if (printed.status !== 0 || printed.stderr !== "") faults.push(`${name}: ${printed.stderr || "no pack was made"}`);
  return fs.readFileSync(out);
}

// The index is the last member. Its data is not compressed.
function indexOf(bytes) {
  const directory = bytes.readUInt32LE(bytes.length - 6);
  const start = bytes.lastIndexOf("PK\x03\x04", directory, "latin1");
  return JSON.parse(bytes.subarray(start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28), directory));
}

const fileOf = module => path.join(one, decodeURIComponent(module.url.split(/[?#]/)[0]));

// Returns what Node.js resolves a specifier to, or null.
function resolve(parent, specifier, kind) {
  try {
    if (kind === "require") {
      const found = createRequire(parent).resolve(specifier);
      return isBuiltin(found) && !found.startsWith("node:") ? `node:${found}` : found;
    }
    const url = import.meta.resolve(specifier, pathToFileURL(parent));
    if (url.startsWith("node:") || url.startsWith("data:")) return url;
    const found = fileURLToPath(url.split(/[?#]/)[0]);
    // Node.js says this only when it loads the file.
    return fs.existsSync(found) ? found : null;
  } catch {
    return null;
  }
}

function compareResolutions(name, index) {
  let count = 0;
  const compare = (module, request, kind) => {
    const target = request.module === null ? null : index.modules[request.module];
    const ours = target && (target.format === "builtin" ? target.url : fileOf(target));
    const theirs = resolve(fileOf(module), request.specifier, kind);
    count += 1;
    if (ours !== theirs) faults.push(`${name}: ${module.url} ${kind} ${request.specifier}: ${ours}, and not ${theirs}`);
  };
  for (const module of index.modules.filter(module => module.source)) {
    for (const request of module.requests) compare(module, request, module.format === "module" ? "import" : "require");
    for (const request of module.dynamic) compare(module, request, "import");
  }
  return count;
}

// Runs the program. Its coverage lists the scripts that Node.js loaded.
function compareLoaded(name, index) {
  const coverage = path.join(scratch, name);
  execFileSync("node", [path.join(one, "entries", `${name}.mjs`)], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const packed = new Set(index.modules.filter(module => module.source).map(fileOf));
  const loaded = new Set();
  for (const file of fs.readdirSync(coverage)) {
    for (const { url } of JSON.parse(fs.readFileSync(path.join(coverage, file), "utf8")).result) {
      if (url.startsWith("file:")) loaded.add(fileURLToPath(url.split(/[?#]/)[0]));
    }
  }
  for (const file of loaded) {
    if (!packed.has(file)) faults.push(`${name}: Node.js loads ${file}, and the pack does not have it`);
  }
  return loaded.size;
}

let programs = 0;
for (const entry of fs.readdirSync(path.join(one, "entries")).sort()) {
  const name = path.basename(entry, ".mjs");
  const bytes = pack(one, name);
  if (!bytes.equals(pack(two, name))) faults.push(`${name}: two folders give other bytes`);
  const index = indexOf(bytes);
  const requests = compareResolutions(name, index);
  const loaded = compareLoaded(name, index);
  programs += 1;
  console.log(`${name}: ${index.modules.length} modules, ${requests} requests, ${loaded} files loaded, ${bytes.length} bytes`);
}
fs.rmSync(scratch, { recursive: true });
for (const fault of faults.slice(0, 20)) console.error(fault);
console.log(`${programs} programs, ${faults.length} differences`);
process.exit(faults.length === 0 ? 0 : 1);

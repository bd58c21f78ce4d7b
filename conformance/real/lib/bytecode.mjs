// Compiles one module with Bun, takes the bytecode out, and proves that it is what it claims to be.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./engines.mjs";
import { openExecutable, readCacheHeader } from "./standalone.mjs";
import { unless } from "./trouble.mjs";

const FLAGS = ["build", "--compile", "--bytecode", "--format=esm", "--external=*"];
export const LARGEST = 500_000;
const HIT = /^\[Disk Cache\] Cache hit for sourceCode$/gm;

export const buildCommand = (file) => `bun ${FLAGS.join(" ").replace("*", "'*'")} ./${file} --outfile program`;

/** `{ blob, text, facts }`, the text being what Bun compiled. `modules` is a writable copy of modules/, `again` another one elsewhere. */
export function compile(bun, file, { modules, again, scratch }) {
  const program = join(modules, "program");
  const { built: first, facts: checked } = buildChecked(bun, file, modules, scratch);
  const { bytecode: blob, contents, text, units } = first;

  const hits = countHits(program, modules, scratch, file);
  unless(hits === 1, `${file}: Bun used the bytecode ${hits} times instead of once when it ran the executable`);
  rmSync(program);

  const { built: second } = buildChecked(bun, file, again, scratch);
  rmSync(join(again, "program"));
  const facts = {
    form: "ESM",
    ...checked,
    compiled_from: { sha256: createHash("sha256").update(contents).digest("hex"), code_units: units },
    used_by_bun: true,
    same_in_two_builds: second.bytecode.equals(blob),
  };
  return { blob, text, facts };
}

/** Builds an executable of a file, `program` in `cwd`. Returns what is in it, and facts about the bytecode, which it checks. */
export function buildChecked(bun, file, cwd, scratch) {
  const built = build(bun, file, cwd, scratch);
  const { bytecode: blob, units } = built;
  const header = readCacheHeader(blob, file);
  unless(header.kind === "module", `${file}: the bytecode is of a ${header.kind}, not of a module`);
  unless(header.length === blob.length, `${file}: the bytecode's header says ${header.length} bytes, there are ${blob.length}`);
  unless(header.sourceLength === units, `${file}: the bytecode's header says ${header.sourceLength} code units of source, there are ${units}`);
  unless(blob.length <= LARGEST, `${file}: ${blob.length} bytes of bytecode are more than ${LARGEST}; make the module smaller`);
  return { built, facts: { bytes: blob.length, cache_version: header.cacheVersion, code_block: header.kind } };
}

/** Shows that the tests of `compile` can fail: a CommonJS blob is of another kind, a damaged blob is not used. */
export function controls(bun, file, { modules, scratch }) {
  const out = join(scratch, "cjs");
  mkdirSync(out, { recursive: true });
  const args = ["build", "--bytecode", "--format=cjs", "--target=bun", "--outdir", out, `./${file}`];
  run(bun.path, args, { cwd: modules, output: join(scratch, "control.txt"), what: `${file} as CommonJS` });
  const { kind } = readCacheHeader(readFileSync(join(out, file.replace(/\.mjs$/, ".js.jsc"))), file);
  unless(kind === "program", `${file}: bytecode of a CommonJS build is of a ${kind}; the kind no longer tells the two apart`);

  const program = join(modules, "program");
  const { offset } = build(bun, file, modules, scratch);
  const executable = readFileSync(program);
  executable[offset] ^= 1;
  // A new file: the kernel may still hold the old one as a running program's text.
  const damaged = join(modules, "damaged");
  copyFileSync(program, damaged);
  writeFileSync(damaged, executable);
  const hits = countHits(damaged, modules, scratch, file);
  rmSync(program);
  rmSync(damaged);
  unless(hits === 0, `${file}: Bun reports that it used bytecode that is damaged; its report proves nothing`);
  return { module: file, commonjs_code_block: kind, hits_with_damaged_cache_version: hits };
}

function build(bun, file, cwd, scratch) {
  const args = [...FLAGS, `./${file}`, "--outfile", "program"];
  run(bun.path, args, { cwd, output: join(scratch, "build.txt"), what: `${file}: bun build` });
  return openExecutable(readFileSync(join(cwd, "program")), file);
}

function countHits(program, cwd, scratch, file) {
  const env = { BUN_JSC_verboseDiskCache: "1" };
  const text = run(program, [], { cwd, env, output: join(scratch, "cache.txt"), what: `${file} compiled` });
  return text.match(HIT)?.length ?? 0;
}

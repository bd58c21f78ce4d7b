// Takes the record, the text and the bytecode of a module out of one executable: what Bun made together, and uses
// together.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildChecked, buildCommand } from "./bytecode.mjs";
import { readRecord, renameAnImport } from "./graph.mjs";
import { INPUTS, PACKAGES } from "./inputs.mjs";
import { unless } from "./trouble.mjs";

/** The folders of the files that `collectExecutables` writes. */
export const EXECUTABLE_FOLDERS = ["records", "texts", "bytecode", "sources", "licences"].map((name) => `bun/${name}`);

/** Writes the files of all inputs below `out`. Returns what provenance.json says of them. */
export function collectExecutables(bun, installed, { modules, again, scratch }, out) {
  return INPUTS.map(({ name, package: from, file }) => {
    process.stderr.write(`${name} in an executable\n`);
    const folders = from ? [join(scratch, "packages", from), join(scratch, "elsewhere", from)] : [modules, again];
    if (from) for (const folder of folders) copy(join(installed, from, file), join(folder, file));
    const [first, second] = folders.map((folder) => {
      const checked = buildChecked(bun, file, folder, scratch);
      rmSync(join(folder, "program"));
      return checked;
    });
    const record = readRecord(first.built, file);
    unless(JSON.stringify(record) === JSON.stringify(readRecord(second.built, file)), `${file}: two builds have different records`);

    const write = (path, content) => {
      writeFileSync(join(out, "bun", path), content);
      return { path: `bun/${path}`, sha256: createHash("sha256").update(content).digest("hex") };
    };
    const source = readFileSync(join(folders[0], file));
    const origin = `record, text and bytecode: one executable of Bun ${bun.version} (build --compile --bytecode --format=esm) of ${from ? `${file} of the npm package ${from}@${PACKAGES[from]}` : `modules/${file}`}`;
    return {
      name,
      origin,
      source: from ? { ...write(`sources/${name}.js`, source), package: `${from}@${PACKAGES[from]}`, file } : { path: `modules/${file}`, sha256: createHash("sha256").update(source).digest("hex") },
      ...(from && { licence: write(`licences/${from}.txt`, licence(join(installed, from), from)).path }),
      command: buildCommand(file),
      url: first.built.url,
      record: write(`records/${name}.json`, `${JSON.stringify(record, null, 2)}\n`),
      text: { ...write(`texts/${name}.js`, first.built.contents), encoding: first.built.encoding },
      bytecode: { ...write(`bytecode/${name}.bin`, first.built.bytecode), ...first.facts, same_in_two_builds: second.built.bytecode.equals(first.built.bytecode) },
    };
  });
}

/**
 * Shows that Bun links a module by the record in its executable: after a change of the record alone, an import asks for
 * a name that does not exist.
 */
export function recordControl(bun, file, { modules, scratch }) {
  buildChecked(bun, file, modules, scratch);
  const executable = readFileSync(join(modules, "program"));
  renameAnImport(executable, file);
  const changed = join(modules, "changed");
  writeFileSync(changed, executable, { mode: 0o755 });
  const { status, stderr } = spawnSync(changed, { cwd: modules, encoding: "utf8", timeout: 120_000 });
  for (const program of [changed, join(modules, "program")]) rmSync(program);
  const message = stderr.split("\n")[0].replaceAll(modules, "<modules>");
  unless(status === 1 && message.includes("Export named"), `${file}: Bun runs an executable whose record is wrong, so it does not use the record`);
  return { module: file, message };
}

function licence(folder, name) {
  const found = readdirSync(folder).find((file) => /^licen[cs]e(\.|$)/i.test(file));
  unless(found, `${name}: the package has no licence file, so its source must not be copied; choose another package`);
  return readFileSync(join(folder, found));
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

// Finds the engines, installs the two npm packages, and runs programs with their output in a file.

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PACKAGES } from "./inputs.mjs";
import { Trouble, unless } from "./trouble.mjs";

export const PINNED = { bun: "1.4.5", acorn: "8.19.0" };
const ALL = { ...PINNED, ...PACKAGES };
const JSC_PACKAGE = "libjavascriptcoregtk-4.0-bin";
const JSC_SERIES = "2.50.";

export function findJsc() {
  const listed = spawnSync("dpkg", ["-L", JSC_PACKAGE], { encoding: "utf8" });
  unless(!listed.error, `dpkg cannot be run (${listed.error?.code}); jsc comes from a Debian package, so run this on Debian`);
  const path = (listed.stdout ?? "").split("\n").find((line) => line.endsWith("/jsc"));
  unless(listed.status === 0 && path && existsSync(path), `jsc is not installed; run: apt-get install -y ${JSC_PACKAGE}`);
  const version = spawnSync("dpkg-query", ["-W", "-f", "${Version}", JSC_PACKAGE], { encoding: "utf8" }).stdout.trim();
  unless(
    version.startsWith(JSC_SERIES),
    `jsc is version ${version}, and normalise.json is written for ${JSC_SERIES}x; install that, or revise the table and JSC_SERIES in lib/engines.mjs`,
  );
  return { path, package: JSC_PACKAGE, version };
}

/** Installs the pinned packages into `directory`/node_modules unless they are there. */
export function installPackages(directory) {
  const installed = (name) => {
    const manifest = join(directory, "node_modules", name, "package.json");
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === ALL[name];
  };
  if (!Object.keys(ALL).every(installed)) {
    const wanted = Object.entries(ALL).map(([name, version]) => `${name}@${version}`);
    const flags = ["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", directory];
    const result = spawnSync("npm", [...flags, ...wanted], { encoding: "utf8" });
    unless(!result.error, `npm cannot be run (${result.error?.code}); install Node.js 20 with npm`);
    unless(result.status === 0, `npm could not install ${wanted.join(", ")}: ${lastLine(result.stderr)}; check the network and run again`);
  }
  const path = join(directory, "node_modules", ".bin", "bun");
  const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim();
  unless(version === PINNED.bun, `bun ${PINNED.bun} does not start (it says ${JSON.stringify(version)}); delete node_modules and run again`);
  const acorn = createRequire(join(directory, "collect.mjs"))("acorn");
  return { bun: { path, package: "bun", version }, acorn };
}

/**
 * Runs a program and gives back everything it printed. Both streams go to a file: through a pipe, long dumps arrive cut.
 */
export function run(program, args, { cwd, env = {}, output, what }) {
  const descriptor = openSync(output, "w");
  let result;
  try {
    result = spawnSync(program, args, { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ["ignore", descriptor, descriptor], timeout: 120_000 });
  } finally {
    closeSync(descriptor);
  }
  const text = readFileSync(output, "utf8");
  if (result.error) throw new Trouble(`${what}: ${program} cannot be run (${result.error.code})`);
  const why = text.split("\n").find((line) => /^(Exception|error|panic|\w*Error)\b.*:/.test(line)) ?? lastLine(text);
  unless(result.status === 0, `${what}: exit ${result.status ?? result.signal}: ${why}; correct the module or the engine's options`);
  return text;
}

// The caller's engine options must not change what is committed.
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(JSC_|BUN_|NODE_)/.test(name));
  return { ...Object.fromEntries(kept), BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0", DO_NOT_TRACK: "1", NO_COLOR: "1" };
}

function lastLine(text) {
  return text.trim().split("\n").at(-1);
}

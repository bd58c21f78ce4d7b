// Compiles a .ksy to Python: node compile.mjs FILE.ksy OUTPUT_DIRECTORY

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import compiler from "kaitai-struct-compiler";
import { parse } from "yaml";

const [file, directory, ...others] = process.argv.slice(2);
if (!directory || others.length) {
  console.error("usage: node compile.mjs FILE.ksy OUTPUT_DIRECTORY");
  process.exit(2);
}

try {
  const ksy = parse(await readFile(file, "utf8"));
  const modules = await compiler.compile("python", ksy, null, false);
  await mkdir(directory, { recursive: true });
  for (const [name, source] of Object.entries(modules)) {
    await writeFile(join(directory, name), source);
    console.log(join(directory, name));
  }
} catch (error) {
  // The compiler throws objects that have a text, but no useful stack.
  console.error(`compile.mjs: ${file}: ${error}`);
  process.exit(1);
}

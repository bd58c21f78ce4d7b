// Copies the ECMAScript modules of rxjs, and writes the extensions of its relative specifiers, which Node.js needs.
//
// node rxjs-esm.mjs FOLDER: FOLDER has node_modules, and gets the folder rxjs-esm.
import fs from "node:fs";
import path from "node:path";

const folder = process.argv[2];
const from = path.join(folder, "node_modules/rxjs/dist/esm");
const to = path.join(folder, "rxjs-esm");
fs.rmSync(to, { recursive: true, force: true });
fs.cpSync(from, to, { recursive: true, filter: file => !file.endsWith(".map") });
fs.writeFileSync(path.join(to, "package.json"), '{"type": "module"}\n');
for (const name of fs.readdirSync(to, { recursive: true }).filter(name => name.endsWith(".js"))) {
  const file = path.join(to, name);
  const extended = specifier => {
    const target = path.join(path.dirname(file), specifier);
    return fs.existsSync(`${target}.js`) ? `${specifier}.js` : `${specifier}/index.js`;
  };
  const source = fs.readFileSync(file, "utf8");
  const imports = /( from |^import )(['"])(\.[^'"]*)\2/gm;
  fs.writeFileSync(file, source.replace(imports, (_, before, quote, specifier) => before + quote + extended(specifier) + quote));
}

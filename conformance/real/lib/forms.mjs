// Which form of import and export occurs in which module: a generated table, and a gate, because a form that no module
// uses fails the script.

import { unless } from "./trouble.mjs";

const isNode = (type) => (node) => node.type === type;
const imports = (test) => (node) => node.type === "ImportDeclaration" && test(node.specifiers.map(({ type }) => type), node);
const specifier = (test) => (node, file) => node.type === "ImportSpecifier" && test(node, file);
const exported = (test) => (node, file) => node.type === "ExportSpecifier" && test(node, file);
const reexported = (test) => (node) => node.type === "ExportNamedDeclaration" && node.source && node.specifiers.some(test);
const all = (test) => (node) => node.type === "ExportAllDeclaration" && test(node);
const declares = (test) => (node) => node.type === "ExportNamedDeclaration" && node.declaration && test(node.declaration);
const defaults = (type, test) => (node) => node.type === "ExportDefaultDeclaration" && type.test(node.declaration.type) && test(node.declaration);
const destructures = (type) => declares((node) => node.declarations?.some(({ id }) => id.type === type));
const takes = (kind) => exported((node, { imported, local }) => local.has(node) && imported.get(node.local.name) === kind);

const nameOf = (node) => node.name ?? node.value;
const isString = (node) => node?.type === "Literal";
const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);
const isAstral = (text) => /[\u{10000}-\u{10ffff}]/u.test(text);
const same = (types, ...wanted) => types.length === wanted.length && types.every((type, index) => type === wanted[index]);

const [DEFAULT, NAMED, NAMESPACE] = ["ImportDefaultSpecifier", "ImportSpecifier", "ImportNamespaceSpecifier"];

const FORMS = [
  ['`import "m"`', imports((types, node) => types.length === 0 && !node.empty)],
  ['`import {} from "m"`', imports((types, node) => types.length === 0 && node.empty)],
  ['`import d from "m"`', imports((types, node) => same(types, DEFAULT) && !node.empty)],
  ['`import { x } from "m"`', specifier(({ imported, local }) => nameOf(imported) === local.name)],
  ['`import { x as y } from "m"`', specifier(({ imported, local }) => !isString(imported) && imported.name !== local.name && imported.name !== "default")],
  ['`import { default as d } from "m"`', specifier(({ imported }) => !isString(imported) && imported.name === "default")],
  ['`import { "a b" as x } from "m"`', specifier(({ imported }) => isString(imported))],
  ['`import { "" as x } from "m"`', specifier(({ imported }) => imported.value === "")],
  ['`import * as ns from "m"`', imports((types) => same(types, NAMESPACE))],
  ['`import d, { x } from "m"`', imports((types) => types[0] === DEFAULT && types.includes(NAMED))],
  ['`import d, {} from "m"`', imports((types, node) => same(types, DEFAULT) && node.empty)],
  ['`import d, * as ns from "m"`', imports((types) => same(types, DEFAULT, NAMESPACE))],
  ["a module that imports itself", (node, { name }) => node.source?.value === `./${name}`],
  ['attributes on `import`', (node) => node.type === "ImportDeclaration" && node.attributes.length > 0],
  ['attributes whose key is a string', (node) => node.type === "ImportAttribute" && isString(node.key)],
  ['attributes on `export { x } from`', (node) => node.type === "ExportNamedDeclaration" && node.attributes?.length > 0],
  ['attributes on `export * from`', all((node) => !node.exported && node.attributes.length > 0)],
  ['attributes on `export * as ns from`', all((node) => node.exported && node.attributes.length > 0)],
  ["`with {}`", (node, { text }) => node.type === "ImportDeclaration" && /with\s*\{\s*\}\s*;?$/.test(text.slice(node.start, node.end))],
  ["dynamic `import()`", isNode("ImportExpression")],
  ["dynamic `import()` with attributes", (node) => node.type === "ImportExpression" && node.options],
  ["`import.meta`", (node) => node.type === "MetaProperty" && node.meta.name === "import"],
  ["`await` at the top level", (node, { topLevel }) => topLevel.has(node) && node.type === "AwaitExpression"],
  ["`for await` at the top level", (node, { topLevel }) => topLevel.has(node) && node.type === "ForOfStatement" && node.await],
  ["`export var`", declares(({ kind }) => kind === "var")],
  ["`export let`", declares(({ kind }) => kind === "let")],
  ["`export const`", declares(({ kind }) => kind === "const")],
  ["`export const { x } =`", destructures("ObjectPattern")],
  ["`export let [ x ] =`", destructures("ArrayPattern")],
  ["`export function`", declares((node) => node.type === "FunctionDeclaration" && !node.async && !node.generator)],
  ["`export function*`", declares((node) => node.type === "FunctionDeclaration" && !node.async && node.generator)],
  ["`export async function`", declares((node) => node.type === "FunctionDeclaration" && node.async && !node.generator)],
  ["`export async function*`", declares((node) => node.type === "FunctionDeclaration" && node.async && node.generator)],
  ["`export class`", declares(isNode("ClassDeclaration"))],
  ["`export { x }`", exported((node, { local }) => local.has(node) && nameOf(node.local) === nameOf(node.exported))],
  ["`export { x as y }`", exported((node, { local }) => local.has(node) && !isString(node.exported) && node.local.name !== node.exported.name)],
  ["`export { x as default }`", exported((node, { local }) => local.has(node) && nameOf(node.exported) === "default")],
  ['`export { x as "kebab-name" }`', exported((node, { local }) => local.has(node) && isString(node.exported))],
  ['`export { x as "" }`', exported((node) => node.exported.value === "")],
  ["`export {}`", (node) => node.type === "ExportNamedDeclaration" && !node.source && !node.declaration && node.specifiers.length === 0],
  ["`export default` expression", defaults(/^(?!.*Declaration$|Identifier$)/, () => true)],
  ["`export default` identifier", defaults(/^Identifier$/, () => true)],
  ["`export default function name() {}`", defaults(/^FunctionDeclaration$/, ({ id }) => id)],
  ["`export default function () {}`", defaults(/^FunctionDeclaration$/, ({ id, async, generator }) => !id && !async && !generator)],
  ["`export default async function () {}`", defaults(/^FunctionDeclaration$/, ({ id, async }) => !id && async)],
  ["`export default function* () {}`", defaults(/^FunctionDeclaration$/, ({ id, generator }) => !id && generator)],
  ["`export default class Name {}`", defaults(/^ClassDeclaration$/, ({ id }) => id)],
  ["`export default class {}`", defaults(/^ClassDeclaration$/, ({ id }) => !id)],
  ['`import { x } from "m"; export { x }`', takes("ImportSpecifier")],
  ['`import d from "m"; export { d }`', takes("ImportDefaultSpecifier")],
  ['`import * as ns from "m"; export { ns }`', takes("ImportNamespaceSpecifier")],
  ['`export { x } from "m"`', reexported(({ local, exported }) => nameOf(local) === nameOf(exported) && nameOf(local) !== "default")],
  ['`export { x as y } from "m"`', reexported(({ local, exported }) => nameOf(local) !== nameOf(exported))],
  ['`export { default } from "m"`', reexported(({ local, exported }) => nameOf(local) === "default" && nameOf(exported) === "default")],
  ['`export { default as x } from "m"`', reexported(({ local, exported }) => nameOf(local) === "default" && nameOf(exported) !== "default")],
  ['`export { x as default } from "m"`', reexported(({ local, exported }) => nameOf(local) !== "default" && nameOf(exported) === "default")],
  ['`export { "a b" as "c d" } from "m"`', reexported(({ local, exported }) => isString(local) && isString(exported))],
  ['`export {} from "m"`', (node) => node.type === "ExportNamedDeclaration" && node.source && node.specifiers.length === 0],
  ['`export * from "m"`', all(({ exported }) => !exported)],
  ['`export * from "m"` twice', (node, { program }) => all((star) => !star.exported)(node) && program.body.some((other) => other !== node && other.type === node.type && !other.exported && other.source.value === node.source.value)],
  ['`export * as ns from "m"`', all(({ exported }) => exported && !isString(exported))],
  ['`export * as default from "m"`', all(({ exported }) => exported?.name === "default")],
  ['`export * as "a b" from "m"`', all(({ exported }) => isString(exported))],
  ["identifier that is not ASCII", (node) => node.type === "Identifier" && !isAscii(node.name)],
  ["astral identifier", (node) => node.type === "Identifier" && isAstral(node.name)],
  ["export name that is astral", exported((node) => isAstral(nameOf(node.exported)))],
  ["specifier that is not ASCII", (node) => node.source?.value && !isAscii(node.source.value)],
  ["astral specifier", (node) => node.source?.value && isAstral(node.source.value)],
  ["neither import nor export", (node) => node.type === "Program" && !node.body.some(({ type }) => /^(Import|Export)/.test(type))],
];

/** `sources` is a list of [file, text]; gives back the text of FORMS.md. */
export function formsTable(acorn, sources) {
  const files = sources.map(([name, text]) => describe(acorn, name, text));
  const rows = FORMS.map(([form, test]) => {
    const users = files.filter((file) => file.nodes.some((node) => test(node, file))).map(({ name }) => name);
    unless(users.length > 0, `no module uses ${form}; add it to one, or delete the form from lib/forms.mjs`);
    return `| ${form} | ${users.map((name) => name.replace(/\.mjs$/, "")).join(", ")} |`;
  });
  const heading = "# Forms and the modules that use them\n\nGenerated by collect.mjs from the modules' syntax trees.\n";
  return `${heading}\n| form | modules |\n|---|---|\n${rows.join("\n")}\n`;
}

function describe(acorn, name, text) {
  const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const nodes = [...walk(program)];
  const imported = new Map(nodes.filter(({ type, local }) => /^Import.*Specifier$/.test(type) && local).map((node) => [node.local.name, node.type]));
  const local = new Set(nodes.filter(({ type, source }) => type === "ExportNamedDeclaration" && !source).flatMap(({ specifiers }) => specifiers));
  for (const node of nodes.filter(isNode("ImportDeclaration"))) node.empty = /\{\s*\}\s*from/.test(text.slice(node.start, node.source.start));
  return { name, text, program, nodes, imported, local, topLevel: new Set(walk(program, /Function|^ClassBody$/)) };
}

function* walk(node, stop = /^$/) {
  if (node === null || typeof node !== "object") return;
  if (typeof node.type === "string") {
    if (stop.test(node.type)) return;
    yield node;
  }
  for (const inner of Object.values(node)) yield* walk(inner, stop);
}

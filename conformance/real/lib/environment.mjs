// What version 3 adds to a record: the module's variables and the features of its code, derived from its source.
//
// No engine at hand prints them. So these are not an engine's words but words that JavaScriptCore would understand: the
// names are those that the source declares, in its order, and of the bits those are set that a declaration alone decides
// (spec/v3.md, section 5.1). Whether a closure captures a variable (bit 0) is the engine's analysis, and left out.

import { boundNames, nameOf } from "./source.mjs";

const BITS = { const: 1 << 1, var: 1 << 2, let: 1 << 3, exported: 1 << 4, imported: 1 << 5, namespace: 1 << 6, function: 1 << 7 };
const FEATURES = { arguments: 1 << 1, this: 1 << 3, arrow: 1 << 6, await: 1 << 7, importMeta: 1 << 12 };

export function environmentOf(acorn, text) {
  const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" });
  const lexical = new Map();
  const declared = new Map();
  for (const node of program.body) lexicalNames(node, (name, bits) => lexical.set(name, (lexical.get(name) ?? 0) | bits));
  for (const name of varNames(program)) declared.set(name, BITS.var);
  for (const name of exportedNames(program.body)) {
    const list = lexical.has(name) ? lexical : declared;
    list.set(name, list.get(name) | BITS.exported);
  }
  const list = (map) => [...map].map(([name, bits]) => ({ name, bits }));
  return { declared_variables: list(declared), lexical_variables: list(lexical), code_features: features(program) };
}

function lexicalNames(node, add) {
  switch (node.type) {
    case "ImportDeclaration":
      for (const { type, local } of node.specifiers) {
        const namespace = type === "ImportNamespaceSpecifier" ? BITS.namespace : 0;
        add(local.name, BITS.const | BITS.imported | namespace);
      }
      break;
    case "ExportDefaultDeclaration":
    case "ExportNamedDeclaration":
      if (node.declaration) lexicalNames(node.declaration, add);
      if (node.type === "ExportDefaultDeclaration" && !node.declaration.id) add("*default*", BITS.const | BITS.exported);
      break;
    case "VariableDeclaration":
      if (node.kind === "var") break;
      for (const { id } of node.declarations) for (const name of boundNames(id)) add(name, BITS[node.kind]);
      break;
    case "FunctionDeclaration":
      if (node.id) add(node.id.name, BITS.let | BITS.function);
      break;
    case "ClassDeclaration":
      if (node.id) add(node.id.name, BITS.let);
      break;
  }
}

// `var` reaches out of every block, but not out of a function.
function* varNames(node) {
  if (node === null || typeof node !== "object" || opensScope(node)) return;
  if (node.type === "VariableDeclaration" && node.kind === "var") for (const { id } of node.declarations) yield* boundNames(id);
  for (const inner of Object.values(node)) yield* varNames(inner);
}

function* exportedNames(body) {
  for (const node of body) {
    if (node.type === "ExportDefaultDeclaration" && node.declaration.id) yield node.declaration.id.name;
    if (node.type !== "ExportNamedDeclaration" || node.source) continue;
    if (node.declaration?.declarations) for (const { id } of node.declaration.declarations) yield* boundNames(id);
    else if (node.declaration) yield node.declaration.id.name;
    for (const specifier of node.specifiers) yield nameOf(specifier.local);
  }
}

function features(program) {
  let found = 0;
  const walk = (node) => {
    if (node === null || typeof node !== "object") return;
    if (node.type === "ThisExpression") found |= FEATURES.this;
    if (node.type === "Identifier" && node.name === "arguments") found |= FEATURES.arguments;
    if (node.type === "ArrowFunctionExpression") found |= FEATURES.arrow;
    if (node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await)) found |= FEATURES.await;
    if (node.type === "MetaProperty" && node.meta.name === "import") found |= FEATURES.importMeta;
    // What a function uses is the function's feature; that it is an arrow is also the feature of the code around it.
    if (!opensScope(node)) for (const inner of Object.values(node)) walk(inner);
  };
  walk(program);
  return found;
}

function opensScope(node) {
  return /Function/.test(node.type ?? "") || node.type === "StaticBlock" || node.type === "PropertyDefinition";
}

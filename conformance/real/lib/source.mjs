// Reads from a module's source what engines do not print: the order of its entries, the keys and values of import
// attributes, and what binds a name. Not the source of any other field of a record: those come from an engine.

import { Trouble } from "./trouble.mjs";

export function readSource(acorn, file, text) {
  let program;
  try {
    program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" });
  } catch (error) {
    throw new Trouble(`${file}: the parser rejects it (${error.message}); correct the module`);
  }
  const facts = {
    requests: [], // { specifier, attributes, forms }
    imports: new Map(), // local name → "single-import" | "namespace-import", in source order
    exports: [], // export names in source order
    starExports: [],
    unnamedDefault: false,
    bound: new Set(), // every identifier that the module declares or mentions
  };
  for (const node of program.body) visit(node, facts);
  for (const name of identifiers(program)) facts.bound.add(name);
  return facts;
}

// Mentioned is wider than bound, and that is the safe side: a row that needs a name to be bound by nothing then
// applies to a name that the source does not know at all.
function* identifiers(node) {
  if (node === null || typeof node !== "object") return;
  if (node.type === "Identifier") yield node.name;
  for (const inner of Object.values(node)) yield* identifiers(inner);
}

function visit(node, facts) {
  switch (node.type) {
    case "ImportDeclaration":
      request(node, "import", facts);
      for (const specifier of node.specifiers) {
        const kind = specifier.type === "ImportNamespaceSpecifier" ? "namespace-import" : "single-import";
        facts.imports.set(specifier.local.name, kind);
      }
      break;
    case "ExportAllDeclaration":
      request(node, "export", facts);
      if (node.exported) facts.exports.push(nameOf(node.exported));
      else if (!facts.starExports.includes(node.source.value)) facts.starExports.push(node.source.value);
      break;
    case "ExportNamedDeclaration":
      if (node.source) request(node, "export", facts);
      if (node.declaration) facts.exports.push(...declaredNames(node.declaration));
      for (const specifier of node.specifiers) facts.exports.push(nameOf(specifier.exported));
      break;
    case "ExportDefaultDeclaration":
      facts.exports.push("default");
      facts.unnamedDefault = !(/^(Function|Class)Declaration$/.test(node.declaration.type) && node.declaration.id);
      break;
  }
}

function request(node, form, facts) {
  const specifier = node.source.value;
  const attributes = (node.attributes ?? [])
    .map(({ key, value }) => ({ key: nameOf(key), value: value.value }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const same = (other) => other.specifier === specifier && JSON.stringify(other.attributes) === JSON.stringify(attributes);
  const known = facts.requests.find(same);
  if (known) known.forms.add(form);
  else facts.requests.push({ specifier, attributes, forms: new Set([form]) });
}

export function nameOf(node) {
  return node.type === "Literal" ? String(node.value) : node.name;
}

function declaredNames(declaration) {
  return declaration.declarations ? declaration.declarations.flatMap(({ id }) => boundNames(id)) : [declaration.id.name];
}

export function boundNames(pattern) {
  switch (pattern?.type) {
    case undefined: // a hole in an array pattern
      return [];
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) => boundNames(property.value ?? property.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap(boundNames);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    default:
      throw new Trouble(`the parser produced a pattern of type ${pattern.type}; teach it to lib/source.mjs`);
  }
}

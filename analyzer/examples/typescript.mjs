// Compiles TypeScript with the compiler's `transpileModule`, one file at a time, as compilers do that know no types.
//
//   node typescript.mjs COMPILER JOBS ANSWERS
//
// JOBS is a file of one object per line, {"name", "source", "options"}; ANSWERS gets {"code", "errors", "grammar"} for each.
// "errors" are those of the parser. "grammar" are those that the type checker reports of one file alone and that are no
// question of types: modifiers, declarations that stand twice, functions without a body.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [compiler, jobs, answers] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(compiler);

const DECLARATIONS = new Set([2300, 2309, 2323, 2369, 2389, 2390, 2391, 2392, 2394, 2440, 2451, 2484, 2528, 2567, 2813, 2814]);

const grammar = (name, source, options) => {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.ESNext);
  const host = {
    ...ts.createCompilerHost(options),
    getSourceFile: (path) => (path === name ? file : undefined),
    fileExists: (path) => path === name,
  };
  const program = ts.createProgram([name], { ...options, noLib: true, noResolve: true, noEmit: true }, host);
  return program
    .getSemanticDiagnostics(file)
    .filter(({ code }) => (code >= 1000 && code < 2000) || code >= 18000 || DECLARATIONS.has(code))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
};

const answer = ({ name, source, options }) => {
  const { options: compilerOptions, errors } = ts.convertCompilerOptionsFromJson(
    { module: "esnext", target: "es2022", jsx: "react-jsx", ...options },
    ".",
  );
  try {
    const output = ts.transpileModule(source, { fileName: name, reportDiagnostics: true, compilerOptions });
    const messages = [...errors, ...output.diagnostics].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, " "),
    );
    return { code: output.outputText, errors: messages, grammar: grammar(name, source, compilerOptions) };
  } catch (error) {
    return { code: "", errors: [`the compiler threw: ${error.message}`], grammar: [] };
  }
};

const lines = readFileSync(jobs, "utf8").split("\n").filter(Boolean);
writeFileSync(answers, lines.map((line) => `${JSON.stringify(answer(JSON.parse(line)))}\n`).join(""));

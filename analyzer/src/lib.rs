//! Analyses the source of an ES module and returns its BMES module record. The record is the same
//! as the one that an engine's own analysis of that source gives.
//!
//! To analyse one source, call [`analyze`]. To analyse many, keep an [`Analyzer`] per thread. For a
//! source that an engine would reject, the result is an [`AnalyzeError`] with a class, a position
//! and the source line.
//!
//! ```
//! use bmes_analyzer::{Options, VariableKind, analyze};
//!
//! let source = r#"
//! import config from "./config.json" with { type: "json" };
//! export { join as "join-all" } from "./path.js";
//! export * from "./util.js";
//! export default function main() {}
//! "#;
//! let analysis = analyze(source, &Options::default())?;
//!
//! let record = &analysis.record;
//! assert_eq!(record.requests[0].specifier, "./config.json");
//! assert_eq!(record.requests[0].attributes[0].value, "json");
//! assert_eq!(record.imports[0].import_name, "default");
//! assert_eq!(record.exports[0].export_name, "join-all");
//! assert_eq!(record.star_exports, ["./util.js"]);
//! assert_eq!(analysis.variables.lexical[1].kind, VariableKind::Function);
//! assert!(!analysis.flags.top_level_await);
//!
//! let file = bmes::encode(record, b"bytecode of some engine")?;
//! assert_eq!(bmes::decode(&file)?.record, *record);
//!
//! let error = analyze("let a;\nlet a;", &Options::default()).unwrap_err();
//! assert_eq!((error.class().id(), error.line(), error.column()), ("early-error/redeclaration", Some(2), Some(5)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Mapping from ECMA-262's records to the format's
//!
//! `ImportEntry` records (ECMA-262, "Import Forms Mappings to ImportEntry Records"), one per imported binding:
//!
//! | source | type | `module_request` | `import_name` | `local_name` |
//! |---|---|---|---|---|
//! | `import v from "m"` | Single | `m` | `default` | `v` |
//! | `import {x} from "m"` | Single | `m` | `x` | `x` |
//! | `import {x as v} from "m"` | Single | `m` | `x` | `v` |
//! | `import {"a b" as v} from "m"` | Single | `m` | `a b` | `v` |
//! | `import * as ns from "m"` | Namespace | `m` | `*` | `ns` |
//! | `import "m"`, `import {} from "m"` | no entry, only the request | | | |
//!
//! `ExportEntry` records ("Export Forms Mappings to ExportEntry Records"). ECMA-262 has three lists
//! of export entries. The format has two: the exports, which are Local, Indirect or Namespace, and
//! the star exports:
//!
//! | source | type | `export_name` | `module_name` | `import_name` | `local_name` |
//! |---|---|---|---|---|---|
//! | `export var v`, `let`, `const`, each name of a pattern | Local | `v` | | | `v` |
//! | `export function f() {}`, `export class f {}` | Local | `f` | | | `f` |
//! | `export default function f() {}`, `export default class f {}` | Local | `default` | | | `f` |
//! | `export default function () {}`, `export default class {}` | Local | `default` | | | `*default*` |
//! | `export default 42`, `export default v` | Local | `default` | | | `*default*` |
//! | `export {x}` | Local | `x` | | | `x` |
//! | `export {v as x}`, `export {v as "x y"}` | Local | `x`, `x y` | | | `v` |
//! | `export {x} from "m"` | Indirect | `x` | `m` | `x` | |
//! | `export {v as x} from "m"` | Indirect | `x` | `m` | `v` | |
//! | `export * as ns from "m"` | Namespace | `ns` | `m` | | |
//! | `export * from "m"` | a star export of `m`, once | | | | |
//! | `export {} from "m"` | no entry, only the request | | | | |
//! | `import {v} from "m"; export {v as x}` | Indirect | `x` | `m` | `v` | |
//! | `import v from "m"; export {v as x}` | Indirect | `x` | `m` | `default` | |
//! | `import * as ns from "m"; export {ns}` | Namespace, or Local: [`NamespaceReexport`] | `ns` | `m` | | (`ns`) |
//!
//! Each pair of a specifier and attributes is listed once among the requests. All lists are in
//! source order. An import that the module exports again is listed among the exports, at the
//! position of its `export`. The analyzer rejects `import defer` and `import source`, because the
//! format has no field for the phase. `import()` is not part of a record, with or without a phase;
//! [`Analysis::dynamic_imports`] lists it. The analyzer rejects two requests with one specifier and
//! different attributes if an entry names that specifier, because the entry could mean either
//! request.
//!
//! # TypeScript and JSX
//!
//! An engine executes JavaScript, and the record of TypeScript code would differ from the record of
//! the JavaScript. So a source of the type [`SourceType::Ts`] or a similar type is first compiled
//! to JavaScript, and the result is analysed:
//!
//! - Types are erased, and so is all code that is only used for types.
//! - Enums and namespaces are compiled.
//! - JSX becomes calls of React's automatic runtime, unless [`Jsx`] or a comment in the source
//!   chooses another. The import of that runtime is the first request.
//! - Decorators are not part of ECMA-262. In TypeScript they are compiled
//!   ([`TypeScript::decorators`]); in JavaScript they are an error.
//! - In TypeScript, `import {} from "m"` and `export {} from "m"` are dropped.
//! - All other code stays as it is.
//!
//! Other compilers may keep more or fewer imports. If you have the output of your compiler, analyse
//! that output.
//!
//! # Out of scope
//!
//! - Whether a request can be resolved, and whether the modules can be linked. Both depend on the
//!   other modules.
//! - Whether the host supports an import attribute. JavaScriptCore, for example, accepts only
//!   `type`.
//! - The data of version 3 about variables. Only the engine can supply it.
//!
//! A byte order mark is white space, as in ECMA-262. A hashbang comment must begin at the first
//! byte of a file. Bytes that are not UTF-8 are an error everywhere, even in comments: an engine
//! replaces such bytes, and then files with different bytes have the same text.

mod analysis;
mod analyze;
mod class;
mod common_js;
mod diagnostic;
mod dynamic_import;
mod error;
mod nesting;
mod options;
mod position;
mod quick;
mod record;
mod redeclaration;
mod regular_expression;
mod repair;
mod scan;
mod split;
mod stack;
mod transform;
mod variables;

pub use analysis::{Analysis, DynamicImport, Flags, Phase, Variable, VariableKind, Variables};
pub use analyze::Analyzer;
pub use class::ErrorClass;
pub use error::AnalyzeError;
pub use options::{Decorators, Jsx, JsxRuntime, NamespaceReexport, Options, RecordVersion, SourceType, TypeScript};
pub use position::{Excerpt, Position};
pub use stack::with_stack_for;

/// The version of this crate. If you store analyses, store this version with them: another version
/// may analyse a source differently.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Analyses the source of a module, which must be UTF-8.
///
/// Never panics, and never overflows the stack: see [`Options::max_len`] and
/// [`Options::stack_len`].
pub fn analyze(source: impl AsRef<[u8]>, options: &Options) -> Result<Analysis, AnalyzeError> {
    Analyzer::new().analyze(source, options)
}

/// Runs the examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

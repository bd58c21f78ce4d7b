//! The options of an analysis: the source type, the version of the record, and one question on
//! which engines differ.

use std::path::Path;

use bmes::Version;

use crate::class::ErrorClass;
use crate::error::{AnalyzeError, SourceError};

/// The options of [`analyze`](crate::analyze()).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The language of the source.
    pub source_type: SourceType,
    /// The version of the record.
    pub version: RecordVersion,
    /// How the record represents `import * as ns from "m"; export {ns}`.
    pub namespace_reexport: NamespaceReexport,
    /// How TypeScript is compiled.
    pub typescript: TypeScript,
    /// How JSX is compiled.
    pub jsx: Jsx,
    /// The largest accepted length of a source, in bytes. The memory of an analysis is up to 30
    /// times the source's length for common JavaScript. It is up to 60 times for TypeScript, or if
    /// something may be wrong. It is up to 160 times if the source has only short declarations that
    /// are wrong (`examples/memory.rs`).
    pub max_len: usize,
    /// How many bytes of stack the calling thread certainly has left. A source that might need more
    /// is analysed on a thread of its own, which costs some microseconds. To analyse many files,
    /// start threads with large stacks and set this option.
    pub stack_len: usize,
}

impl Options {
    /// Returns the defaults for a source of this type: version 1, ECMA-262 as it is now, at most 64
    /// MiB of source, and 512 KiB of stack.
    pub const fn new(source_type: SourceType) -> Self {
        Self {
            source_type,
            version: RecordVersion::V1,
            namespace_reexport: NamespaceReexport::Namespace,
            typescript: TypeScript::DEFAULT,
            jsx: Jsx::DEFAULT,
            max_len: 64 << 20,
            stack_len: 512 << 10,
        }
    }

    /// Returns the defaults for the file of this name; see [`SourceType::from_path`].
    pub fn for_path(path: impl AsRef<Path>) -> Result<Self, AnalyzeError> {
        SourceType::from_path(path).map(Self::new)
    }

    /// Sets [`version`](Self::version).
    #[must_use]
    pub const fn with_version(mut self, version: RecordVersion) -> Self {
        self.version = version;
        self
    }

    /// Sets [`namespace_reexport`](Self::namespace_reexport).
    #[must_use]
    pub const fn with_namespace_reexport(mut self, namespace_reexport: NamespaceReexport) -> Self {
        self.namespace_reexport = namespace_reexport;
        self
    }

    /// Sets [`typescript`](Self::typescript).
    #[must_use]
    pub const fn with_typescript(mut self, typescript: TypeScript) -> Self {
        self.typescript = typescript;
        self
    }

    /// Sets [`jsx`](Self::jsx).
    #[must_use]
    pub fn with_jsx(mut self, jsx: Jsx) -> Self {
        self.jsx = jsx;
        self
    }

    /// Sets [`max_len`](Self::max_len).
    #[must_use]
    pub const fn with_max_len(mut self, max_len: usize) -> Self {
        self.max_len = max_len;
        self
    }

    /// Sets [`stack_len`](Self::stack_len).
    #[must_use]
    pub const fn with_stack_len(mut self, stack_len: usize) -> Self {
        self.stack_len = stack_len;
        self
    }
}

impl Default for Options {
    /// Returns the defaults for JavaScript that is known to be a module.
    fn default() -> Self {
        Self::new(SourceType::Mjs)
    }
}

/// The language of a source, named after its file extension.
///
/// An engine executes JavaScript. So TypeScript and JSX are first compiled, and the resulting
/// JavaScript is analysed. The record has no type-only imports and exports, and no imports that are
/// only used as types. It has the requests that JSX needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceType {
    /// JavaScript that is known to be a module.
    Mjs,
    /// JavaScript that may also be CommonJS. A source is rejected as CommonJS if it imports and
    /// exports nothing, and uses `require`, `module`, `exports`, `__filename` or `__dirname`
    /// without declaring it.
    Js,
    /// JavaScript with JSX, otherwise like [`Js`](Self::Js).
    Jsx,
    /// TypeScript that is known to be a module.
    Mts,
    /// TypeScript, otherwise like [`Js`](Self::Js).
    Ts,
    /// TypeScript with JSX, otherwise like [`Js`](Self::Js).
    Tsx,
}

impl SourceType {
    /// Returns the type of a file by the extension of its name, in upper or lower case. CommonJS
    /// (`.cjs`, `.cts`), declaration files and everything else are rejected. As for the TypeScript
    /// compiler, a declaration file ends in `.d.ts`, `.d.mts` or `.d.cts`, or in `.ts` with `.d.`
    /// before it (`style.d.css.ts`). A file called `d.ts` is not a declaration file.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, AnalyzeError> {
        // Compares bytes: callers check many names, and lower case would need a copy of each.
        let file_name = path.as_ref().file_name().unwrap_or_default();
        let bytes = file_name.as_encoded_bytes();
        let dot = bytes.iter().rposition(|byte| *byte == b'.').unwrap_or(bytes.len());
        let (stem, extension) = bytes.split_at(dot);
        let is = |text: &str| extension.eq_ignore_ascii_case(text.as_bytes());
        let known = EXTENSIONS.iter().find(|(text, _)| is(text));
        let is_declaration = [".ts", ".mts", ".cts"].into_iter().any(is) && is_declaration(stem, is(".ts"));
        let name = || file_name.to_string_lossy();
        match known {
            Some(_) if is_declaration => {
                Err(file_type(format!("{:?} only declares types: there is nothing to execute", name())))
            }
            Some((_, Some(source_type))) => Ok(*source_type),
            Some((_, None)) => {
                let message = format!("by its extension, {:?} is a CommonJS file, and has no module record", name());
                Err(SourceError::new(ErrorClass::CommonJs, 0, message).without_source())
            }
            None => Err(file_type(format!("{:?} has none of the extensions .js .mjs .jsx .ts .mts .tsx", name()))),
        }
    }

    pub(crate) const fn is_typescript(self) -> bool {
        matches!(self, Self::Mts | Self::Ts | Self::Tsx)
    }

    pub(crate) const fn is_jsx(self) -> bool {
        matches!(self, Self::Jsx | Self::Tsx)
    }

    pub(crate) const fn is_known_module(self) -> bool {
        matches!(self, Self::Mjs | Self::Mts)
    }
}

/// The extensions of source files. Those of CommonJS have no type.
const EXTENSIONS: [(&str, Option<SourceType>); 8] = [
    (".mjs", Some(SourceType::Mjs)),
    (".js", Some(SourceType::Js)),
    (".jsx", Some(SourceType::Jsx)),
    (".mts", Some(SourceType::Mts)),
    (".ts", Some(SourceType::Ts)),
    (".tsx", Some(SourceType::Tsx)),
    (".cjs", None),
    (".cts", None),
];

/// Returns whether a TypeScript file is a declaration file. `stem` is the name without the
/// extension.
fn is_declaration(stem: &[u8], is_ts: bool) -> bool {
    let end = stem.get(stem.len().saturating_sub(2)..).unwrap_or_default();
    end.eq_ignore_ascii_case(b".d") || is_ts && stem.windows(3).any(|part| part.eq_ignore_ascii_case(b".d."))
}

fn file_type(message: String) -> AnalyzeError {
    SourceError::new(ErrorClass::FileType, 0, message).without_source()
}

/// The version of a record. Version 3 needs the engine's own words on the module's variables. No
/// analysis of the source can know them: supply them to [`bmes::ModuleRecord::convert`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RecordVersion {
    /// Version 1.
    #[default]
    V1,
    /// Version 2.
    V2,
}

impl From<RecordVersion> for Version {
    fn from(version: RecordVersion) -> Self {
        match version {
            RecordVersion::V1 => Self::V1,
            RecordVersion::V2 => Self::V2,
        }
    }
}

/// How the record represents `import * as ns from "m"; export {ns}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NamespaceReexport {
    /// The same as `export * as ns from "m"`: ECMA-262 since tc39/ecma262#3715.
    #[default]
    Namespace,
    /// A Local export of the binding `ns`: ECMA-262 before that, and engines that follow it, such as JavaScriptCore 2.50.
    Local,
}

/// The options of the TypeScript compiler on which a record depends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TypeScript {
    /// The kind of decorators in the source.
    pub decorators: Decorators,
    /// `verbatimModuleSyntax`: only imports and exports that are marked with `type` are erased. If
    /// false, imports that are used only as types, or not at all, are erased too.
    pub verbatim_module_syntax: bool,
}

impl TypeScript {
    const DEFAULT: Self = Self { decorators: Decorators::Standard, verbatim_module_syntax: false };
}

/// The kinds of decorators in TypeScript sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Decorators {
    /// The decorators of TC39's proposal: the TypeScript compiler's default since 5.0.
    #[default]
    Standard,
    /// `experimentalDecorators`. If only elements of a class are decorated, the default export of
    /// the class keeps its name.
    Legacy,
    /// `experimentalDecorators` with `emitDecoratorMetadata`: an import is kept if it is the type
    /// of a decorated item.
    LegacyWithMetadata,
}

/// The options for compiling JSX. A comment in the source, such as
/// `/** @jsxImportSource preact */`, has precedence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Jsx {
    /// The functions that JSX calls.
    pub runtime: JsxRuntime,
    /// The package from which an automatic runtime is imported; `react` if `None`.
    pub import_source: Option<String>,
    /// The function that the classic runtime calls for an element; `React.createElement` if `None`.
    pub factory: Option<String>,
    /// The value that the classic runtime uses for a fragment; `React.Fragment` if `None`.
    pub fragment_factory: Option<String>,
}

impl Jsx {
    const DEFAULT: Self =
        Self { runtime: JsxRuntime::Automatic, import_source: None, factory: None, fragment_factory: None };
}

/// The functions that JSX calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JsxRuntime {
    /// The functions of `react/jsx-runtime`, which the compiler imports: `react-jsx` in the
    /// TypeScript compiler.
    #[default]
    Automatic,
    /// The functions of `react/jsx-dev-runtime`, which the compiler imports: `react-jsxdev` in the
    /// TypeScript compiler.
    AutomaticDevelopment,
    /// `React.createElement`, which the source imports: `react` in the TypeScript compiler.
    Classic,
}

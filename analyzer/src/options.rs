//! The options of an analysis: the language of the source, how TypeScript and JSX are compiled, and
//! the form of the record.

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
    /// The format version of the record.
    pub version: RecordVersion,
    /// How the record represents `import * as ns from "m"; export {ns}`.
    pub namespace_reexport: NamespaceReexport,
    /// How TypeScript is compiled.
    pub typescript: TypeScript,
    /// How JSX is compiled.
    pub jsx: Jsx,
    /// The largest accepted length of a source, in bytes. It limits the memory of an analysis,
    /// which is a multiple of the source's length (measured by `examples/memory.rs`): up to 30
    /// times for common JavaScript; up to 60 times for TypeScript, or if the source may contain an
    /// early error; up to 160 times if the source consists of short, wrong declarations.
    pub max_len: usize,
    /// The number of bytes of stack that the calling thread has left; a smaller number is safe. If
    /// a source might need more, it is analysed on a separate thread, whose start takes some
    /// microseconds. To analyse many files, start threads with large stacks, and set this option.
    pub stack_len: usize,
}

impl Options {
    /// Returns the defaults for a source of this type: version 1, namespace re-exports as in the
    /// current ECMA-262, at most 64 MiB of source, and 512 KiB of stack.
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

    /// Returns the defaults for a file, with the source type of its name; see
    /// [`SourceType::from_path`].
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
/// only used as types. It has a request for the runtime that compiled JSX calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceType {
    /// JavaScript that is known to be a module.
    Mjs,
    /// JavaScript that may be a module or CommonJS. A source is rejected as CommonJS if it has no
    /// import and no export, and uses `require`, `module`, `exports`, `__filename` or `__dirname`
    /// without declaring it.
    Js,
    /// JavaScript with JSX. Otherwise treated like [`Js`](Self::Js).
    Jsx,
    /// TypeScript that is known to be a module.
    Mts,
    /// TypeScript that may be a module or CommonJS, which is decided as for [`Js`](Self::Js).
    Ts,
    /// TypeScript with JSX. Otherwise treated like [`Ts`](Self::Ts).
    Tsx,
}

impl SourceType {
    /// Returns the type of a file by the extension of its name, in upper or lower case. Fails for
    /// CommonJS (`.cjs`, `.cts`), for declaration files, and for all other extensions. A
    /// declaration file is recognised as by the TypeScript compiler: its name ends in `.d.ts`,
    /// `.d.mts` or `.d.cts`, or ends in `.ts` and contains `.d.` before that (`style.d.css.ts`). A
    /// file called `d.ts` is not a declaration file.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, AnalyzeError> {
        // Compares bytes instead of a lower-case copy of the name: callers check many names.
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
                let message = format!("{:?} has the extension of a CommonJS file, which has no module record", name());
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

/// The extensions of source files with their source types. The extensions of CommonJS files have
/// none.
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

/// Returns whether a TypeScript file is a declaration file. `stem` is its name without the
/// extension; `is_ts` is true if the extension is `.ts`.
fn is_declaration(stem: &[u8], is_ts: bool) -> bool {
    let end = stem.get(stem.len().saturating_sub(2)..).unwrap_or_default();
    end.eq_ignore_ascii_case(b".d") || is_ts && stem.windows(3).any(|part| part.eq_ignore_ascii_case(b".d."))
}

fn file_type(message: String) -> AnalyzeError {
    SourceError::new(ErrorClass::FileType, 0, message).without_source()
}

/// The format version of a record. Version 3 is missing, because it needs the engine's own data
/// about the module's variables, which no analysis of the source can compute. To get version 3,
/// pass that data to [`bmes::ModuleRecord::convert`].
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
    /// A Namespace export, the same as for `export * as ns from "m"`: ECMA-262 since
    /// tc39/ecma262#3715.
    #[default]
    Namespace,
    /// A Local export of the binding `ns`: ECMA-262 before that change, and engines that still
    /// follow it, such as JavaScriptCore 2.50.
    Local,
}

/// Those options of the TypeScript compiler that change a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TypeScript {
    /// The kind of decorators in the source.
    pub decorators: Decorators,
    /// The option `verbatimModuleSyntax`. If true, only imports and exports that are marked with
    /// `type` are erased. If false, imports that are used only as types, or not used at all, are
    /// erased, too.
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
    /// The decorators of the option `experimentalDecorators`. If elements of a class have
    /// decorators but the class itself has none, a default export of the class keeps its name.
    Legacy,
    /// The decorators of `experimentalDecorators` with `emitDecoratorMetadata`. An import is also
    /// kept if it is used as the type of a decorated item.
    LegacyWithMetadata,
}

/// The options for compiling JSX. If a comment in the source, such as `/** @jsxImportSource preact
/// */`, says otherwise, the comment is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Jsx {
    /// The functions that compiled JSX calls.
    pub runtime: JsxRuntime,
    /// The package from which the automatic runtime is imported; `react` if `None`.
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

/// The functions that compiled JSX calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JsxRuntime {
    /// The functions of `react/jsx-runtime`. The compiler adds their import. The TypeScript
    /// compiler calls this mode `react-jsx`.
    #[default]
    Automatic,
    /// The functions of `react/jsx-dev-runtime`. The compiler adds their import. The TypeScript
    /// compiler calls this mode `react-jsxdev`.
    AutomaticDevelopment,
    /// The function `React.createElement`. The source itself must import `React`. The TypeScript
    /// compiler calls this mode `react`.
    Classic,
}

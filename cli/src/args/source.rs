//! The options for reading JavaScript, TypeScript and JSX.

use clap::{Args, ValueEnum, ValueHint};

/// The options for reading sources.
#[derive(Args)]
pub(crate) struct Source {
    /// The language of the source [default: by the file's extension; mjs for standard input]
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) language: Option<Language>,

    /// The type of the export entry for `import * as ns from "m"; export { ns }`: namespace as in
    /// current ECMA-262, or local as in older engines such as JavaScriptCore 2.50
    #[arg(long, value_enum, default_value_t, value_name = "TYPE", hide_possible_values = true)]
    pub(crate) namespace_reexport: NamespaceReexport,

    #[command(flatten)]
    pub(crate) compiler: Compiler,
}

/// The options for compiling TypeScript and JSX, with the names and the defaults of the TypeScript compiler.
#[derive(Args)]
#[command(next_help_heading = "TypeScript and JSX, as in tsconfig.json")]
pub(crate) struct Compiler {
    /// Use TypeScript's older decorators instead of those of ECMAScript
    #[arg(long)]
    pub(crate) experimental_decorators: bool,

    /// Keep imports that decorated declarations use as types
    #[arg(long, requires = "experimental_decorators")]
    pub(crate) emit_decorator_metadata: bool,

    /// Erase only imports and exports that are marked with `type`
    #[arg(long)]
    pub(crate) verbatim_module_syntax: bool,

    /// Compile JSX to calls of an imported runtime (react-jsx), of its development version
    /// (react-jsxdev), or of React.createElement (react)
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub(crate) jsx: JsxMode,

    /// The package that contains the JSX runtime [default: react]
    #[arg(long, value_name = "PACKAGE", value_hint = ValueHint::Other)]
    pub(crate) jsx_import_source: Option<String>,

    /// With --jsx react: the function that creates elements [default: React.createElement]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) jsx_factory: Option<String>,

    /// With --jsx react: the component for fragments [default: React.Fragment]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) jsx_fragment_factory: Option<String>,
}

/// The kind of code that JSX compiles to. The names are the values of the option `jsx` of the
/// TypeScript compiler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsxMode {
    #[default]
    ReactJsx,
    ReactJsxdev,
    React,
}

/// The language of a source. Each language has the name of its file extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Mjs,
    Js,
    Jsx,
    Mts,
    Ts,
    Tsx,
}

/// The type of the export entry for `import * as ns from "m"; export { ns }`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamespaceReexport {
    #[default]
    Namespace,
    Local,
}

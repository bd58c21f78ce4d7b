//! The types of the result of an analysis.

use bmes::{Attribute, ModuleRecord, ModuleRequest, VersionFields};

/// The result of the analysis of a module's source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Analysis<S = String> {
    /// The module's record. It passes [`bmes::check`](bmes::check()), and its entries stand in source order.
    pub record: ModuleRecord<S>,
    /// The names that the module declares at its top level.
    pub variables: Variables<S>,
    /// The features that the module's code uses.
    pub flags: Flags,
    /// The dynamic imports whose specifier is a literal, in source order. Equal dynamic imports are
    /// listed once, at the first of them.
    pub dynamic_imports: Vec<DynamicImport>,
}

impl Analysis<&str> {
    /// Returns the same analysis with owned copies of its strings.
    pub fn into_owned(self) -> Analysis {
        let Self { record: borrowed, variables, flags, dynamic_imports } = self;
        // The analyzer makes records of versions 1 and 2 only.
        let fields = VersionFields::empty(borrowed.version()).unwrap_or(VersionFields::V2);
        let mut record = ModuleRecord::new(fields);
        record.requests = borrowed.requests.into_iter().map(request).collect();
        record.imports = borrowed.imports.into_iter().map(|import| import.map(str::to_owned)).collect();
        record.exports = borrowed.exports.into_iter().map(|export| export.map(str::to_owned)).collect();
        record.star_exports = borrowed.star_exports.into_iter().map(str::to_owned).collect();
        let owned = |variables: Vec<Variable<&str>>| variables.into_iter().map(Variable::into_owned).collect();
        let variables = Variables { declared: owned(variables.declared), lexical: owned(variables.lexical) };
        Analysis { record, variables, flags, dynamic_imports }
    }
}

fn request(ModuleRequest { specifier, attributes }: ModuleRequest<&str>) -> ModuleRequest {
    let attribute = |Attribute { key, value }: Attribute<&str>| Attribute::new(key, value);
    ModuleRequest { specifier: specifier.to_owned(), attributes: attributes.into_iter().map(attribute).collect() }
}

/// An `import()` whose specifier is a literal: a string, or a template without expressions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DynamicImport {
    /// The specifier.
    pub specifier: String,
    /// The import attributes, sorted by the bytes of their keys. `None` if the attributes are only
    /// known when the code runs.
    pub attributes: Option<Vec<Attribute>>,
    /// The phase.
    pub phase: Phase,
}

/// The phase of a dynamic import: how far the import processes the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// `import()`: the module is evaluated.
    Evaluation,
    /// `import.source()`, of the proposal for source phase imports.
    Source,
    /// `import.defer()`, of the proposal for deferred evaluation.
    Defer,
}

impl Phase {
    /// Returns the stable name of the phase.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Source => "source",
            Self::Defer => "defer",
        }
    }
}

/// The names that a module declares at its top level, in the two lists that an engine keeps. The
/// engine also knows other facts about these names, such as which of them a function captures. Such
/// facts are not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variables<S = String> {
    /// The names that `var` declares, also inside blocks. Each name is listed once, at its first
    /// declaration.
    pub declared: Vec<Variable<S>>,
    /// The names of all other declarations at the top level, in source order.
    pub lexical: Vec<Variable<S>>,
}

/// A declared name, and the kind of its declaration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variable<S = String> {
    /// The name, or `*default*` for a default export that has no name.
    pub name: S,
    /// The kind of the declaration.
    pub kind: VariableKind,
}

impl Variable<&str> {
    fn into_owned(self) -> Variable {
        Variable { name: self.name.to_owned(), kind: self.kind }
    }
}

/// The kinds of declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VariableKind {
    /// `var`.
    Var,
    /// `let`.
    Let,
    /// `const`.
    Const,
    /// `using`.
    Using,
    /// `await using`.
    AwaitUsing,
    /// A function declaration, also of an async function or a generator. In a module, function
    /// declarations are lexical.
    Function,
    /// A class declaration.
    Class,
    /// An import of one export of another module: `import {a} from "m"`.
    Import,
    /// An import of a module namespace object: `import * as ns from "m"`.
    ImportNamespace,
    /// A default export without a name.
    Default,
}

impl VariableKind {
    /// Returns the stable name of the kind.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Var => "var",
            Self::Let => "let",
            Self::Const => "const",
            Self::Using => "using",
            Self::AwaitUsing => "await-using",
            Self::Function => "function",
            Self::Class => "class",
            Self::Import => "import",
            Self::ImportNamespace => "import-namespace",
            Self::Default => "default",
        }
    }
}

/// The features that a module's code uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each field is an independent property")]
pub struct Flags {
    /// The source has `import` or `export` declarations. A source without them is a module only
    /// because its file name or an option says so.
    pub module_syntax: bool,
    /// The code uses `await` outside of functions, also in `for await` and `await using`:
    /// `[[HasTLA]]` in ECMA-262.
    pub top_level_await: bool,
    /// The code uses `import.meta`, at the top level or in a function.
    pub import_meta: bool,
    /// The code uses `import()`, at the top level or in a function.
    pub dynamic_import: bool,
}

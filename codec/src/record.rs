//! The module record that a BMES file holds, in ECMA-262's terms.
//!
//! This is data and nothing else: the rules that a record must keep are in [`check`](crate::check()),
//! how it becomes bytes is in [`encode`](crate::encode()). The string type is a parameter: [`decode`](crate::decode())
//! gives owned `String`s, [`decode_borrowed`](crate::decode_borrowed()) slices of the file.

use alloc::string::String;
use alloc::vec::Vec;

use crate::Version;

/// A module's record: what ECMA-262 calls the fields of a Source Text Module Record.
///
/// Every field stands here as it stands in the file, also one that does not apply to its entry's type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ModuleRecord<S = String> {
    /// The version of the format that the record was read from, or is to be written in.
    pub version: Version,
    /// `[[RequestedModules]]`, in the order of the file.
    pub requests: Vec<ModuleRequest<S>>,
    /// `[[ImportEntries]]`.
    pub imports: Vec<ImportEntry<S>>,
    /// `[[LocalExportEntries]]` and `[[IndirectExportEntries]]` in one list.
    pub exports: Vec<ExportEntry<S>>,
    /// `[[StarExportEntries]]`: the specifiers of `export * from`.
    pub star_exports: Vec<S>,
    /// What the engine needs to rebuild the module's environment without parsing: version 3, and only 3.
    pub environment: Option<Environment<S>>,
}

impl<S> ModuleRecord<S> {
    /// A record of `version` without entries. Where the version has an [`Environment`], it is there and empty.
    pub const fn new(version: Version) -> Self {
        Self {
            version,
            requests: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            star_exports: Vec::new(),
            environment: if version.has_environment() { Some(Environment::new()) } else { None },
        }
    }
}

impl<S: AsRef<str> + From<&'static str>> ModuleRecord<S> {
    /// The record that reading the file of this one gives: attributes ordered by key, the import name of a namespace `*`.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        for request in &mut self.requests {
            request.attributes.sort_by(|a, b| a.key.as_ref().cmp(b.key.as_ref()));
        }
        for import in &mut self.imports {
            if import.import_type == ImportType::Namespace {
                import.import_name = S::from("*");
            }
        }
        self
    }
}

/// One requested module: a specifier and its import attributes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ModuleRequest<S = String> {
    /// The specifier, as written in the source.
    pub specifier: S,
    /// The attributes of `with { key: "value" }`. Empty also where the file has the flag set and counts none.
    pub attributes: Vec<Attribute<S>>,
}

/// One import attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Attribute<S = String> {
    /// The key, unique within its request.
    pub key: S,
    /// The value.
    pub value: S,
}

impl<S: AsRef<str>> Attribute<S> {
    /// The attribute with borrowed strings.
    pub fn as_str(&self) -> Attribute<&str> {
        Attribute { key: self.key.as_ref(), value: self.value.as_ref() }
    }
}

/// One import entry: a binding of this module that another module's export provides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ImportEntry<S = String> {
    /// What is imported.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub import_type: ImportType,
    /// The specifier of a request.
    pub module_request: S,
    /// The name that the other module exports; `*` for a namespace.
    pub import_name: S,
    /// The binding in this module.
    pub local_name: S,
}

impl<S> ImportEntry<S> {
    /// The entry with each of its strings converted, in the order of the file.
    pub fn map<T>(self, mut convert: impl FnMut(S) -> T) -> ImportEntry<T> {
        ImportEntry {
            import_type: self.import_type,
            module_request: convert(self.module_request),
            import_name: convert(self.import_name),
            local_name: convert(self.local_name),
        }
    }
}

impl<S: AsRef<str>> ImportEntry<S> {
    /// The entry with borrowed strings.
    pub fn as_str(&self) -> ImportEntry<&str> {
        ImportEntry {
            import_type: self.import_type,
            module_request: self.module_request.as_ref(),
            import_name: self.import_name.as_ref(),
            local_name: self.local_name.as_ref(),
        }
    }
}

/// What an import entry imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ImportType {
    /// One export (0).
    Single,
    /// One export that TypeScript may have erased (1): the engine does not fail where it is missing.
    #[cfg_attr(feature = "serde", serde(rename = "single-typescript"))]
    SingleTypeScript,
    /// The module namespace object (2).
    Namespace,
}

/// One export entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ExportEntry<S = String> {
    /// Which of the fields below apply.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub export_type: ExportType,
    /// The name that others import.
    pub export_name: S,
    /// The specifier of a request: Indirect and Namespace.
    pub module_name: S,
    /// The name that the other module exports: Indirect.
    pub import_name: S,
    /// The binding in this module: Local. `*default*` where a default export binds no name.
    pub local_name: S,
}

impl<S> ExportEntry<S> {
    /// The entry with each of its strings converted, in the order of the file.
    pub fn map<T>(self, mut convert: impl FnMut(S) -> T) -> ExportEntry<T> {
        ExportEntry {
            export_type: self.export_type,
            export_name: convert(self.export_name),
            module_name: convert(self.module_name),
            import_name: convert(self.import_name),
            local_name: convert(self.local_name),
        }
    }
}

impl<S: AsRef<str>> ExportEntry<S> {
    /// The entry with borrowed strings.
    pub fn as_str(&self) -> ExportEntry<&str> {
        ExportEntry {
            export_type: self.export_type,
            export_name: self.export_name.as_ref(),
            module_name: self.module_name.as_ref(),
            import_name: self.import_name.as_ref(),
            local_name: self.local_name.as_ref(),
        }
    }
}

/// Where an export's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ExportType {
    /// A binding of this module (0).
    Local,
    /// One export of another module (1).
    Indirect,
    /// Another module's namespace object (2): `export * as ns from`.
    Namespace,
}

/// The module's variables and the features of its code, as the engine noted them while it parsed the source.
///
/// Its numbers are the engine's own words: this crate keeps all their bits and gives them no meaning. Which name goes into which
/// list is the engine's choice, too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Environment<S = String> {
    /// The module's `var` names.
    pub declared_variables: Vec<Variable<S>>,
    /// The names of `let`, `const`, `class`, functions and imported bindings.
    pub lexical_variables: Vec<Variable<S>>,
    /// The features that the module's code uses: a word of the engine.
    pub code_features: u32,
}

impl<S> Environment<S> {
    /// An environment without variables and features.
    pub const fn new() -> Self {
        Self { declared_variables: Vec::new(), lexical_variables: Vec::new(), code_features: 0 }
    }
}

impl<S> Default for Environment<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// One variable of the module's environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Variable<S = String> {
    /// The name, unique within its list.
    pub name: S,
    /// What the engine knows of the variable: a word of the engine.
    pub bits: u32,
}

impl<S> Variable<S> {
    /// The variable with its name converted.
    pub fn map<T>(self, convert: impl FnOnce(S) -> T) -> Variable<T> {
        Variable { name: convert(self.name), bits: self.bits }
    }
}

impl<S: AsRef<str>> Variable<S> {
    /// The variable with a borrowed name.
    pub fn as_str(&self) -> Variable<&str> {
        Variable { name: self.name.as_ref(), bits: self.bits }
    }
}

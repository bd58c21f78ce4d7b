//! The module record that a file of version 1, 2 or 3 holds, with the names of ECMA-262.
//!
//! The string type is a parameter: [`decode`](crate::decode()) returns owned `String`s, and
//! [`decode_borrowed`](crate::decode_borrowed()) returns slices of the file.

use alloc::string::String;
use alloc::vec::Vec;

use crate::format::version::Version;
use crate::model::environment::Environment;

/// A module's record: the fields of a Source Text Module Record of ECMA-262.
///
/// Every field has the value that it has in the file, even if the field does not apply to the type of its entry.
///
/// With the feature `serde`, a record is one flat object. The object has the keys of an environment if and only if the
/// version has an environment. This needs a format that describes itself, such as JSON. Formats that write fields by
/// position alone, such as bincode and postcard, are not supported, because the number of fields depends on the
/// version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ModuleRecord<S = String> {
    /// The version of the format that the record was read from or is to be written in, with the fields that only this
    /// version has.
    pub version_fields: VersionFields<S>,
    /// `[[RequestedModules]]`, in the order of the file.
    pub requests: Vec<ModuleRequest<S>>,
    /// `[[ImportEntries]]`.
    pub imports: Vec<ImportEntry<S>>,
    /// `[[LocalExportEntries]]` and `[[IndirectExportEntries]]` in one list.
    pub exports: Vec<ExportEntry<S>>,
    /// `[[StarExportEntries]]`: the specifiers of `export * from`.
    pub star_exports: Vec<S>,
}

/// A version of the format, with the fields of a record that only this version has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VersionFields<S = String> {
    /// Version 1.
    V1,
    /// Version 2.
    V2,
    /// Version 3, with the data that an engine needs to rebuild the module's environment without parsing.
    V3(Environment<S>),
}

impl<S> VersionFields<S> {
    /// Returns the fields of `version`, all of them empty. Returns `None` for version 4, whose record is
    /// [`v4::ModuleRecord`](crate::v4::ModuleRecord).
    pub const fn empty(version: Version) -> Option<Self> {
        match version {
            Version::V1 => Some(Self::V1),
            Version::V2 => Some(Self::V2),
            Version::V3 => Some(Self::V3(Environment::new())),
            Version::V4 => None,
        }
    }

    /// Returns the version.
    pub const fn version(&self) -> Version {
        match self {
            Self::V1 => Version::V1,
            Self::V2 => Version::V2,
            Self::V3(_) => Version::V3,
        }
    }

    /// Returns the module's environment. Only version 3 has one.
    pub const fn environment(&self) -> Option<&Environment<S>> {
        match self {
            Self::V1 | Self::V2 => None,
            Self::V3(environment) => Some(environment),
        }
    }

    /// Returns the module's environment as a mutable reference. Only version 3 has one.
    pub const fn environment_mut(&mut self) -> Option<&mut Environment<S>> {
        match self {
            Self::V1 | Self::V2 => None,
            Self::V3(environment) => Some(environment),
        }
    }
}

impl<S> ModuleRecord<S> {
    /// Makes a record of `version` without entries. If the version has an [`Environment`], it is empty. Returns `None` for
    /// version 4, whose record is [`v4::ModuleRecord`](crate::v4::ModuleRecord).
    pub fn of_version(version: Version) -> Option<Self> {
        VersionFields::empty(version).map(Self::new)
    }

    /// Makes a record without entries, of the version that has these fields.
    pub const fn new(version_fields: VersionFields<S>) -> Self {
        Self {
            version_fields,
            requests: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            star_exports: Vec::new(),
        }
    }

    /// Returns the version of the format.
    pub const fn version(&self) -> Version {
        self.version_fields.version()
    }

    /// Returns the module's environment. Only a record of version 3 has one.
    pub const fn environment(&self) -> Option<&Environment<S>> {
        self.version_fields.environment()
    }

    /// Returns the module's environment as a mutable reference. Only a record of version 3 has one.
    pub const fn environment_mut(&mut self) -> Option<&mut Environment<S>> {
        self.version_fields.environment_mut()
    }
}

impl<S: AsRef<str>> ModuleRecord<S> {
    /// Returns the canonical form of this record: the record that [`decode`](crate::decode()) returns for the file that
    /// [`encode`](crate::encode()) writes.
    ///
    /// In the canonical form, attributes are sorted by key, and the import name of each namespace import is `*`.
    #[must_use]
    pub fn canonical<'a>(mut self) -> Self
    where
        S: From<&'a str>,
    {
        for request in &mut self.requests {
            request.attributes.sort_by_cached_key(|attribute| String::from(attribute.key.as_ref()));
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
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, expecting = "a request"))]
pub struct ModuleRequest<S = String> {
    /// The specifier, as written in the source.
    pub specifier: S,
    /// The attributes of `with { key: "value" }`. In a file, an empty list is either a flag `has_attributes` of 0, or a
    /// flag of 1 and a count of 0.
    pub attributes: Vec<Attribute<S>>,
}

impl<S> ModuleRequest<S> {
    /// Makes a request without attributes.
    pub fn new(specifier: impl Into<S>) -> Self {
        Self { specifier: specifier.into(), attributes: Vec::new() }
    }
}

/// One import attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, expecting = "an attribute"))]
pub struct Attribute<S = String> {
    /// The key, unique within its request.
    pub key: S,
    /// The value.
    pub value: S,
}

impl<S> Attribute<S> {
    /// Makes an attribute.
    pub fn new(key: impl Into<S>, value: impl Into<S>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// One import entry: a binding of this module that another module's export provides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, expecting = "an import entry"))]
pub struct ImportEntry<S = String> {
    /// The type of the entry.
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
    /// Makes the entry of `import { import_name as local_name } from "module_request"`.
    pub fn single(module_request: impl Into<S>, import_name: impl Into<S>, local_name: impl Into<S>) -> Self {
        Self {
            import_type: ImportType::Single,
            module_request: module_request.into(),
            import_name: import_name.into(),
            local_name: local_name.into(),
        }
    }

    /// Makes the entry of an import in TypeScript. The imported name may be only a type, which a compiler erases.
    pub fn single_typescript(
        module_request: impl Into<S>,
        import_name: impl Into<S>,
        local_name: impl Into<S>,
    ) -> Self {
        Self { import_type: ImportType::SingleTypeScript, ..Self::single(module_request, import_name, local_name) }
    }

    /// Makes the entry of `import * as local_name from "module_request"`.
    pub fn namespace<'a>(module_request: impl Into<S>, local_name: impl Into<S>) -> Self
    where
        S: From<&'a str>,
    {
        Self { import_type: ImportType::Namespace, ..Self::single(module_request, "*", local_name) }
    }
}

impl<S> ImportEntry<S> {
    /// Returns the entry with `convert` applied to each of its strings, in the order of the file.
    pub fn map<T>(self, mut convert: impl FnMut(S) -> T) -> ImportEntry<T> {
        ImportEntry {
            import_type: self.import_type,
            module_request: convert(self.module_request),
            import_name: convert(self.import_name),
            local_name: convert(self.local_name),
        }
    }
}

/// The types of import entries, each with its number in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ImportType {
    /// Type 0: one export of the other module.
    Single,
    /// Type 1: one export of the other module, imported in TypeScript source. The name may be only a type, which a
    /// compiler erases, so the engine does not fail if the export is missing.
    #[cfg_attr(feature = "serde", serde(rename = "single-typescript"))]
    SingleTypeScript,
    /// Type 2: the namespace object of the other module, as in `import * as ns from`.
    Namespace,
}

impl ImportType {
    /// Returns the number that stands for this type in a file.
    pub const fn number(self) -> u32 {
        match self {
            Self::Single => 0,
            Self::SingleTypeScript => 1,
            Self::Namespace => 2,
        }
    }

    /// Returns the type that has this number.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Single),
            1 => Some(Self::SingleTypeScript),
            2 => Some(Self::Namespace),
            _ => None,
        }
    }
}

/// One export entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, expecting = "an export entry"))]
pub struct ExportEntry<S = String> {
    /// The type of the entry. It decides which of the fields below apply.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub export_type: ExportType,
    /// The name that other modules import.
    pub export_name: S,
    /// The specifier of a request, for Indirect and Namespace exports.
    pub module_name: S,
    /// The name that the other module exports, for Indirect exports.
    pub import_name: S,
    /// The binding in this module, for Local exports. It is `*default*` if a default export binds no name.
    pub local_name: S,
}

impl<S> ExportEntry<S> {
    /// Returns the entry with `convert` applied to each of its strings, in the order of the file.
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

impl<S: Default> ExportEntry<S> {
    /// Makes the entry of `export { local_name as export_name }`.
    pub fn local(export_name: impl Into<S>, local_name: impl Into<S>) -> Self {
        Self {
            export_type: ExportType::Local,
            export_name: export_name.into(),
            module_name: S::default(),
            import_name: S::default(),
            local_name: local_name.into(),
        }
    }

    /// Makes the entry of `export { import_name as export_name } from "module_name"`.
    pub fn indirect(export_name: impl Into<S>, module_name: impl Into<S>, import_name: impl Into<S>) -> Self {
        Self {
            export_type: ExportType::Indirect,
            module_name: module_name.into(),
            import_name: import_name.into(),
            ..Self::local(export_name, S::default())
        }
    }

    /// Makes the entry of `export * as export_name from "module_name"`.
    pub fn namespace(export_name: impl Into<S>, module_name: impl Into<S>) -> Self {
        Self {
            export_type: ExportType::Namespace,
            module_name: module_name.into(),
            ..Self::local(export_name, S::default())
        }
    }
}

/// The types of export entries: the source of an export's value. The number in parentheses is that of the type in a
/// file.
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

impl ExportType {
    /// Returns the number that stands for this type in a file.
    pub const fn number(self) -> u32 {
        match self {
            Self::Local => 0,
            Self::Indirect => 1,
            Self::Namespace => 2,
        }
    }

    /// Returns the type that has this number.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Local),
            1 => Some(Self::Indirect),
            2 => Some(Self::Namespace),
            _ => None,
        }
    }
}

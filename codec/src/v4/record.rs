//! The record of version 4 in memory. Entries refer to strings, requests and imports by index.

use alloc::string::String;
use alloc::vec::Vec;

use crate::format::digest::Digest;

/// The index of a string of a file or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct StringIndex(pub u32);

/// The index of a request of a file or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct RequestIndex(pub u32);

/// The index of an import entry of a file or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct ImportIndex(pub u32);

/// A record of version 4, with the fields of the header that do not follow from the other parts of the file.
///
/// With the feature `serde`, its JSON form is that of the conformance protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleRecord<S = String> {
    /// What the module is and uses.
    pub flags: Flags,
    /// The alignment of the bytecode in the file, in bytes: a power of two from 8 to 65536, and 8 without bytecode.
    pub alignment: u32,
    /// The digest of everything except the source that the record and the bytecode depend on.
    pub producer: Digest,
    /// The size and the digest of the source.
    pub source: Source,
    /// The strings. In a file, they ascend strictly. A writer accepts them in any order, and a string several times.
    pub strings: Vec<S>,
    /// The requests, in the order in which the source first names them.
    pub requests: Vec<ModuleRequest>,
    /// The import entries. In a file, they ascend by local name. A writer accepts every list except `requests` in any
    /// order.
    pub imports: Vec<ImportEntry>,
    /// The export entries. In a file, they ascend by export name.
    pub exports: Vec<ExportEntry>,
    /// The import entries that may name a type.
    pub tolerant_imports: Vec<ImportIndex>,
    /// The requests of the star exports.
    pub star_exports: Vec<RequestIndex>,
    /// The module's variables and features, if the engine recorded them.
    pub environment: Option<Environment>,
}

/// What a module is and uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Flags {
    /// The module has a top-level `await`.
    pub top_level_await: bool,
    /// The module uses `import.meta`.
    pub import_meta: bool,
    /// The source of the module was TypeScript.
    pub typescript: bool,
}

/// The size and the digest of a source: of its bytes as they were read, before a byte order mark is removed, before they
/// are decoded, and before any transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Source {
    /// The size in bytes. A file holds at most 4294967295.
    pub size: u64,
    /// The SHA-256 digest.
    pub sha256: Digest,
}

/// How far the requested module is loaded before the module itself runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Phase {
    /// 0: it is evaluated.
    Evaluation,
    /// 1: `import source`.
    Source,
    /// 2: `import defer`.
    Defer,
}

impl Phase {
    /// Returns the number of the phase in a file.
    pub(crate) const fn number(self) -> u32 {
        match self {
            Self::Evaluation => 0,
            Self::Source => 1,
            Self::Defer => 2,
        }
    }

    /// Returns the phase with this number in a file.
    pub(crate) const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Self::Evaluation),
            1 => Some(Self::Source),
            2 => Some(Self::Defer),
            _ => None,
        }
    }

    /// Returns the name of the phase, such as `defer`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Source => "source",
            Self::Defer => "defer",
        }
    }
}

/// What version 4 has and a record of versions 1 to 3 does not have. The caller of a conversion supplies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supplied {
    /// The digest of everything except the source that the record and the bytecode depend on.
    pub producer: Digest,
    /// The size and the digest of the source.
    pub source: Source,
    /// What the module is and uses.
    pub flags: Flags,
    /// The alignment of the bytecode in the file, in bytes.
    pub alignment: u32,
    /// The features of the module's scope: needed for a record with an environment, and only for that.
    pub lexical_features: Option<u32>,
}

/// A requested module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ModuleRequest {
    /// The module specifier.
    pub specifier: StringIndex,
    /// The phase.
    pub phase: Phase,
    /// The attributes. In a file, they ascend by key.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Attribute {
    /// The key.
    pub key: StringIndex,
    /// The value.
    pub value: StringIndex,
}

/// An import entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ImportEntry {
    /// The binding in this module. It is not empty.
    pub local_name: StringIndex,
    /// The request of the module that it imports from.
    pub request: RequestIndex,
    /// The name that the other module exports. `None` for a Namespace or a Source import.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "serde::Deserialize::deserialize"))]
    pub import_name: Option<StringIndex>,
}

/// An export entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ExportEntry {
    /// The name that other modules import.
    pub export_name: StringIndex,
    /// The request of the module that it exports from. `None` for a Local export.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "serde::Deserialize::deserialize"))]
    pub request: Option<RequestIndex>,
    /// The local name of a Local export, which is not empty; the import name of an Indirect export. `None` for a
    /// Namespace export.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "serde::Deserialize::deserialize"))]
    pub name: Option<StringIndex>,
}

/// A variable of the module, with bits that only the engine interprets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Variable {
    /// The name.
    pub name: StringIndex,
    /// The engine's flags for the variable.
    pub bits: u32,
}

/// The module's variables and features, as numbers that only the engine interprets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Environment {
    /// The declared variables. In a file, they ascend by name.
    pub declared_variables: Vec<Variable>,
    /// The lexical variables. In a file, they ascend by name.
    pub lexical_variables: Vec<Variable>,
    /// The features of the module's code.
    pub code_features: u32,
    /// The features of the module's scope.
    pub lexical_features: u32,
}

impl<S> ModuleRecord<S> {
    /// Returns the record of a module that requests, imports and exports nothing.
    pub const fn new(producer: Digest, source: Source) -> Self {
        Self {
            flags: Flags { top_level_await: false, import_meta: false, typescript: false },
            alignment: 8,
            producer,
            source,
            strings: Vec::new(),
            requests: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            tolerant_imports: Vec::new(),
            star_exports: Vec::new(),
            environment: None,
        }
    }
}

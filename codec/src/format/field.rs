//! The sections and fields of a file, with the specification's names: `requests[3].attributes[0].key`.

use core::fmt;

/// The sections of a file, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Section {
    /// The magic and the version; from version 2 on, also the offset and the size of the bytecode.
    Header,
    /// The twelve numbers that the metadata begins with (version 4).
    Counts,
    /// The strings (version 4).
    Strings,
    /// The requested modules.
    Requests,
    /// The attributes of all requests (version 4).
    Attributes,
    /// The import entries.
    Imports,
    /// The imports that may name a type (version 4).
    TolerantImports,
    /// The export entries.
    Exports,
    /// The star exports.
    StarExports,
    /// The module's `var` names (version 3).
    DeclaredVariables,
    /// The module's names that are not `var` names: `let`, `const`, `class`, functions and imported bindings (version
    /// 3).
    LexicalVariables,
    /// The features that the module's code uses (version 3).
    CodeFeatures,
    /// The source text, and the padding before it (version 4).
    Text,
    /// The bytecode, and the bytes directly before it: `bytecode_size` in version 1, padding in later versions.
    Bytecode,
}

impl Section {
    /// Returns the section's name, such as `star_exports`. Field paths use this name, and so does the JSON of a record.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Counts => "counts",
            Self::Strings => "strings",
            Self::Requests => "requests",
            Self::Attributes => "attributes",
            Self::TolerantImports => "tolerant_imports",
            Self::Imports => "imports",
            Self::Exports => "exports",
            Self::StarExports => "star_exports",
            Self::DeclaredVariables => "declared_variables",
            Self::LexicalVariables => "lexical_variables",
            Self::CodeFeatures => "code_features",
            Self::Text => "text",
            Self::Bytecode => "bytecode",
        }
    }
}

/// The piece of a field that a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Piece {
    /// The whole field, because the field is not divided into pieces.
    Whole,
    /// A string's length.
    Length,
    /// The bytes of a string, or of the bytecode.
    Bytes,
}

/// The path of a field. Errors and annotated bytes print its `Display` form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FieldPath {
    /// The section that the field is in.
    pub section: Section,
    /// The index of the entry within its section.
    pub entry: Option<u32>,
    /// The index of the attribute within its request.
    pub attribute: Option<u32>,
    /// The field's name in the specification.
    pub field: &'static str,
    /// The piece of the field.
    pub piece: Piece,
}

impl FieldPath {
    /// Returns the path of a field that belongs to no entry, such as a count.
    pub(crate) const fn new(section: Section, field: &'static str) -> Self {
        Self { section, entry: None, attribute: None, field, piece: Piece::Whole }
    }

    /// Returns the path of a field of one of the section's entries.
    pub(crate) const fn of_entry(section: Section, entry: u32, field: &'static str) -> Self {
        Self { entry: Some(entry), ..Self::new(section, field) }
    }

    /// Returns the path of the given piece of the same field.
    pub(crate) const fn piece(self, piece: Piece) -> Self {
        Self { piece, ..self }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(f, "{}[{entry}].", self.section.name())?;
        }
        if let Some(attribute) = self.attribute {
            write!(f, "attributes[{attribute}].")?;
        }
        f.write_str(self.field)?;
        match self.piece {
            Piece::Length => f.write_str(".length"),
            Piece::Whole | Piece::Bytes => Ok(()),
        }
    }
}

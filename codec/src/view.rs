//! `ModuleView`: a file that is read in place. The file is validated once, and its entries are read on demand.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use crate::fast::{self, Entry, Kind, Raw, Sliced};
use crate::format::error::Error;
use crate::format::field::Section;
use crate::format::version::Version;
use crate::model::environment::Variable;
use crate::model::record::{Attribute, ExportEntry, ImportEntry};
use crate::validate;
use crate::versions::sections::{List, Sections};

/// A valid file, with the positions of its sections. A view allocates nothing, and its iterators cannot fail.
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::VersionFields::V1);
/// # let file = bmes::encode(&record, b"bytecode")?;
/// let view = bmes::ModuleView::parse(&file)?;
/// view.check()?;
/// for request in view.requests() {
///     println!("{}", request.specifier().escape_debug());
/// }
/// assert_eq!(view.bytecode(), b"bytecode");
/// # Ok::<(), bmes::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ModuleView<'a> {
    file: &'a [u8],
    version: Version,
    pub(crate) requests: Table<'a>,
    pub(crate) imports: Table<'a>,
    pub(crate) exports: Table<'a>,
    pub(crate) star_exports: Table<'a>,
    pub(crate) declared_variables: Table<'a>,
    pub(crate) lexical_variables: Table<'a>,
    code_features: Option<u32>,
    bytecode_start: usize,
}

impl<'a> ModuleView<'a> {
    /// Validates a whole file and keeps the positions of its sections.
    pub fn parse(file: &'a [u8]) -> Result<Self, Error> {
        match fast::read(file) {
            Some(sections) => Ok(Self::new(file, &sections, |bytes| simdutf8::basic::from_utf8(bytes).ok())),
            None => validate::explain(file).map(|sections| Self::new(file, &sections, |_| None)),
        }
    }

    /// Makes the view of a file whose sections are known. `text` returns the bytes of a whole section as text, if they
    /// are UTF-8. If it returns `None`, each string is checked when it is read.
    #[inline(always)]
    pub(crate) fn new(file: &'a [u8], sections: &Sections, text: impl Fn(&'a [u8]) -> Option<&'a str>) -> Self {
        let table = |list: List| {
            let bytes = file.get(list.start..list.end).unwrap_or_default();
            Table { count: list.count, start: list.start, bytes, text: text(bytes) }
        };
        let environment = sections.environment;
        Self {
            file,
            version: sections.version,
            requests: table(sections.requests),
            imports: table(sections.imports),
            exports: table(sections.exports),
            star_exports: table(sections.star_exports),
            declared_variables: environment.map(|it| table(it.declared_variables)).unwrap_or_default(),
            lexical_variables: environment.map(|it| table(it.lexical_variables)).unwrap_or_default(),
            code_features: environment.map(|it| it.code_features),
            bytecode_start: sections.bytecode_start,
        }
    }

    /// Returns the file's version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the requested modules, in the order of the file.
    pub fn requests(&self) -> Entries<'a, Request<'a>> {
        self.requests.entries(|entry| {
            let (specifier, count, bytes) = fast::Requests::read(entry)?;
            // Attributes are few and short. So it saves no time to verify all of them at once as UTF-8.
            Some(Request { specifier, attributes: Table { count, start: 0, bytes, text: None } })
        })
    }

    /// Returns the import entries, in the order of the file.
    pub fn imports(&self) -> Entries<'a, ImportEntry<&'a str>> {
        self.imports.entries(fast::Imports::read)
    }

    /// Returns the export entries, in the order of the file.
    pub fn exports(&self) -> Entries<'a, ExportEntry<&'a str>> {
        self.exports.entries(fast::Exports::read)
    }

    /// Returns the specifiers of the star exports, in the order of the file.
    pub fn star_exports(&self) -> Entries<'a, &'a str> {
        self.star_exports.entries(fast::StarExports::read)
    }

    /// Returns the module's `var` names, in the order of the file. A version without an environment has none.
    pub fn declared_variables(&self) -> Entries<'a, Variable<&'a str>> {
        self.declared_variables.entries(fast::Variables::read)
    }

    /// Returns the module's names that are not `var` names, in the order of the file. A version without an environment
    /// has none.
    pub fn lexical_variables(&self) -> Entries<'a, Variable<&'a str>> {
        self.lexical_variables.entries(fast::Variables::read)
    }

    /// Returns the engine's number for the features of the module's code, or `None` in a version without an
    /// environment.
    pub const fn code_features(&self) -> Option<u32> {
        self.code_features
    }

    /// Returns the bytecode. Its alignment in memory depends on the alignment of the buffer that holds the file, and on
    /// the bytecode's offset in this buffer.
    pub fn bytecode(&self) -> &'a [u8] {
        self.file.get(self.bytecode_range()).unwrap_or_default()
    }

    /// Returns the range of the bytecode, in bytes from the file's start.
    pub const fn bytecode_range(&self) -> Range<usize> {
        self.bytecode_start..self.file.len()
    }

    /// Returns the position at which an entry begins in the file, in bytes.
    pub(crate) fn entry_offset(&self, section: Section, index: u32) -> Option<usize> {
        match section {
            Section::Requests => self.requests.offset::<fast::Requests>(index),
            Section::Imports => self.imports.offset::<fast::Imports>(index),
            Section::Exports => self.exports.offset::<fast::Exports>(index),
            Section::StarExports => self.star_exports.offset::<fast::StarExports>(index),
            Section::DeclaredVariables => self.declared_variables.offset::<fast::Variables>(index),
            Section::LexicalVariables => self.lexical_variables.offset::<fast::Variables>(index),
            _ => None,
        }
    }
}

impl fmt::Debug for ModuleView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleView")
            .field("version", &self.version)
            .field("requests", &self.requests())
            .field("imports", &self.imports())
            .field("exports", &self.exports())
            .field("star_exports", &self.star_exports())
            .field("declared_variables", &self.declared_variables())
            .field("lexical_variables", &self.lexical_variables())
            .field("code_features", &self.code_features())
            .field("bytecode", &self.bytecode_range())
            .finish()
    }
}

/// One requested module of a view.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    specifier: &'a str,
    attributes: Table<'a>,
}

impl<'a> Request<'a> {
    /// Returns the specifier, as written in the source.
    pub const fn specifier(&self) -> &'a str {
        self.specifier
    }

    /// Returns the import attributes, in the order of the file.
    pub fn attributes(&self) -> Entries<'a, Attribute<&'a str>> {
        self.attributes.entries(fast::Attributes::read)
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes = &self.attributes();
        f.debug_struct("Request").field("specifier", &self.specifier).field("attributes", attributes).finish()
    }
}

/// The entries of one section of a valid file.
#[derive(Clone)]
pub struct Entries<'a, T> {
    left: u32,
    rest: &'a [u8],
    text: Option<&'a str>,
    read: fn(&mut Entry<'a, Sliced<'a>>) -> Option<T>,
}

impl<T> Iterator for Entries<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let mut cursor = Entry::over(self.rest, Sliced(self.text));
        // The validation of the file has already read and accepted these bytes with the same code.
        let entry = (self.read)(&mut cursor);
        debug_assert!(entry.is_some(), "a validated entry can be read");
        self.rest = cursor.rest();
        entry
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for Entries<'_, T> {}

impl<T> FusedIterator for Entries<'_, T> {}

impl<T: Clone + fmt::Debug> fmt::Debug for Entries<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The entries of a section, as a slice of the file.
#[derive(Clone, Copy, Default)]
pub(crate) struct Table<'a> {
    pub(crate) count: u32,
    /// The position of the first entry in the file.
    start: usize,
    pub(crate) bytes: &'a [u8],
    /// The same bytes as text, if the whole section is known to be UTF-8. Each string is then a slice of this text.
    /// Otherwise each string is checked when it is read.
    text: Option<&'a str>,
}

impl<'a> Table<'a> {
    #[inline]
    fn entries<T>(self, read: fn(&mut Entry<'a, Sliced<'a>>) -> Option<T>) -> Entries<'a, T> {
        Entries { left: self.count, rest: self.bytes, text: self.text, read }
    }

    /// Returns the position at which an entry begins in the file, in bytes.
    fn offset<K: Kind>(self, index: u32) -> Option<usize> {
        let mut cursor = Entry::over(self.bytes, Raw);
        for _ in 0..index {
            K::read(&mut cursor)?;
        }
        self.start.checked_add(self.bytes.len().checked_sub(cursor.rest().len())?)
    }
}

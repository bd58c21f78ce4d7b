//! A file looked at in place: one validation, then entries on demand.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use crate::check;
use crate::error::Error;
use crate::path::Section;
use crate::record::{Attribute, ExportEntry, ImportEntry, Variable};
use crate::rule::SemanticError;
use crate::version::{Version, environment, shared};
use crate::walk::{self, No, Production, Reader, Visit};

/// A valid file, and where its sections begin. It allocates nothing, and its iterators cannot fail.
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::Version::V1);
/// # let file = bmes::encode(&record, b"bytecode")?;
/// let view = bmes::ModuleView::parse(&file)?;
/// view.check()?;
/// for request in view.requests() {
///     println!("{}", request.specifier().escape_debug());
/// }
/// assert_eq!(view.bytecode(), b"bytecode");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct ModuleView<'a> {
    file: &'a [u8],
    version: Version,
    tables: Tables<'a>,
}

impl<'a> ModuleView<'a> {
    /// Validates a whole file and remembers its sections.
    pub fn parse(file: &'a [u8]) -> Result<Self, Error> {
        let (version, tables) = walk::file(file, Tables::default)?;
        Ok(Self { file, version, tables })
    }

    pub(crate) const fn new(file: &'a [u8], version: Version, tables: &Tables<'a>) -> Self {
        Self { file, version, tables: *tables }
    }

    /// The file's version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The requested modules, in the order of the file.
    pub fn requests(&self) -> Entries<'a, Request<'a>> {
        self.tables.requests.entries(shared::Requests::entry)
    }

    /// The import entries, in the order of the file.
    pub fn imports(&self) -> Entries<'a, ImportEntry<&'a str>> {
        self.tables.imports.entries(shared::Imports::entry)
    }

    /// The export entries, in the order of the file.
    pub fn exports(&self) -> Entries<'a, ExportEntry<&'a str>> {
        self.tables.exports.entries(shared::Exports::entry)
    }

    /// The specifiers of the star exports, in the order of the file.
    pub fn star_exports(&self) -> Entries<'a, &'a str> {
        self.tables.star_exports.entries(shared::StarExports::entry)
    }

    /// The module's `var` names, in the order of the file; none in a version without an environment.
    pub fn declared_variables(&self) -> Entries<'a, Variable<&'a str>> {
        self.tables.declared_variables.entries(environment::DeclaredVariables::entry)
    }

    /// The module's other names, in the order of the file; none in a version without an environment.
    pub fn lexical_variables(&self) -> Entries<'a, Variable<&'a str>> {
        self.tables.lexical_variables.entries(environment::LexicalVariables::entry)
    }

    /// The engine's word on the features of the module's code, in a version with an environment.
    pub const fn code_features(&self) -> Option<u32> {
        self.tables.code_features
    }

    /// The bytecode. Its alignment is that of its offset in the buffer that holds the file.
    pub fn bytecode(&self) -> &'a [u8] {
        self.file.get(self.bytecode_range()).unwrap_or_default()
    }

    /// Where the bytecode is, in bytes from the file's start.
    pub const fn bytecode_range(&self) -> Range<usize> {
        self.tables.bytecode.0..self.tables.bytecode.1
    }

    /// Whether the record may be linked: the semantic rules of the specification, the first that is broken.
    pub fn check(&self) -> Result<(), SemanticError> {
        let requests = self.requests().map(|request| (request.specifier, request.attributes()));
        check::rules(
            requests,
            self.imports(),
            self.exports(),
            self.star_exports(),
            self.declared_variables(),
            self.lexical_variables(),
        )
        .map_err(|violation| {
            let path = violation.path;
            let offset = path.entry.and_then(|entry| self.offset(path.section, entry));
            violation.of(self.version, offset)
        })
    }

    /// Where an entry begins in the file.
    fn offset(&self, section: Section, index: u32) -> Option<usize> {
        match section {
            Section::Requests => self.tables.requests.offset(self.requests(), index),
            Section::Imports => self.tables.imports.offset(self.imports(), index),
            Section::Exports => self.tables.exports.offset(self.exports(), index),
            Section::StarExports => self.tables.star_exports.offset(self.star_exports(), index),
            Section::DeclaredVariables => self.tables.declared_variables.offset(self.declared_variables(), index),
            Section::LexicalVariables => self.tables.lexical_variables.offset(self.lexical_variables(), index),
            Section::Header | Section::CodeFeatures | Section::Bytecode => None,
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
#[derive(Clone, Copy, Debug)]
pub struct Request<'a, T = &'a str> {
    specifier: T,
    attributes: Table<'a>,
}

impl<'a, T> Request<'a, T> {
    /// The parts of a request that has been walked.
    #[inline]
    pub(crate) const fn new(specifier: T, attribute_count: u32, attributes: &'a [u8]) -> Self {
        // Attributes are few and short: it is not worth much to know whether they are text as a whole.
        Self { specifier, attributes: Table { count: attribute_count, start: 0, bytes: attributes, text: None } }
    }
}

impl<'a> Request<'a> {
    /// The specifier, as written in the source.
    pub const fn specifier(&self) -> &'a str {
        self.specifier
    }

    /// The import attributes, in the order of the file.
    pub fn attributes(&self) -> Entries<'a, Attribute<&'a str>> {
        self.attributes.entries(shared::Attributes::entry)
    }
}

/// The entries of one section of a valid file.
pub struct Entries<'a, T> {
    left: u32,
    rest: &'a [u8],
    text: Option<&'a str>,
    entry: Read<'a, T>,
}

/// How an entry is read.
pub(crate) type Read<'a, T> = fn(&mut Reader<'a>) -> Result<T, No>;

impl<T> Iterator for Entries<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let mut reader = Reader::over(self.rest, self.text);
        // The same production has been through these bytes once and accepted them.
        let entry = (self.entry)(&mut reader).ok();
        debug_assert!(entry.is_some(), "a validated entry reads again");
        self.rest = reader.rest();
        entry
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for Entries<'_, T> {}

impl<T> FusedIterator for Entries<'_, T> {}

impl<T> Clone for Entries<'_, T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<T: fmt::Debug> fmt::Debug for Entries<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The entries of a section, in place.
#[derive(Clone, Copy, Default)]
pub(crate) struct Table<'a> {
    count: u32,
    /// Where the first entry is in the file.
    start: usize,
    bytes: &'a [u8],
    /// The same bytes, if they are text as a whole: then a string is a slice of it. Otherwise it is checked when it is asked for.
    text: Option<&'a str>,
}

impl<'a> Table<'a> {
    #[inline]
    pub(crate) fn new(count: u32, start: usize, bytes: &'a [u8]) -> Self {
        Self { count, start, bytes, text: simdutf8::basic::from_utf8(bytes).ok() }
    }

    #[inline]
    fn entries<T>(self, entry: Read<'a, T>) -> Entries<'a, T> {
        Entries { left: self.count, rest: self.bytes, text: self.text, entry }
    }

    /// Where an entry begins in the file.
    fn offset<T>(self, mut entries: Entries<'a, T>, index: u32) -> Option<usize> {
        entries.by_ref().take(usize::try_from(index).ok()?).for_each(drop);
        self.start.checked_add(self.bytes.len().checked_sub(entries.rest.len())?)
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)
    }
}

/// The visitor that keeps where the sections are.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tables<'a> {
    pub(crate) requests: Table<'a>,
    pub(crate) imports: Table<'a>,
    pub(crate) exports: Table<'a>,
    pub(crate) star_exports: Table<'a>,
    pub(crate) declared_variables: Table<'a>,
    pub(crate) lexical_variables: Table<'a>,
    pub(crate) code_features: Option<u32>,
    pub(crate) bytecode: (usize, usize),
}

impl<'a> Visit<'a> for Tables<'a> {
    #[inline]
    fn section(&mut self, section: Section, count: u32, start: usize, bytes: &'a [u8]) {
        let table = Table::new(count, start, bytes);
        match section {
            Section::Requests => self.requests = table,
            Section::Imports => self.imports = table,
            Section::Exports => self.exports = table,
            Section::StarExports => self.star_exports = table,
            Section::DeclaredVariables => self.declared_variables = table,
            Section::LexicalVariables => self.lexical_variables = table,
            Section::Header | Section::CodeFeatures | Section::Bytecode => {}
        }
    }

    #[inline]
    fn code_features(&mut self, bits: u32) {
        self.code_features = Some(bits);
    }

    #[inline]
    fn bytecode(&mut self, range: Range<usize>) {
        self.bytecode = (range.start, range.end);
    }
}

//! A file looked at in place: one validation, then entries on demand.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use crate::check;
use crate::error::Error;
use crate::path::Section;
use crate::record::{Attribute, ExportEntry, ImportEntry, Variable};
use crate::rule::SemanticError;
use crate::version::{self, Version, environment, shared};
use crate::walk::{Ignore, Visit, Walker};

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
        let mut walker = Walker::new(file, Tables::default());
        let version = version::file(&mut walker)?;
        let tables = walker.visit;
        Ok(Self { file, version, tables })
    }

    /// The file's version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The requested modules, in the order of the file.
    pub fn requests(&self) -> Entries<'a, Request<'a>> {
        self.tables.requests.entries(shared::request)
    }

    /// The import entries, in the order of the file.
    pub fn imports(&self) -> Entries<'a, ImportEntry<&'a str>> {
        self.tables.imports.entries(shared::import)
    }

    /// The export entries, in the order of the file.
    pub fn exports(&self) -> Entries<'a, ExportEntry<&'a str>> {
        self.tables.exports.entries(shared::export)
    }

    /// The specifiers of the star exports, in the order of the file.
    pub fn star_exports(&self) -> Entries<'a, &'a str> {
        self.tables.star_exports.entries(shared::star_export)
    }

    /// The module's `var` names, in the order of the file; none in a version without an environment.
    pub fn declared_variables(&self) -> Entries<'a, Variable<&'a str>> {
        self.tables.declared_variables.entries(environment::variable)
    }

    /// The module's other names, in the order of the file; none in a version without an environment.
    pub fn lexical_variables(&self) -> Entries<'a, Variable<&'a str>> {
        self.tables.lexical_variables.entries(environment::variable)
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
        let rest = match section {
            Section::Requests => self.requests().rest_from(index),
            Section::Imports => self.imports().rest_from(index),
            Section::Exports => self.exports().rest_from(index),
            Section::StarExports => self.star_exports().rest_from(index),
            Section::DeclaredVariables => self.declared_variables().rest_from(index),
            Section::LexicalVariables => self.lexical_variables().rest_from(index),
            Section::Header | Section::CodeFeatures | Section::Bytecode => return None,
        };
        self.tables.end.checked_sub(rest.len())
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
pub struct Request<'a> {
    specifier: &'a str,
    attributes: Table<'a>,
}

impl<'a> Request<'a> {
    /// The parts of a request that has been walked: `attributes` begins with the first of `attribute_count`.
    pub(crate) const fn new(specifier: &'a str, attribute_count: u32, attributes: &'a [u8]) -> Self {
        let attributes = Table { count: attribute_count, rest: attributes };
        Self { specifier, attributes }
    }

    /// The specifier, as written in the source.
    pub const fn specifier(&self) -> &'a str {
        self.specifier
    }

    /// The import attributes, in the order of the file.
    pub fn attributes(&self) -> Entries<'a, Attribute<&'a str>> {
        self.attributes.entries(shared::attribute)
    }
}

/// The entries of one section of a valid file.
pub struct Entries<'a, T> {
    left: u32,
    rest: &'a [u8],
    production: Production<'a, T>,
}

type Production<'a, T> = fn(&mut Walker<'a, Ignore>) -> Result<T, Error>;

impl<'a, T> Entries<'a, T> {
    /// What is left of the metadata from entry `index` on.
    fn rest_from(mut self, index: u32) -> &'a [u8] {
        for _ in 0..index {
            self.next();
        }
        self.rest
    }
}

impl<T> Iterator for Entries<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let mut walker = Walker::new(self.rest, Ignore);
        // The same production has been through these bytes once and accepted them.
        let entry = (self.production)(&mut walker).ok();
        debug_assert!(entry.is_some(), "a validated entry reads again");
        self.rest = walker.rest();
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

/// Where a section's entries begin, and how many there are.
#[derive(Clone, Copy, Default)]
struct Table<'a> {
    count: u32,
    rest: &'a [u8],
}

impl<'a> Table<'a> {
    fn entries<T>(self, production: Production<'a, T>) -> Entries<'a, T> {
        Entries { left: self.count, rest: self.rest, production }
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)
    }
}

/// The visitor that keeps where the sections are.
#[derive(Clone, Copy, Default)]
struct Tables<'a> {
    requests: Table<'a>,
    imports: Table<'a>,
    exports: Table<'a>,
    star_exports: Table<'a>,
    declared_variables: Table<'a>,
    lexical_variables: Table<'a>,
    code_features: Option<u32>,
    /// Where the slices of all tables end in the file.
    end: usize,
    bytecode: (usize, usize),
}

impl<'a> Visit<'a> for Tables<'a> {
    fn section(&mut self, section: Section, count: u32, start: usize, rest: &'a [u8]) {
        self.end = start.saturating_add(rest.len());
        let table = Table { count, rest };
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

    fn code_features(&mut self, bits: u32) {
        self.code_features = Some(bits);
    }

    fn bytecode(&mut self, range: Range<usize>) {
        self.bytecode = (range.start, range.end);
    }
}

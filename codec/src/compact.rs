//! A file that is kept: its buffer, and where each entry begins in it.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::error::Error;
use crate::path::Section;
use crate::record::{ExportEntry, ImportEntry, Variable};
use crate::version::{Version, environment, shared};
use crate::view::{ModuleView, Read, Request, Table, Tables};
use crate::walk::{self, Production, Reader, Visit};

/// A valid file that owns its bytes and gives entries by their index, in constant time.
///
/// It takes the file's buffer over and adds four bytes for each entry: the smallest form in which a module is kept and read. A
/// string is checked again when it is asked for; who reads all of them reads a [`view`](Self::view).
///
/// ```
/// # let mut record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::Version::V1);
/// # record.star_exports.push("./a.js".into());
/// # record.requests.push(bmes::ModuleRequest { specifier: "./a.js".into(), attributes: vec![] });
/// # let file = bmes::encode(&record, b"bytecode")?;
/// let module = bmes::CompactModule::parse(file)?;
/// assert_eq!(module.star_export(0), Some("./a.js"));
/// assert_eq!(module.star_export(1), None);
/// assert_eq!(module.bytecode(), b"bytecode");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CompactModule {
    file: Vec<u8>,
    version: Version,
    places: Places,
}

impl CompactModule {
    /// Validates a whole file and remembers where its entries are. Of a file that is not valid the buffer is dropped.
    ///
    /// No more than the file and 4 KiB is allocated, whatever the file says.
    pub fn parse(file: Vec<u8>) -> Result<Self, Error> {
        let (version, mut places) = walk::file(&file, || Places::with_capacity(MOST_AT_ONCE))?;
        if places.starts.len() < places.count {
            // Only now is it known how many there are: no buffer grows, and none is larger than the entries bear out.
            (_, places) = walk::file(&file, || Places::with_capacity(places.count))?;
        }
        Ok(Self { file, version, places })
    }

    /// The file's version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The same module as a view. This goes over the text of the sections, but not over their entries.
    pub fn view(&self) -> ModuleView<'_> {
        let table = |section| {
            let (place, bytes) = self.place(section);
            Table::new(place.count, place.start, bytes)
        };
        let tables = Tables {
            requests: table(Section::Requests),
            imports: table(Section::Imports),
            exports: table(Section::Exports),
            star_exports: table(Section::StarExports),
            declared_variables: table(Section::DeclaredVariables),
            lexical_variables: table(Section::LexicalVariables),
            code_features: self.places.code_features,
            bytecode: self.places.bytecode,
        };
        ModuleView::new(&self.file, self.version, &tables)
    }

    /// A requested module, by its index in the file.
    pub fn request(&self, index: u32) -> Option<Request<'_>> {
        self.entry(Section::Requests, index, shared::Requests::entry)
    }

    /// An import entry, by its index in the file.
    pub fn import(&self, index: u32) -> Option<ImportEntry<&str>> {
        self.entry(Section::Imports, index, shared::Imports::entry)
    }

    /// An export entry, by its index in the file.
    pub fn export(&self, index: u32) -> Option<ExportEntry<&str>> {
        self.entry(Section::Exports, index, shared::Exports::entry)
    }

    /// The specifier of a star export, by its index in the file.
    pub fn star_export(&self, index: u32) -> Option<&str> {
        self.entry(Section::StarExports, index, shared::StarExports::entry)
    }

    /// One of the module's `var` names, by its index in the file.
    pub fn declared_variable(&self, index: u32) -> Option<Variable<&str>> {
        self.entry(Section::DeclaredVariables, index, environment::DeclaredVariables::entry)
    }

    /// One of the module's other names, by its index in the file.
    pub fn lexical_variable(&self, index: u32) -> Option<Variable<&str>> {
        self.entry(Section::LexicalVariables, index, environment::LexicalVariables::entry)
    }

    /// How many entries a section has; none where the version has no such section.
    pub fn count(&self, section: Section) -> u32 {
        self.place(section).0.count
    }

    /// The engine's word on the features of the module's code, in a version with an environment.
    pub const fn code_features(&self) -> Option<u32> {
        self.places.code_features
    }

    /// The bytecode. Its alignment is that of its offset in the buffer.
    pub fn bytecode(&self) -> &[u8] {
        self.file.get(self.bytecode_range()).unwrap_or_default()
    }

    /// Where the bytecode is, in bytes from the file's start.
    pub const fn bytecode_range(&self) -> Range<usize> {
        self.places.bytecode.0..self.places.bytecode.1
    }

    /// The file.
    pub fn file(&self) -> &[u8] {
        &self.file
    }

    /// The file's buffer.
    pub fn into_file(self) -> Vec<u8> {
        self.file
    }

    fn place(&self, section: Section) -> (Place, &[u8]) {
        let place = index(section).and_then(|index| self.places.sections.get(index)).copied().unwrap_or_default();
        (place, self.file.get(place.start..place.end).unwrap_or_default())
    }

    fn entry<'a, T>(&'a self, section: Section, index: u32, read: Read<'a, T>) -> Option<T> {
        let (place, bytes) = self.place(section);
        if index >= place.count {
            return None;
        }
        let at = place.first.checked_add(usize::try_from(index).ok()?)?;
        match *self.places.starts.get(at)? {
            FAR => {
                let mut reader = Reader::over(bytes, None);
                (0..index).try_for_each(|_| read(&mut reader).map(drop)).ok()?;
                read(&mut reader).ok()
            }
            start => {
                let start = usize::try_from(start).ok()?.checked_sub(place.start)?;
                read(&mut Reader::over(bytes.get(start..)?, None)).ok()
            }
        }
    }
}

impl fmt::Debug for CompactModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

/// So many entries are remembered in the first pass; for a module that has more, there is a second.
const MOST_AT_ONCE: usize = 64;

/// Stands for a start that no `u32` holds, in a file of more than four gigabytes.
const FAR: u32 = u32::MAX;

/// The visitor that keeps where the entries are.
#[derive(Clone, Default)]
struct Places {
    /// Where each entry begins in the file, as far as the buffer goes.
    starts: Vec<u32>,
    /// How many entries there are.
    count: usize,
    sections: [Place; 6],
    code_features: Option<u32>,
    bytecode: (usize, usize),
}

/// Where a section's entries are in the file, and where the first of them is in the list of all entries.
#[derive(Clone, Copy, Default)]
struct Place {
    count: u32,
    first: usize,
    start: usize,
    end: usize,
}

impl Places {
    fn with_capacity(entries: usize) -> Self {
        Self { starts: Vec::with_capacity(entries), ..Self::default() }
    }
}

/// The section's position among those that have entries.
const fn index(section: Section) -> Option<usize> {
    match section {
        Section::Requests => Some(0),
        Section::Imports => Some(1),
        Section::Exports => Some(2),
        Section::StarExports => Some(3),
        Section::DeclaredVariables => Some(4),
        Section::LexicalVariables => Some(5),
        Section::Header | Section::CodeFeatures | Section::Bytecode => None,
    }
}

impl Visit<'_> for Places {
    #[inline]
    fn entry(&mut self, start: usize) {
        if self.starts.len() < self.starts.capacity() {
            self.starts.push(u32::try_from(start).unwrap_or(FAR));
        }
        self.count = self.count.saturating_add(1);
    }

    fn section(&mut self, section: Section, count: u32, start: usize, bytes: &[u8]) {
        let first = self.count.saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
        let end = start.saturating_add(bytes.len());
        if let Some(place) = index(section).and_then(|index| self.sections.get_mut(index)) {
            *place = Place { count, first, start, end };
        }
    }

    fn code_features(&mut self, bits: u32) {
        self.code_features = Some(bits);
    }

    fn bytecode(&mut self, range: Range<usize>) {
        self.bytecode = (range.start, range.end);
    }
}

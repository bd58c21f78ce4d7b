//! `ModuleView`: a file of version 4 that is read in place, without allocation.

use core::cmp::Ordering;
use core::ops::Range;

use crate::format::error::Error;
use crate::v4::columns::{Column, Columns, Counts};
use crate::v4::header::{self, Header};
use crate::v4::lists::NONE;
use crate::v4::record::{Attribute, ExportEntry, ImportEntry, ImportIndex, Phase, RequestIndex, StringIndex, Variable};
use crate::v4::{check, metadata};

/// A file of version 4 whose header and metadata are valid. A view allocates nothing, and its iterators cannot fail.
///
/// The indices that a view returns are valid for this view. For an index of another view, its functions can return
/// `None` or another entry.
#[derive(Clone, Copy, Debug)]
pub struct ModuleView<'a> {
    file: &'a [u8],
    header: Header,
    counts: Counts,
}

impl<'a> ModuleView<'a> {
    /// Verifies the header and the metadata of a file. Reads no byte of the padding, the text and the bytecode.
    pub fn parse(file: &'a [u8]) -> Result<Self, Error> {
        let header = header::open(file, file.len())?;
        Self::opened(file, header)
    }

    /// Verifies the metadata of a file whose header is right.
    pub(crate) fn opened(file: &'a [u8], header: Header) -> Result<Self, Error> {
        let counts = metadata::read(file, &header)?;
        Ok(Self { file, header, counts })
    }

    /// Splits the metadata again. This costs a few additions for each column that the caller uses.
    #[inline(always)]
    fn columns(&self) -> Columns<'a> {
        Columns::split(self.file, &self.header, &self.counts)
    }

    /// Verifies the record, the padding, and the checksums of the text and of the bytecode. Allocates one bit for each
    /// string, if there are more than 1,023 strings.
    pub fn check(&self) -> Result<(), Error> {
        check::record(&self.counts, &self.columns())?;
        check::content(self.file, &self.header)
    }

    /// Returns the header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the strings, in ascending order.
    pub fn strings(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let (columns, counts) = (self.columns(), self.counts);
        let count = usize::try_from(counts.strings).unwrap_or(usize::MAX);
        (0..count).map(move |index| text(columns.string(u32::try_from(index).unwrap_or(u32::MAX))))
    }

    /// Returns a string.
    pub fn string(&self, index: StringIndex) -> Option<&'a str> {
        (index.0 < self.counts.strings).then(|| text(self.columns().string(index.0)))
    }

    /// Finds a string by binary search.
    pub fn find_string(&self, text: &str) -> Option<StringIndex> {
        let columns = self.columns();
        search(self.counts.strings, |index| columns.string(index).cmp(text.as_bytes())).map(StringIndex)
    }

    /// Returns the requests, in the order in which the source first names them.
    pub fn requests(&self) -> impl ExactSizeIterator<Item = Request<'a>> + use<'a> {
        let view = *self;
        self.columns().specifier.values().enumerate().map(move |(index, _)| {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            Request { view, index }
        })
    }

    /// Returns a request.
    pub fn request(&self, index: RequestIndex) -> Option<Request<'a>> {
        (index.0 < self.counts.requests).then_some(Request { view: *self, index: index.0 })
    }

    /// Finds the requests with this specifier by binary search: one for each phase and each list of attributes.
    pub fn find_requests(&self, specifier: &str) -> impl Iterator<Item = Request<'a>> + use<'a> {
        let (view, columns, counts) = (*self, self.columns(), self.counts);
        let wanted = self.find_string(specifier).map(|index| index.0);
        let specifier_at = move |place: u32| columns.order.at(place).and_then(|request| columns.specifier.at(request));
        let first = partition_point(counts.requests, |place| specifier_at(place) < wanted);
        let matching = move |place: &u32| wanted.is_some() && specifier_at(*place) == wanted;
        (first..counts.requests)
            .take_while(matching)
            .filter_map(move |place| columns.order.at(place).map(|index| Request { view, index }))
    }

    /// Returns the import entries, by ascending local name.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = ImportEntry> + use<'a> {
        let Columns { import_local_name, import_request, import_name, .. } = self.columns();
        import_local_name.values().zip(import_request.values().zip(import_name.values())).map(
            |(local_name, (request, name))| ImportEntry {
                local_name: StringIndex(local_name),
                request: RequestIndex(request),
                import_name: string_or_none(name),
            },
        )
    }

    /// Returns the export entries, by ascending export name.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = ExportEntry> + use<'a> {
        let Columns { export_name, export_request, name, .. } = self.columns();
        export_name
            .values()
            .zip(export_request.values().zip(name.values()))
            .map(|(export_name, (request, name))| export(export_name, request, name))
    }

    /// Finds the export with this name by binary search.
    pub fn find_export(&self, export_name: &str) -> Option<ExportEntry> {
        let wanted = self.find_string(export_name)?;
        let columns = self.columns();
        let index = search_column(columns.export_name, wanted.0)?;
        Some(export(wanted.0, columns.export_request.at(index)?, columns.name.at(index)?))
    }

    /// Returns the import entries that may name a type, in ascending order.
    pub fn tolerant_imports(&self) -> impl ExactSizeIterator<Item = ImportIndex> + use<'a> {
        self.columns().tolerant_import.values().map(ImportIndex)
    }

    /// Returns true if an import entry may name a type. It is found by binary search.
    pub fn is_tolerant(&self, import: ImportIndex) -> bool {
        search_column(self.columns().tolerant_import, import.0).is_some()
    }

    /// Returns the requests of the star exports, in ascending order.
    pub fn star_exports(&self) -> impl ExactSizeIterator<Item = RequestIndex> + use<'a> {
        self.columns().star_request.values().map(RequestIndex)
    }

    /// Returns the declared variables, by ascending name. Without an environment, there are none.
    pub fn declared_variables(&self) -> impl ExactSizeIterator<Item = Variable> + use<'a> {
        variables(self.columns().declared_name, self.columns().declared_bits)
    }

    /// Returns the lexical variables, by ascending name. Without an environment, there are none.
    pub fn lexical_variables(&self) -> impl ExactSizeIterator<Item = Variable> + use<'a> {
        variables(self.columns().lexical_name, self.columns().lexical_bits)
    }

    /// Returns the features of the module's code, if the record has an environment.
    pub const fn code_features(&self) -> Option<u32> {
        if self.header.has_environment() { Some(self.counts.code_features) } else { None }
    }

    /// Returns the features of the module's scope, if the record has an environment.
    pub const fn lexical_features(&self) -> Option<u32> {
        if self.header.has_environment() { Some(self.counts.lexical_features) } else { None }
    }

    /// Returns the range of the text in the file, in bytes. It is empty if there is no text.
    pub fn text_range(&self) -> Range<usize> {
        self.header.text()
    }

    /// Returns the range of the bytecode in the file, in bytes. It is empty if there is no bytecode.
    pub fn bytecode_range(&self) -> Range<usize> {
        self.header.bytecode()
    }

    /// Returns the text, whose checksum this view has not verified.
    pub fn unverified_text(&self) -> &'a [u8] {
        self.file.get(self.text_range()).unwrap_or_default()
    }

    /// Returns the bytecode, whose checksum and producer this view has not verified. An engine may crash on it. A loader
    /// uses [`match_file`](crate::v4::match_file) and [`Verified::bytecode`](crate::v4::Verified::bytecode).
    pub fn unverified_bytecode(&self) -> &'a [u8] {
        self.file.get(self.bytecode_range()).unwrap_or_default()
    }
}

/// A request of a view.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    view: ModuleView<'a>,
    index: u32,
}

impl<'a> Request<'a> {
    /// Returns the index of the request.
    pub const fn index(&self) -> RequestIndex {
        RequestIndex(self.index)
    }

    /// Returns the index of the specifier.
    pub fn specifier_index(&self) -> StringIndex {
        StringIndex(self.view.columns().specifier.at(self.index).unwrap_or_default())
    }

    /// Returns the specifier.
    pub fn specifier(&self) -> &'a str {
        text(self.view.columns().string(self.specifier_index().0))
    }

    /// Returns the phase.
    pub fn phase(&self) -> Phase {
        self.view.columns().phase.at(self.index).and_then(Phase::from_number).unwrap_or(Phase::Evaluation)
    }

    /// Returns the attributes, by ascending key.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute> + use<'a> {
        let Columns { key, value, .. } = self.view.columns();
        self.view.columns().attributes(self.index).filter_map(move |index| {
            Some(Attribute { key: StringIndex(key.get(index)?), value: StringIndex(value.get(index)?) })
        })
    }
}

/// Returns a string whose bytes were verified.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

fn string_or_none(number: u32) -> Option<StringIndex> {
    (number != NONE).then_some(StringIndex(number))
}

fn export(export_name: u32, request: u32, name: u32) -> ExportEntry {
    ExportEntry {
        export_name: StringIndex(export_name),
        request: (request != NONE).then_some(RequestIndex(request)),
        name: string_or_none(name),
    }
}

fn variables<'a>(names: Column<'a>, bits: Column<'a>) -> impl ExactSizeIterator<Item = Variable> + use<'a> {
    names.values().zip(bits.values()).map(|(name, bits)| Variable { name: StringIndex(name), bits })
}

/// Returns the first index from 0 to `count` for which `is_before` is false.
fn partition_point(count: u32, is_before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if is_before(middle) {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    low
}

/// Finds the index that `compare` calls equal, among `count` indices in ascending order.
fn search(count: u32, compare: impl Fn(u32) -> Ordering) -> Option<u32> {
    let found = partition_point(count, |index| compare(index) == Ordering::Less);
    (found < count && compare(found) == Ordering::Equal).then_some(found)
}

/// Finds the index of a value in an ascending column.
fn search_column(column: Column<'_>, value: u32) -> Option<u32> {
    let count = u32::try_from(column.values().len()).unwrap_or(u32::MAX);
    search(count, |index| column.at(index).cmp(&Some(value)))
}

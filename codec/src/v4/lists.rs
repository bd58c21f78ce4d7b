//! The lists of the metadata: section 4.5 of `spec/v4.md`.

use core::cmp::Ordering;

use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::Version;
use crate::v4::columns::{Column, Columns, Counts, wrong_count};
use crate::v4::record::Phase;

/// The number of a field that holds no index.
pub(crate) const NONE: u32 = u32::MAX;
/// The phase of a request that is evaluated.
pub(crate) const EVALUATION: u32 = Phase::Evaluation.number();

/// A field of the entries of a list.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) section: Section,
    pub(crate) name: &'static str,
    pub(crate) column: Column<'a>,
}

impl Field<'_> {
    pub(crate) fn wrong(&self, index: usize, clause: &'static str, kind: ErrorKind) -> Error {
        let entry = u32::try_from(index).unwrap_or(u32::MAX);
        let path = FieldPath::of_entry(self.section, entry, self.name);
        Error::in_file(kind, Version::V4, clause, path, self.column.offset(index))
    }

    /// Verifies that a value is an index of a list of `count` entries.
    fn index(&self, index: usize, value: u32, count: u32) -> Result<(), Error> {
        if value < count {
            return Ok(());
        }
        Err(self.wrong(index, "index", ErrorKind::BadIndex { found: value, count }))
    }

    /// Verifies that every value is an index of a list of `count` entries, or `NONE` if `can_be_none`.
    fn indices(&self, count: u32, can_be_none: bool) -> Result<(), Error> {
        for (index, value) in self.column.values().enumerate() {
            if !(can_be_none && value == NONE) {
                self.index(index, value, count)?;
            }
        }
        Ok(())
    }

    /// Verifies that every value is an index and greater than the value before it.
    fn ascending(&self, count: u32, clause: &'static str) -> Result<(), Error> {
        let mut before = None;
        for (index, value) in self.column.values().enumerate() {
            self.index(index, value, count)?;
            if before.is_some_and(|before| value <= before) {
                return Err(self.wrong(index, clause, ErrorKind::NotAscending));
            }
            before = Some(value);
        }
        Ok(())
    }
}

/// The lists of the metadata.
pub(crate) struct Lists<'l, 'a> {
    pub(crate) counts: &'l Counts,
    pub(crate) columns: &'l Columns<'a>,
}

impl<'a> Lists<'_, 'a> {
    /// Verifies all lists, in the order of the layout.
    pub(crate) fn verify(&self) -> Result<(), Error> {
        self.requests()?;
        self.imports()?;
        self.tolerant_imports()?;
        self.exports()?;
        self.star_exports()?;
        self.variables(Section::DeclaredVariables, self.columns.declared_name)?;
        self.variables(Section::LexicalVariables, self.columns.lexical_name)
    }

    fn requests(&self) -> Result<(), Error> {
        let Self { counts, columns } = *self;
        let field = |name, column| Field { section: Section::Requests, name, column };
        field("specifier", columns.specifier).indices(counts.strings, false)?;
        let phases = field("phase", columns.phase);
        for (index, phase) in columns.phase.values().enumerate() {
            if Phase::from_number(phase).is_none() {
                return Err(phases.wrong(index, "phase", ErrorKind::BadType { found: phase }));
            }
        }
        self.attribute_ends(&field("attribute_end", columns.attribute_end))?;
        self.attributes()?;
        let order = field("order", columns.order);
        let mut before = None;
        for (index, request) in columns.order.values().enumerate() {
            order.index(index, request, counts.requests)?;
            if before.is_some_and(|before| self.compare_requests(before, request) != Ordering::Less) {
                return Err(order.wrong(index, "requests-ascend", ErrorKind::NotAscending));
            }
            before = Some(request);
        }
        Ok(())
    }

    fn attribute_ends(&self, ends: &Field<'_>) -> Result<(), Error> {
        let all = self.counts.attributes;
        let last = ends.column.values().len().checked_sub(1);
        if last.is_none() && all != 0 {
            let kind = ErrorKind::OtherEnd { found: all, expected: 0 };
            return Err(wrong_count("attribute_count", 124, "attribute-end", kind));
        }
        let mut before = 0;
        for (index, end) in ends.column.values().enumerate() {
            if end < before || end > all || (Some(index) == last && end != all) {
                let kind = if end < before {
                    ErrorKind::DescendingEnd { found: end, before }
                } else {
                    ErrorKind::OtherEnd { found: end, expected: all }
                };
                return Err(ends.wrong(index, "attribute-end", kind));
            }
            before = end;
        }
        Ok(())
    }

    fn attributes(&self) -> Result<(), Error> {
        let Self { counts, columns } = *self;
        let field = |name, column| Field { section: Section::Attributes, name, column };
        let keys = field("key", columns.key);
        let mut ends = columns.attribute_end.values().peekable();
        let mut before = None;
        for (index, key) in columns.key.values().enumerate() {
            keys.index(index, key, counts.strings)?;
            // The first attribute of a request has no key before it.
            while ends.next_if(|end| usize::try_from(*end).is_ok_and(|end| end <= index)).is_some() {
                before = None;
            }
            if before.is_some_and(|before| key <= before) {
                return Err(keys.wrong(index, "attributes-ascend", ErrorKind::NotAscending));
            }
            before = Some(key);
        }
        field("value", columns.value).indices(counts.strings, false)
    }

    /// Compares two requests by specifier, phase, and attributes as a list of key, value, key, value and so on.
    fn compare_requests(&self, a: u32, b: u32) -> Ordering {
        let columns = self.columns;
        let head = |request| (columns.specifier.at(request), columns.phase.at(request));
        let pairs =
            |request| columns.attributes(request).map(|index| (columns.key.get(index), columns.value.get(index)));
        head(a).cmp(&head(b)).then_with(|| pairs(a).cmp(pairs(b)))
    }

    fn is_empty(&self, string: u32) -> bool {
        self.columns.string(string).is_empty()
    }

    fn imports(&self) -> Result<(), Error> {
        let Self { counts, columns } = *self;
        let field = |name, column| Field { section: Section::Imports, name, column };
        let local_names = field("local_name", columns.import_local_name);
        let mut before = None;
        for (index, name) in columns.import_local_name.values().enumerate() {
            local_names.index(index, name, counts.strings)?;
            if self.is_empty(name) {
                return Err(local_names.wrong(index, "empty-local-name", ErrorKind::EmptyLocalName));
            }
            if before.is_some_and(|before| name <= before) {
                return Err(local_names.wrong(index, "imports-ascend", ErrorKind::NotAscending));
            }
            before = Some(name);
        }
        field("request", columns.import_request).indices(counts.requests, false)?;
        let names = field("import_name", columns.import_name);
        names.indices(counts.strings, true)?;
        for (index, (request, name)) in columns.import_request.values().zip(columns.import_name.values()).enumerate() {
            if name != NONE && self.columns.phase.at(request) != Some(EVALUATION) {
                return Err(names.wrong(index, "import-kind", ErrorKind::NoKind));
            }
        }
        Ok(())
    }

    fn tolerant_imports(&self) -> Result<(), Error> {
        let Self { counts, columns } = *self;
        let column = columns.tolerant_import;
        let field = Field { section: Section::TolerantImports, name: "tolerant_import", column };
        field.ascending(counts.imports, "tolerant-imports-ascend")?;
        for (index, import) in column.values().enumerate() {
            if columns.import_name.at(import) == Some(NONE) {
                return Err(field.wrong(index, "tolerant-kind", ErrorKind::NoKind));
            }
        }
        Ok(())
    }

    fn exports(&self) -> Result<(), Error> {
        let Self { counts, columns } = *self;
        let field = |name, column| Field { section: Section::Exports, name, column };
        field("export_name", columns.export_name).ascending(counts.strings, "exports-ascend")?;
        field("request", columns.export_request).indices(counts.requests, true)?;
        let names = field("name", columns.name);
        names.indices(counts.strings, true)?;
        for (index, (request, name)) in columns.export_request.values().zip(columns.name.values()).enumerate() {
            let has_kind = match request {
                NONE => name != NONE && !self.is_empty(name),
                request => self.columns.phase.at(request) == Some(EVALUATION),
            };
            if !has_kind {
                return Err(names.wrong(index, "export-kind", ErrorKind::NoKind));
            }
        }
        Ok(())
    }

    fn star_exports(&self) -> Result<(), Error> {
        let column = self.columns.star_request;
        let field = Field { section: Section::StarExports, name: "request", column };
        field.ascending(self.counts.requests, "star-exports-ascend")?;
        for (index, request) in column.values().enumerate() {
            if self.columns.phase.at(request) != Some(EVALUATION) {
                return Err(field.wrong(index, "star-kind", ErrorKind::NoKind));
            }
        }
        Ok(())
    }

    fn variables(&self, section: Section, names: Column<'a>) -> Result<(), Error> {
        Field { section, name: "name", column: names }.ascending(self.counts.strings, "variables-ascend")
    }
}

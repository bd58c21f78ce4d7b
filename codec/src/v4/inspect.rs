//! The fields of a file of version 4, for `inspect`. What the header and the counts say is shown, right or wrong, as far
//! as the sizes fit the file.

use crate::format::digest::Digest;
use crate::format::error::Error;
use crate::format::field::{FieldPath, Piece, Section};
use crate::format::span::{Span, Value};
use crate::v4::columns::{Column, Columns, Counts};
use crate::v4::header::{Header, SIZE, SMALLEST_METADATA};
use crate::v4::lists::NONE;
use crate::v4::metadata;
use crate::v4::record::Phase;
use crate::v4::validate::validate;

/// Passes the fields of a file to `show`, in order, and returns the file's first error. The caller shows the bytes that
/// remain.
pub(crate) fn inspect<'a>(file: &'a [u8], show: &mut dyn FnMut(Span<'a>)) -> Result<(), Error> {
    let read = validate(file);
    Fields { file, at: 0, show }.file();
    read
}

/// How the number of a column is shown.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Bits,
    Phase,
    String,
    Request,
    Import,
}

struct Fields<'a, 's> {
    file: &'a [u8],
    at: usize,
    show: &'s mut dyn FnMut(Span<'a>),
}

impl<'a> Fields<'a, '_> {
    fn file(&mut self) {
        let Some(header) = self.header() else { return };
        if self.file.len() < header.metadata().end || header.metadata_size < SMALLEST_METADATA {
            return;
        }
        self.counts();
        let Ok(counts) = metadata::counts(self.file, &header) else { return };
        let columns = Columns::split(self.file, &header, &counts);
        self.columns(&counts, &columns);
        self.strings(&counts, &columns);
        self.bytes(FieldPath::new(Section::Text, "padding"), header.text().start);
        self.bytes(FieldPath::new(Section::Text, "text").piece(Piece::Bytes), header.text().end);
        self.bytes(FieldPath::new(Section::Bytecode, "padding"), header.bytecode().start);
        self.bytes(FieldPath::new(Section::Bytecode, "bytecode").piece(Piece::Bytes), header.bytecode().end);
    }

    fn header(&mut self) -> Option<Header> {
        let mut number =
            |field, value: fn(u32) -> Value<'a>| self.number(FieldPath::new(Section::Header, field), value);
        number("magic", Value::Magic)?;
        number("version", Value::Number)?;
        number("flags", Value::Flags)?;
        for field in ["alignment", "metadata_size", "source_size", "text_size", "bytecode_size"] {
            number(field, Value::Number)?;
        }
        self.digest("producer")?;
        self.digest("source_digest")?;
        for field in ["metadata_crc", "text_crc", "bytecode_crc", "header_crc"] {
            self.number(FieldPath::new(Section::Header, field), Value::Bits)?;
        }
        self.file.first_chunk::<SIZE>().map(Header::read)
    }

    fn counts(&mut self) {
        let fields = [
            "string_count",
            "string_bytes",
            "request_count",
            "attribute_count",
            "import_count",
            "export_count",
            "star_export_count",
            "declared_variable_count",
            "lexical_variable_count",
            "code_features",
            "lexical_features",
            "tolerant_import_count",
        ];
        for field in fields {
            let value = if field.ends_with("features") { Value::Bits } else { Value::Number };
            self.number(FieldPath::new(Section::Counts, field), value);
        }
    }

    fn columns(&mut self, counts: &Counts, columns: &Columns<'a>) {
        use Kind::{Bits, Import, Number, Phase, Request, String};
        let requests = [("specifier", String), ("phase", Phase), ("attribute_end", Number), ("order", Request)];
        let imports = [("local_name", String), ("request", Request), ("import_name", String)];
        let exports = [("export_name", String), ("request", Request), ("name", String)];
        let variables = [("name", String), ("bits", Bits)];
        self.list(columns, Section::Strings, counts.strings, &[("string_end", Number)]);
        self.list(columns, Section::Requests, counts.requests, &requests);
        self.list(columns, Section::Attributes, counts.attributes, &[("key", String), ("value", String)]);
        self.list(columns, Section::Imports, counts.imports, &imports);
        self.list(columns, Section::TolerantImports, counts.tolerant_imports, &[("tolerant_import", Import)]);
        self.list(columns, Section::Exports, counts.exports, &exports);
        self.list(columns, Section::StarExports, counts.star_exports, &[("request", Request)]);
        self.list(columns, Section::DeclaredVariables, counts.declared_variables, &variables);
        self.list(columns, Section::LexicalVariables, counts.lexical_variables, &variables);
    }

    /// Shows the columns of a list of `count` entries.
    fn list(&mut self, columns: &Columns<'a>, section: Section, count: u32, fields: &[(&'static str, Kind)]) {
        for &(field, kind) in fields {
            for index in 0..count {
                let path = FieldPath::of_entry(section, index, field);
                let shown = self.number(path, |number| match kind {
                    Kind::Number => Value::Number(number),
                    Kind::Bits => Value::Bits(number),
                    Kind::Phase => Value::Type(number, Phase::from_number(number).map(Phase::name)),
                    _ if number == NONE => Value::None,
                    Kind::String => Value::Index(number, columns.text(number)),
                    Kind::Request => Value::Index(number, columns.text_of(columns.specifier, number)),
                    Kind::Import => Value::Index(number, columns.text_of(columns.import_local_name, number)),
                });
                if shown.is_none() {
                    return;
                }
            }
        }
    }

    fn strings(&mut self, counts: &Counts, columns: &Columns<'a>) {
        for index in 0..counts.strings {
            let Some(range) = columns.string_range(index) else { return };
            let (start, end) =
                (columns.strings_at.saturating_add(range.start), columns.strings_at.saturating_add(range.end));
            // An end that descends is an error, and the rest of the strings cannot be told apart.
            if start != self.at || end < start {
                return;
            }
            let path = FieldPath::of_entry(Section::Strings, index, "string").piece(Piece::Bytes);
            let Some(bytes) = self.file.get(start..end) else { return };
            let value = core::str::from_utf8(bytes).map_or(Value::NotText(bytes), Value::Text);
            self.span(path, end, value);
        }
    }

    fn number(&mut self, path: FieldPath, value: impl FnOnce(u32) -> Value<'a>) -> Option<()> {
        let bytes = self.file.get(self.at..)?.first_chunk::<4>()?;
        let end = self.at.saturating_add(4);
        self.span(path, end, value(u32::from_le_bytes(*bytes)));
        Some(())
    }

    fn digest(&mut self, field: &'static str) -> Option<()> {
        let bytes = self.file.get(self.at..)?.first_chunk::<32>()?;
        let end = self.at.saturating_add(32);
        self.span(FieldPath::new(Section::Header, field), end, Value::Digest(Digest(*bytes)));
        Some(())
    }

    /// Shows the bytes up to `end`, if the file has them.
    fn bytes(&mut self, path: FieldPath, end: usize) {
        if let Some(bytes) = self.file.get(self.at..end) {
            self.span(path, end, Value::Bytes(bytes));
        }
    }

    fn span(&mut self, path: FieldPath, end: usize, value: Value<'a>) {
        if end > self.at {
            (self.show)(Span { range: self.at..end, path, value });
            self.at = end;
        }
    }
}

impl<'a> Columns<'a> {
    /// Returns the text that an entry has in a column of strings, if there is an entry with this index.
    fn text_of(&self, column: Column<'a>, index: u32) -> Option<&'a str> {
        self.text(column.at(index)?)
    }

    /// Returns the text of a string, if it is a string and UTF-8.
    fn text(&self, index: u32) -> Option<&'a str> {
        let range = self.string_range(index)?;
        core::str::from_utf8(self.strings.get(range)?).ok()
    }
}

//! The strings of the metadata: section 4.4 of `spec/v4.md`.

use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::Version;
use crate::v4::columns::{Columns, Counts, wrong_count};
use crate::v4::lists::Field;

/// Verifies the strings in three passes: their ends, UTF-8, and their order.
pub(crate) fn verify(counts: &Counts, columns: &Columns<'_>) -> Result<(), Error> {
    ends(counts, columns)?;
    (0..counts.strings).try_for_each(|index| string_utf8(index, columns))?;
    order(columns)
}

/// Returns the field that errors of a string name.
pub(crate) const fn field<'a>(columns: &Columns<'a>) -> Field<'a> {
    Field { section: Section::Strings, name: "string_end", column: columns.string_end }
}

fn ends(counts: &Counts, columns: &Columns<'_>) -> Result<(), Error> {
    let wrong = |index, kind| Err(field(columns).wrong(index, "string-end", kind));
    let mut before = 0;
    let mut last = None;
    for (index, found) in columns.string_end.values().enumerate() {
        if found < before {
            return wrong(index, ErrorKind::DescendingEnd { found, before });
        }
        before = found;
        last = Some(index);
    }
    let kind = ErrorKind::OtherEnd { found: before, expected: counts.string_bytes };
    match last {
        _ if before == counts.string_bytes => Ok(()),
        Some(last) => wrong(last, kind),
        None => Err(wrong_count(
            "string_bytes",
            116,
            "string-end",
            ErrorKind::OtherEnd { found: counts.string_bytes, expected: 0 },
        )),
    }
}

fn string_utf8(index: u32, columns: &Columns<'_>) -> Result<(), Error> {
    let Err(error) = core::str::from_utf8(columns.string(index)) else { return Ok(()) };
    let start = columns.string_range(index).map_or(0, |range| range.start);
    let at = start.saturating_add(error.valid_up_to());
    let found = columns.strings.get(at).copied().unwrap_or(0);
    let path = FieldPath::of_entry(Section::Strings, index, "string");
    let offset = columns.strings_at.saturating_add(at);
    Err(Error::in_file(ErrorKind::BadUtf8 { found }, Version::V4, "string-utf8", path, offset))
}

fn order(columns: &Columns<'_>) -> Result<(), Error> {
    let mut start = 0;
    let mut before: Option<&[u8]> = None;
    for (index, end) in columns.string_end.values().enumerate() {
        let end = usize::try_from(end).unwrap_or(usize::MAX);
        let string = columns.strings.get(start..end).unwrap_or_default();
        if before.is_some_and(|before| string <= before) {
            return Err(field(columns).wrong(index, "strings-ascend", ErrorKind::NotAscending));
        }
        (start, before) = (end, Some(string));
    }
    Ok(())
}

//! Prints the differences between two files as JSON.

use std::io::{self, Write as _};

use bmes::Span;
use serde::ser::{Serialize, Serializer};

use super::align::{Change, range};
use super::meaning::{Entry, Fields, Value};
use super::names::{self, Comparison};
use super::{Side, entry_name};
use crate::failure::{Error, Failure};
use crate::inspect::json;
use crate::json::{FileName, Object};
use crate::output::Out;

/// Prints one object with the two files and the list of their differences.
pub(super) fn print(sides: [Side<'_, '_>; 2], changes: &[Change<'_, '_>]) -> io::Result<()> {
    write(sides, None, changes.iter().map(Named::new))
}

/// Prints one object for two files that are compared by their names: the changes of the record, then those of the bytes.
/// `comparison` is `None` if a record could not be read.
pub(super) fn print_by_name(
    sides: [Side<'_, '_>; 2],
    comparison: Option<&Comparison<'_>>,
    places: &[Change<'_, '_>],
) -> io::Result<()> {
    let not_compared = comparison.map_or(&["record"][..], |it| &it.not_compared);
    let record = comparison.iter().flat_map(|it| &it.changes).map(Named::of_record);
    write(sides, Some(not_compared), record.chain(places.iter().map(Named::new)))
}

fn write<'a>(
    sides: [Side<'_, '_>; 2],
    not_compared: Option<&[&str]>,
    changes: impl Iterator<Item = Named<'a>> + Clone,
) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Answer<'a, C> {
        same: bool,
        files: [File<'a>; 2],
        #[serde(skip_serializing_if = "Option::is_none")]
        not_compared: Option<&'a [&'a str]>,
        changes: C,
    }
    let failures = sides.map(|side| side.error().map(Failure::from));
    let [before, after] = &failures;
    let answer = Answer {
        same: changes.clone().next().is_none(),
        files: [File::of(sides[0], before.as_ref()), File::of(sides[1], after.as_ref())],
        not_compared,
        changes: Changes(changes),
    };
    let mut out = Out::plain();
    Object::answer(None, answer).write(&mut out)?;
    out.flush()
}

#[derive(serde::Serialize)]
struct File<'a> {
    #[serde(flatten)]
    name: FileName<'a>,
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

impl<'a> File<'a> {
    fn of(side: Side<'a, '_>, failure: Option<&Failure>) -> Self {
        let error = failure.map(Failure::error).cloned();
        Self { name: FileName::new(side.source), size: side.inspection.file_len(), error }
    }
}

/// The list of changes. They are serialized one by one, because there may be millions of them.
struct Changes<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Changes<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// A change, and the parts of the two files that it affects.
#[derive(serde::Serialize)]
struct Named<'a> {
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Part<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Part<'a>>,
}

impl<'a> Named<'a> {
    fn new(change: &Change<'a, 'a>) -> Self {
        let (name, offset, before, after) = match *change {
            Change::Gone(unit) => ("gone", None, Part::entry(unit.spans), None),
            Change::New(unit) => ("new", None, None, Part::entry(unit.spans)),
            Change::Moved { before, after } => ("moved", None, Part::entry(before.spans), Part::entry(after.spans)),
            Change::Differs { before, after } => ("differs", None, Part::field(before.spans), Part::field(after.spans)),
            Change::Unread { offset } => ("unread", Some(offset), None, None),
        };
        Self { change: name, offset, before, after }
    }

    fn of_record(change: &names::Change<'a>) -> Self {
        let (name, [before, after]) = match *change {
            names::Change::Gone(entry) => ("gone", [Some(Part::named_entry(entry)), None]),
            names::Change::New(entry) => ("new", [None, Some(Part::named_entry(entry))]),
            names::Change::Moved { before, after } => ("moved", [before, after].map(|it| Some(Part::named_entry(it)))),
            names::Change::Differs { entries, field, values: [before, after] } => {
                let [old, new] = entries.map_or([None; 2], |entries| entries.map(Some));
                ("differs", [(old, before), (new, after)].map(|(entry, value)| Some(Part::value(entry, field, value))))
            }
        };
        Self { change: name, offset: None, before, after }
    }
}

/// An entry or a field of one file.
#[derive(serde::Serialize)]
struct Part<'a> {
    field: String,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Content<'a> {
    /// The bytes. In `fields`, a string has two elements: its length and its bytes.
    Bytes { offset: usize, size: usize, fields: json::Fields<'a> },
    /// All fields of an entry that is compared by its names.
    Entry { value: &'a Fields<'a> },
    /// A field that is compared by names. `of` is the name of its entry.
    Value {
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<&'a Value<'a>>,
        value: &'a Value<'a>,
    },
}

impl<'a> Part<'a> {
    fn entry(spans: &'a [Span<'a>]) -> Option<Self> {
        Some(Self::new(entry_name(spans)?, spans))
    }

    fn field(spans: &'a [Span<'a>]) -> Option<Self> {
        let mut path = spans.last()?.path;
        path.piece = bmes::Piece::Whole;
        Some(Self::new(path.to_string(), spans))
    }

    fn new(field: String, spans: &'a [Span<'a>]) -> Self {
        let range = range(spans);
        let content = Content::Bytes { offset: range.start, size: range.len(), fields: json::Fields(spans) };
        Self { field, content }
    }

    fn named_entry(entry: &'a Entry<'a>) -> Self {
        Self { field: entry.name(), content: Content::Entry { value: &entry.fields } }
    }

    fn value(entry: Option<&'a Entry<'a>>, field: &str, value: &'a Value<'a>) -> Self {
        let path = entry.map_or_else(|| field.to_owned(), |entry| format!("{}.{field}", entry.name()));
        Self { field: path, content: Content::Value { of: entry.map(|it| &it.fields.0[0].1), value } }
    }
}

//! Prints the differences between two files as JSON.

use std::io::{self, Write as _};

use bmes::Span;
use serde::ser::{Serialize, Serializer};

use super::align::{Change, range};
use super::{Side, entry_name};
use crate::failure::{Error, Failure};
use crate::inspect::json::Fields;
use crate::json::{FileName, Object};
use crate::output::Out;

/// Prints one object with the two files and the list of their differences.
pub(super) fn print(sides: [Side<'_, '_>; 2], changes: &[Change<'_, '_>]) -> io::Result<()> {
    let failures = sides.map(|side| side.inspection.error().map(Failure::from));
    let [before, after] = &failures;
    let answer = Answer {
        same: changes.is_empty(),
        files: [File::of(sides[0], before.as_ref()), File::of(sides[1], after.as_ref())],
        changes: Changes(changes),
    };
    let mut out = Out::plain();
    Object::answer(None, answer).write(&mut out)?;
    out.flush()
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    same: bool,
    files: [File<'a>; 2],
    changes: Changes<'a>,
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

struct Changes<'a>(&'a [Change<'a, 'a>]);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Named::new))
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
}

/// An entry or a field of one file. In `fields`, a string has two elements: its length and its bytes.
#[derive(serde::Serialize)]
struct Part<'a> {
    field: String,
    offset: usize,
    size: usize,
    fields: Fields<'a>,
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
        Self { field, offset: range.start, size: range.len(), fields: Fields(spans) }
    }
}

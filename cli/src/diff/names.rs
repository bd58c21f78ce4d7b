//! Compares two records by their names, for files of which at least one has version 4.

use std::collections::HashMap;
use std::io::{self, Write as _};

use bmes::{Section, Version};

use super::align::{self, moved};
use super::meaning::{Decoded, Entry, Record, Value};
use super::{Side, different_texts, json};
use crate::failure::{Failure, Result, Status, after_printing};
use crate::output::Out;
use crate::style::{FAINT, GONE, MOVED, NAME, NEW, OK, STRONG};
use crate::text::{count, printable};

/// Compares two different files, of which at least one has version 4, and prints their differences.
pub(super) fn diff(sides: [Side<'_, '_>; 2], json: bool) -> Result<Status> {
    let decoded = sides.map(|side| Decoded::read(side.fields.file()));
    let records = decoded.each_ref().map(|decoded| decoded.as_ref().map_err(|error| *error).and_then(Record::new));
    let compared = match &records {
        [Ok(before), Ok(after)] => Ok(compare(before, after)),
        [Err(error), _] => Err((sides[0], *error)),
        [_, Err(error)] => Err((sides[1], *error)),
    };
    let places = Places::of(sides, compared.as_ref().ok());
    let printed = if json {
        json::print_by_name(sides, compared.as_ref().ok(), &places.changes)
    } else {
        print(sides, &compared, &places)
    };
    after_printing(printed, Status::Invalid)
}

/// The bytes that differ, with their title.
struct Places<'i, 'f> {
    title: &'static str,
    changes: Vec<align::Change<'i, 'f>>,
}

impl<'i, 'f> Places<'i, 'f> {
    /// Returns the differences of the text and of the bytecode if the differences of the record are known: the other
    /// bytes follow from the record. Otherwise, or if there is no such difference, returns those of all fields.
    fn of(sides: [Side<'i, 'f>; 2], comparison: Option<&Comparison<'_>>) -> Self {
        let [before, after] = sides.map(|side| side.fields);
        match (sides.map(|side| side.version), comparison) {
            ([Some(a), Some(b)], Some(_)) if a != b => {
                Self { title: "bytecode", changes: align::content(before, after, &["bytecode"]) }
            }
            // Fields of other versions have other meanings. The version shows why the records are not compared.
            ([Some(a), Some(b)], None) if a != b => {
                Self { title: "bytes", changes: align::content(before, after, &["version", "bytecode"]) }
            }
            (_, Some(comparison)) => {
                let changes = align::content(before, after, &["text", "bytecode"]);
                if changes.is_empty() && comparison.changes.is_empty() {
                    return Self::of(sides, None);
                }
                Self { title: "text and bytecode", changes }
            }
            (_, None) => Self { title: "bytes", changes: align::changes_by_path(before, after) },
        }
    }
}

fn print(
    sides: [Side<'_, '_>; 2],
    compared: &std::result::Result<Comparison<'_>, (Side<'_, '_>, bmes::Error)>,
    places: &Places<'_, '_>,
) -> io::Result<()> {
    let mut out = Out::paged();
    sides.iter().try_for_each(|side| super::heading(&mut out, *side))?;
    write!(out, "\n{STRONG}record{STRONG:#}: ")?;
    match compared {
        Err((side, error)) => {
            let name = side.source.name();
            write!(out, "not compared, because the record of {} ", printable(&name))?;
            // The heading has an error of the file's structure, but not one of the record.
            match side.inspection.error() {
                Some(_) => writeln!(out, "cannot be read")?,
                None => writeln!(out, "breaks a rule: {}", printable(&Failure::from(*error).error().in_a_line()))?,
            }
        }
        Ok(Comparison { changes, .. }) if changes.is_empty() => writeln!(out, "{OK}the same{OK:#}")?,
        Ok(Comparison { changes, version, not_compared }) => {
            writeln!(out, "{}", count(changes.len(), "difference"))?;
            changes.iter().try_for_each(|change| writeln!(out, "  {}", change.line()))?;
            if !not_compared.is_empty() {
                let fields = not_compared.join(", ");
                writeln!(
                    out,
                    "  {FAINT}not compared, because version {version} has no such fields: {fields}{FAINT:#}"
                )?;
            }
        }
    }
    super::bytes(&mut out, sides, places.title, &places.changes)?;
    out.flush()
}

/// A difference between two records.
pub(super) enum Change<'c> {
    /// An entry that is only in the first record.
    Gone(&'c Entry<'c>),
    /// An entry that is only in the second record.
    New(&'c Entry<'c>),
    /// A request that both records have, at different positions in the order of the source.
    Moved { before: &'c Entry<'c>, after: &'c Entry<'c> },
    /// A field that has different values. `entries` is `None` for a field that is in no list.
    Differs { entries: Option<[&'c Entry<'c>; 2]>, field: &'static str, values: [&'c Value<'c>; 2] },
}

/// The differences between two records.
pub(super) struct Comparison<'c> {
    pub(super) changes: Vec<Change<'c>>,
    /// The older version of the two.
    version: Version,
    /// The fields and lists that the older version does not have.
    pub(super) not_compared: Vec<&'static str>,
}

/// Compares two records. An entry is paired with the entry of the same name, so the order of a list does not count. The
/// order of the requests does count: it is that of the source.
pub(super) fn compare<'c>(before: &'c Record<'c>, after: &'c Record<'c>) -> Comparison<'c> {
    let mut changes = Vec::new();
    let mut not_compared = Vec::new();
    for (field, value) in &before.facts.0 {
        if let Some(other) = after.facts.get(field) {
            differs(&mut changes, None, field, [value, other]);
        }
    }
    for [facts, others] in [[&before.facts, &after.facts], [&after.facts, &before.facts]] {
        let alone = facts.0.iter().filter(|(field, _)| others.get(field).is_none());
        // The flags are one field.
        not_compared.extend(alone.filter_map(|(field, _)| field.split('.').next()));
    }
    not_compared.dedup();
    for section in [
        Section::Requests,
        Section::Imports,
        Section::Exports,
        Section::StarExports,
        Section::DeclaredVariables,
        Section::LexicalVariables,
    ] {
        match (before.list(section), after.list(section)) {
            (Some(before), Some(after)) => entries(&mut changes, before, after),
            (None, None) => {}
            _ => not_compared.push(section.name()),
        }
    }
    if before.version != after.version {
        not_compared.push("text");
    }
    Comparison { changes, version: before.version.min(after.version), not_compared }
}

fn entries<'c>(changes: &mut Vec<Change<'c>>, before: &'c [Entry<'c>], after: &'c [Entry<'c>]) {
    let mut index_of: HashMap<_, usize> =
        before.iter().enumerate().map(|(index, entry)| (entry.key(), index)).collect();
    let partners: Vec<_> = after.iter().map(|entry| index_of.remove(entry.key())).collect();
    let mut gone: Vec<_> = index_of.into_values().collect();
    gone.sort_unstable();
    changes.extend(gone.into_iter().map(|index| Change::Gone(&before[index])));
    let is_moved = moved(&partners);
    for ((new, partner), is_moved) in after.iter().zip(partners).zip(is_moved) {
        let Some(old) = partner.map(|index| &before[index]) else {
            changes.push(Change::New(new));
            continue;
        };
        if is_moved && new.section == Section::Requests {
            changes.push(Change::Moved { before: old, after: new });
        }
        for ((field, value), (_, other)) in old.fields.0.iter().zip(&new.fields.0) {
            differs(changes, Some([old, new]), field, [value, other]);
        }
    }
}

fn differs<'c>(
    changes: &mut Vec<Change<'c>>,
    entries: Option<[&'c Entry<'c>; 2]>,
    field: &'static str,
    values: [&'c Value<'c>; 2],
) {
    if values[0] != values[1] {
        changes.push(Change::Differs { entries, field, values });
    }
}

impl Change<'_> {
    /// Returns the line that describes the change.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Gone(entry) => format!("{GONE}-{GONE:#} {}", entry.summary()),
            Self::New(entry) => format!("{NEW}+{NEW:#} {}", entry.summary()),
            Self::Moved { before, after } => {
                let specifier = &after.fields.0[0].1;
                let names = format!("{} → {}", before.name(), after.name());
                format!("{MOVED}>{MOVED:#} {NAME}{names}{NAME:#}: moved, specifier = {specifier}")
            }
            Self::Differs { entries, field, values } => {
                let path =
                    entries.map_or_else(|| (*field).to_owned(), |[entry, _]| format!("{}.{field}", entry.name()));
                let of = entries.map(|[entry, _]| format!(" of {}", entry.fields.0[0].1)).unwrap_or_default();
                let [before, after] = match values.map(Value::as_text) {
                    [Some(before), Some(after)] => different_texts([before, after]),
                    _ => match values.map(ToString::to_string) {
                        // The values differ behind the part that is shown.
                        [before, after] if before == after => values.map(|value| format!("{value:#}")),
                        shown => shown,
                    },
                };
                format!("{NAME}{path}{NAME:#}{of}: {before} {FAINT}→{FAINT:#} {after}")
            }
        }
    }
}

impl Entry<'_> {
    /// Returns the name of the entry, such as `exports[0]`.
    pub(super) fn name(&self) -> String {
        format!("{}[{}]", self.section.name(), self.index)
    }

    /// Returns the description of the entry in one line.
    fn summary(&self) -> String {
        let fields = self.fields.0.iter().filter(|(_, value)| !value.is_usual());
        let fields = fields.map(|(field, value)| format!("{field} = {value}"));
        format!("{NAME}{}{NAME:#}: {}", self.name(), fields.collect::<Vec<_>>().join(", "))
    }
}

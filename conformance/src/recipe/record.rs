//! Grows a record by the steps of a recipe: one list or string after the other.

use std::ops::Range;

use bmes::{Attribute, ExportEntry, ImportEntry, ModuleRequest, Variable};

use super::{LARGEST, Part, Recipe, Step, outside, with_number};
use crate::case::NamedRecord;

impl Recipe {
    /// Applies every step of the recipe to `record`. An error begins with the JSON pointer of the step that cannot be
    /// applied.
    pub fn grow_record(&self, record: &mut NamedRecord) -> Result<(), String> {
        for Step { at, parts } in &self.record {
            let path: Vec<_> = at.split('/').skip(1).collect();
            follow(record, &path, parts).map_err(|fault| format!("{at}: {fault}"))?;
        }
        Ok(())
    }
}

/// An entry of a list. Its strings can contain `000000`, which the number of a copy replaces.
trait Numbered: Clone {
    /// Returns every string of the entry, in the order of the file.
    fn strings(&mut self) -> Vec<&mut String>;
}

impl Numbered for String {
    fn strings(&mut self) -> Vec<&mut String> {
        vec![self]
    }
}

impl Numbered for Attribute {
    fn strings(&mut self) -> Vec<&mut String> {
        vec![&mut self.key, &mut self.value]
    }
}

impl Numbered for ModuleRequest {
    fn strings(&mut self) -> Vec<&mut String> {
        let attributes = self.attributes.iter_mut().flat_map(Numbered::strings);
        std::iter::once(&mut self.specifier).chain(attributes).collect()
    }
}

impl Numbered for ImportEntry {
    fn strings(&mut self) -> Vec<&mut String> {
        vec![&mut self.module_request, &mut self.import_name, &mut self.local_name]
    }
}

impl Numbered for ExportEntry {
    fn strings(&mut self) -> Vec<&mut String> {
        vec![&mut self.export_name, &mut self.module_name, &mut self.import_name, &mut self.local_name]
    }
}

impl Numbered for Variable {
    fn strings(&mut self) -> Vec<&mut String> {
        vec![&mut self.name]
    }
}

fn follow(record: &mut NamedRecord, path: &[&str], parts: &[Part]) -> Result<(), String> {
    let NamedRecord { requests, imports, exports, star_exports, version_fields, .. } = record;
    match (path, version_fields.environment_mut()) {
        (["requests"], _) => list(requests, parts),
        (["requests", index, "attributes"], _) => list(&mut entry(requests, index)?.attributes, parts),
        (["requests", index, "attributes", attribute, field], _) => {
            let attribute = entry(&mut entry(requests, index)?.attributes, attribute)?;
            field_of(attribute, &["key", "value"], field, parts)
        }
        (["requests", index, "specifier"], _) => string(&mut entry(requests, index)?.specifier, parts),
        (["imports"], _) => list(imports, parts),
        (["imports", index, field], _) => {
            field_of(entry(imports, index)?, &["module_request", "import_name", "local_name"], field, parts)
        }
        (["exports"], _) => list(exports, parts),
        (["exports", index, field], _) => {
            let fields = ["export_name", "module_name", "import_name", "local_name"];
            field_of(entry(exports, index)?, &fields, field, parts)
        }
        (["star_exports"], _) => list(star_exports, parts),
        (["star_exports", index], _) => string(entry(star_exports, index)?, parts),
        (["declared_variables", rest @ ..], Some(environment)) => {
            variables(&mut environment.declared_variables, rest, parts)
        }
        (["lexical_variables", rest @ ..], Some(environment)) => {
            variables(&mut environment.lexical_variables, rest, parts)
        }
        _ => Err("the record has no list and no string at this path".into()),
    }
}

fn variables(variables: &mut Vec<Variable>, path: &[&str], parts: &[Part]) -> Result<(), String> {
    match path {
        [] => list(variables, parts),
        [index, field] => field_of(entry(variables, index)?, &["name"], field, parts),
        _ => Err("a variable has no string at this path, only `name`".into()),
    }
}

fn entry<'l, T>(list: &'l mut [T], index: &str) -> Result<&'l mut T, String> {
    let place = index.parse::<usize>().ok();
    place.and_then(|place| list.get_mut(place)).ok_or_else(|| format!("the list has no entry {index}"))
}

/// Grows the string whose name is `field`. `fields` are the names of the strings of the entry, in the order of
/// [`Numbered::strings`].
fn field_of(entry: &mut impl Numbered, fields: &[&str], field: &str, parts: &[Part]) -> Result<(), String> {
    let place = fields.iter().position(|name| *name == field);
    let text = place.and_then(|place| entry.strings().into_iter().nth(place));
    string(text.ok_or_else(|| format!("the entry has no string {field}"))?, parts)
}

fn list<T: Numbered>(seed: &mut Vec<T>, parts: &[Part]) -> Result<(), String> {
    let mut grown = Vec::with_capacity(length(parts)?.min(1 << 20));
    for part in parts {
        let (from, to, numbers) = range(part)?;
        let piece = seed.get(from..to).ok_or_else(|| outside(from, to, seed.len()))?;
        for number in numbers {
            for entry in piece {
                let mut copy = entry.clone();
                for text in copy.strings() {
                    if let Some(numbered) = with_number(text, number)? {
                        *text = numbered;
                    }
                }
                grown.push(copy);
            }
        }
    }
    *seed = grown;
    Ok(())
}

pub(super) fn string(seed: &mut String, parts: &[Part]) -> Result<(), String> {
    let mut ends: Vec<usize> = seed.char_indices().map(|(at, _)| at).collect();
    ends.push(seed.len());
    let mut grown = String::with_capacity(length(parts)?);
    for part in parts {
        let (from, to, numbers) = range(part)?;
        let piece = ends.get(from).zip(ends.get(to)).and_then(|(&from, &to)| seed.get(from..to));
        let piece = piece.ok_or_else(|| outside(from, to, ends.len() - 1))?;
        if with_number(piece, numbers.start)?.is_none() {
            grown.extend(std::iter::repeat_n(piece, numbers.len()));
            continue;
        }
        for number in numbers {
            grown.extend(with_number(piece, number)?);
        }
    }
    *seed = grown;
    Ok(())
}

/// Returns the number of entries or code points that the parts produce. Returns an error if it is greater than the
/// number of bytes of the largest file.
pub(super) fn length(parts: &[Part]) -> Result<usize, String> {
    let length = parts.iter().map(Part::length).fold(0, usize::saturating_add);
    if length <= LARGEST {
        Ok(length)
    } else {
        Err(format!("the parts produce {length} entries or characters, and at most {LARGEST} are supported"))
    }
}

fn range(part: &Part) -> Result<(usize, usize, Range<usize>), String> {
    match part {
        Part::Copy { add: Some(_), .. } => Err("a part with `add` is only possible in a list of version 4".into()),
        Part::Copy { copy: [from, to], times, first, .. } => Ok((*from, *to, *first..first.saturating_add(*times))),
        Part::Bytes { .. } | Part::Numbers { .. } => {
            Err("a part with `bytes` or `numbers` is only possible in a file, not in a record".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn grown(steps: &serde_json::Value) -> Result<NamedRecord, String> {
        let recipe: Recipe = serde_json::from_value(json!({ "record": steps })).unwrap();
        let mut record = NamedRecord::new(bmes::VersionFields::V3(bmes::Environment::new()));
        record.star_exports = vec!["a\u{E9}".into(), "n000000".into()];
        let attributes = vec![Attribute { key: "k000000".into(), value: "v".into() }];
        record.requests = vec![ModuleRequest { specifier: "r000000".into(), attributes }];
        recipe.grow_record(&mut record).map(|()| record)
    }

    #[test]
    fn a_list_grows_by_entries_and_a_string_by_code_points() {
        let record = grown(&json!([
            { "at": "/star_exports/0", "parts": [{ "copy": [1, 2], "times": 3 }, { "copy": [0, 1] }] },
            { "at": "/star_exports", "parts": [{ "copy": [0, 1] }, { "copy": [1, 2], "times": 2, "first": 5 }] },
        ]));
        assert_eq!(record.unwrap().star_exports, ["\u{E9}\u{E9}\u{E9}a", "n000005", "n000006"]);
    }

    #[test]
    fn every_string_of_an_entry_has_the_number_of_the_copy() {
        let record = grown(&json!([{ "at": "/requests", "parts": [{ "copy": [0, 1], "times": 2 }] }])).unwrap();
        assert_eq!(record.requests[1].specifier, "r000001");
        assert_eq!(record.requests[1].attributes[0].key, "k000001");
    }

    #[test]
    fn a_step_that_cannot_be_followed_is_an_error() {
        for (at, parts) in [
            ("/x", json!([])),
            ("/code_features", json!([])),
            ("/star_exports/2", json!([])),
            ("/star_exports/0", json!([{ "bytes": "00" }])),
            ("/star_exports", json!([{ "copy": [1, 3] }])),
            ("/star_exports/0", json!([{ "copy": [0, 1], "times": usize::MAX }])),
            ("/star_exports", json!([{ "copy": [0, 1], "times": usize::MAX }])),
            ("/star_exports/1", json!([{ "copy": [0, 7], "first": 1_000_000 }])),
            ("/requests/0/attributes/0/name", json!([])),
        ] {
            assert!(grown(&json!([{ "at": at, "parts": parts }])).unwrap_err().starts_with(at), "{at}");
        }
    }
}

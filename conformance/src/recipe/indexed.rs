//! Grows a record of version 4 by the steps of a recipe, in its JSON form.

use bmes::v4::ModuleRecord;
use serde_json::Value;

use super::record::{length, string};
use super::{Add, Part, Recipe, Step, outside, with_number};
use crate::protocol::shape;

impl Recipe {
    /// Applies every step of the recipe to `record`. An error begins with the JSON pointer of the step that cannot be
    /// applied.
    pub fn grow_indexed(&self, record: &mut ModuleRecord) -> Result<(), String> {
        let mut json = serde_json::to_value(&*record).map_err(|error| error.to_string())?;
        for Step { at, parts } in &self.record {
            let place = json.pointer_mut(at).ok_or_else(|| format!("{at}: the record has nothing at this path"))?;
            grow(place, parts).map_err(|fault| format!("{at}: {fault}"))?;
        }
        *record = shape::derived(json, "").map_err(|violation| violation.to_string())?;
        Ok(())
    }
}

fn grow(place: &mut Value, parts: &[Part]) -> Result<(), String> {
    match place {
        Value::String(text) => string(text, parts),
        Value::Array(seed) => {
            *seed = list(seed, parts)?;
            Ok(())
        }
        _ => Err("the record has no list and no string at this path".into()),
    }
}

fn list(seed: &[Value], parts: &[Part]) -> Result<Vec<Value>, String> {
    let mut grown = Vec::with_capacity(length(parts)?.min(1 << 20));
    for part in parts {
        let Part::Copy { copy: [from, to], times, first, add } = part else {
            return Err("a part with `bytes` or `numbers` is only possible in a file, not in a record".into());
        };
        let piece = seed.get(*from..*to).ok_or_else(|| outside(*from, *to, seed.len()))?;
        for number in *first..first.saturating_add(*times) {
            for entry in piece {
                let mut copy = entry.clone();
                if let Value::String(text) = &mut copy
                    && let Some(numbered) = with_number(text, number)?
                {
                    *text = numbered;
                }
                if let Some(add) = add {
                    add.to(&mut copy, number - first)?;
                }
                grown.push(copy);
            }
        }
    }
    Ok(grown)
}

impl Add {
    /// Adds the number, or the number of each field, `times` times.
    fn to(&self, entry: &mut Value, times: usize) -> Result<(), String> {
        let added = |value: &Value, step: i64| {
            let times = i64::try_from(times).ok()?;
            value.as_i64()?.checked_add(step.checked_mul(times)?)
        };
        match (self, &mut *entry) {
            (Self::Number(step), number) => {
                *number = added(number, *step).ok_or("a list of numbers is needed for `add`")?.into();
            }
            (Self::Fields(fields), entry) => {
                for (key, step) in fields {
                    let field = entry.get_mut(key).ok_or_else(|| format!("an entry has no key {key}"))?;
                    *field = added(field, *step).ok_or_else(|| format!("{key} is no number"))?.into();
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bmes::Digest;
    use bmes::v4::Source;
    use serde_json::json;

    use super::*;

    fn grown(steps: &Value) -> Result<Value, String> {
        let recipe: Recipe = serde_json::from_value(json!({ "record": steps })).unwrap();
        let mut record: ModuleRecord = ModuleRecord::new(Digest([0; 32]), Source { size: 0, sha256: Digest([0; 32]) });
        record.strings = vec!["x".into(), "n000000".into()];
        record.exports = serde_json::from_value(json!([{ "export_name": 1, "request": null, "name": 0 }])).unwrap();
        record.star_exports = serde_json::from_value(json!([3])).unwrap();
        recipe.grow_indexed(&mut record)?;
        Ok(serde_json::to_value(record).unwrap())
    }

    #[test]
    fn strings_are_numbered_and_indices_grow() {
        let record = grown(&json!([
            { "at": "/strings", "parts": [{ "copy": [0, 1] }, { "copy": [1, 2], "times": 2 }] },
            { "at": "/strings/0", "parts": [{ "copy": [0, 1], "times": 3 }] },
            { "at": "/exports", "parts": [{ "copy": [0, 1], "times": 2, "add": { "export_name": 1 } }] },
            { "at": "/star_exports", "parts": [{ "copy": [0, 1], "times": 3, "add": -1 }] },
        ]));
        let record = record.unwrap();
        assert_eq!(record["strings"], json!(["xxx", "n000000", "n000001"]));
        assert_eq!(record["exports"][1], json!({ "export_name": 2, "request": null, "name": 0 }));
        assert_eq!(record["star_exports"], json!([3, 2, 1]));
    }

    #[test]
    fn a_step_that_cannot_be_followed_is_an_error() {
        for (at, part) in [
            ("/x", json!({ "copy": [0, 1] })),
            ("/alignment", json!({ "copy": [0, 1] })),
            ("/strings", json!({ "bytes": "00" })),
            ("/strings", json!({ "copy": [1, 3] })),
            ("/exports", json!({ "copy": [0, 1], "times": 2, "add": { "request": 1 } })),
            ("/exports", json!({ "copy": [0, 1], "times": 2, "add": { "more": 1 } })),
            ("/exports", json!({ "copy": [0, 1], "times": 2, "add": 1 })),
        ] {
            assert!(grown(&json!([{ "at": at, "parts": [part] }])).unwrap_err().starts_with(at), "{at}");
        }
    }
}

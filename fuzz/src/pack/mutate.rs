//! Changes of packs and of stamps. Most of them keep the ZIP structures, the checksums and the places of members right, so
//! that the opener gets to the changed value.

use bmes::Digest;
use bmes::v4::{self, Source};
use conformance::generate::choices::Choices;
use serde_json::Value;

use super::parts::{self, Parts};
use super::{generate, json};
use crate::files;
use crate::v4::Contents;

/// Returns `file` after one change. If `file` is neither a ZIP file nor stamps, returns a new pack or new stamps.
pub fn mutate(file: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    if let Some(json) = stamps(file) {
        return changed_stamps(json, choices);
    }
    let Some(parts) = Parts::of(file).filter(|parts| !parts.members.is_empty()) else {
        return if choices.one_in(4) { generate::stamps(choices) } else { generate::pack(choices) };
    };
    match choices.below(8) {
        0 => set_field(file, choices),
        1 => changed_members(parts, choices),
        2 => changed_member(parts, choices),
        3 => doubled_module(parts, choices),
        _ => changed_index(parts, choices),
    }
    .unwrap_or_else(|| file.to_vec())
}

/// Returns the file after a repair: the checksum of stamps, or of the index.
pub fn repair(file: &[u8]) -> Vec<u8> {
    stamps(file).map_or_else(|| parts::repaired(file), with_checksum)
}

/// Returns the JSON of stamps, whose checksum can be wrong.
fn stamps(file: &[u8]) -> Option<&[u8]> {
    file.starts_with(b"{").then(|| file.split(|byte| *byte == b'\n').next()).flatten()
}

fn with_checksum(json: &[u8]) -> Vec<u8> {
    let mut file = json.to_vec();
    file.extend_from_slice(format!("\n{:08x}\n", crc32fast::hash(json)).as_bytes());
    file
}

fn changed_stamps(json: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let Ok(mut stamps) = serde_json::from_slice(json) else { return generate::stamps(choices) };
    json::change(&mut stamps, choices);
    with_checksum(stamps.to_string().as_bytes())
}

/// Sets a field of a header, and nothing that has to fit it.
fn set_field(file: &[u8], choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let mut changed = file.to_vec();
    let field = changed.get_mut(choices.pick(&parts::fields(file)).clone())?;
    match choices.below(4) {
        0 => field.fill(0),
        1 => field.fill(0xff),
        2 => field[0] = field[0].wrapping_add(1),
        _ => field[0] ^= 1 << choices.below(8),
    }
    Some(changed)
}

/// Removes, repeats or renames a member, or exchanges two of them. The index stays.
fn changed_members(mut parts: Parts, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let at = choices.below(parts.members.len());
    match choices.below(4) {
        0 => drop(parts.members.remove(at)),
        1 => parts.members.insert(at, parts.members[at].clone()),
        2 => parts.members.swap(at, at.checked_sub(1)?),
        _ => {
            let name = &mut parts.members[at].name;
            let byte = name.len().checked_sub(1 + choices.below(8))?;
            name[byte] ^= 1 << choices.below(8);
        }
    }
    Some(parts.file())
}

/// Changes the file of a module and, in most cases, the requests of the module in the index.
fn changed_member(mut parts: Parts, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let (mut index, mut members) = Index::of(&parts)?;
    let at = choices.below(members.len().max(1));
    let (number, member) = members.get_mut(at)?;
    let other = Contents::generate(choices).file();
    *member =
        if choices.one_in(2) { files::mutate_keeping(member, choices) } else { files::mutate(member, &other, choices) };
    if let Some(view) = v4::ModuleView::parse(member).ok().filter(|_| !choices.one_in(8)) {
        index.0["modules"][*number]["requests"] = requests(&view);
    }
    index.write(&mut parts, members)
}

/// Returns the requests of a record as an index has them. They resolve to nothing.
fn requests(view: &v4::ModuleView<'_>) -> Value {
    let request = |request: v4::Request<'_>| {
        let attributes = request.attributes().map(|pair| [view.string(pair.key), view.string(pair.value)]);
        let attributes: Vec<_> = attributes.collect();
        serde_json::json!({
            "specifier": request.specifier(), "phase": request.phase(), "attributes": attributes, "module": null,
        })
    };
    view.requests().map(request).collect()
}

/// Adds a copy of a module with another URL, and with a copy of its member.
fn doubled_module(mut parts: Parts, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let (mut index, mut members) = Index::of(&parts)?;
    let modules = index.0["modules"].as_array_mut()?;
    let at = choices.below(modules.len().max(1));
    let mut module = modules.get(at)?.clone();
    module["url"] = format!("{}{}", module["url"].as_str()?, modules.len()).into();
    if let Some((_, data)) = members.iter().find(|(module, _)| *module == at).cloned() {
        members.push((modules.len(), data));
    }
    modules.push(module);
    index.write(&mut parts, members)
}

/// Changes the index once or twice. In half of the cases, the members get the names and the headers that the changed index
/// asks for.
fn changed_index(mut parts: Parts, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let (mut index, members) = Index::of(&parts)?;
    for _ in 0..=choices.below(2) {
        json::change(&mut index.0, choices);
    }
    if choices.one_in(2) {
        return index.write(&mut parts, members);
    }
    parts.members.last_mut()?.data = index.0.to_string().into_bytes();
    Some(parts.file())
}

/// The index of a pack as JSON.
struct Index(Value);

/// The number of a module, and the data of its member.
type Member = (usize, Vec<u8>);

impl Index {
    /// Returns the index of a pack, and the number of each module that has a member, with the member's data.
    fn of(parts: &Parts) -> Option<(Self, Vec<Member>)> {
        let last = parts.members.last()?;
        let index: Value = serde_json::from_slice(&last.data).ok()?;
        let starts = parts.starts();
        let member = |(number, module): (usize, &Value)| {
            let offset = usize::try_from(module["member"]["offset"].as_u64()?).ok()?;
            let at = starts.iter().position(|start| *start == offset)?;
            Some((number, parts.members.get(at)?.data.clone()))
        };
        let members = index["modules"].as_array()?.iter().enumerate().filter_map(member).collect();
        Some((Self(index), members))
    }

    /// Writes the pack: each member has the name that its key gives, the producer and the source of the index; the index has
    /// the members' places.
    fn write(mut self, parts: &mut Parts, members: Vec<Member>) -> Option<Vec<u8>> {
        let last = parts.members.pop()?;
        parts.members.clear();
        let producer: Digest = self.0["producer"].as_str()?.parse().ok()?;
        let mut numbers = Vec::new();
        for (number, mut data) in members {
            let module = &self.0["modules"][number];
            let source = &module["source"];
            let (Some(url), Some(size)) = (module["url"].as_str(), source["size"].as_u64()) else { continue };
            let Some(sha256) = source["sha256"].as_str().and_then(|digest| digest.parse().ok()) else { continue };
            if let Ok(mut contents) = Contents::of(&data) {
                (contents.record.producer, contents.record.source) = (producer, Source { size, sha256 });
                data = v4::encode(&contents.record, &contents.text, &contents.bytecode).unwrap_or(data);
            }
            let key = v4::key(url, &producer, &sha256).ok()?;
            parts.members.push(parts::Member::new(format!("modules/{key}.bmes"), data));
            numbers.push(number);
        }
        parts.members.push(last);
        for ((number, start), member) in numbers.into_iter().zip(parts.starts()).zip(&parts.members) {
            self.0["modules"][number]["member"] = serde_json::json!({ "offset": start, "size": member.data.len() });
        }
        parts.members.last_mut()?.data = self.0.to_string().into_bytes();
        Some(parts.file())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bmes_pack::{Pack, Stamps};
    use conformance::generate::choices::bytes_of_seed;

    use super::*;

    /// Returns the results of `file` after one to five changes.
    fn chain(mut file: Vec<u8>, seed: u64) -> Vec<Vec<u8>> {
        let mut change = |step| {
            file = mutate(&file, &mut Choices::new(&bytes_of_seed(5 * seed + step)));
            file.clone()
        };
        (0..5).map(&mut change).collect()
    }

    #[test]
    fn many_changed_packs_are_well_formed_and_the_others_are_rejected_for_different_reasons() {
        let mut verdicts = HashMap::new();
        for seed in 0..1000 {
            for file in chain(generate::pack(&mut Choices::new(&bytes_of_seed(seed))), seed) {
                let verdict = Pack::open(&file).map_or_else(|error| error.class().name(), |_| "ok");
                *verdicts.entry(verdict).or_default() += 1;
            }
        }
        // Only libFuzzer's own mutator leaves the checksum of the index wrong.
        let least = [("ok", 800), ("bad-pack-index", 500), ("bad-zip", 100), ("bad-member", 100)];
        for (verdict, least) in least.into_iter().chain([("unsupported-version", 1)]) {
            assert!(verdicts.get(verdict).is_some_and(|count: &u32| *count >= least), "{verdict}: {verdicts:?}");
        }
    }

    #[test]
    fn some_members_with_a_changed_record_are_verified() {
        let mut verified = 0;
        for seed in 0..300 {
            let file = generate::pack(&mut Choices::new(&bytes_of_seed(seed)));
            let Some(changed) = changed_member(Parts::of(&file).unwrap(), &mut Choices::new(&bytes_of_seed(seed)))
            else {
                continue;
            };
            let Ok(pack) = Pack::open(&changed) else { continue };
            let modules = 0..pack.index().modules.len();
            verified += usize::from(changed != file && modules.clone().any(|module| pack.verify(module).is_ok()));
        }
        assert!(verified >= 50, "{verified} of 300 packs");
    }

    #[test]
    fn some_changed_stamps_are_stamps() {
        let changed = (0..200).flat_map(|seed| chain(generate::stamps(&mut Choices::new(&bytes_of_seed(seed))), seed));
        let read = changed.filter(|file| Stamps::read(file).is_some()).count();
        assert!((100..1000).contains(&read), "{read} of 1000");
    }
}

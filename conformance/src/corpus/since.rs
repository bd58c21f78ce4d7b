//! Finds the cases that are newer than a version of the corpus. `ids.txt` states for every id the version that added
//! it.

use std::collections::{BTreeMap, BTreeSet};

use super::Corpus;

/// The name of the list. It has a line for each id that was ever used, with the version in which the id first
/// appeared.
pub const IDS: &str = "ids.txt";

/// The numbers of a version: `0.10.2` is `[0, 10, 2]`.
type Numbers = Vec<u64>;

impl Corpus {
    /// Returns the ids of the cases that came after `version` of the corpus. The error is one line.
    pub fn since(&self, version: &str) -> Result<BTreeSet<&str>, String> {
        let list = self.ids.as_deref().ok_or_else(|| format!("this corpus has no {IDS}, the list of its versions"))?;
        let mut known: BTreeMap<Numbers, &str> = BTreeMap::new();
        let mut cases = Vec::new();
        for (number, line) in list.lines().enumerate() {
            let entry = line.split_once(' ').and_then(|(id, version)| Some((id, version, numbers(version)?)));
            let (id, version, numbers) =
                entry.ok_or_else(|| format!("{IDS}:{}: expected an id, a space and a version", number + 1))?;
            known.insert(numbers.clone(), version);
            cases.push((id, numbers));
        }
        let wanted = numbers(version).filter(|wanted| known.contains_key(wanted)).ok_or_else(|| {
            let known: Vec<_> = known.into_values().collect();
            format!("this corpus has no version `{version}`; {IDS} has {}", known.join(", "))
        })?;
        Ok(cases.into_iter().filter(|(_, version)| *version > wanted).map(|(id, _)| id).collect())
    }
}

/// Returns the numbers of a version such as `0.10.2`.
fn numbers(version: &str) -> Option<Numbers> {
    version.split('.').map(|number| number.parse().ok()).collect()
}

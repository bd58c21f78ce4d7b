//! Whether every rule is kept, out of sorted names.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::fields_that_do_not_apply;
use crate::record::{Attribute, ExportEntry, ExportType, ImportEntry, Variable};

/// True if every rule is kept. Of a record of which this says false, the exact check has to find out more: where two requests
/// share a specifier, this does not look into it.
pub(super) fn all_kept<'a>(
    requests: impl Iterator<Item = (&'a str, impl Iterator<Item = Attribute<&'a str>>)>,
    imports: impl Iterator<Item = ImportEntry<&'a str>>,
    exports: impl Iterator<Item = ExportEntry<&'a str>>,
    star_exports: impl Iterator<Item = &'a str>,
    declared_variables: impl Iterator<Item = Variable<&'a str>>,
    lexical_variables: impl Iterator<Item = Variable<&'a str>>,
) -> bool {
    // The one buffer: no more names than this are in it at a time, the specifiers always.
    let lists = [imports.size_hint(), exports.size_hint(), star_exports.size_hint()];
    let lists = lists.into_iter().chain([declared_variables.size_hint(), lexical_variables.size_hint()]);
    let most = lists.map(|(least, _)| least).max().unwrap_or(0).saturating_add(requests.size_hint().0);
    let mut names = Names { sorted: Vec::with_capacity(most), specifiers: 0, last: Name::new("") };

    requested(&mut names, requests)
        && all_distinct(&mut names, imports, |names, import| {
            (names.is_requested(import.module_request) && !import.local_name.is_empty()).then_some(import.local_name)
        })
        && all_distinct(&mut names, exports, |names, export| {
            let is_bound = match export.export_type {
                ExportType::Local => !export.local_name.is_empty(),
                ExportType::Indirect | ExportType::Namespace => names.is_requested(export.module_name),
            };
            let placed = fields_that_do_not_apply(export).iter().all(|(_, value)| value.is_empty());
            (is_bound && placed).then_some(export.export_name)
        })
        && all_distinct(&mut names, star_exports, |names, specifier| names.is_requested(specifier).then_some(specifier))
        && all_distinct(&mut names, declared_variables, |_, variable| Some(variable.name))
        && all_distinct(&mut names, lexical_variables, |_, variable| Some(variable.name))
}

/// Whether no specifier is there twice, and no key twice within a request. The specifiers stay.
fn requested<'a>(
    names: &mut Names<'a>,
    requests: impl Iterator<Item = (&'a str, impl Iterator<Item = Attribute<&'a str>>)>,
) -> bool {
    for (specifier, attributes) in requests {
        let before = names.sorted.len();
        names.sorted.extend(attributes.map(|attribute| Name::new(attribute.key)));
        if !names.are_distinct_from(before) {
            return false;
        }
        names.sorted.truncate(before);
        names.sorted.push(Name::new(specifier));
    }
    names.specifiers = names.sorted.len();
    names.are_distinct_from(0)
}

/// Whether every entry has a name, and none the same as another.
fn all_distinct<'a, T>(
    names: &mut Names<'a>,
    entries: impl Iterator<Item = T>,
    name: impl Fn(&mut Names<'a>, &T) -> Option<&'a str>,
) -> bool {
    for entry in entries {
        let Some(name) = name(names, &entry) else { return false };
        names.sorted.push(Name::new(name));
    }
    let distinct = names.are_distinct_from(names.specifiers);
    names.sorted.truncate(names.specifiers);
    distinct
}

/// The specifiers, and behind them the names of one list.
struct Names<'a> {
    sorted: Vec<Name<'a>>,
    specifiers: usize,
    /// The specifier that was asked for last: entries that name the same module stand together.
    last: Name<'a>,
}

impl<'a> Names<'a> {
    fn are_distinct_from(&mut self, start: usize) -> bool {
        let names = self.sorted.get_mut(start..).unwrap_or_default();
        names.sort_unstable();
        names.windows(2).all(|pair| matches!(pair, [a, b] if a != b))
    }

    fn is_requested(&mut self, specifier: &'a str) -> bool {
        let name = Name::new(specifier);
        // Whoever asks for one that is not there asks for no more.
        if self.last == name && !specifier.is_empty() {
            return true;
        }
        self.last = name;
        self.sorted.get(..self.specifiers).is_some_and(|specifiers| specifiers.binary_search(&name).is_ok())
    }
}

/// A string that is compared by a number first, and by its bytes only where the numbers are equal. In which order that puts names does not matter.
#[derive(Clone, Copy)]
struct Name<'a> {
    number: u64,
    text: &'a str,
}

impl<'a> Name<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        // The last bytes: names are rather numbered than prefixed.
        let number = match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(last), ..) => u64::from_le_bytes(*last),
            (None, Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        };
        Self { number, text }
    }
}

impl Ord for Name<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(test)]
        tests::count_comparison();
        self.number.cmp(&other.number).then_with(|| self.text.cmp(other.text))
    }
}

impl PartialOrd for Name<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.text == other.text
    }
}

impl Eq for Name<'_> {}

#[cfg(test)]
mod tests {
    extern crate std;

    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::cell::Cell;

    use super::all_kept;
    use crate::record::{Attribute, ExportEntry, ExportType};

    std::thread_local! {
        static COMPARISONS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn count_comparison() {
        COMPARISONS.set(COMPARISONS.get() + 1);
    }

    fn comparisons(names: &[String]) -> u64 {
        let exports = names.iter().map(|name| ExportEntry {
            export_type: ExportType::Local,
            export_name: name.as_str(),
            module_name: "",
            import_name: "",
            local_name: "x",
        });
        let (requests, nothing) = ([("m", [].into_iter())], [].into_iter());
        let requests: [(&str, core::array::IntoIter<Attribute<&str>, 0>); 1] = requests;
        COMPARISONS.set(0);
        let kept = all_kept(requests.into_iter(), [].into_iter(), exports, ["m"].into_iter(), nothing, [].into_iter());
        assert!(kept);
        COMPARISONS.get()
    }

    #[test]
    fn comparisons_grow_as_n_log_n_whatever_the_names() {
        for count in [1_000_u32, 10_000, 100_000] {
            let most = 2 * u64::from(count) * u64::from(count.ilog2() + 1);
            let ends = |name: u32| if name.is_multiple_of(2) { name } else { count - name };
            let orders: [(&str, Vec<String>); 5] = [
                ("ascending", (0..count).map(|name| format!("{name:08}")).collect()),
                ("descending", (0..count).rev().map(|name| format!("{name:08}")).collect()),
                ("from both ends", (0..count).map(|name| format!("{:08}{}", ends(name), name % 2)).collect()),
                ("shuffled", (0..count).map(|name| format!("{:08}", u64::from(name) * 7_919 % 1_000_003)).collect()),
                ("with equal ends", (0..count).map(|name| format!("{name}-the same end")).collect()),
            ];
            for (order, names) in orders {
                let comparisons = comparisons(&names);
                assert!(comparisons <= most, "{count} names {order}: {comparisons}");
            }
        }
    }
}

//! What a writer of version 4 gets: a record, a text and bytecode. Choices determine and change it.
//!
//! A generated record is a record of versions 1 to 3 that was converted, with a few changes that only version 4 allows.

use std::collections::BTreeSet;
use std::mem::take;

use bmes::v4::{
    Attribute, Environment, ExportEntry, Flags, ImportEntry, ImportIndex, ModuleRecord, Phase, RequestIndex, Source,
    StringIndex, Supplied, Variable,
};
use bmes::{Digest, ImportType, v4};
use conformance::case::NamedRecord;
use conformance::generate::choices::Choices;
use conformance::generate::record::{keep_rules, record as named_record};
use conformance::strings::for_each_string;

/// The maximum number of bytes of a text and of bytecode.
const CONTENT: usize = 24;

/// The maximum number of changes of one record.
const CHANGES: usize = 6;

/// Alignments that make small files, and alignments that a writer rejects.
const ALIGNMENTS: [u32; 7] = [8, 16, 32, 64, 0, 4, 24];

/// A record, a text and bytecode.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The record.
    pub record: ModuleRecord,
    /// The text.
    pub text: Vec<u8>,
    /// The bytecode.
    pub bytecode: Vec<u8>,
}

impl Contents {
    /// Returns the contents of a file that a reader accepts.
    pub fn of(file: &[u8]) -> Result<Self, bmes::Error> {
        let module = v4::decode(file)?;
        Ok(Self { record: module.record, text: file[module.text].to_vec(), bytecode: file[module.bytecode].to_vec() })
    }

    /// Returns contents from which a writer makes a file.
    pub fn generate(choices: &mut Choices<'_>) -> Self {
        let mut named = named_record(choices);
        keep_rules(&mut named);
        let record = ModuleRecord::from_named(&named, supplied(&named, choices)).expect("the record keeps the rules");
        let text = choices.bytes(CONTENT).to_vec();
        let bytecode = choices.bytes(CONTENT).to_vec();
        let mut contents = Self { record: owned(&record), text, bytecode };
        for _ in 0..choices.below(CHANGES) {
            contents.change(choices);
        }
        contents.keep_rules();
        contents
    }

    /// Returns the file. Panics if a writer rejects the contents.
    pub fn file(&self) -> Vec<u8> {
        v4::encode(&self.record, &self.text, &self.bytecode).expect("contents that keep the rules")
    }

    /// Makes one change, after which the contents can break rules.
    pub fn change(&mut self, choices: &mut Choices<'_>) {
        let Self { record, text, bytecode } = self;
        let string = StringIndex(index(choices, record.strings.len()));
        let request = RequestIndex(index(choices, record.requests.len()));
        let one_in_two = choices.one_in(2);
        match choices.below(14) {
            0 => record.strings.push(String::from_utf8_lossy(choices.bytes(8)).into_owned()),
            1 => {
                if let Some(text) = one_of(choices, &mut record.strings) {
                    *text = choices.pick(&["", "a", "b", "\u{FFFF}", "\u{10000}", "a\0"]).to_string();
                }
            }
            2 => {
                if let Some(request) = one_of(choices, &mut record.requests) {
                    request.phase = *choices.pick(&[Phase::Defer, Phase::Source, Phase::Evaluation]);
                }
            }
            3 => {
                if let Some(request) = one_of(choices, &mut record.requests) {
                    request.attributes.push(Attribute { key: string, value: string });
                }
            }
            // A second request of a specifier.
            4 => {
                if let Some(mut request) = one_of(choices, &mut record.requests).cloned() {
                    request.phase = *choices.pick(&[Phase::Defer, Phase::Source, Phase::Evaluation]);
                    record.requests.push(request);
                }
            }
            5 => {
                let import_name = one_in_two.then_some(string);
                let local_name = StringIndex(index(choices, record.strings.len()));
                record.imports.push(ImportEntry { local_name, request, import_name });
            }
            6 => {
                let import = ImportIndex(index(choices, record.imports.len()));
                record.tolerant_imports.push(import);
                record.flags.typescript = !one_in_two;
            }
            7 => {
                let name = (!choices.one_in(4)).then_some(string);
                let export_name = StringIndex(index(choices, record.strings.len()));
                record.exports.push(ExportEntry { export_name, request: one_in_two.then_some(request), name });
            }
            // A Local export of an import.
            8 => {
                if let Some(import) = one_of(choices, &mut record.imports) {
                    record.exports.push(ExportEntry {
                        export_name: string,
                        request: None,
                        name: Some(import.local_name),
                    });
                }
            }
            9 => record.star_exports.push(request),
            10 => {
                let environment = record.environment.get_or_insert_with(Environment::default);
                let Environment { declared_variables, lexical_variables, .. } = environment;
                let list = if one_in_two { declared_variables } else { lexical_variables };
                list.push(Variable { name: string, bits: choices.number() });
            }
            11 => record.environment = None,
            12 => {
                record.alignment = *choices.pick(&ALIGNMENTS);
                record.flags.top_level_await = one_in_two;
            }
            _ => *(if one_in_two { text } else { bytecode }) = choices.bytes(CONTENT).to_vec(),
        }
    }

    /// Removes or corrects everything that breaks a rule. Equal strings become one string.
    pub fn keep_rules(&mut self) {
        let record = &mut self.record;
        let is_alignment = record.alignment.is_power_of_two() && (8..=65536).contains(&record.alignment);
        if !is_alignment || self.bytecode.is_empty() {
            record.alignment = 8;
        }
        record.source.size = record.source.size.min(u32::MAX.into());
        record.strings.push("_".to_owned());
        sort_strings(record);
        keep_requests(record);
        let underscore = StringIndex(count(record.strings.iter().take_while(|text| *text != "_").count()));
        let is_empty = |name: StringIndex| record.strings[place(name.0)].is_empty();
        let is_evaluation = |request: RequestIndex| record.requests[place(request.0)].phase == Phase::Evaluation;

        let mut tolerant: BTreeSet<_> = take(&mut record.tolerant_imports).into_iter().collect();
        tolerant.retain(|_| record.flags.typescript);
        let mut local_names = BTreeSet::new();
        let mut imports = Vec::new();
        for (old, mut import) in (0..).map(ImportIndex).zip(take(&mut record.imports)) {
            import.import_name = import.import_name.filter(|_| is_evaluation(import.request));
            if is_empty(import.local_name) {
                import.local_name = underscore;
            }
            if local_names.insert(import.local_name) {
                if tolerant.contains(&old) && import.import_name.is_some() {
                    record.tolerant_imports.push(ImportIndex(count(imports.len())));
                }
                imports.push(import);
            }
        }
        record.imports = imports;

        let strict = (0..)
            .map(ImportIndex)
            .zip(&record.imports)
            .filter(|(index, import)| is_evaluation(import.request) && !record.tolerant_imports.contains(index));
        let strict: Vec<_> = strict.map(|(_, import)| import).collect();
        let mut export_names = BTreeSet::new();
        record.exports.retain_mut(|export| {
            export.request = export.request.filter(|request| is_evaluation(*request));
            if export.request.is_none() {
                let local_name = export.name.filter(|name| !is_empty(*name)).unwrap_or(underscore);
                export.name = Some(local_name);
                if let Some(import) = strict.iter().find(|import| import.local_name == local_name) {
                    (export.request, export.name) = (Some(import.request), import.import_name);
                }
            }
            export_names.insert(export.export_name)
        });
        let mut stars = BTreeSet::new();
        record.star_exports.retain(|request| is_evaluation(*request) && stars.insert(*request));
        if let Some(environment) = &mut record.environment {
            for list in [&mut environment.declared_variables, &mut environment.lexical_variables] {
                let mut names = BTreeSet::new();
                list.retain(|variable| names.insert(variable.name));
            }
        }
        remove_unused_strings(record);
    }

    /// Puts the strings and all lists except the requests into another order, and repeats a string. The file stays the
    /// same.
    pub fn shuffle(&mut self, choices: &mut Choices<'_>) {
        let record = &mut self.record;
        let by = choices.below(record.strings.len().max(1));
        record.strings.rotate_left(by);
        let last = count(record.strings.len());
        if let Some(first) = record.strings.first().cloned() {
            record.strings.push(first);
        }
        for_each_string(record, |string| {
            string.0 = (string.0 + last - count(by)) % last;
            if string.0 == 0 && choices.one_in(2) {
                string.0 = last;
            }
        });
        record.requests.iter_mut().for_each(|request| request.attributes.reverse());
        let imports = count(record.imports.len());
        record.imports.reverse();
        record.tolerant_imports.iter_mut().for_each(|import| import.0 = imports - 1 - import.0);
        record.exports.reverse();
        record.star_exports.reverse();
        if let Some(environment) = &mut record.environment {
            environment.declared_variables.reverse();
            environment.lexical_variables.reverse();
        }
    }
}

/// Returns what a record of versions 1 to 3 does not have. It fits the record.
pub fn supplied(record: &NamedRecord, choices: &mut Choices<'_>) -> Supplied {
    let has_tolerant_import = record.imports.iter().any(|it| it.import_type == ImportType::SingleTypeScript);
    let flags = Flags {
        top_level_await: choices.one_in(2),
        import_meta: choices.one_in(2),
        typescript: choices.one_in(2) || has_tolerant_import,
    };
    Supplied {
        producer: digest(choices),
        source: Source { size: choices.number().into(), sha256: digest(choices) },
        flags,
        alignment: 8,
        lexical_features: record.environment().map(|_| choices.number()),
    }
}

/// Returns the record with strings of its own.
pub fn owned(record: &ModuleRecord<&str>) -> ModuleRecord {
    ModuleRecord {
        strings: record.strings.iter().map(|text| (*text).to_owned()).collect(),
        flags: record.flags,
        alignment: record.alignment,
        producer: record.producer,
        source: record.source,
        requests: record.requests.clone(),
        imports: record.imports.clone(),
        exports: record.exports.clone(),
        tolerant_imports: record.tolerant_imports.clone(),
        star_exports: record.star_exports.clone(),
        environment: record.environment.clone(),
    }
}

fn digest(choices: &mut Choices<'_>) -> Digest {
    Digest([choices.number().to_le_bytes()[0]; 32])
}

/// Returns an index below `count`. In one of sixteen cases, it is `count` or `NONE`.
fn index(choices: &mut Choices<'_>, count: usize) -> u32 {
    match choices.below(32) {
        30 => u32::try_from(count).unwrap_or(u32::MAX),
        31 => u32::MAX,
        _ => u32::try_from(choices.below(count)).unwrap_or(u32::MAX),
    }
}

fn one_of<'t, T>(choices: &mut Choices<'_>, list: &'t mut [T]) -> Option<&'t mut T> {
    let index = choices.below(list.len());
    list.get_mut(index)
}

/// Makes every index of a string right, and sorts the strings. Equal strings become one string.
fn sort_strings(record: &mut ModuleRecord) {
    let old = take(&mut record.strings);
    record.strings = old.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let sorted = record.strings.clone();
    for_each_string(record, |string| {
        let text = &old[place(string.0) % old.len()];
        string.0 = count(sorted.partition_point(|other| other < text));
    });
}

/// Makes every index of a request and of an import right. Equal attribute keys and equal requests become one.
fn keep_requests(record: &mut ModuleRecord) {
    let mut kept = Vec::new();
    let mut new_index = Vec::new();
    for mut request in take(&mut record.requests) {
        request.attributes.sort_unstable();
        request.attributes.dedup_by_key(|attribute| attribute.key);
        let index = kept.iter().position(|other| *other == request).unwrap_or(kept.len());
        if index == kept.len() {
            kept.push(request);
        }
        new_index.push(RequestIndex(count(index)));
    }
    record.requests = kept;
    if new_index.is_empty() {
        record.imports.clear();
        record.star_exports.clear();
        record.exports.iter_mut().for_each(|export| export.request = None);
    }
    let imports = record.imports.iter_mut().map(|import| &mut import.request);
    let exports = record.exports.iter_mut().filter_map(|export| export.request.as_mut());
    for request in imports.chain(exports).chain(&mut record.star_exports) {
        *request = new_index[place(request.0) % new_index.len()];
    }
}

fn remove_unused_strings(record: &mut ModuleRecord) {
    let mut used = BTreeSet::new();
    for_each_string(record, |string| {
        used.insert(*string);
    });
    let mut index = 0..;
    record.strings.retain(|_| index.next().is_some_and(|index| used.contains(&StringIndex(index))));
    let used: Vec<_> = used.into_iter().collect();
    for_each_string(record, |string| string.0 = count(used.partition_point(|other| other < string)));
}

/// Returns a position in a list. A list in memory has fewer than 2^32 entries.
fn place(index: u32) -> usize {
    usize::try_from(index).expect("an address has at least 32 bits")
}

/// Returns a number of entries. A generated list is short.
fn count(count: usize) -> u32 {
    u32::try_from(count).expect("a record for fuzzing is small")
}

#[cfg(test)]
mod tests {
    use conformance::generate::choices::bytes_of_seed;

    use super::*;

    #[test]
    fn a_writer_accepts_all_generated_contents() {
        for seed in 0..4000 {
            let contents = Contents::generate(&mut Choices::new(&bytes_of_seed(seed)));
            assert_eq!(v4::encode(&contents.record, &contents.text, &contents.bytecode).map(drop), Ok(()), "{seed}");
        }
    }

    #[test]
    fn changed_contents_that_were_corrected_keep_all_rules() {
        for seed in 0..4000 {
            let bytes = bytes_of_seed(seed);
            let mut choices = Choices::new(&bytes);
            let mut contents = Contents::generate(&mut choices);
            for _ in 0..8 {
                contents.change(&mut choices);
            }
            contents.keep_rules();
            assert_eq!(v4::encode(&contents.record, &contents.text, &contents.bytecode).map(drop), Ok(()), "{seed}");
        }
    }

    #[test]
    fn changes_break_each_rule_for_writers() {
        let mut classes = BTreeSet::new();
        for seed in 0..4000 {
            let bytes = bytes_of_seed(seed);
            let mut choices = Choices::new(&bytes);
            let mut contents = Contents::generate(&mut choices);
            contents.change(&mut choices);
            if let Err(error) = v4::encode(&contents.record, &contents.text, &contents.bytecode) {
                classes.insert(error.class());
            }
        }
        assert_eq!(classes, ["bad-entry", "bad-index", "bad-layout", "bad-order", "unused-string"].into());
    }

    #[test]
    fn shuffled_contents_have_the_same_file() {
        for seed in 0..1000 {
            let bytes = bytes_of_seed(seed);
            let mut choices = Choices::new(&bytes);
            let file = Contents::generate(&mut choices).file();
            let mut shuffled = Contents::of(&file).unwrap();
            shuffled.shuffle(&mut choices);
            assert_eq!(shuffled.file(), file, "seed {seed}");
        }
    }
}

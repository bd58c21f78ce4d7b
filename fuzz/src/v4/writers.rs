//! Both writers of version 4 write any contents to the same file, or reject them. The file has the meaning of the
//! contents.

use std::collections::{BTreeMap, BTreeSet};

use bmes::Digest;
use bmes::v4::{Flags, ImportIndex, KnownSource, Matched, Phase, Source, StringIndex, Variable, match_file};
use conformance::case::Record;
use conformance::generate::choices::Choices;
use conformance::verdicts::ask_writers;

use super::Contents;

/// The classes of the errors of a record (section 8.1 of the specification) that [`Contents::change`] can cause.
const CLASSES: [&str; 5] = ["bad-index", "bad-order", "bad-entry", "unused-string", "bad-layout"];

/// Writes the contents of a valid file in another order, and then after a few changes. Returns true if the changed
/// contents were written.
pub fn property(file: &[u8], choices: &mut Choices<'_>) -> bool {
    let mut contents = Contents::of(file).expect("the file is valid");
    if written(&contents).is_some() {
        contents.shuffle(choices);
        assert_eq!(written(&contents).as_deref(), Some(file), "the file of contents in another order");
    }
    for _ in 0..choices.below(4) {
        contents.change(choices);
    }
    written(&contents).is_some()
}

/// Returns the file that both writers write, or `None` if both reject the contents. Panics if the property does not hold.
pub fn written(contents: &Contents) -> Option<Vec<u8>> {
    let Contents { record, text, bytecode } = contents;
    let written = ask_writers(&Record::V4(record.clone()), text, bytecode);
    match written.unwrap_or_else(|difference| panic!("{difference}")) {
        Ok(file) => {
            let matched = match_file(&file, &record.producer, KnownSource::Source(record.source));
            let verified = matched.and_then(Matched::check).expect("a written file matches and passes check");
            assert_eq!((verified.text(), verified.bytecode()), (&text[..], &bytecode[..]), "text and bytecode");
            let read = Contents::of(&file).expect("a written file is valid");
            assert_eq!(Meaning::of(&read), Meaning::of(contents), "the file (left) and the contents (right)");
            assert!(read.record.strings.is_sorted_by(|a, b| a < b), "the strings ascend");
            assert_eq!(read.file(), file, "the contents of a file have this file");
            Some(file)
        }
        Err(error) => {
            assert!(CLASSES.contains(&error.class()), "{error}");
            assert_eq!(error.offset(), None, "a record has no bytes: {error}");
            assert!(error.to_string().starts_with(error.class()), "{error}");
            None
        }
    }
}

/// What contents say, with texts in the place of indices. The order of the lists that have no order is not part of it.
#[derive(Debug, PartialEq, Eq)]
struct Meaning<'c> {
    header: (Flags, u32, Digest, Source),
    requests: Vec<(&'c str, Phase, BTreeMap<&'c str, &'c str>)>,
    imports: BTreeSet<(&'c str, u32, Option<&'c str>, bool)>,
    exports: BTreeSet<(&'c str, Option<u32>, Option<&'c str>)>,
    star_exports: BTreeSet<u32>,
    environment: Option<Variables<'c>>,
}

/// The declared variables, the lexical variables, and both features numbers.
type Variables<'c> = ([BTreeMap<&'c str, u32>; 2], [u32; 2]);

impl<'c> Meaning<'c> {
    /// Returns the meaning of contents that a writer accepts.
    fn of(Contents { record, .. }: &'c Contents) -> Self {
        let text = |string: StringIndex| {
            let text = usize::try_from(string.0).ok().and_then(|index| record.strings.get(index));
            text.expect("a writer accepts the record, so that the index is right").as_str()
        };
        let variables = |list: &[Variable]| list.iter().map(|it| (text(it.name), it.bits)).collect();
        let request = |request: &'c bmes::v4::ModuleRequest| {
            let attributes = request.attributes.iter().map(|it| (text(it.key), text(it.value)));
            (text(request.specifier), request.phase, attributes.collect())
        };
        let imports = (0..).map(ImportIndex).zip(&record.imports).map(|(index, it)| {
            let is_tolerant = record.tolerant_imports.contains(&index);
            (text(it.local_name), it.request.0, it.import_name.map(text), is_tolerant)
        });
        let exports = record.exports.iter();
        Self {
            header: (record.flags, record.alignment, record.producer, record.source),
            requests: record.requests.iter().map(request).collect(),
            imports: imports.collect(),
            exports: exports.map(|it| (text(it.export_name), it.request.map(|it| it.0), it.name.map(text))).collect(),
            star_exports: record.star_exports.iter().map(|it| it.0).collect(),
            environment: record.environment.as_ref().map(|it| {
                let features = [it.code_features, it.lexical_features];
                ([variables(&it.declared_variables), variables(&it.lexical_variables)], features)
            }),
        }
    }
}

//! Programs and packs for the tests.

#![allow(dead_code, reason = "each test file uses some of these")]

#[cfg(feature = "build")]
pub(crate) mod disk;

use std::path::Path;

use bmes::Digest;
use bmes::v4::{self, Flags, ModuleRecord, Phase, Supplied};
use bmes_analyzer::{Options, SourceType};
use bmes_pack::{Format, Index, Module, Resolution, Source};

pub(crate) const PRODUCER: Digest = Digest([7; 32]);

/// A program: the path and the source of each module. The first one is the entry. A specifier is the path of a module.
pub(crate) type Program<'a> = &'a [(&'a str, &'a str)];

/// Returns the index and the files of a program.
pub(crate) fn index(program: Program<'_>) -> (Index, Vec<Option<Vec<u8>>>) {
    let mut files = Vec::new();
    let mut modules = Vec::new();
    for (path, text) in program {
        let format = match Path::new(path).extension().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some("cjs") => Format::CommonJs,
            _ => Format::Module,
        };
        let source = v4::source(text.as_bytes());
        let (requests, file) = match format {
            Format::Module => module(program, text, source),
            _ => (Vec::new(), None),
        };
        files.push(file);
        let source = Some(Source { size: source.size, sha256: source.sha256 });
        modules.push(Module { source, requests, ..Module::new((*path).to_owned(), format) });
    }
    let index =
        Index { conditions: vec!["import".into(), "node".into()], entries: vec![0], modules, ..Index::new(PRODUCER) };
    (index, files)
}

fn module(program: Program<'_>, text: &str, source: v4::Source) -> (Vec<Resolution>, Option<Vec<u8>>) {
    let options = Options::new(SourceType::Mjs);
    let analysis = bmes_analyzer::analyze(text, &options).unwrap();
    let requests = analysis.record.requests.iter().map(|request| Resolution {
        specifier: request.specifier.clone(),
        phase: Phase::Evaluation,
        attributes: request.attributes.iter().map(|it| (it.key.clone(), it.value.clone())).collect(),
        module: (0..).zip(program).find(|(_, (path, _))| *path == request.specifier).map(|(number, _)| number),
    });
    let requests = requests.collect();
    let supplied =
        Supplied { producer: PRODUCER, source, flags: Flags::default(), alignment: 8, lexical_features: None };
    let record = ModuleRecord::from_named(&analysis.record, supplied).unwrap();
    (requests, Some(v4::encode(&record, b"", text.as_bytes()).unwrap()))
}

/// Returns the pack of a program.
pub(crate) fn pack(program: Program<'_>) -> Vec<u8> {
    let (index, files) = index(program);
    bmes_pack::write(index, &files).unwrap()
}

/// Three modules that import each other.
pub(crate) const PROGRAM: Program<'static> = &[
    (
        "main.mjs",
        "import { a } from 'lib/a.mjs'; import data from 'data.json' with { type: 'json' }; export default a + data;",
    ),
    ("lib/a.mjs", "export { b as a } from 'lib/b.mjs';"),
    ("lib/b.mjs", "export const b = 1;"),
    ("data.json", "5"),
];

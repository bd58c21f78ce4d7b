//! Packs and stamps that choices determine.

use std::time::UNIX_EPOCH;

use bmes::v4::{self, Phase};
use bmes::{Digest, v4::Source};
use bmes_pack::{Format, Freshness, Index, Module, Resolution, Stamps, State};
use conformance::generate::choices::{Choices, bytes_of_seed};

use crate::v4::Contents;

/// The maximum number of modules of a pack.
const MODULES: usize = 4;
/// The producer of all members.
const PRODUCER: Digest = Digest([7; 32]);

/// Returns a well-formed pack with up to four modules.
pub fn pack(choices: &mut Choices<'_>) -> Vec<u8> {
    let count = 1 + choices.below(MODULES);
    let (modules, files): (Vec<_>, Vec<_>) = (0..count).map(|number| module(number, count, choices)).unzip();
    let index = Index {
        freshness: *choices.pick(&[Freshness::Stat, Freshness::Hash, Freshness::None]),
        conditions: texts(choices, &["import", "node"]),
        flags: texts(choices, &["--preserve-symlinks"]),
        entries: vec![0],
        modules,
        absent: texts(choices, &["a.js", "node_modules/b"]),
        ..Index::new(PRODUCER)
    };
    bmes_pack::write(index, &files).expect("the pack is small")
}

fn module(number: usize, count: usize, choices: &mut Choices<'_>) -> (Module, Option<Vec<u8>>) {
    // Only one number of the choices: few choices are enough for a whole file.
    let mut contents = Contents::generate(&mut Choices::new(&bytes_of_seed(choices.number().into())));
    let format = *choices.pick(&[Format::Module, Format::Module, Format::CommonJs, Format::Json, Format::Builtin]);
    let Source { size, sha256 } = v4::source(&[number.to_le_bytes()[0]]);
    (contents.record.producer, contents.record.source) = (PRODUCER, Source { size, sha256 });
    let request = |choices: &mut Choices<'_>| Resolution {
        specifier: format!("./{}.js", choices.below(count)),
        phase: *choices.pick(&[Phase::Evaluation, Phase::Defer, Phase::Source]),
        attributes: if choices.one_in(4) { vec![("type".to_owned(), "json".to_owned())] } else { Vec::new() },
        module: u32::try_from(choices.below(count + 1)).ok().filter(|module| (*module as usize) < count),
    };
    let requests = match format {
        Format::Module => contents.record.requests.len(),
        Format::CommonJs => choices.below(2),
        _ => 0,
    };
    let url = format!("{}{number}", choices.pick(&["", "lib/", "../", "a?x="]));
    let module = Module {
        source: (format != Format::Builtin).then_some(bmes_pack::Source { size, sha256 }),
        requests: (0..requests).map(|_| request(choices)).collect(),
        dynamic: (0..choices.below(2)).map(|_| request(choices)).collect(),
        ..Module::new(url, format)
    };
    let has_member = format == Format::Module && !choices.one_in(8);
    (module, has_member.then(|| contents.file()))
}

fn texts(choices: &mut Choices<'_>, texts: &[&str]) -> Vec<String> {
    texts[..choices.below(texts.len() + 1)].iter().map(ToString::to_string).collect()
}

/// Returns a file of stamps.
pub fn stamps(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut stamps = Stamps::default();
    for path in texts(choices, &["a.js", "b/c.js", "\u{e9}"]) {
        let mut number = || choices.number().into();
        let state = State { size: number(), mtime: i128::from(number()), ctime: 0, inode: number() };
        stamps.add(&path, PRODUCER, state, UNIX_EPOCH);
    }
    stamps.write()
}

//! The first inputs of fuzzing (seeds): files of the conformance corpus, lines of the protocol, real modules,
//! and packs.
//! [`generated`] makes other inputs from numbers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use conformance::corpus::Corpus;
use conformance::generate::choices::{Choices, bytes_of_seed};
use fastrand::Rng;

use crate::{Input, answers, files, pack, replay};

/// The maximum size in bytes of a corpus file that is a seed. Larger files slow a fuzzer down, and reach no other code.
pub(crate) const LARGEST: usize = 4096;

/// A file is followed by fewer bytes of choices than this number.
const CHOICES: u8 = 64;

/// Words for lines of a testee: words of the protocol, and words that the protocol does not allow.
pub(crate) const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\"id\":7",
    "\"ok\":",
    "\"err\":",
    "true",
    "null",
    "7",
    "7.0",
    "-0",
    "1e0",
    "18446744073709551616",
    "\"hex\":",
    "\"class\":\"bad-magic\"",
    "\"version\":1",
    "\"offset\":0",
    "\"fault\":\"\"",
    "\"unsupported\":\"\"",
    "\\u0000",
    "\\ud800",
    " ",
    "\u{feff}",
];

/// Words for the sources of modules.
const TOKENS: &[&str] = &[
    "import",
    "export",
    "from",
    "default",
    "as",
    "with",
    "*",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    "=",
    "=>",
    "a",
    "b",
    "ns",
    "\"m\"",
    "'./n.js'",
    "\"\\ud800\"",
    "let",
    "const",
    "var",
    "class",
    "function",
    "async",
    "await",
    "using",
    "type",
    "interface",
    "enum",
    "namespace",
    "declare",
    "import.meta",
    "import(",
    "<a>",
    "</a>",
    "`${",
    "}`",
    "/*",
    "*/",
    "//",
    "\n",
    "0",
    "/[/]/u",
    "...",
    "?.",
    "new",
    "yield",
    "return",
    "require",
    "module.exports",
    "static",
    "get",
    "#p",
    "@d",
    ":",
    "?",
    "!",
    "\u{2028}",
    "é",
    "\\u0061",
    "import type",
    "export type",
    "export =",
    "import defer",
    "json",
];

/// Returns the seeds of a target with this kind of input.
pub fn of(input: Input) -> Vec<Vec<u8>> {
    let mut seeds = match input {
        Input::File => small_files(|_| true),
        Input::FileAndChoices => {
            let files = small_files(|file| bmes::validate(file).is_ok()).into_iter();
            files.zip(0..).map(|(file, number)| with_choices(file, number)).collect()
        }
        Input::Line => answers::lines(),
        Input::Source => sources(),
        Input::Pack => packs(),
    };
    seeds.sort();
    seeds.dedup();
    seeds
}

/// Returns a dictionary for targets with this kind of input: a text in libFuzzer's format, with one word in each line.
pub fn dictionary(input: Input) -> String {
    match input {
        Input::File | Input::FileAndChoices => include_str!("../bmes.dict").to_owned(),
        Input::Line | Input::Pack => JSON.iter().map(|word| entry(word)).collect(),
        Input::Source => TOKENS.iter().map(|word| entry(word)).collect(),
    }
}

/// Returns the line of one word in a dictionary. Bytes that are not printable ASCII are written in hexadecimal.
fn entry(word: &str) -> String {
    let mut line = String::from("\"");
    for byte in word.bytes() {
        match byte {
            b'"' | b'\\' => line.extend(['\\', char::from(byte)]),
            b' '..=b'~' => line.push(char::from(byte)),
            _ => {
                let _ = write!(line, "\\x{byte:02X}");
            }
        }
    }
    line + "\"\n"
}

/// Returns every file of the corpus, of any size.
pub fn corpus() -> &'static [Vec<u8>] {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let corpus = Corpus::standard().expect("the corpus can be read");
        let files = corpus.cases().iter().flat_map(|case| [&case.file, &case.canonical]);
        let files: BTreeSet<_> = files.flatten().cloned().collect();
        files.into_iter().collect()
    })
}

/// Returns the generated input `number` for a target with this kind of input.
pub fn generated(input: Input, number: u64) -> Vec<u8> {
    let bytes = bytes_of_seed(number);
    let mut choices = Choices::new(&bytes);
    let mut random = Rng::with_seed(number);
    match input {
        Input::File => files::input(&mut choices),
        // In half of the cases, the input is a generated file followed by choices. Otherwise it is only choices, and
        // the property generates the file from them.
        Input::FileAndChoices if random.bool() => {
            let file = files::file(&mut choices);
            with_choices(file, number + 1)
        }
        Input::FileAndChoices => bytes,
        Input::Line => mixed(&answers::lines(), JSON, &mut random),
        Input::Source => {
            let mut source = mixed(&short_sources(), TOKENS, &mut random);
            source.insert(0, random.u8(..));
            source
        }
        Input::Pack => {
            let mut file = pack::generate::pack(&mut choices);
            for _ in 0..random.usize(..3) {
                file = pack::mutate::mutate(&file, &mut Choices::new(&bytes_of_seed(random.u64(..))));
            }
            file
        }
    }
}

/// Returns generated packs and files of stamps.
fn packs() -> Vec<Vec<u8>> {
    let made = |make: fn(&mut Choices<'_>) -> Vec<u8>, seed| make(&mut Choices::new(&bytes_of_seed(seed)));
    let packs = (0..100).map(|seed| made(pack::generate::pack, seed)).filter(|pack| pack.len() <= LARGEST);
    packs.chain((0..4).map(|seed| made(pack::generate::stamps, seed))).collect()
}

fn small_files(is_meant: impl Fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    corpus().iter().filter(|file| file.len() <= LARGEST && is_meant(file)).cloned().collect()
}

/// Returns `file` followed by 0 to 63 bytes, from which a property takes its random choices. A property can need more bytes
/// than there are.
fn with_choices(mut file: Vec<u8>, number: u64) -> Vec<u8> {
    let choices = bytes_of_seed(number);
    file.extend_from_slice(&choices[..usize::from(choices[0] % CHOICES)]);
    file
}

/// Returns each real module six times, once for each type of source, which the first byte of an input chooses.
fn sources() -> Vec<Vec<u8>> {
    let modules = modules();
    let each = |options: u8| modules.iter().map(move |module| [&[options], &module[..]].concat());
    (0..6).flat_map(each).filter(|source| source.len() <= LARGEST).collect()
}

fn short_sources() -> Vec<Vec<u8>> {
    modules().iter().filter(|module| module.len() <= 1024).cloned().chain([Vec::new()]).collect()
}

fn modules() -> &'static [Vec<u8>] {
    static MODULES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    MODULES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/modules");
        let found = replay::inputs(&folder).expect("the modules can be read");
        found.into_iter().map(|(_, source)| source).collect()
    })
}

/// Returns one of `texts`, or an empty text, with a few words inserted, removed or changed.
fn mixed(texts: &[Vec<u8>], words: &[&str], random: &mut Rng) -> Vec<u8> {
    let mut text = if random.u8(..4) == 0 { Vec::new() } else { texts[random.usize(..texts.len())].clone() };
    for _ in 0..random.usize(..if text.is_empty() { 24 } else { 4 }) {
        let at = random.usize(..=text.len());
        let end = (at + random.usize(..6)).min(text.len());
        let word = words[random.usize(..words.len())].as_bytes();
        match random.u8(..6) {
            0 => drop(text.drain(at..end)),
            1 => {
                if let Some(byte) = text.get_mut(at) {
                    *byte ^= 1 << random.u8(..8);
                }
            }
            2 => drop(text.splice(at..end, word.iter().copied())),
            3 => text.extend([b" ", word].concat()),
            _ => drop(text.splice(at..at, [b" ", word, b" "].concat())),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn a_word_of_a_dictionary_is_quoted_as_libfuzzer_reads_it() {
        assert_eq!(entry("\"a\\"), "\"\\\"a\\\\\"\n");
        assert_eq!(entry("\né "), "\"\\x0A\\xC3\\xA9 \"\n");
    }
}

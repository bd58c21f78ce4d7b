//! The mutator that libFuzzer calls to make the next input. It knows the format: it keeps lengths, counts, offsets and
//! checksums right, so that inputs reach deep fields. It deliberately leaves some of these numbers wrong. Some inputs are
//! made by libFuzzer's own mutator.
//!
//! With `BMES_FUZZ_MUTATOR=off` in the environment, libFuzzer's own mutator makes all inputs. Compare a run with and a
//! run without this setting to see the benefit of this mutator.

use std::ops::Range;
use std::sync::OnceLock;

use conformance::generate::choices::{Choices, bytes_of_seed};
use fastrand::Rng;

use crate::files::{self, mutate as change, mutate_keeping, repair};
use crate::seeds::JSON;
use crate::{Input, pack};

/// libFuzzer's own mutator. It takes the bytes, the size of the input in them and the maximum size. It returns the new
/// size.
pub type Own = fn(&mut [u8], usize, usize) -> usize;

/// The maximum number of bytes of choices after a file.
const CHOICES: usize = 96;

/// Changes the input at the start of `data`, in place. `size` is its size in bytes, and `most` is its maximum size.
/// Returns its new size.
pub fn mutate(input: Input, data: &mut [u8], (size, most): (usize, usize), seed: u32, own: Own) -> usize {
    let mut random = Rng::with_seed(seed.into());
    let made = match input {
        _ if !is_on() => None,
        Input::File => file(&data[..size.min(data.len())], &mut random),
        Input::FileAndChoices => file_and_choices(&data[..size.min(data.len())], &mut random),
        Input::Line => line(&data[..size.min(data.len())], &mut random),
        Input::Source => None,
        Input::Pack => pack(&data[..size.min(data.len())], &mut random),
    };
    match made {
        Some(Made::New(bytes)) if bytes.len() <= most => put(data, &bytes),
        Some(Made::RepairedOwn) => {
            let size = own(data, size, most);
            let repaired = if input == Input::Pack { pack::mutate::repair } else { repair }(&data[..size]);
            if repaired.len() <= most { put(data, &repaired) } else { size }
        }
        // The new input is too large for this run, or libFuzzer's own mutator must make the input.
        _ => own(data, size, most),
    }
}

enum Made {
    New(Vec<u8>),
    /// libFuzzer makes the input. Then the checksums are made right (version 4, packs), or the numbers that give the
    /// position of the bytecode (versions 1 to 3).
    RepairedOwn,
}

fn file(file: &[u8], random: &mut Rng) -> Option<Made> {
    let bytes = bytes_of_seed(random.u64(..));
    let mut choices = Choices::new(&bytes);
    match random.u8(..8) {
        0..=2 => {
            let other = files::file(&mut choices);
            Some(Made::New(change(file, &other, &mut choices)))
        }
        3 | 4 => Some(Made::New(mutate_keeping(file, &mut choices))),
        5 => Some(Made::RepairedOwn),
        _ => None,
    }
}

fn file_and_choices(input: &[u8], random: &mut Rng) -> Option<Made> {
    let Some((file, rest)) = files::split(input) else {
        // The input has only choices. In half of the cases, the new input is the file that is generated from them, so
        // that later mutations can change this file.
        return random.bool().then(|| Made::New(files::valid(input).0.into_owned()));
    };
    let bytes = bytes_of_seed(random.u64(..));
    match random.u8(..8) {
        0..=2 => Some(Made::New([&mutate_keeping(file, &mut Choices::new(&bytes)), rest].concat())),
        // Keeps the choices before a random position, and replaces the rest by 0 to 96 new bytes of choices.
        3 | 4 => {
            let kept = random.usize(..=rest.len());
            let fresh = random.usize(..=CHOICES);
            Some(Made::New([file, &rest[..kept], &bytes[..fresh]].concat()))
        }
        5 | 6 if !rest.is_empty() => {
            let mut rest = rest.to_vec();
            let index = random.usize(..rest.len());
            rest[index] = random.u8(..);
            Some(Made::New([file, &rest].concat()))
        }
        _ => None,
    }
}

fn pack(file: &[u8], random: &mut Rng) -> Option<Made> {
    let bytes = bytes_of_seed(random.u64(..));
    match random.u8(..8) {
        0..=5 => Some(Made::New(pack::mutate::mutate(file, &mut Choices::new(&bytes)))),
        6 => Some(Made::RepairedOwn),
        _ => None,
    }
}

/// Replaces one word of a line with another word of the same kind, so that most lines stay JSON. Sometimes inserts the
/// word instead.
fn line(line: &[u8], random: &mut Rng) -> Option<Made> {
    let words = words(line);
    if words.is_empty() || random.u8(..4) == 0 {
        return None;
    }
    let word = words[random.usize(..words.len())].clone();
    let same_kind = |other: &&str| kind(other.as_bytes()) == kind(&line[word.clone()]);
    let known: Vec<_> = JSON.iter().copied().filter(same_kind).map(str::as_bytes).collect();
    let there: Vec<_> =
        words.iter().map(|word| &line[word.clone()]).filter(|other| kind(other) == kind(&line[word.clone()])).collect();
    let pool = if random.bool() || known.is_empty() { there } else { known };
    let new = pool[random.usize(..pool.len())];
    let end = if random.u8(..8) == 0 { word.start } else { word.end };
    Some(Made::New([&line[..word.start], new, &line[end..]].concat()))
}

/// Returns the ranges of the strings, the other words and the punctuation of a line.
fn words(line: &[u8]) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    while start < line.len() {
        let rest = &line[start..];
        let length = match kind(rest) {
            Kind::String => string_length(rest),
            Kind::Punctuation => 1,
            Kind::Other => rest.iter().take_while(|byte| kind(&[**byte]) == Kind::Other).count(),
        };
        words.push(start..start + length);
        start += length;
    }
    words
}

/// Returns the length of the string that the text begins with.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().skip(1).position(|byte| {
        let is_end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

#[derive(PartialEq, Eq)]
enum Kind {
    String,
    Punctuation,
    Other,
}

fn kind(word: &[u8]) -> Kind {
    match word.first() {
        Some(b'"') => Kind::String,
        Some(b'{' | b'}' | b'[' | b']' | b':' | b',') => Kind::Punctuation,
        _ => Kind::Other,
    }
}

fn put(data: &mut [u8], bytes: &[u8]) -> usize {
    let size = bytes.len().min(data.len());
    data[..size].copy_from_slice(&bytes[..size]);
    size
}

fn is_on() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    *ON.get_or_init(|| std::env::var_os("BMES_FUZZ_MUTATOR").is_none_or(|value| value != "off"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &mut [u8], size: usize, _: usize) -> usize {
        size
    }

    fn shortened(_: &mut [u8], size: usize, _: usize) -> usize {
        size - 1
    }

    /// Mutates 200 files five times each; each mutation changes the result of the previous one. Returns the number of
    /// results that reach the bytecode, and the number of results that differ from the input.
    fn chain(input: Input, own: Own) -> (usize, usize) {
        let (mut deep, mut changed) = (0, 0);
        for start in 0..200 {
            let file = files::file(&mut Choices::new(&bytes_of_seed(start)));
            let mut data = vec![0; 4096];
            let mut size = put(&mut data, &file);
            for seed in 0..5 {
                let before = data[..size].to_vec();
                size = mutate(input, &mut data, (size, 4096), seed * 1000 + u32::try_from(start).unwrap(), own);
                changed += usize::from(data[..size] != before);
                deep += usize::from(files::reaches_bytecode(&data[..size]));
            }
        }
        (deep, changed)
    }

    #[test]
    fn most_mutants_are_new_and_many_are_read_up_to_the_bytecode() {
        let (deep, changed) = chain(Input::File, nothing);
        assert!(deep >= 300, "{deep} of 1000 mutants reach the bytecode");
        assert!(changed >= 400, "{changed} of 1000 mutants are new");
    }

    #[test]
    fn a_file_with_choices_stays_one() {
        for start in 0..200 {
            let file = files::file(&mut Choices::new(&bytes_of_seed(start)));
            let mut data = vec![0; 4096];
            let size = put(&mut data, &file);
            let size = mutate(Input::FileAndChoices, &mut data, (size, 4096), 7, nothing);
            assert!(files::split(&data[..size]).is_some());
        }
    }

    #[test]
    fn a_line_is_its_words_and_most_changed_lines_are_json() {
        let lines = crate::answers::lines();
        let (mut json, mut new) = (0, 0);
        for seed in 0..1000 {
            let line = &lines[seed % lines.len()];
            assert_eq!(words(line).into_iter().flat_map(|word| line[word].to_vec()).collect::<Vec<_>>(), *line);
            let mut data = vec![0; 4096];
            let size = put(&mut data, line);
            let size = mutate(Input::Line, &mut data, (size, 4096), u32::try_from(seed).unwrap(), nothing);
            json += usize::from(serde_json::from_slice::<serde_json::Value>(&data[..size]).is_ok());
            new += usize::from(data[..size] != **line);
        }
        assert!(json >= 400 && new >= 500, "{json} of 1000 mutants are JSON, {new} are new");
    }

    #[test]
    fn no_mutant_is_larger_than_it_may_be() {
        for seed in 0..500 {
            let file = files::file(&mut Choices::new(&bytes_of_seed(u64::from(seed))));
            let mut data = file.clone();
            for input in [Input::File, Input::FileAndChoices, Input::Line, Input::Pack] {
                assert!(mutate(input, &mut data, (file.len(), file.len()), seed, shortened) <= file.len());
            }
        }
    }
}

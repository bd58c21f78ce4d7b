//! The mutator that libFuzzer asks for a next input: it knows the format, so that lengths, counts and offsets stay right and deep fields are reached.
//! Some inputs are deliberately left wrong, and some are left to libFuzzer alone.
//!
//! With `BMES_FUZZ_MUTATOR=off` in the environment all are: that is how to see what it is worth.

use std::sync::OnceLock;

use conformance::generate::choices::{Choices, bytes_of_seed};
use conformance::generate::files;
use conformance::generate::mutate::{mutate as change, mutate_keeping, repair};
use fastrand::Rng;

use crate::Input;

/// libFuzzer's own mutator: the bytes, how many of them are the input, the most that may be. It says how many there are now.
pub type Own = fn(&mut [u8], usize, usize) -> usize;

/// The most bytes of choices behind a file.
const CHOICES: usize = 96;

/// Changes the input that is the first of `data`, in place. `(size, most)` are the bytes that it has and may have; the result, those that it has now.
pub fn mutate(input: Input, data: &mut [u8], (size, most): (usize, usize), seed: u32, own: Own) -> usize {
    let mut random = Rng::with_seed(seed.into());
    let made = match input {
        _ if !is_on() => None,
        Input::File => file(&data[..size.min(data.len())], &mut random),
        Input::FileAndChoices => file_and_choices(&data[..size.min(data.len())], &mut random),
        Input::Line | Input::Source => None,
    };
    match made {
        Some(Made::New(bytes)) if bytes.len() <= most => put(data, &bytes),
        Some(Made::RepairedOwn) => {
            let size = own(data, size, most);
            let repaired = repair(&data[..size]);
            if repaired.len() <= most { put(data, &repaired) } else { size }
        }
        // Too large for this run, or not ours.
        _ => own(data, size, most),
    }
}

enum Made {
    New(Vec<u8>),
    /// What libFuzzer makes, with the numbers right that say where the bytecode is.
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
        3 => Some(Made::New(mutate_keeping(file, &mut choices))),
        4 | 5 => Some(Made::RepairedOwn),
        _ => None,
    }
}

fn file_and_choices(input: &[u8], random: &mut Rng) -> Option<Made> {
    let Some((file, rest)) = files::split(input) else {
        // Choices alone: they may become a file, to go on from there.
        return random.bool().then(|| Made::New(files::valid(input).0.into_owned()));
    };
    let bytes = bytes_of_seed(random.u64(..));
    match random.u8(..8) {
        0..=2 => Some(Made::New([&mutate_keeping(file, &mut Choices::new(&bytes)), rest].concat())),
        3..=5 => {
            let kept = random.usize(..=rest.len());
            let fresh = random.usize(..=CHOICES);
            Some(Made::New([file, &rest[..kept], &bytes[..fresh]].concat()))
        }
        _ => None,
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

    /// One input after the other, each made of the one before.
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
                deep += usize::from(files::reaches_bytecode(bmes::validate(&data[..size]).err()));
            }
        }
        (deep, changed)
    }

    #[test]
    fn most_mutants_are_new_and_many_are_read_up_to_the_bytecode() {
        let (deep, changed) = chain(Input::File, nothing);
        assert!(deep >= 300, "{deep} of 1000 are deep");
        assert!(changed >= 400, "{changed} of 1000 are new");
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
    fn no_mutant_is_larger_than_it_may_be() {
        for seed in 0..500 {
            let file = files::file(&mut Choices::new(&bytes_of_seed(u64::from(seed))));
            let mut data = file.clone();
            for input in [Input::File, Input::FileAndChoices, Input::Line] {
                assert!(mutate(input, &mut data, (file.len(), file.len()), seed, shortened) <= file.len());
            }
        }
    }
}

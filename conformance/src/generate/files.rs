//! Files out of choices: valid ones, and through [`mutate`](super::mutate) others.
//!
//! [`input`] makes a file that may be invalid; [`valid`] makes a valid one.

use std::borrow::Cow;

use bmes::{ErrorKind, Version};

use super::choices::Choices;
use super::mutate::mutate;
use super::pieces::Pieces;
use super::record::record;
use crate::case::Record;

/// The most that is done to one file.
const MUTATIONS: usize = 3;

/// The most bytes of bytecode.
const BYTECODE: usize = 24;

/// A file that is well-formed. Most are canonical, and some break the rules for records.
pub fn file(choices: &mut Choices<'_>) -> Vec<u8> {
    let record = record(choices);
    let bytecode = choices.bytes(BYTECODE);
    let written = write(&record, bytecode);
    // What readers accept and writers do not write: other padding.
    if record.version() == Version::V2 && choices.one_in(4) {
        let padding = choices.below(8);
        let mut pieces = Pieces::of(&written);
        pieces.lay_out_behind(|_| padding);
        return pieces.bytes();
    }
    written
}

/// Returns the file of a record as it stands, whatever rules it breaks.
pub fn write(record: &Record, bytecode: &[u8]) -> Vec<u8> {
    bmes_oracle::write(record, bytecode).expect("a small record of a known version can be written")
}

/// A file to ask a reader about: one of `seeds` or a new one, changed up to three times.
pub fn input(choices: &mut Choices<'_>, seeds: &[&[u8]]) -> Vec<u8> {
    let mut made = base(choices, seeds);
    for _ in 0..choices.below(MUTATIONS + 1) {
        let other = base(choices, seeds);
        made = mutate(&made, &other, choices);
    }
    made
}

fn base(choices: &mut Choices<'_>, seeds: &[&[u8]]) -> Vec<u8> {
    if seeds.is_empty() || choices.one_in(2) { file(choices) } else { choices.pick(seeds).to_vec() }
}

/// The valid file that `input` begins with and the choices behind it; or else the file that all of it chooses, and the choices that are left.
///
/// So the files of a corpus are inputs as they are, and every input is a valid file.
pub fn valid(input: &[u8]) -> (Cow<'_, [u8]>, Choices<'_>) {
    if let Some((file, rest)) = split(input) {
        return (Cow::Borrowed(file), Choices::new(rest));
    }
    let mut choices = Choices::new(input);
    (Cow::Owned(file(&mut choices)), choices)
}

/// The valid file that `input` begins with, if it does, and what is behind it.
pub fn split(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = match bmes::validate(input) {
        Ok(_) => return Some((input, &[])),
        Err(error) => match error.kind() {
            ErrorKind::TrailingBytes { .. } => error.offset()?,
            ErrorKind::BytecodeBeforeEnd { offset, size, .. } => {
                usize::try_from(u64::from(offset) + u64::from(size)).ok()?
            }
            _ => return None,
        },
    };
    let (file, rest) = input.split_at_checked(end)?;
    bmes::validate(file).ok().map(|_| (file, rest))
}

/// Whether a walk over `file` gets as far as to judge its bytecode: the field, its size in version 1, or the padding before it.
pub fn reaches_bytecode(error: Option<bmes::Error>) -> bool {
    error.is_none_or(|error| {
        error.path().section == bmes::Section::Bytecode || matches!(error.kind(), ErrorKind::Gap { .. })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::choices::bytes_of_seed;

    #[test]
    fn every_generated_file_is_well_formed() {
        for seed in 0..2000 {
            let file = file(&mut Choices::new(&bytes_of_seed(seed)));
            assert_eq!(bmes::validate(&file).map(drop), Ok(()), "seed {seed}");
        }
    }

    #[test]
    fn a_valid_file_is_told_from_what_is_behind_it() {
        for seed in 0..200 {
            let file = file(&mut Choices::new(&bytes_of_seed(seed)));
            for rest in [&b""[..], b"rest"] {
                assert_eq!(split(&[&file, rest].concat()), Some((&*file, rest)), "seed {seed}");
            }
            assert_eq!(split(&file[..file.len() - 1]), None);
        }
    }

    #[test]
    fn the_bytecode_is_reached_where_what_is_before_it_is_right() {
        let file = write(&Record::new(Version::V1), b"code");
        let reached = |file: &[u8]| reaches_bytecode(bmes::inspect(file).error());
        assert!(
            reached(&file) && reached(&file[..28]) && reached(&file[..26]) && reached(&[&file[..], b"more"].concat())
        );
        assert!(!reached(&file[..20]) && !reached(b"") && !reached(&file[..23]));
        let file = write(&Record::new(Version::V2), b"code");
        assert!(reached(&file) && !reached(&file[..35]));
    }
}

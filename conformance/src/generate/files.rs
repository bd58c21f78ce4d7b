//! Makes files from choices: valid files, and files that [`mutate`](super::mutate) changes.
//!
//! [`input`] makes a file that may be invalid; [`valid`] makes a valid one.

use std::borrow::Cow;

use bmes::{ErrorKind, Version};

use super::choices::Choices;
use super::mutate::mutate;
use super::pieces::Pieces;
use super::record::record;
use crate::case::NamedRecord;

/// The maximum number of mutations of one file.
const MUTATIONS: usize = 3;

/// The maximum number of bytes of bytecode.
const BYTECODE: usize = 24;

/// Returns a well-formed file. Most files are canonical. The records of some files break rules for records.
pub fn file(choices: &mut Choices<'_>) -> Vec<u8> {
    let record = record(choices);
    let bytecode = choices.bytes(BYTECODE);
    let written = write(&record, bytecode);
    // One of four files of version 2 gets a random number of padding bytes. Readers accept this padding, although a
    // writer does not write it.
    if record.version() == Version::V2 && choices.one_in(4) {
        let padding = choices.below(8);
        let mut pieces = Pieces::of(&written);
        pieces.lay_out_behind(|_| padding);
        return pieces.bytes();
    }
    written
}

/// Returns the file of a record, even if the record breaks rules.
pub fn write(record: &NamedRecord, bytecode: &[u8]) -> Vec<u8> {
    bmes_oracle::write(record, bytecode).expect("a small record of a known version can be written")
}

/// Returns a file to send to a reader: one of `seeds` or a new file, changed up to three times.
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

/// Returns a valid file, and the choices that are left.
///
/// If `input` begins with a valid file of versions 1 to 3, the function returns this file, and the choices that the bytes after it
/// determine. Otherwise, it makes a file from the choices of all of `input`. So each file of a corpus can be an input,
/// and every input gives a valid file.
pub fn valid(input: &[u8]) -> (Cow<'_, [u8]>, Choices<'_>) {
    if let Some((file, rest)) = split(input) {
        return (Cow::Borrowed(file), Choices::new(rest));
    }
    let mut choices = Choices::new(input);
    (Cow::Owned(file(&mut choices)), choices)
}

/// Returns the valid file of versions 1 to 3 that `input` begins with and the bytes after it, or `None` if there is no such
/// file.
pub fn split(input: &[u8]) -> Option<(&[u8], &[u8])> {
    if bmes::identify(input).is_ok_and(|version| !Version::NAMED.contains(&version)) {
        return None;
    }
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

/// Returns whether a reader that reports `error` reads all fields before the bytecode: its first error is in the
/// bytecode, in its size (version 1) or in the padding before it, or there is no error.
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
        let file = write(&NamedRecord::new(bmes::VersionFields::V1), b"code");
        let reached = |file: &[u8]| reaches_bytecode(bmes::inspect(file).error());
        assert!(
            reached(&file) && reached(&file[..28]) && reached(&file[..26]) && reached(&[&file[..], b"more"].concat())
        );
        assert!(!reached(&file[..20]) && !reached(b"") && !reached(&file[..23]));
        let file = write(&NamedRecord::new(bmes::VersionFields::V2), b"code");
        assert!(reached(&file) && !reached(&file[..35]));
    }
}

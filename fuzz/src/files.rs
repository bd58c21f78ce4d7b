//! Files of every version: valid files that choices determine, and changes of files. Each function passes a file of
//! version 4 to [`crate::v4`], and a file of versions 1 to 3 to the suite.

use std::borrow::Cow;

use bmes::ErrorKind;
use conformance::derive::repaired;
use conformance::generate::choices::Choices;
use conformance::generate::{files, mutate};

use crate::v4::{self, Contents, Reach, is_version_4};

/// The maximum number of mutations of one file.
const MUTATIONS: usize = 3;

/// Returns a valid file. Half of the files have version 4.
pub fn file(choices: &mut Choices<'_>) -> Vec<u8> {
    if choices.one_in(2) { Contents::generate(choices).file() } else { files::file(choices) }
}

/// Returns a new file, changed up to three times.
pub fn input(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut made = file(choices);
    for _ in 0..choices.below(MUTATIONS + 1) {
        let other = file(choices);
        made = mutate(&made, &other, choices);
    }
    made
}

/// Returns a valid file, and the choices that are left.
///
/// If `input` begins with a valid file, the function returns this file, and the choices that the bytes after it
/// determine. Otherwise, it makes a file from the choices of all of `input`. So each file of a corpus can be an input,
/// and every input gives a valid file.
pub fn valid(input: &[u8]) -> (Cow<'_, [u8]>, Choices<'_>) {
    if let Some((file, rest)) = split(input) {
        return (Cow::Borrowed(file), Choices::new(rest));
    }
    let mut choices = Choices::new(input);
    (Cow::Owned(file(&mut choices)), choices)
}

/// Returns the valid file that `input` begins with and the bytes after it, or `None` if there is no such file.
pub fn split(input: &[u8]) -> Option<(&[u8], &[u8])> {
    if !is_version_4(input) {
        return files::split(input);
    }
    let end = match bmes::v4::open(input, input.len()) {
        Ok(_) => input.len(),
        Err(error) => match error.kind() {
            ErrorKind::OtherLength { size, .. } => usize::try_from(size).ok()?,
            _ => return None,
        },
    };
    let (file, rest) = input.split_at_checked(end)?;
    bmes::validate(file).is_ok().then_some((file, rest))
}

/// Returns `file` after one mutation that knows the format. `other` is a second file, of which the mutation can take a
/// part.
pub fn mutate(file: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    if is_version_4(file) { v4::mutate::mutate(file, other, choices) } else { mutate::mutate(file, other, choices) }
}

/// Returns `file` after one mutation that keeps a valid file valid.
pub fn mutate_keeping(file: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    if is_version_4(file) { v4::mutate::mutate_keeping(file, choices) } else { mutate::mutate_keeping(file, choices) }
}

/// Returns the file after a repair: of the checksums in version 4, and of the numbers that say where the bytecode is in
/// versions 1 to 3.
pub fn repair(file: &[u8]) -> Vec<u8> {
    if is_version_4(file) { repaired(file.to_vec()) } else { mutate::repair(file) }
}

/// Returns whether a reader of `file`, or a checker in version 4, gets to the bytecode before it finds an error.
pub fn reaches_bytecode(file: &[u8]) -> bool {
    if is_version_4(file) {
        Reach::of(file) == Reach::Bytecode
    } else {
        files::reaches_bytecode(bmes::validate(file).err())
    }
}

#[cfg(test)]
mod tests {
    use conformance::generate::choices::bytes_of_seed;

    use super::*;

    #[test]
    fn a_valid_file_is_told_from_the_bytes_after_it() {
        for seed in 0..200 {
            let file = file(&mut Choices::new(&bytes_of_seed(seed)));
            for rest in [&b""[..], b"rest"] {
                assert_eq!(split(&[&file, rest].concat()), Some((&*file, rest)), "seed {seed}");
            }
            assert_eq!(split(&file[..file.len() - 1]), None);
        }
    }

    #[test]
    fn half_of_the_files_have_version_4_and_all_are_valid() {
        let files = (0..1000).map(|seed| file(&mut Choices::new(&bytes_of_seed(seed))));
        let versions: Vec<_> = files.map(|file| bmes::validate(&file).unwrap()).collect();
        let count = versions.iter().filter(|version| **version == bmes::Version::V4).count();
        assert!((400..600).contains(&count), "{count} of 1000 files");
    }
}

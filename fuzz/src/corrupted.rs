//! A valid file, then a mutation that knows the format: both decoders still say the same, and what is left is shown without a panic.

use conformance::generate::choices::{Choices, bytes_of_seed};
use conformance::generate::files;
use conformance::generate::mutate::mutate;

use crate::differential::agree;

/// Corrupts the file that `input` stands for as its choices say, once or twice.
pub fn property(input: &[u8]) -> bool {
    let changed = corrupted(input);
    agree(&changed);
    let inspection = bmes::inspect(&changed);
    assert!(!inspection.annotated().to_string().is_empty() || changed.is_empty());
    files::reaches_bytecode(inspection.error())
}

/// The file that is asked about.
pub fn corrupted(input: &[u8]) -> Vec<u8> {
    let (file, mut choices) = files::valid(input);
    let mut changed = file.into_owned();
    for _ in 0..=choices.below(2) {
        // A number, and not the bytes of a file: few choices are enough for much.
        let other = bytes_of_seed(choices.number().into());
        let other = files::file(&mut Choices::new(&other));
        changed = mutate(&changed, &other, &mut choices);
    }
    changed
}

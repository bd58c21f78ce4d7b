//! The property `corrupted`: both decoders agree about a valid file that was changed, and `inspect` shows the changed
//! file without a panic. The mutation knows the format.

use conformance::generate::choices::{Choices, bytes_of_seed};
use conformance::generate::files;
use conformance::generate::mutate::mutate;

use crate::differential::agree;

/// Corrupts the file that `input` stands for, once or twice, as its choices determine.
pub fn property(input: &[u8]) -> bool {
    let changed = corrupted(input);
    agree(&changed);
    let inspection = bmes::inspect(&changed);
    assert!(!inspection.annotated().to_string().is_empty() || changed.is_empty());
    files::reaches_bytecode(inspection.error())
}

/// Returns the corrupted file that the property tests.
pub fn corrupted(input: &[u8]) -> Vec<u8> {
    let (file, mut choices) = files::valid(input);
    let mut changed = file.into_owned();
    for _ in 0..=choices.below(2) {
        // A single number of the choices is the seed of the second file. So few choices are enough for a whole file.
        let other = bytes_of_seed(choices.number().into());
        let other = files::file(&mut Choices::new(&other));
        changed = mutate(&changed, &other, &mut choices);
    }
    changed
}

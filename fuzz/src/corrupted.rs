//! The property `corrupted`: both decoders agree about a valid file that was changed, and `inspect` shows the changed
//! file without a panic. The mutation knows the format. In a file of version 4, an inverted bit is always found.

use conformance::generate::choices::{Choices, bytes_of_seed};

use crate::differential::agree;
use crate::files;
use crate::v4::{damage, is_version_4};

/// Corrupts the file that `input` stands for, once or twice, as its choices determine.
pub fn property(input: &[u8]) -> bool {
    let (file, mut choices) = files::valid(input);
    let changed = changed(&file, &mut choices);
    agree(&changed);
    let inspection = bmes::inspect(&changed);
    assert!(!inspection.annotated().to_string().is_empty() || changed.is_empty());
    if is_version_4(&file) {
        damage::flips_are_found(&file, &mut choices);
    }
    files::reaches_bytecode(&changed)
}

/// Returns the corrupted file that the property tests.
pub fn corrupted(input: &[u8]) -> Vec<u8> {
    let (file, mut choices) = files::valid(input);
    changed(&file, &mut choices)
}

fn changed(file: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut changed = file.to_vec();
    for _ in 0..=choices.below(2) {
        // A single number of the choices is the seed of the second file. So few choices are enough for a whole file.
        let other = bytes_of_seed(choices.number().into());
        let other = files::file(&mut Choices::new(&other));
        changed = files::mutate(&changed, &other, choices);
    }
    changed
}

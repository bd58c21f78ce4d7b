//! The part of a file of version 4 that a checker gets to, and a table of how many inputs get to each part.

use std::fmt::Write as _;

use bmes::{Section, v4};
use conformance::generate::choices::{Choices, bytes_of_seed};

use super::{Contents, is_version_4};
use crate::mutator::mutate;
use crate::{Input, corrupted, seeds};

/// The part of a file in which a checker finds the first error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The header: an opener rejects the file.
    Header,
    /// The metadata as a whole, or the strings.
    Metadata,
    /// The lists: a reader rejects the file.
    Lists,
    /// The record, the padding or the text.
    Check,
    /// The bytecode, or the file has no error.
    Bytecode,
}

impl Reach {
    /// Returns the part that a checker gets to in `file`.
    pub fn of(file: &[u8]) -> Self {
        if v4::open(file, file.len()).is_err() {
            return Self::Header;
        }
        match v4::ModuleView::parse(file).map(|view| view.check()) {
            Err(error) if error.path().section <= Section::Strings => Self::Metadata,
            Err(_) => Self::Lists,
            Ok(Err(error)) if error.path().field != "bytecode_crc" => Self::Check,
            Ok(_) => Self::Bytecode,
        }
    }
}

/// The number of inputs of each row of the table.
const INPUTS: u64 = 2_000;

/// Makes the file that input `number` stands for.
type MakeFile = fn(u64) -> Vec<u8>;

/// The rows: the name of the inputs, and their files.
const ROWS: [(&str, MakeFile); 3] = [
    ("generated for `deserialize` and `differential`", |number| seeds::generated(Input::File, number)),
    ("generated for `corrupted`", |number| corrupted::corrupted(&seeds::generated(Input::FileAndChoices, number))),
    ("valid files after five steps of the mutator", mutated),
];

/// Returns a valid file after five steps of the mutator that libFuzzer calls. A step that is one of libFuzzer's own
/// mutator changes nothing.
fn mutated(number: u64) -> Vec<u8> {
    let file = Contents::generate(&mut Choices::new(&bytes_of_seed(number))).file();
    let mut data = vec![0; seeds::LARGEST];
    data[..file.len()].copy_from_slice(&file);
    let step = |size, step: u64| {
        let seed = u32::try_from(5 * number + step).expect("there are few inputs");
        mutate(Input::File, &mut data, (size, seeds::LARGEST), seed, |_, size, _| size)
    };
    let size = (0..5).fold(file.len(), step);
    data[..size].to_vec()
}

/// Returns a Markdown table: the share of files of version 4 in which a checker gets to each part.
pub fn table() -> String {
    let mut table =
        "| inputs | version 4 | metadata | lists | check | bytecode |\n|---|---|---|---|---|---|\n".to_owned();
    for (name, file) in ROWS {
        let reached: Vec<_> =
            (0..INPUTS).map(file).filter(|file| is_version_4(file)).map(|file| Reach::of(&file)).collect();
        let _ = write!(table, "| {name} | {}", reached.len());
        for part in [Reach::Metadata, Reach::Lists, Reach::Check, Reach::Bytecode] {
            let count = reached.iter().filter(|reach| **reach >= part).count();
            let _ = write!(table, " | {} %", 100 * count / reached.len().max(1));
        }
        table += " |\n";
    }
    table
}

#[cfg(test)]
mod tests {
    use bmes::Digest;
    use bmes::v4::{ModuleRecord, Source, encode};
    use conformance::derive::repaired;

    use super::*;

    /// Returns a file with a text and bytecode after one bit is inverted, with right checksums except for that of the
    /// bytecode.
    fn reach(offset: usize) -> Reach {
        let record = ModuleRecord::<String>::new(Digest([1; 32]), Source { size: 4, sha256: Digest([2; 32]) });
        let mut file = encode(&record, b"text", b"bytecode").unwrap();
        file[offset] ^= 1;
        Reach::of(&repaired(file))
    }

    #[test]
    fn the_first_error_is_in_the_part_that_is_reached() {
        assert_eq!(reach(15), Reach::Header);
        assert_eq!(reach(112), Reach::Metadata);
        assert_eq!(reach(165), Reach::Check, "the padding before the bytecode");
        assert_eq!(reach(168), Reach::Bytecode);
    }

    #[test]
    fn the_readme_shows_the_table_that_the_example_reach_prints() {
        let readme = include_str!("../../README.md");
        let table = table();
        assert!(readme.contains(&table), "fuzz/README.md: replace the table of version 4 by this one:\n{table}");
    }

    #[test]
    fn enough_inputs_reach_each_part() {
        for (row, least) in table().lines().skip(2).zip([[70, 50, 40, 30]; 3]) {
            let shares = row.split(" | ").skip(2).filter_map(|cell| cell.split(' ').next()?.parse::<u64>().ok());
            let shares: Vec<_> = shares.collect();
            assert_eq!(shares.len(), 4, "{row}");
            assert!(shares.iter().zip(least).all(|(share, least)| *share >= least), "{row}, but at least {least:?}");
        }
    }
}

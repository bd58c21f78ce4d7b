//! Recipes, which describe how a large file and its record grow from small ones.
//!
//! The corpus README defines the format. [`Growth::grow`] and [`Recipe::grow_record`] implement it. The small file of a
//! case is its *seed*. A recipe is a list of parts. A part copies a range of the seed, once or many times, or consists
//! of its own bytes. In each copy, the number of the copy replaces every `000000`, so that a repeated name is different
//! in each copy.

mod indexed;
mod record;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The text that the number of a copy replaces. The number is written with as many digits as this text has.
const NUMBER: &str = "000000";

/// The maximum length in bytes of a file that a recipe describes. It is eight times the size that every reader must
/// accept.
const LARGEST: usize = 128 * 1024 * 1024;

/// Describes how the files and the record of a case grow to their full size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The growth of the file from the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Growth>,
    /// The growth of the canonical file from the same seed, if the canonical file differs from the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical: Option<Growth>,
    /// The steps by which the record grows, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record: Vec<Step>,
}

/// Describes how a file grows from a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    /// The pieces of the grown file, in order.
    pub parts: Vec<Part>,
    /// The grown file's length in bytes.
    pub length: usize,
    /// The grown file's SHA-256, in lowercase hexadecimal digits.
    pub sha256: String,
}

/// Describes how one list or one string of the record grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The JSON pointer of the list or the string, in the record that results from the previous steps.
    pub at: String,
    /// The pieces of the grown list or string: ranges of entries or of code points.
    pub parts: Vec<Part>,
}

/// A piece of a grown file, list or string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Part {
    /// A range of the seed, repeated `times` times.
    Copy {
        /// The begin and the end of the range. The end is exclusive.
        copy: [usize; 2],
        /// The number of copies.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        times: usize,
        /// The number of the first copy.
        #[serde(default, skip_serializing_if = "is_zero")]
        first: usize,
        /// The numbers that grow from one copy to the next. Only records of version 4 have them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        add: Option<Add>,
    },
    /// Bytes that are not in the seed. Only files have this part.
    Bytes {
        /// Two hexadecimal digits for each byte.
        bytes: String,
    },
    /// Numbers of four bytes each, the least significant byte first. Only files have this part.
    Numbers {
        /// The first number, the difference between a number and the one before it (modulo 2^32), and the number of
        /// numbers.
        numbers: [u32; 3],
    },
}

/// What is added to the numbers of an entry, once for each copy before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Add {
    /// For a list of numbers.
    Number(i64),
    /// For a list of objects: the number for each key.
    Fields(BTreeMap<String, i64>),
}

const fn one() -> usize {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_one(times: &usize) -> bool {
    *times == 1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(first: &usize) -> bool {
    *first == 0
}

impl Part {
    /// Creates a part that copies a range of the seed once.
    pub const fn copy(from: usize, to: usize) -> Self {
        Self::repeat(from, to, 1, 0)
    }

    /// Creates a part that copies a range of the seed `times` times. The first copy has the number `first`.
    pub const fn repeat(from: usize, to: usize, times: usize, first: usize) -> Self {
        Self::Copy { copy: [from, to], times, first, add: None }
    }

    /// Creates a part of bytes that are not in the seed.
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes { bytes: hex::encode(bytes) }
    }

    /// Returns the length of this piece of the grown file, list or string.
    pub fn length(&self) -> usize {
        match self {
            Self::Copy { copy: [from, to], times, .. } => to.saturating_sub(*from).saturating_mul(*times),
            Self::Bytes { bytes } => bytes.len() / 2,
            Self::Numbers { numbers: [_, _, count] } => usize::try_from(*count).unwrap_or(usize::MAX).saturating_mul(4),
        }
    }
}

impl Growth {
    /// Creates the growth of `seed` by `parts`, with the length and the SHA-256 of the grown file.
    pub fn of(seed: &[u8], parts: Vec<Part>) -> Result<Self, String> {
        let grown = grow_bytes(seed, &parts)?;
        Ok(Self { length: grown.len(), sha256: hex::encode(Sha256::digest(&grown)), parts })
    }

    /// Returns a sentence that says why the grown file cannot have the stated length, or `None` if it can. This
    /// function only compares lengths.
    pub fn fault(&self) -> Option<String> {
        let length = self.parts.iter().map(Part::length).fold(0, usize::saturating_add);
        if self.length > LARGEST {
            Some(format!("the recipe's file has {} bytes, and at most {LARGEST} are supported", self.length))
        } else if length != self.length {
            Some(format!("the recipe's parts have {length} bytes together, but its length is {}", self.length))
        } else {
            None
        }
    }

    /// Returns the grown file. Returns an error if a part does not fit the seed, or if the length or the SHA-256 of the
    /// grown file is not the stated one.
    pub fn grow(&self, seed: &[u8]) -> Result<Vec<u8>, String> {
        if let Some(fault) = self.fault() {
            return Err(fault);
        }
        let grown = grow_bytes(seed, &self.parts)?;
        let sum = hex::encode(Sha256::digest(&grown));
        if sum == self.sha256 {
            Ok(grown)
        } else {
            Err(format!("the recipe states the SHA-256 {}, but the grown file has the SHA-256 {sum}", self.sha256))
        }
    }
}

/// Returns the parts, one after the other.
pub(crate) fn grow_bytes(seed: &[u8], parts: &[Part]) -> Result<Vec<u8>, String> {
    let mut grown = Vec::with_capacity(parts.iter().map(Part::length).fold(0, usize::saturating_add).min(LARGEST));
    for part in parts {
        match part {
            Part::Bytes { bytes } => {
                grown.extend(
                    hex::decode(bytes)
                        .map_err(|_| format!("the recipe's bytes {bytes:?} are not hexadecimal digits"))?,
                );
            }
            Part::Numbers { numbers: [first, step, count] } => {
                let number = |index: u32| first.wrapping_add(step.wrapping_mul(index));
                grown.extend((0..*count).flat_map(|index| number(index).to_le_bytes()));
            }
            Part::Copy { copy: [from, to], times, first, .. } => {
                let piece = seed.get(*from..*to).ok_or_else(|| outside(*from, *to, seed.len()))?;
                let places = number_offsets(piece);
                if places.is_empty() {
                    (0..*times).for_each(|_| grown.extend_from_slice(piece));
                    continue;
                }
                for number in *first..first.saturating_add(*times) {
                    let start = grown.len();
                    grown.extend_from_slice(piece);
                    let digits = digits(number)?;
                    for place in &places {
                        let place = start + place;
                        grown[place..place + NUMBER.len()].copy_from_slice(&digits);
                    }
                }
            }
        }
    }
    Ok(grown)
}

/// Returns the offsets of `000000` in `piece`.
fn number_offsets(piece: &[u8]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(window) = piece.get(at..at + NUMBER.len()) {
        if window == NUMBER.as_bytes() {
            places.push(at);
            at += NUMBER.len();
        } else {
            at += 1;
        }
    }
    places
}

/// Returns `text` with the number in place of each `000000`, or `None` if `text` has no `000000`.
fn with_number(text: &str, number: usize) -> Result<Option<String>, String> {
    if !text.contains(NUMBER) {
        return Ok(None);
    }
    let digits = digits(number)?.map(char::from);
    Ok(Some(text.replace(NUMBER, &String::from_iter(digits))))
}

/// Returns the six digits of a number, or an error if it has more. The function runs for millions of copies, so it
/// allocates no memory.
fn digits(number: usize) -> Result<[u8; NUMBER.len()], String> {
    let mut rest = number;
    let mut digits = [0; NUMBER.len()];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789"[rest % 10];
        rest /= 10;
    }
    if rest == 0 { Ok(digits) } else { Err(format!("the number {number} of a copy has more than six digits")) }
}

fn outside(from: usize, to: usize, length: usize) -> String {
    format!("the recipe copies the range {from} to {to} of the seed, but the seed has the length {length}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_is_its_parts() {
        let parts = [Part::copy(0, 2), Part::bytes(b"\xFF\0"), Part::repeat(1, 3, 3, 0)];
        assert_eq!(grow_bytes(b"abc", &parts).unwrap(), b"ab\xFF\0bcbcbc");
    }

    #[test]
    fn numbers_ascend_or_descend_by_a_step() {
        let parts = [Part::Numbers { numbers: [7, 0x100, 2] }, Part::Numbers { numbers: [1, u32::MAX, 3] }];
        let expected = [7, 0x107, 1, 0, u32::MAX].map(u32::to_le_bytes).concat();
        assert_eq!(grow_bytes(b"", &parts).unwrap(), expected);
    }

    #[test]
    fn each_copy_has_its_number() {
        let parts = [Part::repeat(0, 8, 2, 9)];
        assert_eq!(grow_bytes(b"n000000,", &parts).unwrap(), b"n000009,n000010,");
    }

    #[test]
    fn places_of_numbers_do_not_overlap() {
        assert_eq!(grow_bytes(b"0000000", &[Part::repeat(0, 7, 1, 1)]).unwrap(), b"0000010");
        assert_eq!(with_number("0000000", 1), Ok(Some("0000010".into())));
    }

    #[test]
    fn a_recipe_that_cannot_be_followed_is_an_error() {
        assert!(grow_bytes(b"abc", &[Part::copy(2, 4)]).unwrap_err().contains("2 to 4"));
        assert!(grow_bytes(b"000000", &[Part::repeat(0, 6, 2, 999_999)]).unwrap_err().contains("1000000"));
    }

    #[test]
    fn a_length_that_the_parts_do_not_have_is_found_without_growing() {
        let growth = Growth { parts: vec![Part::repeat(0, 6, usize::MAX, 0)], length: 6, sha256: String::new() };
        assert!(growth.fault().unwrap().contains("its length is 6"));
        assert!(Growth { length: usize::MAX, ..growth }.fault().unwrap().contains("at most"));
    }

    #[test]
    fn a_part_has_no_other_keys() {
        for part in
            [json!({ "copy": [0, 1], "bytes": "" }), json!({ "copy": [0, 1], "more": 1 }), json!({ "times": 1 })]
        {
            assert!(serde_json::from_value::<Part>(part.clone()).is_err(), "{part}");
        }
    }
}

//! The cases of packs: `spec/pack.md`. An opener accepts a pack and reports its index, or rejects the file.
//!
//! [`layout`] makes packs without the code of the crate `bmes-pack`: every field of the ZIP structures has a name, and the index
//! is a JSON value. A description calls [`accept`] or [`reject`]. If a file breaks several clauses, it names the class of each.

mod index;
mod json;
mod large;
mod layout;
mod members;
mod valid;
mod zip;

use super::builder::File;
use super::{Described, Section, case, error};
use crate::case::{Expect, ExpectedResult};
use layout::Pack;

/// Returns every section of packs.
pub(super) fn sections() -> Vec<Section> {
    let sections = [
        ("valid", valid::cases()),
        ("zip", zip::cases()),
        ("members", members::cases()),
        ("index", index::cases()),
        ("json", json::cases()),
        ("large", large::cases()),
    ];
    sections.into_iter().map(|(name, cases)| Section::in_part("pack", name, cases)).collect()
}

/// Describes a pack that an opener accepts.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its pack")]
fn accept(name: &str, title: &str, clauses: &[&str], pack: Pack) -> Described {
    let file = pack.layout();
    accept_file(name, title, clauses, &pack, file)
}

/// Describes a file that an opener accepts as `pack`.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn accept_file(name: &str, title: &str, clauses: &[&str], pack: &Pack, file: File) -> Described {
    let index = serde_json::from_value(pack.index.clone()).expect("the index of a valid pack has its form");
    let clauses: Vec<&str> = clauses.iter().copied().chain(["accept"]).collect();
    described(name, title, &clauses, ExpectedResult::Index { index: Box::new(index) }, &file)
}

/// Describes a file that an opener rejects with one of these classes.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn reject(name: &str, title: &str, clauses: &[&str], file: File, any_of: &[&str]) -> Described {
    described(name, title, clauses, error(any_of, None), &file)
}

/// Describes a pack whose index an opener rejects with `bad-pack-index`.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its pack")]
fn reject_index(name: &str, title: &str, clauses: &[&str], pack: Pack) -> Described {
    reject(name, title, clauses, pack.layout(), &["bad-pack-index"])
}

fn described(name: &str, title: &str, clauses: &[&str], answer: ExpectedResult, file: &File) -> Described {
    let case = case(name, title, clauses, Expect { open_pack: Some(answer), ..Expect::default() });
    Described { case, file: Some(file.bytes().into()), canonical: None, seed: None, left_out: None }
}

//! Cases with large files: lists of 70,000 entries, names of 1 MiB, files of 16 MiB. All of these files grow from small
//! ones.

mod boundaries;
mod exact;
mod lists;
mod numbers;
mod strings;

use bmes::Version;

use super::large::Large;
use crate::cases::Described;
use crate::cases::builder::{File, Module, module};

/// A number of entries that does not fit in 16 bits.
const MANY: usize = 70_000;

/// A length that exceeds a buffer of 64 KiB.
const LONG: usize = MANY;

/// The size in bytes up to which every reader must accept a file.
pub(super) const LIMIT: usize = 16 * 1024 * 1024;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [
        lists::cases(version),
        strings::cases(version),
        boundaries::cases(version),
        exact::cases(version),
        numbers::cases(version),
        whole(version),
    ]
    .concat()
}

/// Returns files of exactly 16 MiB, filled by the bytecode or by one name.
fn whole(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["limit-accept", "check-accepts"];
    let bytecode = |length: usize| module(version).local("a", "a").bytecode(&pattern(length));
    let name = |length: usize| module(version).local(&"n".repeat(length), "a");
    vec![
        filled("bytecode", bytecode).accept_check(
            "bytecode-to-16-mib",
            "a file of 16 MiB, most of it bytecode",
            CLAUSES,
        ),
        filled("exports[0].export_name", name).accept_check(
            "name-to-16-mib",
            "a file of 16 MiB, most of it one name",
            CLAUSES,
        ),
    ]
}

/// Returns a large module whose first export name grows until no bytes are missing. `make` returns the module with a
/// given export name. `missing` returns the number of bytes by which a size in the file, such as the length of its metadata, is
/// less than the wanted one.
fn grown(make: impl Fn(&str) -> Module, missing: impl Fn(&File) -> usize) -> Large {
    const PIECE: usize = 8;
    let missing = |name: &str| missing(&make(name).layout());
    let name = "n".repeat(PIECE + missing(&"n".repeat(PIECE)) % PIECE);
    Large::of(make(&name)).text_times("exports[0].export_name", 0..PIECE, missing(&name) / PIECE + 1)
}

/// Returns a file of [`LIMIT`] bytes. `make` returns the module whose text at `path` has a given length. The first 16
/// KiB of that text are repeated, and the rest of it fills the missing bytes.
fn filled(path: &str, make: impl Fn(usize) -> Module) -> Large {
    const PIECE: usize = 16 * 1024;
    let other = make(8).layout().bytes().len() - 8;
    // In versions 2 and 3, `other` and `text` are multiples of 8, so the padding does not change.
    let text = LIMIT - other;
    Large::of(make(PIECE + text % PIECE)).text_times(path, 0..PIECE, text / PIECE)
}

/// Returns bytes of which no two neighbours are equal.
fn pattern(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(length).collect()
}

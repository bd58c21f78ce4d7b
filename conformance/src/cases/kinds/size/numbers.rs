//! Cases with a number across the end of a piece of the file: some of its bytes are in one piece, and the others in the
//! next.

use bmes::Version;

use super::super::large::Large;
use super::super::{in_turn, shared_out};
use super::grown;
use crate::cases::Described;
use crate::cases::builder::{Module, module};

/// The offsets at which a piece of a file may end, if a program reads the file in pieces.
const PLACES: [usize; 8] = [512, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 1 << 20];

/// A length whose lower three bytes are 3, 2 and 1.
const LENGTH: usize = 0x01_02_03;

pub(super) fn cases(version: Version) -> Vec<Described> {
    let each = |make: fn(Version, usize, usize) -> Described| {
        let at =
            move |(index, place): (usize, usize)| in_turn([1, 2, 3].map(|before| make(version, place, before)), index);
        PLACES.into_iter().enumerate().flat_map(at)
    };
    let mut cases = shared_out(version, each(too_long).chain(each(long)).collect());
    if version.has_environment() {
        cases.extend(each(bits));
    }
    cases
}

fn bytes(number: usize) -> String {
    format!("{number} byte{}", if number == 1 { "" } else { "s" })
}

/// Returns a large module in which `before` bytes of the number at the path `field` are before byte `place` of the
/// file.
fn across(place: usize, before: usize, field: &str, make: impl Fn(&str) -> Module) -> Large {
    grown(make, |file| place - before - file.range(field).start)
}

fn long(version: Version, place: usize, before: usize) -> Described {
    let make = |name: &str| module(version).local(name, "l").bytecode(b"code");
    let large = across(place, before, "exports[0].local_name.length", make);
    large.text_times("exports[0].local_name", 0..1, LENGTH).accept(
        &format!("length-with-{before}-before-byte-{place}"),
        &format!("a string is 0x010203 bytes long, with {} of that number before byte {place}", bytes(before)),
        &["u32", "string", "limit-accept", "check-accepts", "writer-accepts"],
    )
}

/// Returns a file with a string length of 2^24 across byte `place`. If a reader exchanges the bytes before and after
/// `place`, it gets the length 65,536, 256 or 1, and the file has that many bytes left.
fn too_long(version: Version, place: usize, before: usize) -> Described {
    const FIELD: &str = "exports[0].local_name.length";
    let large = across(place, before, FIELD, |name| module(version).local(name, "l").bytecode(b"code").star("s"));
    let large = large.text_times("star_exports[0].module_name", 0..1, 70_000);
    large.changed(|file| file.set_u32(FIELD, 0x0100_0000)).reject(
        &format!("length-2-24-with-{before}-before-byte-{place}"),
        &format!("the length of a string is 2^24, with {} of it before byte {place}", bytes(before)),
        &["u32", "string-bounds"],
        "truncated",
        (FIELD, 0),
    )
}

fn bits(version: Version, place: usize, before: usize) -> Described {
    let make = |name: &str| module(version).local(name, "l").declared("v", 0x0403_0201).lexical("w", 0x0506_0708);
    across(place, before, "declared_variables[0].bits", make).accept(
        &format!("bits-with-{before}-before-byte-{place}"),
        &format!("a variable's bits are 0x04030201, with {} of them before byte {place}", bytes(before)),
        &["u32", "bits", "writer-engine-words"],
    )
}

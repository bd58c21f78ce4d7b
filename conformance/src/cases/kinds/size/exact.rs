//! Cases with strings, metadata, bytecode and files whose length is a power of two, or one byte less or more. Such
//! lengths fill a buffer exactly, or almost.

use std::ops::Range;

use bmes::Version;

use super::super::large::Large;
use super::super::{in_turn, shared_out};
use super::grown;
use crate::cases::builder::{File, module};
use crate::cases::{Described, after, at, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    let mut cases = shared_out(version, [filled(version), bytecode(version), keys(version)].concat());
    cases.push(strings(version));
    cases.push(behind(version));
    cases
}

/// Returns a power of two, and its neighbours.
fn around(power: usize) -> [usize; 3] {
    [power - 1, power, power + 1]
}

fn strings(version: Version) -> Described {
    let lengths: Vec<_> = (3..=16).flat_map(|shift| around(1 << shift)).collect();
    let start = lengths.iter().fold(module(version), |module, _| module.local("nz", "l"));
    let large = lengths.iter().enumerate().fold(Large::of(start), |large, (index, length)| {
        large.text_times(&format!("exports[{index}].export_name"), 0..1, length - 1)
    });
    large.accept(
        "strings-of-powers-of-two",
        "strings whose lengths are powers of two from 8 to 65,536, and one less and more",
        &["string", "string-verbatim", "limit-accept", "check-accepts", "writer-accepts"],
    )
}

/// A length that is measured in a file: its name in ids, its words in titles with `N` for the number, and the function
/// that returns it in bytes.
type Length<'a> = (&'a str, &'a str, &'a dyn Fn(&File) -> usize);

/// Returns files in which one of these lengths or offsets is a power of two: the length of the metadata, the offset of
/// its end, or the length of the file.
fn filled(version: Version) -> Vec<Described> {
    let end = |file: &File| file.range(if version.has_bytecode_offset() { "padding" } else { "bytecode_size" }).start;
    let metadata = |file: &File| end(file) - file.range("request_count").start;
    let whole = |file: &File| file.bytes().len();
    let lengths: [Length<'_>; 3] = [
        ("metadata", "the metadata has N bytes", &metadata),
        ("end-of-metadata", "the metadata ends at byte N", &end),
        ("file", "the file has N bytes", &whole),
    ];
    let mut cases = Vec::new();
    for shift in (7..=17).chain([20]) {
        let power = 1_usize << shift;
        for (how, title, length) in &lengths {
            // Eight bytes of bytecode: in versions 2 and 3, padding then makes the length of each file a multiple of 8.
            let make = |name: &str| module(version).local(name, "l").bytecode(b"bytecode");
            cases.push(grown(make, |file| power - length(file)).accept(
                &format!("{how}-of-{power}"),
                &title.replace('N', &power.to_string()),
                &["layout", "limit-accept", "check-accepts", "writer-accepts"],
            ));
        }
    }
    cases
}

fn bytecode(version: Version) -> Vec<Described> {
    let case = |length: usize| {
        let module = |bytes: &[u8]| module(version).local("a", "a").bytecode(bytes);
        let title = format!("bytecode of {length} bytes");
        let clauses = ["bytecode-bounds", "bytecode-opaque", "check-accepts", "writer-bytecode"];
        let pattern: Vec<u8> = (0..=u8::MAX).collect();
        let piece = &[pattern.as_slice(), &pattern[..length % 256]].concat();
        Large::of(module(piece)).text_times("bytecode", 0..256, length / 256).accept(
            &format!("bytecode-of-{length}"),
            &title,
            &clauses,
        )
    };
    (9..=20).flat_map(|shift| around(1 << shift)).map(case).collect()
}

/// Returns files with two keys that a writer exchanges. A writer that keeps the length of a key in only 8 or 16 bits
/// compares the keys as shorter ones, or as equal ones.
fn keys(version: Version) -> Vec<Described> {
    let case = |length: usize, how: &str, title: &str, keys: [&str; 2], repeated: Range<usize>| {
        let attributes = [(keys[0], "1"), (keys[1], "2")];
        let [first, second] = [0, 1].map(|index| format!("requests[0].attributes[{index}]"));
        let large = Large::of(module(version).request_with("./m.js", &attributes));
        [&first, &second]
            .into_iter()
            .fold(large, |large, path| large.text_times(&format!("{path}.key"), repeated.clone(), length))
            .swapped(&first, &second)
            .accept(
                &format!("keys-of-{length}-{how}"),
                &format!("two keys, each with a run of {length} equal letters: {title}"),
                &["writer-attributes", "attributes-kept", "limit-accept", "writer-accepts"],
            )
    };
    let of_length = |length: usize| {
        [
            case(length, "by-end", "they differ in their last byte", ["pb", "pa"], 0..1),
            case(length, "by-length", "one is the beginning of the other", ["pp", "p"], 0..1),
            case(
                length,
                "by-beginning",
                "the first byte decides, and the other bytes have the opposite order",
                ["ba", "ab"],
                1..2,
            ),
        ]
    };
    let lengths = [254, 65_534, 65_535, 65_536, 65_537, 70_000, 131_072, 999_999];
    lengths.into_iter().map(of_length).enumerate().flat_map(|(index, cases)| in_turn(cases, index)).collect()
}

/// Returns a file with 64 KiB of additional bytes after the bytecode.
fn behind(version: Version) -> Described {
    reject(
        "trailing-64-kib",
        "65,536 bytes follow the bytecode: the low 16 bits of the difference are zero",
        &["end"],
        module(version).local("a", "a").bytecode(b"code").layout().append(&vec![0; 65_536]),
        "trailing-bytes",
        if version.has_bytecode_offset() { at("bytecode_size") } else { after("bytecode") },
    )
}

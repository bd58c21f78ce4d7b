//! Cases that detect state which a testee keeps from one question to the next. One process gets all cases whose ids
//! differ only in the number at the end, one after the other: see `select::batches`.

use bmes::Version;

use super::large::Large;
use super::names::HASHES;
use super::size::LIMIT;
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};

pub(super) fn cases(version: Version) -> Vec<Described> {
    // Large files cost time, so only one version has the cases of each function. The state of a process does not depend
    // on the version: only the padding does.
    let large = match version {
        Version::V1 => promising(version),
        Version::V2 => refused(version),
        _ => Vec::new(),
    };
    [alike(version), large].concat()
}

/// The names of those [`HASHES`] that do not distinguish two files that differ only in the two texts. The bytes before
/// and after the texts change both hashes in the same way.
const ANYWHERE: [&str; 8] = ["crc32", "crc32-long", "crc32c", "adler32", "djb2", "times-31", "sdbm", "times-131"];

/// Checksums of a file or of its hexadecimal digits, each with two texts. Two files that differ only in these texts
/// have the same checksum.
const SUMS: [(&str, &str, &str); 5] = [
    ("crc32-of-digits", "igtcxwae", "oikxqccg"),
    ("adler32-of-digits", "esmdrtvr", "qvluvbpg"),
    ("sum", "ab", "ba"),
    ("words", "aaaaaaaabbbbbbbb", "bbbbbbbbaaaaaaaa"),
    ("length", "one", "two"),
];

/// Returns files that differ in a name, but have the same length and the same checksum.
fn alike(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    let of_names = HASHES.into_iter().filter(|(how, ..)| ANYWHERE.contains(how));
    for (how, one, other) in of_names.chain(SUMS) {
        let what = if how == "length" { how.to_owned() } else { format!("length and {}", how.replace('-', " ")) };
        let accepted = |end: &str, name: &str| {
            accept(
                &format!("{how}-{end}"),
                &format!("a file with the same {what} as the file before or after it, but another name"),
                &["string-verbatim", "fields-verbatim", "writer-accepts"],
                named(version, name, "other"),
            )
        };
        cases.extend([accepted("1", one), accepted("2", other), accepted("3", one)]);
        // Of the next three files, only the second breaks a rule.
        let title = format!("a file that breaks a rule, between two valid files with the same {what}");
        let rules = ["duplicate-export-name", "writer-refuses"];
        cases.push(accept(&format!("{how}-rule-1"), &title, &["check-accepts"], named(version, one, other)));
        let broken = named(version, other, other);
        cases.push(refuse(&format!("{how}-rule-2"), &title, &rules, broken, "duplicate-export-name", "exports[1]"));
        cases.push(accept(&format!("{how}-rule-3"), &title, &["check-accepts"], named(version, other, one)));
    }
    // Files that differ only in the middle: they begin and end with the same 4,096 bytes.
    for (number, name) in ["1", "2", "3"].into_iter().zip(["one", "two", "one"]) {
        let long = "n".repeat(4096);
        cases.push(accept(
            &format!("middle-{number}"),
            "a file that differs in its middle from the one before or after it",
            &["string-verbatim", "writer-accepts"],
            module(version).local(&long, "l").local(name, "l").local(&format!("{long}n"), "l"),
        ));
    }
    cases
}

fn named(version: Version, one: &str, other: &str) -> Module {
    module(version).local(one, "l").local(other, "l").bytecode(b"code")
}

/// Returns cases with rejected records and files of more than 1 MiB, each followed by smaller ones. A buffer of the
/// testee may still have bytes of the larger ones.
fn refused(version: Version) -> Vec<Described> {
    const PATH: &str = "exports[0].export_name";
    const PIECE: usize = 16;
    let name = |end: &str| "n".repeat(PIECE) + end;
    let grown = |module: Module, length: usize| Large::of(module).text_times(PATH, 0..PIECE, length / PIECE);
    let kept = |number: usize, end: &str, length: usize| {
        // The padding of each file is longer than that of the file before. So it lies over bytes of the buffer that
        // were not zero.
        grown(module(version).local(&name(end), "l").bytecode(&[0xFF; 9]), length).accept(
            &format!("kept-{number}"),
            "a record that is smaller than the rejected record before it",
            &["writer-accepts", "fields-verbatim", "string-verbatim"],
        )
    };
    let broken = module(version).local(&name(""), "l").local("x", "l").local("x", "l").bytecode(&[0xFF; 99]);
    let broken = grown(broken, 3 << 20).refuse_and_encode(
        "kept-1",
        "a record of 3 MiB in which two exports have one name",
        &["duplicate-export-name", "writer-refuses"],
        "duplicate-export-name",
        "exports[2]",
    );
    let text = [name("").as_bytes(), b"\xFF"].concat();
    let not_utf8 = Large::of(module(version).local(&name("x"), "l"))
        .changed(|file| file.overwrite(&format!("{PATH}.bytes"), &text))
        .text_times(PATH, 0..PIECE, (5 << 19) / PIECE)
        .reject(
            "kept-3",
            "a file of 2.5 MiB whose first name ends in a byte that is not UTF-8",
            &["string-utf8", "all-or-nothing"],
            "bad-utf8",
            (&format!("{PATH}.bytes"), PIECE),
        );
    vec![broken, kept(2, "xyz", 1 << 21), not_utf8, kept(4, "xy", 3 << 19), kept(5, "x", 1 << 16), kept(6, "", 1 << 8)]
}

/// Returns files of 16 MiB whose first string is not UTF-8, and whose count is the largest that fits. A reader must
/// free the memory that it reserved for the entries.
fn promising(version: Version) -> Vec<Described> {
    const FIRST: &str = "star_exports[0].module_name";
    let shortest = module(version).star("").layout().bytes().len();
    // In versions 2 and 3, the length of the file is a multiple of 8 before and after it grows, so the padding does not
    // change.
    let length = 2 + (LIMIT - shortest - 2) % 8;
    let module = module(version).star(&"x".repeat(length));
    let left = LIMIT - module.layout().range(&format!("{FIRST}.length")).start;
    let fit = u32::try_from(left / 4).expect("a file has at most 16 MiB");
    let text = [b"\xFF".as_slice(), &vec![b'x'; length - 1]].concat();
    let case = |number: usize| {
        Large::of(module.clone())
            .changed(|file| file.set_u32("star_export_count", fit).overwrite(&format!("{FIRST}.bytes"), &text))
            .text_times(FIRST, length - 1..length, LIMIT - shortest - length + 1)
            .reject(
                &format!("promised-{number}"),
                "a file of 16 MiB with as many star exports as fit, of which the first is not UTF-8",
                &["all-or-nothing", "string-utf8", "memory"],
                "bad-utf8",
                (&format!("{FIRST}.bytes"), 0),
            )
    };
    let after = accept(
        "promised-6",
        "a small file, after large ones that were rejected",
        &["limit-accept", "check-accepts"],
        crate::cases::builder::module(version).request("./m.js").star("./m.js"),
    );
    (1..=5).map(case).chain([after]).collect()
}

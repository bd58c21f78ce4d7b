//! What a testee must not keep from one question to the next. The cases of one name are asked of one process, one right after the
//! other: see `select::batches`.

use bmes::Version;

use super::large::Large;
use super::size::LIMIT;
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};

pub(super) fn cases(version: Version) -> Vec<Described> {
    // Large files cost time, and what a process keeps does not depend on the version.
    let promising = if version == Version::V1 { promising(version) } else { Vec::new() };
    [alike(version), promising].concat()
}

/// Two texts of one length that have the same sum wherever they are in a file, or in the hexadecimal digits of one.
const SUMS: [(&str, &str, &str); 13] = [
    ("crc32", "plumless", "buckeroo"),
    ("crc32-long", "xhvbljakt", "rayygnckv"),
    ("crc32c", "JGiZOORB", "jjpAknYO"),
    ("adler32", "opnlfs", "zjchps"),
    ("crc32-of-digits", "igtcxwae", "oikxqccg"),
    ("adler32-of-digits", "esmdrtvr", "qvluvbpg"),
    ("sum", "ab", "ba"),
    ("words", "aaaaaaaabbbbbbbb", "bbbbbbbbaaaaaaaa"),
    ("djb2", "Ez", "FY"),
    ("times-31", "Aa", "BB"),
    ("sdbm", "arwqgu", "zcvone"),
    ("times-131", "afhlao", "ylyjmd"),
    ("length", "one", "two"),
];

/// Pairs of files that differ in a name, and are the same by their length and a sum.
fn alike(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (how, one, other) in SUMS {
        let what = how.replace('-', " ");
        let accepted = |end: &str, name: &str| {
            accept(
                &format!("{how}-{end}"),
                &format!("a file that has the length and the {what} of the one before or after it, and another name"),
                &["string-verbatim", "fields-verbatim", "writer-accepts"],
                named(version, name, "other"),
            )
        };
        cases.extend([accepted("1", one), accepted("2", other), accepted("3", one)]);
        // The second file breaks a rule, and the third keeps it again.
        let title = format!("a file that breaks a rule, between two of the same length and {what} that do not");
        let rules = ["duplicate-export-name", "writer-refuses"];
        cases.push(accept(&format!("{how}-rule-1"), &title, &["check-accepts"], named(version, one, other)));
        let broken = named(version, other, other);
        cases.push(refuse(&format!("{how}-rule-2"), &title, &rules, broken, "duplicate-export-name", "exports[1]"));
        cases.push(accept(&format!("{how}-rule-3"), &title, &["check-accepts"], named(version, other, one)));
    }
    // Files that differ in the middle alone, and begin and end with the same 4,096 bytes.
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

/// Files of 16 MiB whose first string is not UTF-8, and whose count is as large as fits. What a reader has set aside for the
/// entries, it has to give back.
fn promising(version: Version) -> Vec<Described> {
    let file = |length: usize| {
        let module = module(version).star(&"x".repeat(length));
        let file = module.layout();
        let left = LIMIT - file.range("star_exports[0].module_name.length").start;
        let fit = u32::try_from(left / 4).expect("a file has at most 16 MiB");
        let text = [b"\xFF".as_slice(), &vec![b'x'; length - 1]].concat();
        let change = move |file: crate::cases::builder::File| {
            file.set_u32("star_export_count", fit).overwrite("star_exports[0].module_name.bytes", &text)
        };
        (module, change)
    };
    let shortest = module(version).star("").layout().bytes().len();
    let length = 2 + (LIMIT - shortest - 2) % 8;
    let times = LIMIT - shortest - length + 1;
    let case = |number: usize| {
        let (module, change) = file(length);
        Large::of(module).changed(change).text_times("star_exports[0].module_name", length - 1..length, times).reject(
            &format!("promised-{number}"),
            "a file of 16 MiB with as many star exports as fit, of which the first is not UTF-8",
            &["all-or-nothing", "string-utf8", "memory"],
            "bad-utf8",
            ("star_exports[0].module_name.bytes", 0),
        )
    };
    let after = accept(
        "promised-6",
        "a small file, after large ones that were rejected",
        &["limit-accept", "check-accepts"],
        module(version).request("./m.js").star("./m.js"),
    );
    (1..=5).map(case).chain([after]).collect()
}

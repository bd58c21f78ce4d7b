//! Cases of versions 2 and 3 with a wrong header and a second fault after it.

use bmes::Version;

use crate::cases::builder::File;
use crate::cases::layout::claiming;
use crate::cases::shared::typical;
use crate::cases::{Described, at, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for offset in [0, 1, 4, 7, 8, 9, 10, 12, 14, 15] {
        for (how, what, file) in faults(version) {
            cases.push(reject(
                &format!("offset-{offset}-before-{how}"),
                &format!("two faults: bytecode_offset is {offset}, and {what}; the header is checked first"),
                &["first-error", "bytecode-offset"],
                claiming(file, offset),
                "bad-layout",
                at("bytecode_offset"),
            ));
        }
    }
    for (how, what, file) in faults(version) {
        let start = u32::try_from(file.range("bytecode").start).expect("a file of the corpus is shorter than 4 GiB");
        let (class, clause, path) = match (version, how) {
            (Version::V3, _) => ("bad-layout", "bytecode-offset-aligned", "bytecode_offset"),
            (_, "type") => ("bad-type", "import-type", "imports[0].type"),
            (_, "flag") => ("bad-flag", "has-attributes", "requests[0].has_attributes"),
            (_, "text") => ("bad-utf8", "string-utf8", "requests[1].specifier.bytes"),
            _ => ("truncated", "count-bounds", "request_count"),
        };
        cases.push(reject(
            &format!("odd-offset-before-{how}"),
            &format!("bytecode_offset is odd, and {what}"),
            &["first-error", clause],
            claiming(file, start + 1),
            class,
            at(path),
        ));
    }
    cases
}

/// Returns files with one fault in the metadata, one file for each error class.
fn faults(version: Version) -> [(&'static str, &'static str, File); 4] {
    let file = || typical(version).layout();
    [
        ("type", "an import has the type 3", file().set_u32("imports[0].type", 3)),
        ("flag", "has_attributes is 2", file().set_u32("requests[0].has_attributes", 2)),
        ("text", "a specifier is not UTF-8", file().overwrite("requests[1].specifier.bytes", b"\xFF/a.js")),
        ("count", "request_count is too large", file().set_u32("request_count", u32::MAX)),
    ]
}

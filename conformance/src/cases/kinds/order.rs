//! Cases with two violations in one file. A reader must report the violation that comes first in the file, even if it
//! checks in another order and finds the other violation first.

mod cut;
mod header;
mod raw;

use bmes::Version;

use crate::cases::builder::{File, Module, module};
use crate::cases::shared::typical;
use crate::cases::{At, Described, at, inside, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    let mut cases = [raw::cases(version), cut::cases(version), before_count(version), before_rules(version)].concat();
    if version.has_bytecode_offset() {
        cases.extend(header::cases(version));
    }
    cases
}

/// Returns files with a fault in each kind of field, and an impossible count after it. A reader that checks strings or
/// types in a second pass finds the count first.
fn before_count(version: Version) -> Vec<Described> {
    let case = |name: &str, what: &str, clause: &str, file: File, class, place: At<'_>| {
        reject(
            &format!("{name}-before-count"),
            &format!("two faults: {what}, and a star_export_count that is too large; the former comes first"),
            &["first-error", clause],
            file.set_u32("star_export_count", u32::MAX),
            class,
            place,
        )
    };
    let file = || typical(version).layout();
    let mut cases = vec![
        case(
            "flag",
            "a has_attributes of 2",
            "has-attributes",
            file().set_u32("requests[1].has_attributes", 2),
            "bad-flag",
            at("requests[1].has_attributes"),
        ),
        case(
            "import-type",
            "an import type of 3",
            "import-type",
            file().set_u32("imports[2].type", 3),
            "bad-type",
            at("imports[2].type"),
        ),
        case(
            "export-type",
            "an export type of 3",
            "export-type",
            file().set_u32("exports[2].type", 3),
            "bad-type",
            at("exports[2].type"),
        ),
    ];
    let strings = [
        ("specifier", "requests[0].specifier"),
        ("attribute-key", "requests[0].attributes[0].key"),
        ("attribute-value", "requests[0].attributes[0].value"),
        ("module-request", "imports[0].module_request"),
        ("import-name", "imports[0].import_name"),
        ("local-name", "imports[0].local_name"),
        ("export-name", "exports[0].export_name"),
        ("export-local-name", "exports[0].local_name"),
        ("module-name", "exports[1].module_name"),
        ("export-import-name", "exports[1].import_name"),
    ];
    for (name, path) in strings {
        let bytes = format!("{path}.bytes");
        let file = not_utf8(file(), &bytes);
        cases.push(case(name, &format!("{path} is not UTF-8"), "string-utf8", file, "bad-utf8", inside(&bytes, 0)));
    }
    cases
}

/// Returns the file with the byte FF in every position of the field whose path is `bytes`.
fn not_utf8(file: File, bytes: &str) -> File {
    let broken = vec![0xFF; file.range(bytes).len()];
    file.overwrite(bytes, &broken)
}

/// Returns one case for each rule: its record breaks the rule, and the last string of the file is not UTF-8. A checker
/// must read the whole file before it checks the rules.
fn before_rules(version: Version) -> Vec<Described> {
    let start = || module(version).request("./m.js");
    let mut broken = vec![
        ("duplicate-request", start().request("./m.js")),
        ("duplicate-attribute", start().request_with("./n.js", &[("a", "1"), ("a", "2")])),
        ("ambiguous-request", start().request_with("./m.js", &[("a", "1")]).import("./m.js", "x", "x")),
        ("unrequested-module", start().import("./n.js", "x", "x")),
        ("missing-local-name", start().import("./m.js", "x", "")),
        ("duplicate-local-name", start().import("./m.js", "x", "x").import("./m.js", "y", "x")),
        ("duplicate-export-name", start().local("x", "a").local("x", "b")),
        ("duplicate-star-export", start().star("./m.js").star("./m.js")),
        ("misplaced-field", start().export_entry(bmes::ExportType::Local, ["x", "", "y", "a"])),
    ];
    if version.has_environment() {
        broken.push(("duplicate-variable", start().declared("v", 4).declared("v", 4)));
    }
    let case = |(rule, module): (&str, Module)| {
        let (module, last) = if version.has_environment() {
            (module.lexical("last", 8), "lexical_variables[0].name.bytes".to_owned())
        } else {
            let last = format!("star_exports[{}].module_name.bytes", module.record.star_exports.len());
            (module.star("last"), last)
        };
        reject(
            &format!("reading-before-{rule}"),
            &format!("two faults: a record that breaks the rule {rule}, and a last string that is not UTF-8"),
            &["check-decode-first", "string-utf8"],
            module.layout().overwrite(&last, b"las\xC3"),
            "bad-utf8",
            inside(&last, 3),
        )
    };
    broken.into_iter().map(case).collect()
}

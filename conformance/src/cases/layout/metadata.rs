//! Cases in which a field of the metadata needs bytes beyond the end of the metadata that the header states.
//!
//! `shared::fields` has such cases for every field. In those, the bytes of the bytecode would complete the field. In
//! the cases here, the file has no bytecode, or far more bytecode.

use bmes::Version;

use crate::cases::builder::{File, module};
use crate::cases::shared::cut_at;
use crate::cases::shared::fields::roomy;
use crate::cases::{At, Described, at, from_review, inside, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [with_file(version), beyond(version)].concat()
}

/// Returns cases in which both the metadata and the file end inside a field of each kind: no bytecode follows.
fn with_file(version: Version) -> Vec<Described> {
    let no_length = "a string's length was read without a check that four bytes are left";
    let no_bytes = "a string's bytes were taken without a check that they are there";
    let cut = |end: At<'_>| {
        let file = cut_at(roomy(version).layout(), end, "requests[0].specifier");
        file.truncated_at(end).metadata_ends_at(end)
    };
    let number = |name: &str, path: &str| {
        let file = cut(inside(path, 2));
        let title = format!("the metadata and the file end inside {path}: there is no bytecode");
        let clauses = &["metadata-bounds", "u32-bounds", "all-or-nothing"];
        reject(&format!("file-ends-in-{name}"), &title, clauses, file, "truncated", at(path))
    };
    let length = |name: &str, path: &str| from_review(number(name, &format!("{path}.length")), no_length);
    let bytes = |name: &str, path: &str| {
        let file = cut(inside(&format!("{path}.bytes"), 2));
        let title = format!("the metadata and the file end inside the bytes of {path}: there is no bytecode");
        let clauses = &["metadata-bounds", "string-bounds", "all-or-nothing"];
        let case = reject(&format!("file-ends-in-{name}"), &title, clauses, file, "truncated", at(path));
        from_review(case, no_bytes)
    };
    let mut cases = vec![
        length("specifier-length", "requests[1].specifier"),
        bytes("specifier", "requests[1].specifier"),
        number("flag", "requests[1].has_attributes"),
        number("attribute-count", "requests[1].attribute_count"),
        bytes("value", "requests[1].attributes[1].value"),
        number("import-count", "import_count"),
        number("import-type", "imports[1].type"),
        length("import-name-length", "imports[1].import_name"),
        number("export-count", "export_count"),
        number("export-type", "exports[1].type"),
        bytes("export-name", "exports[1].export_name"),
        number("star-export-count", "star_export_count"),
        bytes("star-export", "star_exports[1].module_name"),
    ];
    if version.has_environment() {
        cases.extend([
            number("declared-variable-count", "declared_variable_count"),
            bytes("declared-name", "declared_variables[1].name"),
            number("declared-bits", "declared_variables[1].bits"),
            number("lexical-variable-count", "lexical_variable_count"),
            length("lexical-name-length", "lexical_variables[1].name"),
            number("lexical-bits", "lexical_variables[1].bits"),
            number("code-features", "code_features"),
        ]);
    }
    cases
}

/// Returns cases with a count or a string that fits in the bytes up to the end of the file, but not in the metadata.
fn beyond(version: Version) -> Vec<Described> {
    const COUNT: &[&str] = &["metadata-bounds", "count-bounds", "memory"];
    let zeros = || module(version).request("./a.js").bytecode(&vec![0; 20_000]).layout();
    let star = "star_exports[1].module_name.bytes";
    let all_but_one = |path: &str| {
        let file = roomy(version).layout();
        let length = file.range(path).len();
        cut_at(file, inside(path, length - 1), "requests[0].specifier")
    };
    let count = |name, path: &str| {
        let title = format!("{path} is 1,000: the bytecode has room for so many entries, but the metadata has not");
        reject(name, &title, COUNT, zeros().set_u32(path, 1000), "truncated", at(path))
    };
    let string = |name, title, file: File, path: &str| {
        reject(name, title, &["metadata-bounds", "string-bounds"], file, "truncated", at(path))
    };
    let mut cases = vec![
        string(
            "string-one-byte-beyond",
            "the last byte of a star export is the first byte of the bytecode",
            all_but_one(star),
            "star_exports[1].module_name",
        ),
        string(
            "string-far-beyond",
            "a specifier of 10,000 bytes, all but a few of which are in the bytecode",
            zeros().set_u32("requests[0].specifier.length", 10_000),
            "requests[0].specifier",
        ),
        string(
            "string-takes-all-of-file",
            "the length of a specifier takes all the bytes that are left in the file, with those of the bytecode",
            zeros().set_u32("requests[0].specifier.length", 20_000 + 6),
            "requests[0].specifier",
        ),
        count("request-count-beyond", "request_count"),
        count("import-count-beyond", "import_count"),
        count("export-count-beyond", "export_count"),
        count("star-export-count-beyond", "star_export_count"),
        reject(
            "not-text-before-beyond",
            "two faults: a specifier is not UTF-8, and the metadata ends after it; the specifier comes first",
            &["metadata-bounds", "first-error", "string-utf8"],
            cut_at(
                roomy(version).layout().set_text("requests[1].specifier", b"a\xFF").padded(),
                at("requests[1].has_attributes"),
                "requests[0].specifier",
            ),
            "bad-utf8",
            inside("requests[1].specifier.bytes", 1),
        ),
    ];
    if version.has_environment() {
        cases.extend([
            count("declared-variable-count-beyond", "declared_variable_count"),
            count("lexical-variable-count-beyond", "lexical_variable_count"),
        ]);
    }
    cases
}

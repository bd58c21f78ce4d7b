//! Cases for every number except lengths: the metadata ends before the number or inside it.

use bmes::Version;

use super::roomy;
use crate::cases::shared::{UNALIGNED, beyond_metadata, cut_at, whole};
use crate::cases::{At, Described, at, inside, leave_out, reject};

const NUMBERS: &[(&str, &str, &str)] = &[
    ("requests", "request-count", "request_count"),
    ("requests", "has-attributes", "requests[1].has_attributes"),
    ("requests", "attribute-count", "requests[1].attribute_count"),
    ("imports", "import-count", "import_count"),
    ("imports", "type", "imports[1].type"),
    ("exports", "export-count", "export_count"),
    ("exports", "type", "exports[1].type"),
    ("star-exports", "star-export-count", "star_export_count"),
    ("variables", "declared-variable-count", "declared_variable_count"),
    ("variables", "declared-bits", "declared_variables[1].bits"),
    ("variables", "lexical-variable-count", "lexical_variable_count"),
    ("variables", "lexical-bits", "lexical_variables[1].bits"),
    ("variables", "code-features", "code_features"),
];

pub(super) fn cases(version: Version, section: &str) -> Vec<Described> {
    let there = NUMBERS.iter().filter(|(of, ..)| *of == section);
    there.flat_map(|(_, name, path)| cut(version, name, path)).collect()
}

/// Returns cases in which the metadata ends before a number of [`roomy`] or inside it.
pub(in crate::cases) fn cut(version: Version, name: &str, path: &str) -> Vec<Described> {
    let clauses = beyond_metadata(version, &["u32-bounds", "all-or-nothing"]);
    let case = |what: &str, how: &str, end: At<'_>| {
        let name = format!("{name}-{what}");
        // No string before `request_count` can grow to align the end of the metadata. So the metadata can end at byte
        // 16, which is a multiple of 8, but not at byte 17 or 19.
        if version == Version::V3 && path == "request_count" && what != "missing" {
            return leave_out(&name, UNALIGNED);
        }
        let title = format!("the {} ends {how} {path}", whole(version));
        let file = cut_at(roomy(version).layout(), end, "requests[0].specifier");
        reject(&name, &title, &clauses, file, "truncated", at(path))
    };
    vec![
        case("missing", "before", at(path)),
        case("cut-after-one", "after the first byte of", inside(path, 1)),
        case("cut-after-three", "before the last byte of", inside(path, 3)),
    ]
}

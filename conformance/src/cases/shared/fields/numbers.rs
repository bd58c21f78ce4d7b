//! Every number that is no length: the metadata ends before it or inside it.

use bmes::Version;

use super::roomy;
use crate::cases::shared::whole;
use crate::cases::{Described, at, reject};

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

/// The metadata ends before a number of [`roomy`], and inside it.
pub(in crate::cases) fn cut(version: Version, name: &str, path: &str) -> Vec<Described> {
    let case = |what: &str, how: &str, file| {
        let title = format!("the {} ends {how} {path}", whole(version));
        reject(&format!("{name}-{what}"), &title, &["u32-bounds", "all-or-nothing"], file, "truncated", at(path))
    };
    let file = || roomy(version).layout();
    vec![
        case("missing", "before", file().cut_before(path)),
        case("cut-after-one", "after the first byte of", file().cut_inside(path, 1)),
        case("cut-after-three", "before the last byte of", file().cut_inside(path, 3)),
    ]
}

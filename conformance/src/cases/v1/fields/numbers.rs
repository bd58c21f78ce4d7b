//! Every number that is no length: the file ends before it or inside it.

use super::roomy;
use crate::cases::{FileCase, at, in_section, reject};

const NUMBERS: &[(&str, &str, &str)] = &[
    ("v1/requests", "request-count", "request_count"),
    ("v1/requests", "has-attributes", "requests[1].has_attributes"),
    ("v1/requests", "attribute-count", "requests[1].attribute_count"),
    ("v1/imports", "import-count", "import_count"),
    ("v1/imports", "type", "imports[1].type"),
    ("v1/exports", "export-count", "export_count"),
    ("v1/exports", "type", "exports[1].type"),
    ("v1/star-exports", "star-export-count", "star_export_count"),
    ("v1/bytecode", "bytecode-size", "bytecode_size"),
];

pub(super) fn cases() -> Vec<FileCase> {
    NUMBERS.iter().flat_map(|&(folder, name, path)| in_section(folder, cut(name, path))).collect()
}

fn cut(name: &str, path: &str) -> Vec<FileCase> {
    let case = |what: &str, how: &str, file| {
        let title = format!("the file ends {how} {path}");
        reject(&format!("{name}-{what}"), &title, &["v1-u32-bounds", "v1-all-or-nothing"], file, "truncated", at(path))
    };
    vec![
        case("missing", "before", roomy().layout().cut_before(path)),
        case("cut-after-one", "after the first byte of", roomy().layout().cut_inside(path, 1)),
        case("cut-after-three", "before the last byte of", roomy().layout().cut_inside(path, 3)),
    ]
}

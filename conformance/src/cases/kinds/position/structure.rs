//! Cases with a bad type, flag or string at several positions in a list. The file has twelve entries of every kind.

use bmes::{ExportType, ImportType, Version};

use super::{LENGTH, PLACES};
use crate::cases::builder::{Module, module};
use crate::cases::{Described, at, inside, reject};

/// Numbers that are neither a type nor a flag. A reader that uses only the low byte, the low 16 bits or the sign may
/// accept some of them.
const NUMBERS: [u32; 4] = [3, 0x100, u32::MAX, 0x1_0002];

/// A name that ends with a character of two bytes, which a fault replaces.
const NAME: &str = "na\u{E9}";

pub(super) fn cases(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for ((how, place), number) in PLACES.into_iter().zip(NUMBERS) {
        let numbers = [
            ("import-type", "bad-type", format!("imports[{place}].type")),
            ("export-type", "bad-type", format!("exports[{place}].type")),
            ("has-attributes", "bad-flag", format!("requests[{place}].has_attributes")),
        ];
        for (field, class, path) in numbers {
            cases.push(reject(
                &format!("{field}-{how}"),
                &format!("{path}, in a list of {LENGTH}, is {number}"),
                &[field, "u32", "first-error", "all-or-nothing"],
                full(version).layout().set_u32(&path, number),
                class,
                at(&path),
            ));
        }
        for (field, path) in strings(version, place) {
            cases.push(reject(
                &format!("{field}-{how}"),
                &format!("{path}, in a list of {LENGTH}, ends with a lead byte"),
                &["string-utf8", "first-error", "all-or-nothing"],
                full(version).layout().overwrite(&format!("{path}.bytes"), b"naa\xC3"),
                "bad-utf8",
                inside(&format!("{path}.bytes"), 3),
            ));
        }
    }
    cases
}

/// Returns every kind of string by its name and its path, at the index `place` of its list.
fn strings(version: Version, place: usize) -> Vec<(&'static str, String)> {
    let last = LENGTH - 1;
    let attribute = if place == 0 {
        0
    } else if place == last {
        2
    } else {
        1
    };
    let mut strings = vec![
        ("specifier", format!("requests[{place}].specifier")),
        ("attribute-key", format!("requests[{place}].attributes[{attribute}].key")),
        ("attribute-value", format!("requests[{place}].attributes[{attribute}].value")),
        ("import-module-request", format!("imports[{place}].module_request")),
        ("import-import-name", format!("imports[{place}].import_name")),
        ("import-local-name", format!("imports[{place}].local_name")),
        ("export-export-name", format!("exports[{place}].export_name")),
        ("export-module-name", format!("exports[{place}].module_name")),
        ("export-import-name", format!("exports[{place}].import_name")),
        ("export-local-name", format!("exports[{place}].local_name")),
        ("star-export-module-name", format!("star_exports[{place}].module_name")),
    ];
    if version.has_environment() {
        strings.push(("declared-variable-name", format!("declared_variables[{place}].name")));
        strings.push(("lexical-variable-name", format!("lexical_variables[{place}].name")));
    }
    strings
}

/// Returns a module with twelve entries of every kind, in which every string is [`NAME`]. The record breaks rules for
/// records. This does not matter, because every file here has another fault and does not decode.
fn full(version: Version) -> Module {
    let imports = [ImportType::Single, ImportType::SingleTypeScript, ImportType::Namespace];
    let exports = [ExportType::Local, ExportType::Indirect, ExportType::Namespace];
    (0..LENGTH).fold(module(version), |module, index| {
        let module = module
            .request_with(NAME, &[(NAME, NAME); 3])
            .import_entry(imports[index % imports.len()], NAME, NAME, NAME)
            .export_entry(exports[index % exports.len()], [NAME; 4])
            .star(NAME);
        if version.has_environment() { module.declared(NAME, 4).lexical(NAME, 8) } else { module }
    })
}

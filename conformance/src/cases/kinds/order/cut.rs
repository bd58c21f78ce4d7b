//! Cases with a fault in the last field of metadata that ends too early. A reader must report the fault, because the
//! missing fields come later.

use bmes::{ExportType, Version};

use super::not_utf8;
use crate::cases::builder::{File, Module, module};
use crate::cases::shared::{cut_at, typical};
use crate::cases::{At, Described, after, at, inside, reject};

/// The path of the string that grows if the metadata must end at a multiple of 8.
const LONGER: &str = "requests[0].specifier";

pub(super) fn cases(version: Version) -> Vec<Described> {
    [last_field(version), two_passes(version)].concat()
}

fn case(name: &str, what: &str, clause: &str, file: File, class: &str, place: At<'_>) -> Described {
    reject(name, &format!("two faults: {what}; the former comes first"), &["first-error", clause], file, class, place)
}

/// Returns a module with two entries in each list. The first entry is longer than two entries of the smallest size, so
/// the count still fits when the second entry is cut off.
fn pairs(version: Version) -> Module {
    let long = "a-name-that-is-longer-than-an-entry-whose-strings-are-empty";
    let module = module(version)
        .request_with("./m.js", &[(long, long), ("key", "value")])
        .request_with("./n.js", &[("a", "1")])
        .import(long, long, long)
        .import("./m.js", "x", "y")
        .indirect(long, long, long)
        .export_entry(ExportType::Indirect, ["e", "./m.js", "x", "l"])
        .star(long)
        .star("./m.js");
    if version.has_environment() {
        module.declared(long, 4).declared("v", 4).lexical(long, 8).lexical("w", 8)
    } else {
        module
    }
}

fn last_field(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    let numbers = [
        ("flag", "requests[1].has_attributes", "has-attributes", "bad-flag"),
        ("import-type", "imports[1].type", "import-type", "bad-type"),
        ("export-type", "exports[1].type", "export-type", "bad-type"),
    ];
    for (name, path, clause, class) in numbers {
        let file = cut_at(pairs(version).layout().set_u32(path, 3), after(path), LONGER);
        let what = format!("{path} is 3, and nothing follows it");
        cases.push(case(&format!("{name}-before-missing"), &what, clause, file, class, at(path)));
    }
    let mut strings = vec![
        "requests[0].attributes[1].key",
        "requests[0].attributes[1].value",
        "imports[1].module_request",
        "imports[1].import_name",
        "imports[1].local_name",
        "exports[1].export_name",
        "exports[1].module_name",
        "exports[1].import_name",
        "exports[1].local_name",
        "star_exports[1].module_name",
    ];
    if version.has_environment() {
        strings.extend(["declared_variables[1].name", "lexical_variables[1].name"]);
    }
    for path in strings {
        let bytes = format!("{path}.bytes");
        let file = cut_at(not_utf8(pairs(version).layout(), &bytes), after(&bytes), LONGER);
        let what = format!("{path} is not UTF-8, and nothing follows it");
        let name = path.replace("[0]", "").replace("[1]", "").replace(['.', '_'], "-");
        cases.push(case(&format!("{name}-before-missing"), &what, "string-utf8", file, "bad-utf8", inside(&bytes, 0)));
    }
    cases
}

/// Returns files with a fault in the first entry of a list, and with a string in the last entry that is longer than the
/// bytes that are left.
fn two_passes(version: Version) -> Vec<Described> {
    let mut lists = vec![
        ("requests", "specifier", 2),
        ("imports", "module_request", 3),
        ("imports", "local_name", 3),
        ("exports", "export_name", 3),
        ("star_exports", "module_name", 2),
    ];
    if version.has_environment() {
        lists.extend([("declared_variables", "name", 2), ("lexical_variables", "name", 3)]);
    }
    let of = |(list, field, length): (&str, &str, usize)| {
        let [first, last] = [0, length - 1].map(|index| format!("{list}[{index}].{field}"));
        let bytes = format!("{first}.bytes");
        let file = not_utf8(typical(version).star("./config.json").layout(), &bytes);
        let file = file.set_u32(&format!("{last}.length"), u32::MAX / 2);
        let what = format!("{first} is not UTF-8, and {last} is longer than what is left");
        let name = format!("{}-{}-before-length", list.replace('_', "-"), field.replace('_', "-"));
        case(&name, &what, "string-utf8", file, "bad-utf8", inside(&bytes, 0))
    };
    lists.into_iter().map(of).collect()
}

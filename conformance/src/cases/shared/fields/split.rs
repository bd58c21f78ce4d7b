//! Cases with a string that ends with a UTF-8 lead byte. The first byte of the number after the string would complete
//! the character. A reader must validate each string alone.

use bmes::Version;

use crate::cases::builder::{File, Module, module};
use crate::cases::{Described, inside, reject};

/// A length whose first byte is A9: its bytes are A9 00 00 00. After the byte C3, the byte A9 completes the character
/// é.
const LENGTH: usize = 0xA9;

/// A string that ends with the first byte of é.
const SPLIT: &[u8] = b"a\xC3";

pub(super) fn cases(version: Version, section: &str) -> Vec<Described> {
    let long = &"a".repeat(LENGTH);
    let requested = || module(version).request("./m.js");
    let local = |name: &str| requested().export_entry(bmes::ExportType::Indirect, ["a", "./m.js", name, ""]);
    let cases = [
        (
            "requests",
            "key",
            "an attribute's key",
            "requests[0].attributes[0].key",
            "value",
            module(version).request_with("./m.json", &[("k", long)]),
        ),
        (
            "requests",
            "value",
            "an attribute's value",
            "requests[0].attributes[0].value",
            "next key",
            module(version).request_with("./m.json", &[("k", "v"), (long, "v")]),
        ),
        (
            "imports",
            "module-request",
            "an import's module_request",
            "imports[0].module_request",
            "import_name",
            requested().import("./m.js", long, "b"),
        ),
        (
            "imports",
            "import-name",
            "an import's import_name",
            "imports[0].import_name",
            "local_name",
            requested().import("./m.js", "a", long),
        ),
        (
            "exports",
            "export-name",
            "an export's export_name",
            "exports[0].export_name",
            "module_name",
            module(version).request(long).indirect("a", long, "b"),
        ),
        ("exports", "module-name", "an export's module_name", "exports[0].module_name", "import_name", local(long)),
        (
            "exports",
            "import-name",
            "a Local export's import_name",
            "exports[0].import_name",
            "local_name",
            module(version).local("a", long),
        ),
        (
            "star-exports",
            "module-name",
            "a star export's module_name",
            "star_exports[0].module_name",
            "next star export",
            module(version).requests(&["a", long]).star("a").star(long),
        ),
    ];
    let there = cases.into_iter().filter(|(of, ..)| *of == section);
    let mut all: Vec<_> = there
        .map(|(_, name, title, path, next, module)| {
            let file = module.layout().set_text(path, SPLIT).padded().with_header();
            reject_split(name, title, path, &format!("the length of the {next}"), file)
        })
        .collect();
    if section == "star-exports" {
        all.push(last_star_export(version));
    }
    if section == "variables" {
        let bits = u32::try_from(LENGTH).expect("a byte");
        let (declared, lexical) = (module(version).declared("a", bits), module(version).lexical("a", bits));
        let (title, path) = ("a declared variable's name", "declared_variables[0].name");
        let file = declared.layout().set_text(path, SPLIT).padded().with_header();
        all.push(reject_split("declared-name", title, path, "its bits", file));
        let (title, path) = ("a lexical variable's name", "lexical_variables[0].name");
        let file = lexical.layout().set_text(path, SPLIT).padded().with_header();
        all.push(reject_split("lexical-name", title, path, "its bits", file));
    }
    all
}

/// Returns a file whose last star export ends with a lead byte, and whose next field begins with the second byte of the
/// character.
fn last_star_export(version: Version) -> Described {
    let path = "star_exports[0].module_name";
    let starred = module(version).request("a").star("a");
    let split = |module: Module| module.layout().set_text(path, SPLIT);
    let (next, file) = match version {
        Version::V1 => ("the bytecode's size", split(starred.bytecode(&[0; LENGTH]))),
        // There is no padding, so the bytecode directly follows the string.
        Version::V2 => ("the bytecode", split(starred.padding(0).bytecode(b"\xA9")).with_header()),
        _ => {
            let declared = (0..LENGTH).fold(starred, |module, _| module.declared("", 0));
            ("the number of declared variables", split(declared).padded().with_header())
        }
    };
    reject_split("last-module-name", "the last star export", path, next, file)
}

fn reject_split(name: &str, title: &str, path: &str, next: &str, file: File) -> Described {
    let name = format!("{name}-split-character");
    let title = format!("{title} ends with the first byte of é, and {next} begins with its second");
    reject(&name, &title, &["string-utf8", "string"], file, "bad-utf8", inside(&format!("{path}.bytes"), 1))
}

//! A lead byte at the end of a string, and a number behind it whose first byte would complete the character: strings are judged one by one.

use bmes::Version;

use crate::cases::builder::{File, Module, module};
use crate::cases::{Described, inside, reject};

/// The length, A9 00 00 00, that turns a C3 before it into é.
const LENGTH: usize = 0xA9;

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
            split(name, title, path, &format!("the length of the {next}"), module.layout())
        })
        .collect();
    if section == "star-exports" {
        let (next, module) = behind_star_exports(version);
        let title = "the last star export";
        all.push(split("last-module-name", title, "star_exports[0].module_name", next, module.layout()));
    }
    if section == "variables" {
        let bits = u32::try_from(LENGTH).expect("a byte");
        let (declared, lexical) = (module(version).declared("a", bits), module(version).lexical("a", bits));
        let (title, path) = ("a declared variable's name", "declared_variables[0].name");
        all.push(split("declared-name", title, path, "its bits", declared.layout()));
        let (title, path) = ("a lexical variable's name", "lexical_variables[0].name");
        all.push(split("lexical-name", title, path, "its bits", lexical.layout()));
    }
    all
}

/// What follows the last star export, and a module in which it begins with the second byte.
fn behind_star_exports(version: Version) -> (&'static str, Module) {
    let starred = module(version).request("a").star("a");
    match version {
        Version::V1 => ("the bytecode's size", starred.bytecode(&[0; LENGTH])),
        Version::V2 => ("the bytecode", starred.padding(0).bytecode(b"\xA9")),
        _ => ("the number of declared variables", (0..LENGTH).fold(starred, |module, _| module.declared("", 0))),
    }
}

fn split(name: &str, title: &str, path: &str, next: &str, file: File) -> Described {
    let file = file.set_text(path, b"a\xC3");
    let name = format!("{name}-split-character");
    let title = format!("{title} ends with the first byte of é, and {next} begins with its second");
    reject(&name, &title, &["string-utf8", "string"], file, "bad-utf8", inside(&format!("{path}.bytes"), 1))
}

//! A lead byte at the end of a string, and a number behind it whose first byte would complete the character: strings are judged one by one.

use crate::cases::builder::{File, module};
use crate::cases::{FileCase, in_section, inside, reject};

/// The length, A9 00 00 00, that turns a C3 before it into é.
const LENGTH: usize = 0xA9;

pub(super) fn cases() -> Vec<FileCase> {
    let long = &"a".repeat(LENGTH);
    let requested = || module().request("./m.js");
    let local = |name: &str| requested().export_entry(bmes::ExportType::Indirect, ["a", "./m.js", name, ""]);
    let cases = [
        (
            "v1/requests",
            "key",
            "an attribute's key",
            "requests[0].attributes[0].key",
            "value",
            module().request_with("./m.json", &[("k", long)]),
        ),
        (
            "v1/requests",
            "value",
            "an attribute's value",
            "requests[0].attributes[0].value",
            "next key",
            module().request_with("./m.json", &[("k", "v"), (long, "v")]),
        ),
        (
            "v1/imports",
            "module-request",
            "an import's module_request",
            "imports[0].module_request",
            "import_name",
            requested().import("./m.js", long, "b"),
        ),
        (
            "v1/imports",
            "import-name",
            "an import's import_name",
            "imports[0].import_name",
            "local_name",
            requested().import("./m.js", "a", long),
        ),
        (
            "v1/exports",
            "export-name",
            "an export's export_name",
            "exports[0].export_name",
            "module_name",
            module().request(long).indirect("a", long, "b"),
        ),
        ("v1/exports", "module-name", "an export's module_name", "exports[0].module_name", "import_name", local(long)),
        (
            "v1/exports",
            "import-name",
            "a Local export's import_name",
            "exports[0].import_name",
            "local_name",
            module().local("a", long),
        ),
        (
            "v1/star-exports",
            "module-name",
            "a star export's module_name",
            "star_exports[0].module_name",
            "next star export",
            module().requests(&["a", long]).star("a").star(long),
        ),
    ];
    let mut all: Vec<_> = cases
        .into_iter()
        .map(|(folder, name, title, path, next, module)| {
            split(folder, name, title, path, &format!("the length of the {next}"), module.layout())
        })
        .collect();
    all.push(split(
        "v1/star-exports",
        "last-module-name",
        "the last star export",
        "star_exports[0].module_name",
        "the bytecode's size",
        module().request("a").star("a").bytecode(&[0; LENGTH]).layout(),
    ));
    all
}

fn split(folder: &str, name: &str, title: &str, path: &str, next: &str, file: File) -> FileCase {
    let file = file.set_text(path, b"a\xC3");
    let name = format!("{name}-split-character");
    let title = format!("{title} ends with the first byte of é, and {next} begins with its second");
    let case =
        reject(&name, &title, &["v1-string-utf8", "v1-string"], file, "bad-utf8", inside(&format!("{path}.bytes"), 1));
    in_section(folder, vec![case]).remove(0)
}

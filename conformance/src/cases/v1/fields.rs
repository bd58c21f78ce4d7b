//! What can be wrong with any field of its kind: the same cases for every string, every count and every other number of the layout.
//!
//! A reader often has one function for all strings, and the reader that forgets one check has it in one field only.

mod counts;
mod numbers;
mod split;
mod strings;
mod utf8;

use crate::cases::FileCase;
use crate::cases::builder::{Module, module};
use bmes::ExportType;

/// Every case of every field; the ids are complete.
pub(super) fn cases() -> Vec<FileCase> {
    [strings::cases(), utf8::cases(), split::cases(), counts::cases(), numbers::cases()].concat()
}

/// A module for files that end early: before the last entry of each section is a long one, so that every count is plausible wherever the file is cut.
fn roomy() -> Module {
    let long = &"long".repeat(10);
    module()
        .request(long)
        .request_with("./m.json", &[(long, long), ("type", "json")])
        .import(long, "name", "local")
        .import("./m.json", "default", "json")
        .local(long, "local")
        .export_entry(ExportType::Indirect, ["exported", "./m.json", "default", "misplaced"])
        .star(long)
        .star("./m.json")
        .bytecode(b"bytecode")
}

/// A string field of the layout.
struct Text {
    /// The folder of its cases.
    folder: &'static str,
    /// What their names begin with.
    name: &'static str,
    /// What their titles call it.
    title: &'static str,
    /// Its path in `holding`.
    path: &'static str,
    /// Its path in [`roomy`], in the last entry.
    last: &'static str,
    /// A module that may be linked and that holds the text in this field.
    holding: fn(&str) -> Module,
}

const TEXTS: &[Text] = &[
    Text {
        folder: "v1/requests",
        name: "specifier",
        title: "a request's specifier",
        path: "requests[0].specifier",
        last: "requests[1].specifier",
        holding: |text| module().request(text),
    },
    Text {
        folder: "v1/requests",
        name: "key",
        title: "an attribute's key",
        path: "requests[0].attributes[0].key",
        last: "requests[1].attributes[1].key",
        holding: |text| module().request_with("./m.json", &[(text, "value")]),
    },
    Text {
        folder: "v1/requests",
        name: "value",
        title: "an attribute's value",
        path: "requests[0].attributes[0].value",
        last: "requests[1].attributes[1].value",
        holding: |text| module().request_with("./m.json", &[("key", text)]),
    },
    Text {
        folder: "v1/imports",
        name: "module-request",
        title: "an import's module_request",
        path: "imports[0].module_request",
        last: "imports[1].module_request",
        holding: |text| module().request(text).import(text, "a", "b"),
    },
    Text {
        folder: "v1/imports",
        name: "import-name",
        title: "an import's import_name",
        path: "imports[0].import_name",
        last: "imports[1].import_name",
        holding: |text| module().request("./m.js").import("./m.js", text, "b"),
    },
    Text {
        folder: "v1/imports",
        name: "local-name",
        title: "an import's local_name",
        path: "imports[0].local_name",
        last: "imports[1].local_name",
        holding: |text| module().request("./m.js").import("./m.js", "a", text),
    },
    Text {
        folder: "v1/exports",
        name: "export-name",
        title: "an export's export_name",
        path: "exports[0].export_name",
        last: "exports[1].export_name",
        holding: |text| module().local(text, "a"),
    },
    Text {
        folder: "v1/exports",
        name: "module-name",
        title: "an Indirect export's module_name",
        path: "exports[0].module_name",
        last: "exports[1].module_name",
        holding: |text| module().request(text).indirect("a", text, "b"),
    },
    Text {
        folder: "v1/exports",
        name: "import-name",
        title: "an Indirect export's import_name",
        path: "exports[0].import_name",
        last: "exports[1].import_name",
        holding: |text| module().request("./m.js").indirect("a", "./m.js", text),
    },
    Text {
        folder: "v1/exports",
        name: "local-name",
        title: "a Local export's local_name",
        path: "exports[0].local_name",
        last: "exports[1].local_name",
        holding: |text| module().local("a", text),
    },
    Text {
        folder: "v1/star-exports",
        name: "module-name",
        title: "a star export's module_name",
        path: "star_exports[0].module_name",
        last: "star_exports[1].module_name",
        holding: |text| module().request(text).star(text),
    },
];

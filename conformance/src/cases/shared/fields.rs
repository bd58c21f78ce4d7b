//! The same cases for each string, for each count and for each other number of the layout.
//!
//! A reader can check one field and forget another of the same kind, so each field has all cases of its kind.

mod counts;
mod numbers;
mod split;
mod strings;
mod utf8;

use crate::cases::Described;
use crate::cases::builder::{Module, module};
use bmes::{ExportType, Version};

pub(in crate::cases) use numbers::cut as cut_number;

/// Returns every case of every field of one section.
pub(in crate::cases) fn cases(version: Version, section: &str) -> Vec<Described> {
    [
        strings::cases(version, section),
        utf8::cases(version, section),
        split::cases(version, section),
        counts::cases(version, section),
        numbers::cases(version, section),
    ]
    .concat()
}

/// Returns a module for files that are cut. Each section has two entries, and the first of them is long. So the bytes
/// that are left after a cut are enough for two entries of the smallest size, and the count still fits.
pub(in crate::cases) fn roomy(version: Version) -> Module {
    let long = &"long".repeat(10);
    let module = module(version)
        .request(long)
        .request_with("./m.json", &[(long, long), ("type", "json")])
        .import(long, "name", "local")
        .import("./m.json", "default", "json")
        .local(long, "local")
        .export_entry(ExportType::Indirect, ["exported", "./m.json", "default", "misplaced"])
        .star(long)
        .star("./m.json")
        .bytecode(b"bytecode");
    if version.has_environment() {
        let module = module.declared(long, 4).declared("declared", 5).lexical(long, 6).lexical("lexical", 7);
        return module.code_features(8);
    }
    module
}

/// A string field of the layout.
struct Text {
    /// The section of the field's cases.
    section: &'static str,
    /// The beginning of the names of the field's cases.
    name: &'static str,
    /// The field's name in the titles of its cases.
    title: &'static str,
    /// The field's path in the module that `holding` returns.
    path: &'static str,
    /// The path of the same field in the last entry of [`roomy`].
    last: &'static str,
    /// The path of the first string in the module that `holding` returns. The string grows if version 3 requires the
    /// metadata to end at a multiple of 8.
    first: &'static str,
    /// Returns a valid module that has the given text in this field.
    holding: fn(Version, &str) -> Module,
}

const TEXTS: &[Text] = &[
    Text {
        section: "requests",
        name: "specifier",
        title: "a request's specifier",
        path: "requests[0].specifier",
        last: "requests[1].specifier",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request(text),
    },
    Text {
        section: "requests",
        name: "key",
        title: "an attribute's key",
        path: "requests[0].attributes[0].key",
        last: "requests[1].attributes[1].key",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request_with("./m.json", &[(text, "value")]),
    },
    Text {
        section: "requests",
        name: "value",
        title: "an attribute's value",
        path: "requests[0].attributes[0].value",
        last: "requests[1].attributes[1].value",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request_with("./m.json", &[("key", text)]),
    },
    Text {
        section: "imports",
        name: "module-request",
        title: "an import's module_request",
        path: "imports[0].module_request",
        last: "imports[1].module_request",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request(text).import(text, "a", "b"),
    },
    Text {
        section: "imports",
        name: "import-name",
        title: "an import's import_name",
        path: "imports[0].import_name",
        last: "imports[1].import_name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request("./m.js").import("./m.js", text, "b"),
    },
    Text {
        section: "imports",
        name: "local-name",
        title: "an import's local_name",
        path: "imports[0].local_name",
        last: "imports[1].local_name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request("./m.js").import("./m.js", "a", text),
    },
    Text {
        section: "exports",
        name: "export-name",
        title: "an export's export_name",
        path: "exports[0].export_name",
        last: "exports[1].export_name",
        first: "exports[0].export_name",
        holding: |version, text| module(version).local(text, "a"),
    },
    Text {
        section: "exports",
        name: "module-name",
        title: "an Indirect export's module_name",
        path: "exports[0].module_name",
        last: "exports[1].module_name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request(text).indirect("a", text, "b"),
    },
    Text {
        section: "exports",
        name: "import-name",
        title: "an Indirect export's import_name",
        path: "exports[0].import_name",
        last: "exports[1].import_name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request("./m.js").indirect("a", "./m.js", text),
    },
    Text {
        section: "exports",
        name: "local-name",
        title: "a Local export's local_name",
        path: "exports[0].local_name",
        last: "exports[1].local_name",
        first: "exports[0].export_name",
        holding: |version, text| module(version).local("a", text),
    },
    Text {
        section: "star-exports",
        name: "module-name",
        title: "a star export's module_name",
        path: "star_exports[0].module_name",
        last: "star_exports[1].module_name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request(text).star(text),
    },
    Text {
        section: "variables",
        name: "declared-name",
        title: "a declared variable's name",
        path: "declared_variables[0].name",
        last: "declared_variables[1].name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request("./m.js").declared(text, 4),
    },
    Text {
        section: "variables",
        name: "lexical-name",
        title: "a lexical variable's name",
        path: "lexical_variables[0].name",
        last: "lexical_variables[1].name",
        first: "requests[0].specifier",
        holding: |version, text| module(version).request("./m.js").lexical(text, 8),
    },
];

//! The import entries.

mod semantics;

use super::typical;
use crate::cases::builder::{Module, module};
use crate::cases::{FileCase, accept, at, from_review, reject};
use bmes::ImportType::{Namespace, Single, SingleTypeScript};

pub(super) fn cases() -> Vec<FileCase> {
    [types(), unknown_types(), names(), kept(), semantics::cases()].concat()
}

/// A module that requests `./a.js`.
fn requested() -> Module {
    module().request("./a.js")
}

fn types() -> Vec<FileCase> {
    const TYPE: &[&str] = &["v1-import-type", "v1-fields-verbatim"];
    const STAR: &[&str] = &["v1-check-accepts", "v1-writer-namespace", "v1-fields-verbatim", "v1-misplaced-field"];
    let namespace = |import_name| requested().import_entry(Namespace, "./a.js", import_name, "ns");
    vec![
        accept("type-single", "a Single import, type 0", TYPE, requested().import("./a.js", "x", "y")),
        accept(
            "type-single-typescript",
            "a SingleTypeScript import, type 1",
            TYPE,
            requested().import_entry(SingleTypeScript, "./a.js", "x", "y"),
        ),
        accept(
            "type-namespace",
            "a Namespace import, type 2",
            &["v1-import-type", "v1-writer-namespace"],
            namespace("*"),
        ),
        accept(
            "namespace-name-empty",
            "a Namespace import with an empty import_name: read as it stands, written as *",
            STAR,
            namespace(""),
        ),
        accept(
            "namespace-name-other",
            "a Namespace import with the import_name x: read as it stands, written as *",
            STAR,
            namespace("x"),
        ),
        accept(
            "namespace-name-private",
            "a Namespace import with the import_name starNamespace, as the branch wrote it",
            &["v1-writer-namespace", "v1-private-names", "v1-fields-verbatim"],
            namespace("starNamespace"),
        ),
        accept(
            "namespace-name-default",
            "a Namespace import with the import_name default: it is no default import",
            STAR,
            namespace("default"),
        ),
        accept(
            "single-name-star",
            "a Single import with the import_name *: the name does not make it a namespace",
            &["v1-applies-by-type", "v1-fields-verbatim", "v1-writer-namespace"],
            requested().import("./a.js", "*", "y"),
        ),
        accept(
            "single-name-default",
            "a default import",
            &["v1-fields-verbatim"],
            requested().import("./a.js", "default", "y"),
        ),
    ]
}

fn unknown_types() -> Vec<FileCase> {
    let case = |name, title, value| {
        let file = typical().layout().set_u32("imports[0].type", value);
        reject(name, title, &["v1-import-type", "v1-u32"], file, "bad-type", at("imports[0].type"))
    };
    let last_known = "a type outside its table was taken for the last of the known ones";
    vec![
        from_review(case("type-unknown", "an import entry of type 3", 3), last_known),
        case("type-4", "an import entry of type 4", 4),
        case("type-255", "an import entry of type 255", 255),
        case("type-256", "an import entry of type 256: its low byte is that of Single", 256),
        case("type-257", "an import entry of type 257: its low byte is that of SingleTypeScript", 257),
        case("type-65538", "an import entry of type 65538: its low half is that of Namespace", 65_538),
        case("type-big-endian", "an import entry of type 1 in the wrong byte order", 0x0100_0000),
        case("type-high-bit", "an import entry of type 2^31", 1 << 31),
        case("type-minus-one", "an import entry of type 2^32 - 1: minus one, as a signed number", u32::MAX),
        reject(
            "type-unknown-later",
            "the last of three import entries is of type 3",
            &["v1-import-type"],
            typical().layout().set_u32("imports[2].type", 3),
            "bad-type",
            at("imports[2].type"),
        ),
        reject(
            "type-before-strings",
            "two faults: an unknown type, and the strings of its entry are not UTF-8; the type is judged first",
            &["v1-first-error", "v1-import-type"],
            typical().layout().set_u32("imports[0].type", 3).set_text("imports[0].module_request", b"\xFF"),
            "bad-type",
            at("imports[0].type"),
        ),
        reject(
            "type-before-cut",
            "two faults: an unknown type, and the file ends behind it; the type is judged first",
            &["v1-first-error", "v1-import-type"],
            typical().layout().set_u32("imports[2].type", 3).cut_before("imports[2].module_request"),
            "bad-type",
            at("imports[2].type"),
        ),
    ]
}

fn names() -> Vec<FileCase> {
    const NAMES: &[&str] = &["v1-fields-verbatim", "v1-string-verbatim"];
    let local = |name, title, local_name| accept(name, title, NAMES, requested().import("./a.js", "x", local_name));
    vec![
        local("local-name-proto", "an import that binds __proto__", "__proto__"),
        local("local-name-constructor", "an import that binds constructor", "constructor"),
        local(
            "local-name-not-a-name",
            "an import that binds what no JavaScript source can: the format does not judge names",
            "not a name",
        ),
        local("local-name-escaped", "an import that binds a name outside ASCII", "\u{2118}\u{1D4D0}_$\u{200C}"),
        accept(
            "import-name-string",
            "imports by names that are strings in the source",
            NAMES,
            requested()
                .import("./a.js", "not a name", "a")
                .import("./a.js", "\u{1F980}", "b")
                .import("./a.js", "if", "c"),
        ),
        accept(
            "private-names",
            "imports by names that only an engine prints: they are strings like others",
            &["v1-private-names", "v1-fields-verbatim"],
            requested()
                .import("./a.js", "starDefault", "starDefault")
                .import("./a.js", "starNamespace", "starNamespace")
                .import("./a.js", "*default*", "*default*"),
        ),
        accept(
            "every-name-one",
            "an import whose three strings are the same",
            NAMES,
            module().request("x").import("x", "x", "x"),
        ),
        accept(
            "empty-names",
            "an import with an empty module_request, which is requested, and an empty import_name",
            &["v1-string-empty", "v1-unrequested-module"],
            module().request("").import("", "", "x"),
        ),
    ]
}

fn kept() -> Vec<FileCase> {
    let many = (0..5000)
        .fold(requested(), |module, index| module.import("./a.js", &format!("x{index}"), &format!("y{index}")));
    let long = "l".repeat(70_000);
    vec![
        accept(
            "unsorted",
            "five imports in the order of the source, their types, modules and names mixed",
            &["v1-entries-kept", "v1-writer-order"],
            module()
                .requests(&["./b.js", "./a.js"])
                .import("./a.js", "z", "z")
                .import_namespace("./b.js", "m")
                .import("./b.js", "a", "a")
                .import_entry(SingleTypeScript, "./a.js", "T", "T")
                .import("./a.js", "b", "b"),
        ),
        accept(
            "one-export-twice",
            "one export of another module imported under two names",
            &["v1-entries-kept", "v1-duplicate-local-name"],
            requested().import("./a.js", "x", "a").import("./a.js", "x", "b"),
        ),
        accept("count-5000", "5,000 imports", &["v1-limit-accept", "v1-count-bounds", "v1-entries-kept"], many),
        accept(
            "local-name-70000",
            "an import whose local_name has 70,000 bytes",
            &["v1-string", "v1-string-verbatim", "v1-u32", "v1-limit-accept"],
            requested().import("./a.js", "x", &long),
        ),
        accept(
            "unused-request",
            "a request that no entry names: import \"./b.js\"",
            &["v1-unrequested-module"],
            requested().request("./b.js").import_entry(Single, "./a.js", "x", "x"),
        ),
    ]
}

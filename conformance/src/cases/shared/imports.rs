//! Cases for the import entries.

mod semantics;

use super::{cut_at, typical, whole};
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, at, from_review, reject};
use bmes::ImportType::{Namespace, Single, SingleTypeScript};
use bmes::Version;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [types(version), unknown_types(version), names(version), kept(version), semantics::cases(version)].concat()
}

/// Returns a module that requests `./a.js`.
fn requested(version: Version) -> Module {
    module(version).request("./a.js")
}

fn types(version: Version) -> Vec<Described> {
    const TYPE: &[&str] = &["import-type", "fields-verbatim"];
    const STAR: &[&str] = &["check-accepts", "writer-namespace", "fields-verbatim", "misplaced-field"];
    let namespace = |import_name| requested(version).import_entry(Namespace, "./a.js", import_name, "ns");
    vec![
        accept("type-single", "a Single import, type 0", TYPE, requested(version).import("./a.js", "x", "y")),
        accept(
            "type-single-typescript",
            "a SingleTypeScript import, type 1",
            TYPE,
            requested(version).import_entry(SingleTypeScript, "./a.js", "x", "y"),
        ),
        accept("type-namespace", "a Namespace import, type 2", &["import-type", "writer-namespace"], namespace("*")),
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
            &["writer-namespace", "private-names", "fields-verbatim"],
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
            &["applies-by-type", "fields-verbatim", "writer-namespace"],
            requested(version).import("./a.js", "*", "y"),
        ),
        accept(
            "single-name-default",
            "a default import",
            &["fields-verbatim"],
            requested(version).import("./a.js", "default", "y"),
        ),
    ]
}

fn unknown_types(version: Version) -> Vec<Described> {
    let case = |name, title, value| {
        let file = typical(version).layout().set_u32("imports[0].type", value);
        reject(name, title, &["import-type", "u32"], file, "bad-type", at("imports[0].type"))
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
            &["import-type"],
            typical(version).layout().set_u32("imports[2].type", 3),
            "bad-type",
            at("imports[2].type"),
        ),
        reject(
            "type-before-strings",
            "two faults: an unknown type, and the strings of its entry are not UTF-8; the type is checked first",
            &["first-error", "import-type"],
            typical(version)
                .layout()
                .set_u32("imports[0].type", 3)
                .set_text("imports[0].module_request", b"\xFF")
                .padded()
                .with_header(),
            "bad-type",
            at("imports[0].type"),
        ),
        reject(
            "type-before-cut",
            &format!(
                "two faults: an unknown type, and the {} ends after it; the type is checked first",
                whole(version)
            ),
            &["first-error", "import-type"],
            cut_at(
                typical(version).layout().set_u32("imports[2].type", 3),
                at("imports[2].module_request"),
                "requests[0].specifier",
            ),
            "bad-type",
            at("imports[2].type"),
        ),
    ]
}

fn names(version: Version) -> Vec<Described> {
    const NAMES: &[&str] = &["fields-verbatim", "string-verbatim"];
    let local =
        |name, title, local_name| accept(name, title, NAMES, requested(version).import("./a.js", "x", local_name));
    vec![
        local("local-name-proto", "an import that binds __proto__", "__proto__"),
        local("local-name-constructor", "an import that binds constructor", "constructor"),
        local(
            "local-name-not-a-name",
            "an import that binds a name that no JavaScript source can bind: the format allows any name",
            "not a name",
        ),
        local("local-name-escaped", "an import that binds a name outside ASCII", "\u{2118}\u{1D4D0}_$\u{200C}"),
        accept(
            "import-name-string",
            "imports by names that are strings in the source",
            NAMES,
            requested(version)
                .import("./a.js", "not a name", "a")
                .import("./a.js", "\u{1F980}", "b")
                .import("./a.js", "if", "c"),
        ),
        accept(
            "private-names",
            "imports by names that only an engine prints: they are strings like others",
            &["private-names", "fields-verbatim"],
            requested(version)
                .import("./a.js", "starDefault", "starDefault")
                .import("./a.js", "starNamespace", "starNamespace")
                .import("./a.js", "*default*", "*default*"),
        ),
        accept(
            "every-name-one",
            "an import whose three strings are the same",
            NAMES,
            module(version).request("x").import("x", "x", "x"),
        ),
        accept(
            "empty-names",
            "an import with an empty module_request, which is requested, and an empty import_name",
            &["string-empty", "unrequested-module"],
            module(version).request("").import("", "", "x"),
        ),
    ]
}

fn kept(version: Version) -> Vec<Described> {
    let many = (0..5000)
        .fold(requested(version), |module, index| module.import("./a.js", &format!("x{index}"), &format!("y{index}")));
    let long = "l".repeat(70_000);
    vec![
        accept(
            "unsorted",
            "five imports in the order of the source, their types, modules and names mixed",
            &["entries-kept", "writer-order"],
            module(version)
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
            &["entries-kept", "duplicate-local-name"],
            requested(version).import("./a.js", "x", "a").import("./a.js", "x", "b"),
        ),
        accept("count-5000", "5,000 imports", &["limit-accept", "count-bounds", "entries-kept"], many),
        accept(
            "local-name-70000",
            "an import whose local_name has 70,000 bytes",
            &["string", "string-verbatim", "u32", "limit-accept"],
            requested(version).import("./a.js", "x", &long),
        ),
        accept(
            "unused-request",
            "a request that no entry names: import \"./b.js\"",
            &["unrequested-module"],
            requested(version).request("./b.js").import_entry(Single, "./a.js", "x", "x"),
        ),
    ]
}

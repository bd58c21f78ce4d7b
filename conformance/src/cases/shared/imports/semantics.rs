//! Cases with imports that break a rule, and with similar imports that break none.

use super::requested;
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse, refuse_for_any, refuse_record};
use bmes::ImportType::{self, Namespace, Single, SingleTypeScript};
use bmes::Version;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [
        unrequested(version),
        missing_local_names(version),
        duplicate_local_names(version),
        distinct_local_names(version),
        several(version),
        records(version),
    ]
    .concat()
}

fn unrequested(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["unrequested-module", "writer-refuses"];
    const BYTES: &[&str] = &["unrequested-module", "check-bytes"];
    let of = |import_type| module(version).import_entry(import_type, "./a.js", "x", "x");
    let none =
        |name, title, import_type| refuse(name, title, CLAUSES, of(import_type), "unrequested-module", "imports[0]");
    let near = |name, title, request: &str, named: &str| {
        refuse(
            name,
            title,
            BYTES,
            module(version).request(request).import(named, "x", "x"),
            "unrequested-module",
            "imports[0]",
        )
    };
    vec![
        none("unrequested", "a Single import from a module that is not requested", Single),
        none(
            "unrequested-typescript",
            "a SingleTypeScript import from a module that is not requested",
            SingleTypeScript,
        ),
        none("unrequested-namespace", "a Namespace import of a module that is not requested", Namespace),
        refuse(
            "unrequested-empty",
            "an import with an empty module_request that is not requested: empty is not absent",
            &["unrequested-module", "string-empty", "applies-by-type"],
            requested(version).import("", "x", "x"),
            "unrequested-module",
            "imports[0]",
        ),
        refuse(
            "unrequested-second",
            "two imports, the second from a module that is not requested",
            CLAUSES,
            requested(version).import("./a.js", "x", "x").import("./b.js", "y", "y"),
            "unrequested-module",
            "imports[1]",
        ),
        near(
            "unrequested-case",
            "an import whose module_request differs from the request's specifier in case",
            "./a.js",
            "./A.js",
        ),
        near(
            "unrequested-normalisation",
            "an import whose module_request differs from the request's specifier in normalisation",
            "./\u{E9}.js",
            "./e\u{301}.js",
        ),
        near(
            "unrequested-zero",
            "an import whose module_request differs from the request's specifier after U+0000",
            "./a\0b",
            "./a\0c",
        ),
        near(
            "unrequested-space",
            "an import whose module_request has a space more than the request's specifier",
            "./a.js",
            "./a.js ",
        ),
        near(
            "unrequested-prefix",
            "an import whose module_request is the beginning of the request's specifier",
            "./a.js",
            "./a",
        ),
        near(
            "unrequested-path",
            "an import whose module_request is another path to what may be one file",
            "./a.js",
            "./b/../a.js",
        ),
        refuse(
            "unrequested-attribute-value",
            "an import from a specifier that is only the value of an attribute",
            CLAUSES,
            module(version).request_with("./a.json", &[("type", "json")]).import("json", "x", "x"),
            "unrequested-module",
            "imports[0]",
        ),
    ]
}

fn missing_local_names(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["missing-local-name", "string-empty", "writer-refuses", "writer-no-repair"];
    let case = |name, title, import_type| {
        refuse(
            name,
            title,
            CLAUSES,
            requested(version).import_entry(import_type, "./a.js", "x", ""),
            "missing-local-name",
            "imports[0]",
        )
    };
    vec![
        case("local-name-empty", "a Single import with an empty local_name", Single),
        case("local-name-empty-typescript", "a SingleTypeScript import with an empty local_name", SingleTypeScript),
        case("local-name-empty-namespace", "a Namespace import with an empty local_name", Namespace),
        refuse(
            "local-name-empty-second",
            "two imports, the second with an empty local_name",
            CLAUSES,
            requested(version).import("./a.js", "x", "x").import("./a.js", "y", ""),
            "missing-local-name",
            "imports[1]",
        ),
        refuse(
            "smallest",
            "an import entry of the smallest size, 16 bytes: it decodes, and binds nothing",
            &["count-bounds", "missing-local-name"],
            module(version).request("").import("", "", ""),
            "missing-local-name",
            "imports[0]",
        ),
        accept(
            "local-name-space",
            "an import whose local_name is a space: not empty",
            &["missing-local-name", "check-bytes"],
            requested(version).import("./a.js", "x", " "),
        ),
        accept(
            "local-name-zero",
            "an import whose local_name is U+0000: not empty",
            &["missing-local-name", "check-bytes"],
            requested(version).import("./a.js", "x", "\0"),
        ),
    ]
}

/// Returns a module with two imports that bind these names.
fn two(version: Version, first: ImportType, second: ImportType, names: [&str; 2]) -> Module {
    requested(version).import_entry(first, "./a.js", "x", names[0]).import_entry(second, "./a.js", "y", names[1])
}

fn duplicate_local_names(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["duplicate-local-name", "writer-refuses", "writer-no-repair"];
    let case = |name, title, first, second| {
        refuse(name, title, CLAUSES, two(version, first, second, ["a", "a"]), "duplicate-local-name", "imports[1]")
    };
    vec![
        case("duplicate-local-name", "two Single imports that bind one name", Single, Single),
        case(
            "duplicate-local-name-typescript",
            "a Single and a SingleTypeScript import that bind one name",
            Single,
            SingleTypeScript,
        ),
        case("duplicate-local-name-namespace", "a Single and a Namespace import that bind one name", Single, Namespace),
        case("duplicate-local-name-namespaces", "two Namespace imports that bind one name", Namespace, Namespace),
        refuse(
            "duplicate-entry",
            "an import twice, equal in every field: both are read, and the second binds the name again",
            &["duplicate-local-name", "entries-kept"],
            requested(version).import("./a.js", "x", "x").import("./a.js", "x", "x"),
            "duplicate-local-name",
            "imports[1]",
        ),
        refuse(
            "duplicate-local-name-apart",
            "two imports from two modules that bind one name, with another between them",
            CLAUSES,
            module(version)
                .requests(&["./a.js", "./b.js"])
                .import("./a.js", "x", "a")
                .import("./a.js", "y", "b")
                .import("./b.js", "z", "a"),
            "duplicate-local-name",
            "imports[2]",
        ),
        refuse(
            "duplicate-local-name-proto",
            "two imports that bind __proto__",
            CLAUSES,
            two(version, Single, Single, ["__proto__", "__proto__"]),
            "duplicate-local-name",
            "imports[1]",
        ),
    ]
}

fn distinct_local_names(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["duplicate-local-name", "check-bytes"];
    let case = |name, title, names| accept(name, title, CLAUSES, two(version, Single, Single, names));
    vec![
        case("distinct-case", "two imports whose names differ in case", ["a", "A"]),
        case("distinct-normalisation", "two imports whose names differ in normalisation", ["\u{E9}", "e\u{301}"]),
        case(
            "distinct-compatibility",
            "two imports whose names differ in form: ﬁ as one character and as two",
            ["\u{FB01}", "fi"],
        ),
        case("distinct-zero", "two imports whose names differ by U+0000 at the end", ["a", "a\0"]),
        case("distinct-prefix", "two imports, the name of one the beginning of the other's", ["a", "ab"]),
        accept(
            "local-name-is-import-name",
            "two imports, each with the local_name that is the other's import_name",
            &["duplicate-local-name"],
            requested(version).import("./a.js", "x", "y").import("./a.js", "y", "x"),
        ),
        accept(
            "local-name-exported",
            "an import whose name a Local export exports: the two name one binding",
            &["duplicate-local-name", "check-accepts", "writer-accepts"],
            requested(version).import_namespace("./a.js", "a").local("b", "a"),
        ),
        accept(
            "local-name-is-export-name",
            "an import whose name is the export_name of a Local export of another binding",
            &["duplicate-local-name", "duplicate-export-name"],
            requested(version).import("./a.js", "x", "a").local("a", "b"),
        ),
        accept(
            "imported-and-exported",
            "an import that is exported again: an import entry and an Indirect export",
            &["duplicate-local-name", "duplicate-export-name"],
            requested(version).import("./a.js", "a", "a").indirect("a", "./a.js", "a"),
        ),
    ]
}

/// Returns cases with imports that break more than one rule. A checker may report the class of any of these rules.
fn several(version: Version) -> Vec<Described> {
    vec![
        refuse_for_any(
            "choice-unrequested-and-missing",
            "an import from a module that is not requested, with an empty local_name",
            &["check-choice"],
            module(version).import("./a.js", "x", ""),
            &["unrequested-module", "missing-local-name"],
            "imports[0]",
        ),
        refuse_for_any(
            "choice-missing-twice",
            "two imports with an empty local_name: missing and duplicate",
            &["check-choice"],
            two(version, Single, Single, ["", ""]),
            &["missing-local-name", "duplicate-local-name"],
            "imports[0]",
        ),
    ]
}

fn records(version: Version) -> Vec<Described> {
    const REFUSES: &[&str] = &["writer-refuses", "writer-no-repair"];
    let case = |name, title, module, class| refuse_record(name, title, REFUSES, module, class);
    vec![
        case(
            "record-unrequested",
            "a record with an import from a module that is not requested",
            module(version).import("./a.js", "x", "x"),
            "unrequested-module",
        ),
        case(
            "record-missing-local-name",
            "a record with an import without a local name",
            requested(version).import("./a.js", "x", ""),
            "missing-local-name",
        ),
        case(
            "record-duplicate-local-name",
            "a record with two imports that bind one name",
            two(version, Single, Single, ["a", "a"]),
            "duplicate-local-name",
        ),
    ]
}

//! Cases with exports that break a rule, and with similar exports that break none.

use super::requested;
use crate::cases::builder::module;
use crate::cases::{Described, accept, refuse, refuse_for_any, refuse_record};
use bmes::ExportType::{self, Indirect, Local, Namespace};
use bmes::Version;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [
        unrequested(version),
        local_names(version),
        duplicate_names(version),
        distinct_names(version),
        misplaced(version),
        several(version),
        records(version),
    ]
    .concat()
}

fn unrequested(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["unrequested-module", "writer-refuses"];
    const EMPTY: &[&str] = &["unrequested-module", "applies-by-type", "string-empty"];
    let case = |name, title, clauses: &[&str], module| {
        refuse(name, title, clauses, module, "unrequested-module", "exports[0]")
    };
    vec![
        case(
            "unrequested-indirect",
            "an Indirect export from a module that is not requested",
            CLAUSES,
            module(version).indirect("x", "./a.js", "x"),
        ),
        case(
            "unrequested-namespace",
            "a Namespace export of a module that is not requested",
            CLAUSES,
            module(version).namespace("x", "./a.js"),
        ),
        case(
            "unrequested-indirect-empty",
            "an Indirect export with an empty module_name that is not requested: it is not Local",
            EMPTY,
            requested(version).indirect("x", "", "x"),
        ),
        case(
            "unrequested-namespace-empty",
            "a Namespace export with an empty module_name that is not requested",
            EMPTY,
            requested(version).namespace("x", ""),
        ),
        case(
            "unrequested-case",
            "an Indirect export whose module_name differs from the request's specifier in case",
            &["unrequested-module", "check-bytes"],
            requested(version).indirect("x", "./A.js", "x"),
        ),
        case(
            "unrequested-normalisation",
            "a Namespace export whose module_name differs from the request's specifier in normalisation",
            &["unrequested-module", "check-bytes"],
            module(version).request("./e\u{301}.js").namespace("x", "./\u{E9}.js"),
        ),
        accept(
            "local-without-requests",
            "a Local export in a module without requests: its empty module_name names no module",
            &["unrequested-module", "applies-by-type"],
            module(version).local("x", "x"),
        ),
    ]
}

fn local_names(version: Version) -> Vec<Described> {
    vec![
        refuse(
            "local-name-empty",
            "a Local export with an empty local_name",
            &["missing-local-name", "string-empty", "writer-refuses"],
            module(version).local("x", ""),
            "missing-local-name",
            "exports[0]",
        ),
        refuse(
            "local-name-empty-default",
            "a default export with an empty local_name: one without a name is *default*",
            &["missing-local-name", "writer-no-repair", "writer-refuses"],
            module(version).local("default", ""),
            "missing-local-name",
            "exports[0]",
        ),
        refuse(
            "local-name-empty-second",
            "two Local exports, the second with an empty local_name",
            &["missing-local-name", "writer-refuses"],
            module(version).local("x", "x").local("y", ""),
            "missing-local-name",
            "exports[1]",
        ),
        refuse(
            "smallest-local",
            "a Local export of the smallest size, all of its strings empty: it decodes, and names no binding",
            &["count-bounds", "missing-local-name", "applies-by-type"],
            module(version).local("", ""),
            "missing-local-name",
            "exports[0]",
        ),
        accept(
            "local-name-space",
            "a Local export whose local_name is a space: not empty",
            &["missing-local-name"],
            module(version).local("x", " "),
        ),
    ]
}

/// Adds an export of the given type with the export name `x`.
fn named(module: crate::cases::builder::Module, export_type: ExportType) -> crate::cases::builder::Module {
    match export_type {
        Indirect => module.indirect("x", "./a.js", "y"),
        Namespace => module.namespace("x", "./a.js"),
        _ => module.local("x", "a"),
    }
}

fn duplicate_names(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["duplicate-export-name", "writer-refuses", "writer-no-repair"];
    let two = |name, title, first, second| {
        refuse(
            name,
            title,
            &["duplicate-export-name", "entries-kept", "writer-refuses", "writer-no-repair"],
            named(named(requested(version), first), second),
            "duplicate-export-name",
            "exports[1]",
        )
    };
    let local = |name, title, export_name: &str| {
        refuse(
            name,
            title,
            CLAUSES,
            module(version).local(export_name, "a").local(export_name, "b"),
            "duplicate-export-name",
            "exports[1]",
        )
    };
    vec![
        two("duplicate-local-local", "two Local exports of one name, and of one binding", Local, Local),
        two("duplicate-local-indirect", "a Local and an Indirect export of one name", Local, Indirect),
        two("duplicate-local-namespace", "a Local and a Namespace export of one name", Local, Namespace),
        two(
            "duplicate-indirect-indirect",
            "two Indirect exports of one name, equal in every field",
            Indirect,
            Indirect,
        ),
        two("duplicate-indirect-namespace", "an Indirect and a Namespace export of one name", Indirect, Namespace),
        two("duplicate-namespace-namespace", "two Namespace exports of one name", Namespace, Namespace),
        local("duplicate-name", "two Local exports of one name, and of two bindings", "x"),
        local("duplicate-name-empty", "two exports whose names are empty: empty is a name", ""),
        local("duplicate-name-default", "two default exports", "default"),
        local("duplicate-name-proto", "two exports named __proto__", "__proto__"),
        refuse(
            "duplicate-name-apart",
            "two exports of one name, with two others between them",
            CLAUSES,
            module(version).local("x", "a").local("y", "b").local("z", "c").local("x", "d"),
            "duplicate-export-name",
            "exports[3]",
        ),
    ]
}

fn distinct_names(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["duplicate-export-name", "check-bytes", "check-accepts", "writer-accepts"];
    let case = |name, title, names: [&str; 2]| {
        accept(name, title, CLAUSES, module(version).local(names[0], "a").local(names[1], "b"))
    };
    let long = |end: &str| "a".repeat(255) + end;
    vec![
        case("distinct-case", "two exports whose names differ in case", ["x", "X"]),
        case("distinct-normalisation", "two exports whose names differ in normalisation", ["\u{E9}", "e\u{301}"]),
        case("distinct-zero", "two exports whose names differ by U+0000 at the end", ["x", "x\0"]),
        case("distinct-empty", "two exports, the name of one of them empty", ["x", ""]),
        case("distinct-prefix", "two exports, the name of one the beginning of the other's", ["x", "xx"]),
        case("distinct-space", "two exports whose names differ by a space", ["x", "x "]),
        case("distinct-ninth", "two exports whose names differ in their ninth byte", ["abcdefgh1", "abcdefgh2"]),
        case(
            "distinct-astral",
            "two exports whose names differ in a character beyond U+FFFF",
            ["\u{1F980}", "\u{1F981}"],
        ),
        case("distinct-at-256", "two exports whose names differ in their 256th byte", [&long("1"), &long("2")]),
        accept(
            "name-is-local-name",
            "two exports, each with the export_name that is the other's local_name",
            &["duplicate-export-name"],
            module(version).local("a", "b").local("b", "a"),
        ),
        accept(
            "name-is-import-name",
            "an Indirect export whose import_name is the export_name of another export",
            &["duplicate-export-name"],
            requested(version).local("a", "a").indirect("b", "./a.js", "a"),
        ),
        accept(
            "name-is-specifier",
            "an export whose name is the specifier of a star export",
            &["duplicate-export-name", "duplicate-star-export"],
            requested(version).local("./a.js", "a").star("./a.js"),
        ),
    ]
}

fn misplaced(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["misplaced-field", "fields-verbatim", "writer-refuses", "writer-no-repair"];
    let case = |name, title, export_type, names| {
        refuse(
            name,
            title,
            CLAUSES,
            requested(version).export_entry(export_type, names),
            "misplaced-field",
            "exports[0]",
        )
    };
    vec![
        case("misplaced-local-module", "a Local export with a module_name", Local, ["x", "./a.js", "", "x"]),
        case("misplaced-local-import", "a Local export with an import_name", Local, ["x", "", "x", "x"]),
        case("misplaced-indirect-local", "an Indirect export with a local_name", Indirect, ["x", "./a.js", "x", "x"]),
        case(
            "misplaced-namespace-import",
            "a Namespace export with an import_name",
            Namespace,
            ["x", "./a.js", "x", ""],
        ),
        case(
            "misplaced-namespace-star",
            "a Namespace export with the import_name *: only a Namespace import may have it",
            Namespace,
            ["x", "./a.js", "*", ""],
        ),
        case("misplaced-namespace-local", "a Namespace export with a local_name", Namespace, ["x", "./a.js", "", "x"]),
        case(
            "misplaced-namespace-private",
            "a Namespace export with the local_name starNamespace",
            Namespace,
            ["x", "./a.js", "", "starNamespace"],
        ),
        case("misplaced-space", "a Local export whose module_name is a space: not empty", Local, ["x", " ", "", "x"]),
        refuse(
            "misplaced-local-unrequested",
            "a Local export with the module_name of a module that is not requested: the field does not apply",
            &["misplaced-field", "applies-by-type"],
            module(version).export_entry(Local, ["x", "./a.js", "", "x"]),
            "misplaced-field",
            "exports[0]",
        ),
        refuse(
            "misplaced-second",
            "two Indirect exports, the second with a local_name",
            CLAUSES,
            requested(version).indirect("a", "./a.js", "a").export_entry(Indirect, ["b", "./a.js", "b", "b"]),
            "misplaced-field",
            "exports[1]",
        ),
    ]
}

/// Returns cases with exports that break more than one rule. A checker may report the class of any of these rules.
fn several(version: Version) -> Vec<Described> {
    vec![
        refuse_for_any(
            "choice-missing-and-misplaced",
            "a Local export with the fields of an Indirect one",
            &["check-choice", "applies-by-type"],
            requested(version).export_entry(Local, ["x", "./a.js", "x", ""]),
            &["missing-local-name", "misplaced-field"],
            "exports[0]",
        ),
        refuse_for_any(
            "choice-unrequested-and-misplaced",
            "an Indirect export with the fields of a Local one",
            &["check-choice", "applies-by-type"],
            requested(version).export_entry(Indirect, ["x", "", "", "x"]),
            &["unrequested-module", "misplaced-field"],
            "exports[0]",
        ),
        refuse_for_any(
            "choice-first-entry",
            "the first export has a module_name and is Local, and two others have one name",
            &["check-choice"],
            requested(version).export_entry(Local, ["x", "./a.js", "", "x"]).local("y", "y").local("y", "z"),
            &["misplaced-field", "duplicate-export-name"],
            "exports[0]",
        ),
    ]
}

fn records(version: Version) -> Vec<Described> {
    const REFUSES: &[&str] = &["writer-refuses", "writer-no-repair"];
    let case = |name, title, module, class| refuse_record(name, title, REFUSES, module, class);
    vec![
        case(
            "record-duplicate-name",
            "a record with two exports of one name",
            module(version).local("x", "a").local("x", "b"),
            "duplicate-export-name",
        ),
        case(
            "record-misplaced",
            "a record with a Local export that has a module_name",
            requested(version).export_entry(Local, ["x", "./a.js", "", "x"]),
            "misplaced-field",
        ),
        case(
            "record-missing-local-name",
            "a record with a Local export without a local name",
            module(version).local("x", ""),
            "missing-local-name",
        ),
    ]
}

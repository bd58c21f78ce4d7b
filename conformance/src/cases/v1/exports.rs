//! The export entries.

mod semantics;

use super::typical;
use crate::cases::builder::{Module, module};
use crate::cases::{FileCase, accept, at, from_review, inside, reject};

pub(super) fn cases() -> Vec<FileCase> {
    [types(), unknown_types(), names(), kept(), unused_strings(), semantics::cases()].concat()
}

/// A module that requests `./a.js`.
fn requested() -> Module {
    module().request("./a.js")
}

fn types() -> Vec<FileCase> {
    const TYPE: &[&str] = &["v1-export-type", "v1-fields-verbatim", "v1-misplaced-field"];
    vec![
        accept("type-local", "a Local export, type 0", TYPE, module().local("x", "y")),
        accept("type-indirect", "an Indirect export, type 1", TYPE, requested().indirect("x", "./a.js", "y")),
        accept("type-namespace", "a Namespace export, type 2", TYPE, requested().namespace("ns", "./a.js")),
        accept(
            "smallest",
            "an Indirect export of the smallest size, 20 bytes: all of its strings are empty, and its module is requested",
            &["v1-count-bounds", "v1-string-empty", "v1-applies-by-type"],
            module().request("").indirect("", "", ""),
        ),
        accept(
            "indirect-module-empty",
            "an Indirect export from the empty specifier, which is requested: an empty module_name does not make it Local",
            &["v1-applies-by-type", "v1-string-empty", "v1-unrequested-module"],
            module().request("").indirect("x", "", "y"),
        ),
        accept(
            "indirect-import-name-empty",
            "an Indirect export of the name \"\": an empty import_name does not make it a Namespace export",
            &["v1-applies-by-type", "v1-string-empty"],
            requested().indirect("x", "./a.js", ""),
        ),
        accept(
            "indirect-import-name-star",
            "an Indirect export of the name *: the name does not make it a Namespace export",
            &["v1-applies-by-type", "v1-fields-verbatim"],
            requested().indirect("x", "./a.js", "*"),
        ),
    ]
}

fn unknown_types() -> Vec<FileCase> {
    let case = |name, title, value| {
        let file = typical().layout().set_u32("exports[0].type", value);
        reject(name, title, &["v1-export-type", "v1-u32"], file, "bad-type", at("exports[0].type"))
    };
    let last_known = "a type outside its table was taken for the last of the known ones";
    vec![
        from_review(case("type-unknown", "an export entry of type 3", 3), last_known),
        case("type-4", "an export entry of type 4", 4),
        case("type-255", "an export entry of type 255", 255),
        case("type-256", "an export entry of type 256: its low byte is that of Local", 256),
        case("type-257", "an export entry of type 257: its low byte is that of Indirect", 257),
        case("type-65538", "an export entry of type 65538: its low half is that of Namespace", 65_538),
        case("type-big-endian", "an export entry of type 1 in the wrong byte order", 0x0100_0000),
        case("type-high-bit", "an export entry of type 2^31", 1 << 31),
        case("type-minus-one", "an export entry of type 2^32 - 1: minus one, as a signed number", u32::MAX),
        reject(
            "type-unknown-later",
            "the last of three export entries is of type 3",
            &["v1-export-type"],
            typical().layout().set_u32("exports[2].type", 3),
            "bad-type",
            at("exports[2].type"),
        ),
        reject(
            "type-before-strings",
            "two faults: an unknown type, and the strings of its entry are not UTF-8; the type is judged first",
            &["v1-first-error", "v1-export-type"],
            typical().layout().set_u32("exports[0].type", 3).set_text("exports[0].export_name", b"\xFF"),
            "bad-type",
            at("exports[0].type"),
        ),
        reject(
            "structure-before-rules",
            "two faults: two exports of one name, and a byte behind the bytecode; the file is read before its record is checked",
            &["v1-check-decode-first", "v1-end"],
            module().local("x", "a").local("x", "b").layout().append(&[0]),
            "trailing-bytes",
            crate::cases::after("bytecode"),
        ),
    ]
}

fn names() -> Vec<FileCase> {
    const NAMES: &[&str] = &["v1-fields-verbatim", "v1-string-verbatim"];
    let names = |name, title, names: &[&str]| {
        let module = names.iter().fold(module(), |module, name| module.local(name, "a"));
        accept(name, title, NAMES, module)
    };
    let lost = "a length of zero became a null string, and `export { x as \"\" }` lost its name";
    vec![
        from_review(
            accept(
                "name-empty",
                "an export whose name is empty: export { x as \"\" }",
                &["v1-string-empty", "v1-applies-by-type"],
                module().local("", "x"),
            ),
            lost,
        ),
        from_review(
            accept(
                "name-empty-of-every-type",
                "an Indirect export whose name is empty",
                &["v1-string-empty", "v1-applies-by-type"],
                requested().indirect("", "./a.js", "x"),
            ),
            lost,
        ),
        accept(
            "name-empty-namespace",
            "a Namespace export whose name is empty: export * as \"\" from",
            &["v1-string-empty", "v1-applies-by-type"],
            requested().namespace("", "./a.js"),
        ),
        accept(
            "default",
            "a default export that binds no name",
            &["v1-fields-verbatim", "v1-private-names"],
            module().local("default", "*default*"),
        ),
        accept(
            "default-named",
            "a default export that binds a name",
            &["v1-fields-verbatim"],
            module().local("default", "main"),
        ),
        accept(
            "default-private",
            "a default export as the branch wrote it, with the local_name starDefault",
            &["v1-private-names"],
            module().local("default", "starDefault"),
        ),
        accept(
            "private-names",
            "exports by names that only an engine prints, or that ECMA-262 writes for what has none",
            &["v1-private-names", "v1-fields-verbatim"],
            module()
                .local("starDefault", "a")
                .local("starNamespace", "b")
                .local("*default*", "c")
                .local("*", "d")
                .local("*namespace*", "e"),
        ),
        names(
            "names-of-objects",
            "exports by names that are special as keys of a JavaScript object",
            &["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "0", "length", "then"],
        ),
        names(
            "names-that-are-strings",
            "exports by names that are strings in the source",
            &["not a name", "if", "./a.js", "\"", "\n", "\u{1F980}"],
        ),
    ]
}

fn kept() -> Vec<FileCase> {
    let many = (0..5000).fold(module(), |module, index| module.local(&format!("x{index}"), &format!("y{index}")));
    vec![
        accept(
            "unsorted",
            "five exports in the order of the source, their types and names mixed",
            &["v1-entries-kept", "v1-writer-order"],
            requested()
                .indirect("z", "./a.js", "z")
                .local("m", "m")
                .namespace("a", "./a.js")
                .local("A", "a")
                .indirect("b", "./a.js", "b"),
        ),
        accept(
            "one-binding-twice",
            "one binding exported under two names",
            &["v1-entries-kept", "v1-duplicate-local-name", "v1-check-accepts"],
            module().local("a", "x").local("b", "x"),
        ),
        accept(
            "one-name-indirect-twice",
            "one export of another module exported under two names",
            &["v1-entries-kept", "v1-duplicate-export-name"],
            requested().indirect("a", "./a.js", "x").indirect("b", "./a.js", "x"),
        ),
        accept("count-5000", "5,000 exports", &["v1-limit-accept", "v1-count-bounds", "v1-entries-kept"], many),
    ]
}

/// Strings of fields that do not apply: read, bounded and judged like all others.
fn unused_strings() -> Vec<FileCase> {
    let fields = [
        ("local-module-name", "the module_name of a Local export", "exports[0].module_name"),
        ("local-import-name", "the import_name of a Local export", "exports[0].import_name"),
        ("indirect-local-name", "the local_name of an Indirect export", "exports[1].local_name"),
        ("namespace-import-name", "the import_name of a Namespace export", "exports[2].import_name"),
        ("namespace-local-name", "the local_name of a Namespace export", "exports[2].local_name"),
    ];
    let cases = |(name, title, path): (&str, &str, &str)| {
        let file = || typical().layout();
        let (length, bytes) = (format!("{path}.length"), format!("{path}.bytes"));
        [
            reject(
                &format!("unused-{name}-not-utf8"),
                &format!("{title}, which does not apply, is not UTF-8"),
                &["v1-string-utf8", "v1-fields-verbatim"],
                file().set_text(path, b"a\xED\xA0\x80"),
                "bad-utf8",
                inside(&bytes, 1),
            ),
            reject(
                &format!("unused-{name}-too-long"),
                &format!("{title}, which does not apply, says that it has one byte more than are left"),
                &["v1-string-bounds", "v1-fields-verbatim"],
                file().set_u32_by(&length, |place| place.left + 1),
                "truncated",
                at(&length),
            ),
        ]
    };
    fields.into_iter().flat_map(cases).collect()
}

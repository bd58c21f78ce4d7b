//! Cases for the export entries.

mod semantics;

use bmes::Version;

use super::{end_of_bounds, trailing, typical};
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, after, at, from_review, inside, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [
        types(version),
        unknown_types(version),
        names(version),
        kept(version),
        unused_strings(version),
        semantics::cases(version),
    ]
    .concat()
}

/// Returns a module that requests `./a.js`.
fn requested(version: Version) -> Module {
    module(version).request("./a.js")
}

fn types(version: Version) -> Vec<Described> {
    const TYPE: &[&str] = &["export-type", "fields-verbatim", "misplaced-field"];
    vec![
        accept("type-local", "a Local export, type 0", TYPE, module(version).local("x", "y")),
        accept("type-indirect", "an Indirect export, type 1", TYPE, requested(version).indirect("x", "./a.js", "y")),
        accept("type-namespace", "a Namespace export, type 2", TYPE, requested(version).namespace("ns", "./a.js")),
        accept(
            "smallest",
            "an Indirect export of the smallest size, 20 bytes: all of its strings are empty, and its module is requested",
            &["count-bounds", "string-empty", "applies-by-type"],
            module(version).request("").indirect("", "", ""),
        ),
        accept(
            "indirect-module-empty",
            "an Indirect export from the empty specifier, which is requested: an empty module_name does not make it Local",
            &["applies-by-type", "string-empty", "unrequested-module"],
            module(version).request("").indirect("x", "", "y"),
        ),
        accept(
            "indirect-import-name-empty",
            "an Indirect export of the name \"\": an empty import_name does not make it a Namespace export",
            &["applies-by-type", "string-empty"],
            requested(version).indirect("x", "./a.js", ""),
        ),
        accept(
            "indirect-import-name-star",
            "an Indirect export of the name *: the name does not make it a Namespace export",
            &["applies-by-type", "fields-verbatim"],
            requested(version).indirect("x", "./a.js", "*"),
        ),
    ]
}

fn unknown_types(version: Version) -> Vec<Described> {
    let case = |name, title, value| {
        let file = typical(version).layout().set_u32("exports[0].type", value);
        reject(name, title, &["export-type", "u32"], file, "bad-type", at("exports[0].type"))
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
            &["export-type"],
            typical(version).layout().set_u32("exports[2].type", 3),
            "bad-type",
            at("exports[2].type"),
        ),
        reject(
            "type-before-strings",
            "two faults: an unknown type, and the strings of its entry are not UTF-8; the type is checked first",
            &["first-error", "export-type"],
            typical(version)
                .layout()
                .set_u32("exports[0].type", 3)
                .set_text("exports[0].export_name", b"\xFF")
                .padded()
                .with_header(),
            "bad-type",
            at("exports[0].type"),
        ),
        reject(
            "structure-before-rules",
            "two faults: two exports of one name, and a byte after the bytecode; the file is read before its record is checked",
            &["check-decode-first", "end"],
            module(version).local("x", "a").local("x", "b").layout().append(&[0]),
            "trailing-bytes",
            trailing(version),
        ),
    ]
}

fn names(version: Version) -> Vec<Described> {
    const NAMES: &[&str] = &["fields-verbatim", "string-verbatim"];
    let names = |name, title, names: &[&str]| {
        let module = names.iter().fold(module(version), |module, name| module.local(name, "a"));
        accept(name, title, NAMES, module)
    };
    let lost = "a length of zero became a null string, and `export { x as \"\" }` lost its name";
    vec![
        from_review(
            accept(
                "name-empty",
                "an export whose name is empty: export { x as \"\" }",
                &["string-empty", "applies-by-type"],
                module(version).local("", "x"),
            ),
            lost,
        ),
        from_review(
            accept(
                "name-empty-of-every-type",
                "an Indirect export whose name is empty",
                &["string-empty", "applies-by-type"],
                requested(version).indirect("", "./a.js", "x"),
            ),
            lost,
        ),
        accept(
            "name-empty-namespace",
            "a Namespace export whose name is empty: export * as \"\" from",
            &["string-empty", "applies-by-type"],
            requested(version).namespace("", "./a.js"),
        ),
        accept(
            "default",
            "a default export that binds no name",
            &["fields-verbatim", "private-names"],
            module(version).local("default", "*default*"),
        ),
        accept(
            "default-named",
            "a default export that binds a name",
            &["fields-verbatim"],
            module(version).local("default", "main"),
        ),
        accept(
            "default-private",
            "a default export as the branch wrote it, with the local_name starDefault",
            &["private-names"],
            module(version).local("default", "starDefault"),
        ),
        accept(
            "private-names",
            "exports with names that only an engine prints, or that ECMA-262 writes for an export without a name",
            &["private-names", "fields-verbatim"],
            module(version)
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

fn kept(version: Version) -> Vec<Described> {
    let many =
        (0..5000).fold(module(version), |module, index| module.local(&format!("x{index}"), &format!("y{index}")));
    vec![
        accept(
            "unsorted",
            "five exports in the order of the source, their types and names mixed",
            &["entries-kept", "writer-order"],
            requested(version)
                .indirect("z", "./a.js", "z")
                .local("m", "m")
                .namespace("a", "./a.js")
                .local("A", "a")
                .indirect("b", "./a.js", "b"),
        ),
        accept(
            "one-binding-twice",
            "one binding exported under two names",
            &["entries-kept", "duplicate-local-name", "check-accepts"],
            module(version).local("a", "x").local("b", "x"),
        ),
        accept(
            "one-name-indirect-twice",
            "one export of another module exported under two names",
            &["entries-kept", "duplicate-export-name"],
            requested(version).indirect("a", "./a.js", "x").indirect("b", "./a.js", "x"),
        ),
        accept("count-5000", "5,000 exports", &["limit-accept", "count-bounds", "entries-kept"], many),
    ]
}

/// Returns cases with faulty strings in fields that do not apply to the type of the export. A reader must check these
/// strings like all others.
fn unused_strings(version: Version) -> Vec<Described> {
    let fields = [
        ("local-module-name", "the module_name of a Local export", "exports[0].module_name"),
        ("local-import-name", "the import_name of a Local export", "exports[0].import_name"),
        ("indirect-local-name", "the local_name of an Indirect export", "exports[1].local_name"),
        ("namespace-import-name", "the import_name of a Namespace export", "exports[2].import_name"),
        ("namespace-local-name", "the local_name of a Namespace export", "exports[2].local_name"),
    ];
    let cases = |(name, title, path): (&str, &str, &str)| {
        let file = || typical(version).layout();
        let (length, bytes) = (format!("{path}.length"), format!("{path}.bytes"));
        [
            reject(
                &format!("unused-{name}-not-utf8"),
                &format!("{title}, which does not apply, is not UTF-8"),
                &["string-utf8", "fields-verbatim"],
                file().set_text(path, b"a\xED\xA0\x80").padded().with_header(),
                "bad-utf8",
                inside(&bytes, 1),
            ),
            reject(
                &format!("unused-{name}-too-long"),
                &format!("{title}, which does not apply, has a length of one byte more than are left"),
                &["string-bounds", "fields-verbatim"],
                file().set_u32_by(&length, |file| file.between(after(&length), end_of_bounds(version)) + 1),
                "truncated",
                at(&length),
            ),
        ]
    };
    fields.into_iter().flat_map(cases).collect()
}

//! Cases with equal requests, and with requests that have only the specifier in common.

use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse, refuse_for_any, refuse_record};
use bmes::{ImportType, Version};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [
        duplicate_requests(version),
        distinct_requests(version),
        duplicate_attributes(version),
        ambiguous(version),
        several_rules(version),
        records(version),
    ]
    .concat()
}

/// Returns a module with two requests for one specifier.
fn two(version: Version, first: &[(&str, &str)], second: &[(&str, &str)]) -> Module {
    module(version).request_with("./a.json", first).request_with("./a.json", second)
}

fn duplicate_requests(version: Version) -> Vec<Described> {
    const PLAIN: &[&str] = &["duplicate-request", "writer-refuses", "writer-no-repair"];
    const SETS: &[&str] = &["attribute-sets", "duplicate-request", "writer-refuses"];
    let case =
        |name, title, clauses: &[&str], module, entry| refuse(name, title, clauses, module, "duplicate-request", entry);
    vec![
        case(
            "duplicate",
            "a request twice",
            &["duplicate-request", "entries-kept", "writer-refuses", "writer-no-repair"],
            module(version).requests(&["./a.js", "./a.js"]),
            "requests[1]",
        ),
        case(
            "duplicate-apart",
            "a request twice, with another between them",
            PLAIN,
            module(version).requests(&["./a.js", "./b.js", "./a.js"]),
            "requests[2]",
        ),
        case(
            "duplicate-empty",
            "the empty specifier requested twice",
            &["duplicate-request", "string-empty"],
            module(version).requests(&["", ""]),
            "requests[1]",
        ),
        case(
            "duplicate-attributes",
            "a request twice, with one attribute",
            SETS,
            two(version, &[("type", "json")], &[("type", "json")]),
            "requests[1]",
        ),
        case(
            "duplicate-reordered",
            "a request twice, with the same attributes in another order",
            SETS,
            two(version, &[("a", "1"), ("b", "2"), ("c", "3")], &[("c", "3"), ("a", "1"), ("b", "2")]),
            "requests[1]",
        ),
        case(
            "duplicate-flagged",
            "a request twice, once with has_attributes 1 and attribute_count 0: both are without attributes",
            &["duplicate-request", "attribute-sets", "attributes-empty"],
            module(version).request("./a.js").request_flagged("./a.js"),
            "requests[1]",
        ),
        case(
            "duplicate-named",
            "a request twice, and an import from it: equal requests are not ambiguous",
            &["duplicate-request", "ambiguous-request"],
            module(version).requests(&["./a.js", "./a.js"]).import("./a.js", "x", "x"),
            "requests[1]",
        ),
        case(
            "duplicate-of-three",
            "three requests for one specifier, the first and the last of them the same",
            SETS,
            two(version, &[("type", "json")], &[("type", "text")]).request_with("./a.json", &[("type", "json")]),
            "requests[2]",
        ),
    ]
}

fn distinct_requests(version: Version) -> Vec<Described> {
    const SETS: &[&str] = &[
        "attribute-sets",
        "duplicate-request",
        "ambiguous-request",
        "entries-kept",
        "check-accepts",
        "writer-accepts",
    ];
    const BYTES: &[&str] = &["check-bytes", "duplicate-request"];
    let requests = |name, title, specifiers: &[&str]| accept(name, title, BYTES, module(version).requests(specifiers));
    vec![
        accept(
            "distinct-value",
            "two requests for one specifier whose attributes differ in a value; no entry names it",
            SETS,
            two(version, &[("type", "json")], &[("type", "text")]),
        ),
        accept(
            "distinct-key",
            "two requests for one specifier whose attributes differ in a key; no entry names it",
            SETS,
            two(version, &[("a", "1")], &[("b", "1")]),
        ),
        accept(
            "distinct-number",
            "two requests for one specifier, one with an attribute more; no entry names it",
            SETS,
            two(version, &[("a", "1")], &[("a", "1"), ("b", "2")]),
        ),
        accept(
            "distinct-none",
            "two requests for one specifier, one of them without attributes; no entry names it",
            SETS,
            two(version, &[], &[("type", "json")]),
        ),
        accept(
            "distinct-swapped",
            "two requests for one specifier, the key of one attribute the value of the other; no entry names it",
            SETS,
            two(version, &[("a", "b")], &[("b", "a")]),
        ),
        accept(
            "distinct-crossed",
            "two requests for one specifier with the same keys and the same values, paired otherwise",
            SETS,
            two(version, &[("a", "1"), ("b", "2")], &[("a", "2"), ("b", "1")]),
        ),
        accept(
            "distinct-joined",
            "two requests for one specifier whose attributes are the same text when joined",
            SETS,
            two(version, &[("ab", "c")], &[("a", "bc")]),
        ),
        accept(
            "distinct-joined-by-zero",
            "two requests for one specifier whose attributes are the same text when joined by U+0000",
            SETS,
            two(version, &[("a\0b", "c")], &[("a", "b\0c")]),
        ),
        accept(
            "distinct-joined-across",
            "two requests for one specifier, one attribute or two, the same text when joined",
            SETS,
            two(version, &[("a", "b"), ("c", "d")], &[("a", "bcd")]),
        ),
        accept(
            "distinct-empty-attribute",
            "two requests for one specifier, one with an attribute whose key and value are empty",
            SETS,
            two(version, &[], &[("", "")]),
        ),
        accept(
            "distinct-value-case",
            "two requests for one specifier whose attributes differ in the case of a value; no entry names it",
            &["attribute-sets", "check-bytes", "duplicate-request"],
            two(version, &[("type", "json")], &[("type", "JSON")]),
        ),
        requests("distinct-case", "two specifiers that differ in case", &["./a.js", "./A.js"]),
        requests(
            "distinct-normalisation",
            "two specifiers that differ in normalisation",
            &["./caf\u{E9}.js", "./cafe\u{301}.js"],
        ),
        requests("distinct-space", "two specifiers that differ by a space at the end", &["./a.js", "./a.js "]),
        requests("distinct-zero", "two specifiers that differ after U+0000", &["./a\0b", "./a\0c"]),
        requests(
            "distinct-byte-order-mark",
            "two specifiers that differ by U+FEFF at the beginning",
            &["./a.js", "\u{FEFF}./a.js"],
        ),
        requests("distinct-path", "two specifiers for what may be one file", &["./a.js", "./b/../a.js"]),
    ]
}

fn duplicate_attributes(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["duplicate-attribute", "attributes-kept", "writer-refuses", "writer-no-repair"];
    let with = |attributes: &[(&str, &str)]| module(version).request_with("./a.json", attributes);
    let case = |name, title, module| refuse(name, title, CLAUSES, module, "duplicate-attribute", "requests[0]");
    vec![
        case("attribute-twice", "an attribute twice", with(&[("type", "json"), ("type", "json")])),
        case("attribute-key-twice", "a key twice, with two values", with(&[("type", "json"), ("type", "text")])),
        case(
            "attribute-key-apart",
            "a key twice, with two others between them",
            with(&[("a", "1"), ("b", "2"), ("c", "3"), ("a", "4")]),
        ),
        case("attribute-empty-key-twice", "an empty key twice", with(&[("", "1"), ("", "2")])),
        case("attribute-key-proto-twice", "the key __proto__ twice", with(&[("__proto__", "1"), ("__proto__", "2")])),
        refuse(
            "attribute-key-twice-later",
            "a key twice, in the second of two requests",
            CLAUSES,
            module(version)
                .request_with("./a.json", &[("type", "json")])
                .request_with("./b.json", &[("type", "json"), ("type", "json")]),
            "duplicate-attribute",
            "requests[1]",
        ),
        refuse(
            "attribute-twice-and-once",
            "two requests for one specifier, an attribute once in one and twice in the other: not equal as multisets",
            &["attribute-sets", "duplicate-attribute"],
            two(version, &[("a", "1")], &[("a", "1"), ("a", "1")]),
            "duplicate-attribute",
            "requests[1]",
        ),
        accept(
            "attribute-keys-case",
            "two keys that differ in case",
            &["duplicate-attribute", "check-bytes"],
            with(&[("Type", "json"), ("type", "json")]),
        ),
        accept(
            "attribute-keys-normalisation",
            "two keys that differ in normalisation",
            &["duplicate-attribute", "check-bytes"],
            with(&[("e\u{301}", "1"), ("\u{E9}", "2")]),
        ),
        accept(
            "attribute-keys-zero",
            "two keys that differ by U+0000 at the end",
            &["duplicate-attribute", "check-bytes"],
            with(&[("a", "1"), ("a\0", "2")]),
        ),
    ]
}

fn ambiguous(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] = &["ambiguous-request", "writer-refuses"];
    let shared = || two(version, &[("type", "json")], &[("type", "text")]);
    let case = |name, title, module, entry| refuse(name, title, CLAUSES, module, "ambiguous-request", entry);
    vec![
        case(
            "ambiguous-import",
            "an import from a specifier that two requests share",
            shared().import("./a.json", "default", "a"),
            "imports[0]",
        ),
        case(
            "ambiguous-import-typescript",
            "a SingleTypeScript import from a specifier that two requests share",
            shared().import_entry(ImportType::SingleTypeScript, "./a.json", "default", "a"),
            "imports[0]",
        ),
        case(
            "ambiguous-import-namespace",
            "a Namespace import from a specifier that two requests share",
            shared().import_namespace("./a.json", "a"),
            "imports[0]",
        ),
        case(
            "ambiguous-indirect",
            "an Indirect export from a specifier that two requests share",
            shared().indirect("a", "./a.json", "default"),
            "exports[0]",
        ),
        case(
            "ambiguous-namespace",
            "a Namespace export of a specifier that two requests share",
            shared().namespace("a", "./a.json"),
            "exports[0]",
        ),
        case(
            "ambiguous-star",
            "a star export of a specifier that two requests share",
            shared().star("./a.json"),
            "star_exports[0]",
        ),
        case(
            "ambiguous-one-without",
            "an import from a specifier that is requested with attributes and without",
            two(version, &[], &[("type", "json")]).import("./a.json", "default", "a"),
            "imports[0]",
        ),
        case(
            "ambiguous-second-import",
            "two imports, the second from a specifier that two requests share",
            shared().request("./b.js").import("./b.js", "b", "b").import("./a.json", "default", "a"),
            "imports[1]",
        ),
        accept(
            "ambiguous-unnamed",
            "a specifier that two requests share, and imports and exports from another one",
            CLAUSES,
            shared()
                .request("./b.js")
                .import("./b.js", "b", "b")
                .indirect("c", "./b.js", "c")
                .namespace("d", "./b.js")
                .star("./b.js"),
        ),
        accept(
            "ambiguous-local",
            "a specifier that two requests share, and a Local export of its name: that names no request",
            &["ambiguous-request", "applies-by-type"],
            shared().local("./a.json", "./a.json"),
        ),
        accept(
            "unambiguous-attributes",
            "an import from the only request for its specifier, which has attributes",
            CLAUSES,
            module(version).request_with("./a.json", &[("type", "json")]).import("./a.json", "default", "a"),
        ),
        accept(
            "attributes-on-two-specifiers",
            "two specifiers with the same attributes, and imports from both",
            CLAUSES,
            module(version)
                .request_with("./a.json", &[("type", "json")])
                .request_with("./b.json", &[("type", "json")])
                .import("./a.json", "default", "a")
                .import("./b.json", "default", "b"),
        ),
    ]
}

/// Returns cases with records that break more than one rule. A checker may report the class of any of these rules.
fn several_rules(version: Version) -> Vec<Described> {
    const CHOICE: &[&str] = &["check-choice"];
    vec![
        refuse_for_any(
            "choice-duplicate-and-ambiguous",
            "three requests for one specifier, two of them the same, and an import from it",
            CHOICE,
            two(version, &[], &[("type", "json")]).request("./a.json").import("./a.json", "default", "a"),
            &["duplicate-request", "ambiguous-request"],
            "requests[2]",
        ),
        refuse_for_any(
            "choice-duplicates-reordered",
            "two requests for one specifier, a key twice in both: the same multiset in another order",
            &["check-choice", "attribute-sets"],
            two(version, &[("a", "1"), ("a", "2")], &[("a", "2"), ("a", "1")]),
            &["duplicate-request", "duplicate-attribute"],
            "requests[0]",
        ),
    ]
}

fn records(version: Version) -> Vec<Described> {
    const REFUSES: &[&str] = &["writer-refuses", "writer-no-repair"];
    let case = |name, title, module, class| refuse_record(name, title, REFUSES, module, class);
    vec![
        case(
            "record-duplicate",
            "a record with a request twice",
            module(version).requests(&["./a.js", "./a.js"]),
            "duplicate-request",
        ),
        case(
            "record-duplicate-attribute",
            "a record with an attribute twice",
            module(version).request_with("./a.json", &[("type", "json"), ("type", "json")]),
            "duplicate-attribute",
        ),
        case(
            "record-ambiguous",
            "a record with an import from a specifier that two requests share",
            two(version, &[], &[("type", "json")]).import("./a.json", "default", "a"),
            "ambiguous-request",
        ),
    ]
}

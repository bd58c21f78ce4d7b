//! Requests that are the same, and names that say too little.

use crate::cases::builder::{Module, module};
use crate::cases::{FileCase, accept, refuse, refuse_for_any, refuse_record};
use bmes::ImportType;

pub(super) fn cases() -> Vec<FileCase> {
    [duplicate_requests(), distinct_requests(), duplicate_attributes(), ambiguous(), several_rules(), records()]
        .concat()
}

/// Two requests for one specifier.
fn two(first: &[(&str, &str)], second: &[(&str, &str)]) -> Module {
    module().request_with("./a.json", first).request_with("./a.json", second)
}

fn duplicate_requests() -> Vec<FileCase> {
    const PLAIN: &[&str] = &["v1-duplicate-request", "v1-writer-refuses", "v1-writer-no-repair"];
    const SETS: &[&str] = &["v1-attribute-sets", "v1-duplicate-request", "v1-writer-refuses"];
    let case =
        |name, title, clauses: &[&str], module, entry| refuse(name, title, clauses, module, "duplicate-request", entry);
    vec![
        case(
            "duplicate",
            "a request twice",
            &["v1-duplicate-request", "v1-entries-kept", "v1-writer-refuses", "v1-writer-no-repair"],
            module().requests(&["./a.js", "./a.js"]),
            "requests[1]",
        ),
        case(
            "duplicate-apart",
            "a request twice, with another between them",
            PLAIN,
            module().requests(&["./a.js", "./b.js", "./a.js"]),
            "requests[2]",
        ),
        case(
            "duplicate-empty",
            "the empty specifier requested twice",
            &["v1-duplicate-request", "v1-string-empty"],
            module().requests(&["", ""]),
            "requests[1]",
        ),
        case(
            "duplicate-attributes",
            "a request twice, with one attribute",
            SETS,
            two(&[("type", "json")], &[("type", "json")]),
            "requests[1]",
        ),
        case(
            "duplicate-reordered",
            "a request twice, with the same attributes in another order",
            SETS,
            two(&[("a", "1"), ("b", "2"), ("c", "3")], &[("c", "3"), ("a", "1"), ("b", "2")]),
            "requests[1]",
        ),
        case(
            "duplicate-flagged",
            "a request twice, once with has_attributes 1 and attribute_count 0: both are without attributes",
            &["v1-duplicate-request", "v1-attribute-sets", "v1-attributes-empty"],
            module().request("./a.js").request_flagged("./a.js"),
            "requests[1]",
        ),
        case(
            "duplicate-named",
            "a request twice, and an import from it: equal requests are not ambiguous",
            &["v1-duplicate-request", "v1-ambiguous-request"],
            module().requests(&["./a.js", "./a.js"]).import("./a.js", "x", "x"),
            "requests[1]",
        ),
        case(
            "duplicate-of-three",
            "three requests for one specifier, the first and the last of them the same",
            SETS,
            two(&[("type", "json")], &[("type", "text")]).request_with("./a.json", &[("type", "json")]),
            "requests[2]",
        ),
    ]
}

fn distinct_requests() -> Vec<FileCase> {
    const SETS: &[&str] = &[
        "v1-attribute-sets",
        "v1-duplicate-request",
        "v1-ambiguous-request",
        "v1-entries-kept",
        "v1-check-accepts",
        "v1-writer-accepts",
    ];
    const BYTES: &[&str] = &["v1-check-bytes", "v1-duplicate-request"];
    let requests = |name, title, specifiers: &[&str]| accept(name, title, BYTES, module().requests(specifiers));
    vec![
        accept(
            "distinct-value",
            "two requests for one specifier whose attributes differ in a value; nothing names it",
            SETS,
            two(&[("type", "json")], &[("type", "text")]),
        ),
        accept(
            "distinct-key",
            "two requests for one specifier whose attributes differ in a key; nothing names it",
            SETS,
            two(&[("a", "1")], &[("b", "1")]),
        ),
        accept(
            "distinct-number",
            "two requests for one specifier, one with an attribute more; nothing names it",
            SETS,
            two(&[("a", "1")], &[("a", "1"), ("b", "2")]),
        ),
        accept(
            "distinct-none",
            "two requests for one specifier, one of them without attributes; nothing names it",
            SETS,
            two(&[], &[("type", "json")]),
        ),
        accept(
            "distinct-swapped",
            "two requests for one specifier, the key of one attribute the value of the other; nothing names it",
            SETS,
            two(&[("a", "b")], &[("b", "a")]),
        ),
        accept(
            "distinct-crossed",
            "two requests for one specifier with the same keys and the same values, paired otherwise",
            SETS,
            two(&[("a", "1"), ("b", "2")], &[("a", "2"), ("b", "1")]),
        ),
        accept(
            "distinct-joined",
            "two requests for one specifier whose attributes are the same text when joined",
            SETS,
            two(&[("ab", "c")], &[("a", "bc")]),
        ),
        accept(
            "distinct-joined-by-zero",
            "two requests for one specifier whose attributes are the same text when joined by U+0000",
            SETS,
            two(&[("a\0b", "c")], &[("a", "b\0c")]),
        ),
        accept(
            "distinct-joined-across",
            "two requests for one specifier, one attribute or two, the same text when joined",
            SETS,
            two(&[("a", "b"), ("c", "d")], &[("a", "bcd")]),
        ),
        accept(
            "distinct-empty-attribute",
            "two requests for one specifier, one with an attribute whose key and value are empty",
            SETS,
            two(&[], &[("", "")]),
        ),
        accept(
            "distinct-value-case",
            "two requests for one specifier whose attributes differ in the case of a value; nothing names it",
            &["v1-attribute-sets", "v1-check-bytes", "v1-duplicate-request"],
            two(&[("type", "json")], &[("type", "JSON")]),
        ),
        requests("distinct-case", "two specifiers that differ in case", &["./a.js", "./A.js"]),
        requests(
            "distinct-normalisation",
            "two specifiers that differ in normalisation",
            &["./caf\u{E9}.js", "./cafe\u{301}.js"],
        ),
        requests("distinct-space", "two specifiers that differ by a space at the end", &["./a.js", "./a.js "]),
        requests("distinct-zero", "two specifiers that differ behind U+0000", &["./a\0b", "./a\0c"]),
        requests(
            "distinct-byte-order-mark",
            "two specifiers that differ by U+FEFF at the beginning",
            &["./a.js", "\u{FEFF}./a.js"],
        ),
        requests("distinct-path", "two specifiers for what may be one file", &["./a.js", "./b/../a.js"]),
    ]
}

fn duplicate_attributes() -> Vec<FileCase> {
    const CLAUSES: &[&str] =
        &["v1-duplicate-attribute", "v1-attributes-kept", "v1-writer-refuses", "v1-writer-no-repair"];
    let with = |attributes: &[(&str, &str)]| module().request_with("./a.json", attributes);
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
            module()
                .request_with("./a.json", &[("type", "json")])
                .request_with("./b.json", &[("type", "json"), ("type", "json")]),
            "duplicate-attribute",
            "requests[1]",
        ),
        refuse(
            "attribute-twice-and-once",
            "two requests for one specifier, an attribute once in one and twice in the other: not equal as multisets",
            &["v1-attribute-sets", "v1-duplicate-attribute"],
            two(&[("a", "1")], &[("a", "1"), ("a", "1")]),
            "duplicate-attribute",
            "requests[1]",
        ),
        accept(
            "attribute-keys-case",
            "two keys that differ in case",
            &["v1-duplicate-attribute", "v1-check-bytes"],
            with(&[("Type", "json"), ("type", "json")]),
        ),
        accept(
            "attribute-keys-normalisation",
            "two keys that differ in normalisation",
            &["v1-duplicate-attribute", "v1-check-bytes"],
            with(&[("e\u{301}", "1"), ("\u{E9}", "2")]),
        ),
        accept(
            "attribute-keys-zero",
            "two keys that differ by U+0000 at the end",
            &["v1-duplicate-attribute", "v1-check-bytes"],
            with(&[("a", "1"), ("a\0", "2")]),
        ),
    ]
}

fn ambiguous() -> Vec<FileCase> {
    const CLAUSES: &[&str] = &["v1-ambiguous-request", "v1-writer-refuses"];
    let shared = || two(&[("type", "json")], &[("type", "text")]);
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
            two(&[], &[("type", "json")]).import("./a.json", "default", "a"),
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
            &["v1-ambiguous-request", "v1-applies-by-type"],
            shared().local("./a.json", "./a.json"),
        ),
        accept(
            "unambiguous-attributes",
            "an import from the only request for its specifier, which has attributes",
            CLAUSES,
            module().request_with("./a.json", &[("type", "json")]).import("./a.json", "default", "a"),
        ),
        accept(
            "attributes-on-two-specifiers",
            "two specifiers with the same attributes, and imports from both",
            CLAUSES,
            module()
                .request_with("./a.json", &[("type", "json")])
                .request_with("./b.json", &[("type", "json")])
                .import("./a.json", "default", "a")
                .import("./b.json", "default", "b"),
        ),
    ]
}

/// Records that break more than one rule: any of the classes is right.
fn several_rules() -> Vec<FileCase> {
    const CHOICE: &[&str] = &["v1-check-choice"];
    vec![
        refuse_for_any(
            "choice-duplicate-and-ambiguous",
            "three requests for one specifier, two of them the same, and an import from it",
            CHOICE,
            two(&[], &[("type", "json")]).request("./a.json").import("./a.json", "default", "a"),
            &["duplicate-request", "ambiguous-request"],
            "requests[2]",
        ),
        refuse_for_any(
            "choice-duplicates-reordered",
            "two requests for one specifier, a key twice in both: the same multiset in another order",
            &["v1-check-choice", "v1-attribute-sets"],
            two(&[("a", "1"), ("a", "2")], &[("a", "2"), ("a", "1")]),
            &["duplicate-request", "duplicate-attribute"],
            "requests[0]",
        ),
    ]
}

fn records() -> Vec<FileCase> {
    const REFUSES: &[&str] = &["v1-writer-refuses", "v1-writer-no-repair"];
    let case = |name, title, module, class| refuse_record(name, title, REFUSES, module, class);
    vec![
        case(
            "record-duplicate",
            "a record with a request twice",
            module().requests(&["./a.js", "./a.js"]),
            "duplicate-request",
        ),
        case(
            "record-duplicate-attribute",
            "a record with an attribute twice",
            module().request_with("./a.json", &[("type", "json"), ("type", "json")]),
            "duplicate-attribute",
        ),
        case(
            "record-ambiguous",
            "a record with an import from a specifier that two requests share",
            two(&[], &[("type", "json")]).import("./a.json", "default", "a"),
            "ambiguous-request",
        ),
    ]
}

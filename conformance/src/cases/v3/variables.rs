//! Cases for the declared and the lexical variables.

use bmes::Version::V3;

use crate::cases::builder::{File, Module, module};
use crate::cases::shared::{cut_at, typical};
use crate::cases::{Described, accept, at, inside, refuse, refuse_for_any, refuse_record, reject};

pub(super) fn cases() -> Vec<Described> {
    [
        kept(),
        many(),
        names(),
        ill_formed(),
        duplicates(),
        duplicates_by_bits(),
        distinct(),
        several_rules(),
        records(),
        order(),
    ]
    .concat()
}

/// One of the two lists of variables: its name, its path, and the function that adds a variable.
type List = (&'static str, &'static str, fn(Module, &str, u32) -> Module);

const LISTS: [List; 2] = [
    ("declared", "declared_variables", |module, name, bits| module.declared(name, bits)),
    ("lexical", "lexical_variables", |module, name, bits| module.lexical(name, bits)),
];

/// Returns the same cases for the declared variables and for the lexical variables.
fn in_each(cases: impl Fn(List) -> Vec<Described>) -> Vec<Described> {
    LISTS.into_iter().flat_map(cases).collect()
}

/// Returns a module with variables of these names in one list, all with the same bits.
fn named((_, _, add): List, names: &[&str]) -> Module {
    names.iter().fold(module(V3), |module, name| add(module, name, 8))
}

fn kept() -> Vec<Described> {
    const KEPT: &[&str] = &["entries-kept", "layout", "bits", "writer-order"];
    let both = |names: &[&str]| {
        let module = names.iter().fold(module(V3), |module, name| module.declared(name, 4));
        names.iter().rev().fold(module, |module, name| module.lexical(name, 8))
    };
    vec![
        accept("declared", "one declared variable and no lexical one", KEPT, module(V3).declared("counter", 4)),
        accept("lexical", "one lexical variable and no declared one", KEPT, module(V3).lexical("counter", 8)),
        accept(
            "one-in-each-list",
            "one declared variable and one lexical one, with different names and bits",
            KEPT,
            module(V3).declared("total", 4).lexical("limit", 2),
        ),
        accept(
            "smallest",
            "a declared and a lexical variable of the smallest size, eight bytes: an empty name and bits of 0",
            &["count-bounds", "string-empty", "entries-kept", "writer-accepts"],
            module(V3).declared("", 0).lexical("", 0),
        ),
        accept(
            "unsorted",
            "variables of both lists in an order that is that of no sorting, and another in each",
            KEPT,
            both(&["m", "z", "a", "Z", "10", "9", "\u{E9}", ""]),
        ),
        accept(
            "unsorted-by-bits",
            "variables whose bits are in no order, either",
            KEPT,
            module(V3)
                .declared("b", 9)
                .declared("a", 3)
                .declared("c", 7)
                .lexical("e", 2)
                .lexical("d", 8)
                .lexical("f", 0),
        ),
        accept(
            "two-and-one",
            "two declared variables and one lexical one: the lists are not of one length",
            KEPT,
            module(V3).declared("a", 1).declared("b", 2).lexical("c", 3),
        ),
        accept(
            "one-and-two",
            "one declared variable and two lexical ones",
            KEPT,
            module(V3).declared("a", 1).lexical("b", 2).lexical("c", 3),
        ),
        accept(
            "without-entries",
            "variables that no import and no export names",
            &["check-accepts", "duplicate-variable", "engine-words"],
            module(V3).declared("a", 4).lexical("b", 8),
        ),
        accept(
            "entries-without",
            "imports and exports that no variable is there for",
            &["check-accepts", "duplicate-variable", "engine-words"],
            module(V3).request("./a.js").import("./a.js", "a", "a").local("b", "b"),
        ),
        accept(
            "flagged",
            "variables in a module that is not canonical for another reason: has_attributes is 1 and attribute_count 0",
            &["entries-kept", "writer-flag", "writer-engine-words"],
            module(V3).request_flagged("./a.js").declared("b", 5).declared("a", 6).lexical("d", 7).code_features(8),
        ),
    ]
}

fn many() -> Vec<Described> {
    in_each(|list| {
        let (name, _, add) = list;
        let many = |count| (0..count).fold(module(V3), |module, index| add(module, &format!("v{index}"), index));
        vec![
            accept(
                &format!("{name}-count-100"),
                &format!("100 {name} variables"),
                &["count-bounds", "entries-kept", "bits"],
                many(100),
            ),
            accept(
                &format!("{name}-count-513"),
                &format!("513 {name} variables: the count has two bytes, 01 and 02"),
                &["u32", "count-bounds", "entries-kept"],
                many(513),
            ),
            accept(
                &format!("{name}-count-5000"),
                &format!("5,000 {name} variables"),
                &["limit-accept", "count-bounds", "entries-kept"],
                many(5000),
            ),
        ]
    })
}

fn names() -> Vec<Described> {
    const NAMES: &[&str] = &["string-verbatim", "entries-kept", "check-accepts"];
    let long = "l".repeat(70_000);
    in_each(|list| {
        let (name, ..) = list;
        let case = |what: &str, title: &str, names: &[&str]| {
            accept(&format!("{name}-{what}"), &format!("{name} variables {title}"), NAMES, named(list, names))
        };
        vec![
            case(
                "names-of-objects",
                "whose names are special as keys of a JavaScript object",
                &["__proto__", "constructor", "toString", "hasOwnProperty", "1", "0", "length"],
            ),
            case(
                "names-not-ascii",
                "whose names are not ASCII",
                &["\u{E9}t\u{E9}", "\u{53D8}\u{91CF}", "\u{2118}\u{1D4D0}_$\u{200C}", "\u{1F980}"],
            ),
            case(
                "names-with-zero",
                "with U+0000 at the start, in the middle and at the end of their names",
                &["\0", "\0a", "a\0b", "a\0"],
            ),
            case("names-with-mark", "with U+FEFF in their names", &["\u{FEFF}", "\u{FEFF}a", "a\u{FEFF}"]),
            case(
                "names-not-names",
                "whose names no JavaScript source can bind: the format allows any name",
                &["not a name", "if", "1a", "a-b", "\n", "\"", "*"],
            ),
            accept(
                &format!("{name}-names-private"),
                &format!("{name} variables with names that only an engine prints, and with private names of classes"),
                &["private-names", "string-verbatim", "entries-kept"],
                named(
                    list,
                    &["starDefault", "starNamespace", "*default*", "*namespace*", "#field", "@@iterator", "this"],
                ),
            ),
            accept(
                &format!("{name}-name-70000"),
                &format!("a {name} variable whose name has 70,000 bytes"),
                &["string", "string-verbatim", "u32", "limit-accept"],
                named(list, &[long.as_str()]),
            ),
        ]
    })
}

/// Returns cases with a name that is not UTF-8, in the second variable of each list. A valid character is before the
/// fault, and another one after it.
fn ill_formed() -> Vec<Described> {
    let sequences: &[(&str, &str, &[u8])] = &[
        ("continuation", "a continuation byte without a lead byte", b"\x80"),
        ("lead", "a lead byte of two, and an ASCII character", b"\xC3"),
        ("overlong-zero", "U+0000 in two bytes, C0 80", b"\xC0\x80"),
        ("overlong-three", "U+07FF in three bytes, E0 9F BF", b"\xE0\x9F\xBF"),
        ("overlong-four", "U+FFFF in four bytes, F0 8F BF BF", b"\xF0\x8F\xBF\xBF"),
        ("surrogate-low", "the last surrogate, U+DFFF", b"\xED\xBF\xBF"),
        ("surrogate-pair", "a character in two surrogates, as CESU-8 writes it", b"\xED\xA0\xBE\xED\xB6\x80"),
        ("above-unicode", "U+110000, the first number that is no code point", b"\xF4\x90\x80\x80"),
        ("five-bytes", "a sequence of five bytes", b"\xF8\x88\x80\x80\x80"),
        ("ff", "the byte FF", b"\xFF"),
    ];
    in_each(|list| {
        let (name, path, _) = list;
        let case = |&(what, title, bytes): &(&str, &str, &[u8])| {
            let path = format!("{path}[1].name");
            let text = ["\u{E9}".as_bytes(), bytes, b"z"].concat();
            let file = named(list, &["a", "b", "c"]).layout().set_text(&path, &text).padded().with_header();
            reject(
                &format!("{name}-utf8-{what}"),
                &format!("a {name} variable's name with {title}"),
                &["string-utf8", "all-or-nothing"],
                file,
                "bad-utf8",
                inside(&format!("{path}.bytes"), 2),
            )
        };
        sequences.iter().map(case).collect()
    })
}

fn duplicates() -> Vec<Described> {
    const DUPLICATE: &[&str] = &["duplicate-variable", "writer-refuses", "writer-no-repair"];
    in_each(|list| {
        let (name, path, add) = list;
        let case = |what: &str, title: &str, clauses: &[&str], module, index: usize| {
            refuse(&format!("{name}-{what}"), title, clauses, module, "duplicate-variable", &format!("{path}[{index}]"))
        };
        let thousand: Vec<_> = (0..1000).map(|index| format!("v{index}")).chain(["v500".into()]).collect();
        let thousand: Vec<_> = thousand.iter().map(String::as_str).collect();
        vec![
            case("duplicate", &format!("a {name} variable twice"), DUPLICATE, named(list, &["a", "a"]), 1),
            case(
                "duplicate-bits",
                &format!("two {name} variables of one name, with different bits"),
                &["duplicate-variable", "bits", "writer-refuses"],
                add(add(module(V3), "a", 4), "a", 8),
                1,
            ),
            case(
                "duplicate-apart",
                &format!("a {name} variable twice, with two others between them"),
                &["duplicate-variable", "entries-kept"],
                named(list, &["x", "a", "b", "c", "a"]),
                4,
            ),
            case(
                "duplicate-empty",
                &format!("two {name} variables with an empty name"),
                &["duplicate-variable", "string-empty"],
                named(list, &["", ""]),
                1,
            ),
            case(
                "duplicate-proto",
                &format!("two {name} variables of the name __proto__"),
                DUPLICATE,
                named(list, &["__proto__", "__proto__"]),
                1,
            ),
            case(
                "duplicate-of-thousand",
                &format!("a thousand {name} variables, and one of them once more"),
                DUPLICATE,
                named(list, &thousand),
                1000,
            ),
            case(
                "duplicate-not-ascii",
                &format!("two {name} variables of one name beyond U+FFFF"),
                &["duplicate-variable", "check-bytes"],
                named(list, &["\u{1D4D0}", "\u{1D4D0}"]),
                1,
            ),
        ]
    })
}

/// Returns cases with two variables of the same name, each with one bit set. The two bits are equal or neighbours. For
/// an engine, some of these pairs are the two halves of one thing, such as a getter and a setter.
fn duplicates_by_bits() -> Vec<Described> {
    let pairs = (0..32).flat_map(|bit| [(bit, bit), (bit, (bit + 1) % 32), ((bit + 1) % 32, bit)]);
    let case = |(one, other): (u32, u32)| {
        // The cases use the list of declared variables and the list of lexical variables alternately.
        let (list, path, add) = LISTS[other as usize % LISTS.len()];
        refuse(
            &format!("{list}-duplicate-bits-{one}-{other}"),
            &format!("two {list} variables of one name, with bit {one} and with bit {other}"),
            &["duplicate-variable", "engine-words", "writer-refuses"],
            add(add(module(V3), "#a", 1 << one), "#a", 1 << other),
            "duplicate-variable",
            &format!("{path}[1]"),
        )
    };
    pairs.map(case).collect()
}

fn distinct() -> Vec<Described> {
    const DISTINCT: &[&str] = &["duplicate-variable", "check-bytes", "writer-accepts"];
    let mut cases = in_each(|list| {
        let (name, ..) = list;
        let case = |what: &str, title: &str, names: &[&str]| {
            let title = format!("two {name} variables whose names differ {title}");
            accept(&format!("{name}-distinct-{what}"), &title, DISTINCT, named(list, names))
        };
        vec![
            case("case", "in case", &["a", "A"]),
            case("normalisation", "in normalisation", &["\u{E9}", "e\u{301}"]),
            case("zero", "by U+0000 at the end", &["a", "a\0"]),
            case("mark", "by U+FEFF at the beginning", &["a", "\u{FEFF}a"]),
            case("space", "by a space at the end", &["a", "a "]),
            case("empty", "in that one is empty", &["", "a"]),
        ]
    });
    cases.extend([
        accept(
            "in-both-lists",
            "one name in both lists",
            &["duplicate-variable", "check-accepts", "writer-accepts", "writer-engine-words"],
            module(V3).declared("a", 4).lexical("a", 8),
        ),
        accept(
            "in-both-lists-all",
            "the same names with the same bits in both lists, in the same order",
            &["duplicate-variable", "check-accepts", "entries-kept"],
            module(V3).declared("a", 1).declared("b", 2).lexical("a", 1).lexical("b", 2),
        ),
        accept(
            "in-both-lists-empty",
            "the empty name in both lists",
            &["duplicate-variable", "string-empty"],
            module(V3).declared("", 4).lexical("", 8),
        ),
        accept(
            "names-of-entries",
            "variables of the names of an import, an export and a request",
            &["duplicate-variable", "check-accepts", "bits", "writer-engine-words"],
            module(V3).request("a").import("a", "a", "a").local("a", "a").declared("a", 4).lexical("a", 0x22),
        ),
    ]);
    cases
}

/// Returns cases with records that break more than one rule, or that break the same rule in both lists.
fn several_rules() -> Vec<Described> {
    const CHOICE: &[&str] = &["check-choice", "duplicate-variable"];
    vec![
        refuse(
            "duplicate-in-both-lists",
            "a declared variable twice, and a lexical one: the same rule",
            &["duplicate-variable", "check-choice"],
            module(V3).declared("a", 1).declared("a", 1).lexical("b", 1).lexical("b", 1),
            "duplicate-variable",
            "declared_variables[1]",
        ),
        refuse(
            "duplicate-once-across-and-once-within",
            "a name in both lists, and in the second of them twice",
            &["duplicate-variable"],
            module(V3).declared("a", 1).lexical("a", 1).lexical("a", 1),
            "duplicate-variable",
            "lexical_variables[1]",
        ),
        refuse_for_any(
            "choice-with-export",
            "two exports of one name, and a declared variable twice",
            CHOICE,
            module(V3).local("x", "a").local("x", "b").declared("a", 1).declared("a", 1),
            &["duplicate-export-name", "duplicate-variable"],
            "exports[1]",
        ),
        refuse_for_any(
            "choice-with-request",
            "a request twice, and a lexical variable twice",
            CHOICE,
            module(V3).requests(&["./a.js", "./a.js"]).lexical("a", 1).lexical("a", 2),
            &["duplicate-request", "duplicate-variable"],
            "requests[1]",
        ),
    ]
}

fn records() -> Vec<Described> {
    const REFUSES: &[&str] = &["duplicate-variable", "writer-refuses", "writer-no-repair"];
    let case = |name: &str, title: &str, module| refuse_record(name, title, REFUSES, module, "duplicate-variable");
    let mut cases = in_each(|list| {
        let (name, ..) = list;
        vec![case(
            &format!("record-duplicate-{name}"),
            &format!("a record with a {name} variable twice"),
            named(list, &["a", "a"]),
        )]
    });
    cases.extend([
        case(
            "record-duplicate-bits",
            "a record with two lexical variables of one name and different bits",
            module(V3).lexical("a", 1).lexical("a", 2),
        ),
        case(
            "record-duplicate-empty",
            "a record with two declared variables whose names are empty",
            module(V3).declared("", 1).declared("", 1),
        ),
        case(
            "record-duplicate-with-bytes-of-another",
            "a record with a declared variable three times, apart",
            module(V3).declared("a", 1).declared("b", 1).declared("a", 1).declared("c", 1).declared("a", 1),
        ),
    ]);
    cases
}

/// Returns cases with two faults in one file. A reader must report the first one.
fn order() -> Vec<Described> {
    let case = |name: &str, title: &str, clauses: &[&str], file: File, class, place| {
        reject(name, &format!("two faults: {title}"), clauses, file, class, place)
    };
    vec![
        case(
            "name-before-bits",
            "a name that is not UTF-8, and the metadata ends after it; the name comes first",
            &["first-error", "string-utf8"],
            cut_at(
                typical(V3).layout().set_text("lexical_variables[2].name", b"\xFFa").padded(),
                at("lexical_variables[2].bits"),
                "requests[0].specifier",
            ),
            "bad-utf8",
            inside("lexical_variables[2].name.bytes", 0),
        ),
        case(
            "declared-before-lexical",
            "a declared variable's name that is not UTF-8, and a lexical_variable_count that is too large; the name comes first",
            &["first-error", "string-utf8"],
            typical(V3)
                .layout()
                .set_text("declared_variables[1].name", b"\xFF")
                .padded()
                .with_header()
                .set_u32("lexical_variable_count", u32::MAX),
            "bad-utf8",
            inside("declared_variables[1].name.bytes", 0),
        ),
        case(
            "star-export-before-variables",
            "a star export that is not UTF-8, and a declared_variable_count that is too large; the star export comes first",
            &["first-error", "string-utf8"],
            typical(V3)
                .layout()
                .set_text("star_exports[0].module_name", b"\xFF")
                .padded()
                .with_header()
                .set_u32("declared_variable_count", u32::MAX),
            "bad-utf8",
            inside("star_exports[0].module_name.bytes", 0),
        ),
        case(
            "variables-before-padding",
            "a lexical variable's name that is not UTF-8, and padding that is not zero; the name comes first",
            &["first-error", "string-utf8"],
            typical(V3)
                .lexical("x", 1)
                .layout()
                .set_text("lexical_variables[3].name", b"\xFFa")
                .padded()
                .with_header()
                .spoil_padding(),
            "bad-utf8",
            inside("lexical_variables[3].name.bytes", 0),
        ),
        case(
            "padding-before-rules",
            "padding that is not zero, and a declared variable twice; the file is read before its record is checked",
            &["check-decode-first", "padding"],
            module(V3).declared("a", 1).declared("a", 1).layout().spoil_padding(),
            "bad-layout",
            inside("padding", 0),
        ),
        case(
            "end-before-rules",
            "a byte after the bytecode, and a lexical variable twice; the file is read before its record is checked",
            &["check-decode-first", "end"],
            module(V3).lexical("a", 1).lexical("a", 1).layout().append(&[0]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
    ]
}

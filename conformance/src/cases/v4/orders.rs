//! Every order of a file, with a fault at its first, its middle and its last pair: two equal entries, and two that
//! descend.

use super::module::{Module, NONE, module};
use super::reject;
use crate::cases::Described;
use crate::cases::builder::{File, at};
use bmes::v4::Phase;

/// The number of entries of each list.
const LENGTH: usize = 6;
/// The later entries of the first, the middle and the last pair.
const PAIRS: [(&str, usize); 3] = [("first", 1), ("middle", 3), ("last", LENGTH - 1)];

/// An order: the name and the clause, and the path of the number that is compared, without its index.
struct Order {
    name: &'static str,
    clause: &'static str,
    list: &'static str,
    field: &'static str,
    module: fn() -> Module,
}

fn names() -> impl Iterator<Item = String> {
    (0..LENGTH).map(|number| format!("n{number}"))
}

fn each(start: Module, add: impl Fn(Module, &str) -> Module) -> Module {
    names().fold(start, |module, name| add(module, &name))
}

const ORDERS: [Order; 8] = [
    Order {
        name: "imports",
        clause: "imports-ascend",
        list: "imports",
        field: "local_name",
        module: || each(module().request("m"), |module, name| module.import(name, 0, None)),
    },
    Order {
        name: "exports",
        clause: "exports-ascend",
        list: "exports",
        field: "export_name",
        module: || each(module(), |module, name| module.local(name, "x")),
    },
    Order {
        name: "star-exports",
        clause: "star-exports-ascend",
        list: "star_exports",
        field: "request",
        module: || (0..6).fold(each(module(), Module::request), Module::star),
    },
    Order {
        name: "declared-variables",
        clause: "variables-ascend",
        list: "declared_variables",
        field: "name",
        module: || each(module(), |module, name| module.declared(name, 1)),
    },
    Order {
        name: "lexical-variables",
        clause: "variables-ascend",
        list: "lexical_variables",
        field: "name",
        module: || each(module(), |module, name| module.lexical(name, 1)),
    },
    Order {
        name: "tolerant-imports",
        clause: "tolerant-imports-ascend",
        list: "tolerant_imports",
        field: "tolerant_import",
        module: || each(module().request("m"), |module, name| module.tolerant(name, 0, Some("x"))),
    },
    Order {
        name: "attributes",
        clause: "attributes-ascend",
        list: "attributes",
        field: "key",
        module: || {
            let names: Vec<_> = names().collect();
            let attributes: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
            module().request("a").request_with("b", Phase::Evaluation, &attributes).request("c")
        },
    },
    Order {
        name: "order",
        clause: "requests-ascend",
        list: "requests",
        field: "order",
        module: || names().collect::<Vec<_>>().iter().rev().fold(module(), |module, name| module.request(name)),
    },
];

pub(super) fn cases() -> Vec<Described> {
    let mut cases = strings();
    for order in ORDERS {
        for (pair, later) in PAIRS {
            let file = || (order.module)().layout();
            let path = |index: usize| format!("{}[{index}].{}", order.list, order.field);
            let values = [later - 1, later].map(|index| file().u32(&path(index)));
            let case = |kind: &str, words: &str, file: File| {
                let title = format!("{}: {words} at the {pair} pair of {LENGTH}", order.name);
                let name = format!("{}-{kind}-{pair}", order.name);
                reject(&name, &title, &[order.clause, "first-error"], file.sealed(), "bad-order", at(&path(later)))
            };
            cases.push(case("equal", "two equal values", file().set_u32(&path(later), values[0])));
            let swapped = file().set_u32(&path(later), values[0]).set_u32(&path(later - 1), values[1]);
            cases.push(case("descend", "two values that descend", swapped));
        }
        let file = (order.module)().layout();
        let path = |index: usize| format!("{}[{index}].{}", order.list, order.field);
        let first = file.u32(&path(0));
        let file = file.set_u32(&path(1), first).set_u32(&path(LENGTH - 1), NONE - 1).sealed();
        cases.push(reject(
            &format!("{}-order-before-later-range", order.name),
            &format!("two faults: {}: two equal values at the first pair, and no index at the last place", order.name),
            &[order.clause, "list-order"],
            file,
            "bad-order",
            at(&path(1)),
        ));
    }
    cases.extend(whole_entries());
    cases.extend(attributes());
    cases.extend(requests());
    cases
}

/// Returns cases with two entries of one name, of which the later one is greater in its other fields.
fn whole_entries() -> Vec<Described> {
    let case = |name: &str, title: &str, clause: &str, module: Module, path: &str| {
        reject(name, title, &[clause], module.layout(), "bad-order", at(path))
    };
    let base = || module().request("l").request("m");
    vec![
        case(
            "imports-one-name",
            "two imports with one local name, from two modules",
            "imports-ascend",
            base().import("a", 0, Some("x")).import("a", 1, Some("x")),
            "imports[1].local_name",
        ),
        case(
            "imports-one-name-and-request",
            "two imports with one local name, of two names of one module",
            "imports-ascend",
            base().import("a", 0, Some("x")).import("a", 0, Some("y")),
            "imports[1].local_name",
        ),
        case(
            "exports-one-name",
            "two exports with one name, Indirect and Local",
            "exports-ascend",
            base().indirect("a", 0, "x").local("a", "x"),
            "exports[1].export_name",
        ),
        case(
            "exports-one-name-and-kind",
            "two Local exports with one name, of two variables",
            "exports-ascend",
            base().local("a", "x").local("a", "y"),
            "exports[1].export_name",
        ),
        case(
            "declared-variables-one-name",
            "two declared variables with one name and different bits",
            "variables-ascend",
            base().declared("a", 1).declared("a", 2),
            "declared_variables[1].name",
        ),
        case(
            "lexical-variables-one-name",
            "two lexical variables with one name and different bits",
            "variables-ascend",
            base().lexical("a", 1).lexical("a", 2),
            "lexical_variables[1].name",
        ),
        case(
            "attributes-one-key",
            "one key twice, with two values",
            "attributes-ascend",
            base().request_with("m", Phase::Evaluation, &[("k", "1"), ("k", "2")]),
            "attributes[1].key",
        ),
    ]
}

/// Returns cases in which the attributes of one of several requests do not ascend.
fn attributes() -> Vec<Described> {
    let mut cases = Vec::new();
    let keys: Vec<_> = (0..12).map(|number| format!("k{number:02}")).collect();
    let pairs: Vec<_> = keys.iter().map(|key| (key.as_str(), "v")).collect();
    let of = |attributes: &[(&str, &str)]| {
        ["a", "b", "c"].iter().fold(module(), |module, name| module.request_with(name, Phase::Evaluation, attributes))
    };
    let mut case = |name: &str, title: &str, attributes: &[(&str, &str)], later: usize| {
        let path = |index: usize| format!("attributes[{index}].key");
        let file = of(attributes).layout();
        let values = [later - 1, later].map(|index| file.u32(&path(index)));
        let file = file.set_u32(&path(later), values[0]).set_u32(&path(later - 1), values[1]).sealed();
        cases.push(reject(name, title, &["attributes-ascend"], file, "bad-order", at(&path(later))));
    };
    for (place, later) in [("first", 1), ("middle", 3), ("last", 5)] {
        let title = format!("the two keys of the {place} of three requests descend");
        case(&format!("attributes-of-{place}-request"), &title, &pairs[..2], later);
    }
    for (place, later) in [("first", 11), ("middle", 23), ("last", 35)] {
        let title = format!("the last two of twelve keys of the {place} of three requests descend");
        case(&format!("attributes-twelve-of-{place}-request"), &title, &pairs, later);
    }
    cases
}

fn strings() -> Vec<Described> {
    let file = || each(module(), Module::request).layout();
    let mut cases = Vec::new();
    for (pair, later) in PAIRS {
        let path = |index: usize| format!("strings[{index}].bytes");
        let bytes = |index: usize| file().bytes()[file().range(&path(index))].to_vec();
        let case = |kind: &str, words: &str, file: File| {
            let title = format!("strings: {words} at the {pair} pair of {LENGTH}");
            let end = format!("strings[{later}].end");
            let name = format!("strings-{kind}-{pair}");
            reject(&name, &title, &["strings-ascend", "first-error"], file.sealed(), "bad-order", at(&end))
        };
        cases.push(case("equal", "two equal strings", file().overwrite(&path(later), &bytes(later - 1))));
        let swapped = file().overwrite(&path(later), &bytes(later - 1)).overwrite(&path(later - 1), &bytes(later));
        cases.push(case("descend", "two strings that descend", swapped));
    }
    let pairs: [(&str, &str, &[u8], &[u8]); 7] = [
        ("prefix", "a string after one that it begins", b"ab", b"a"),
        ("signed", "a byte of 0x7F after one of 0x80, in the order of signed bytes", "\u{80}".as_bytes(), b"\x7F"),
        (
            "utf-16",
            "U+FFFF after U+10000, in the order of UTF-16 code units",
            "\u{10000}".as_bytes(),
            "\u{FFFF}".as_bytes(),
        ),
        ("u0000", "strings that are equal up to a U+0000", b"a\0b", b"a\0a"),
        (
            "after-16-bytes",
            "strings that are equal in their first 16 bytes",
            b"pppppppppppppppp2",
            b"pppppppppppppppp1",
        ),
        ("empty", "two empty strings", b"", b""),
        ("empty-last", "an empty string after another string", b"a", b""),
    ];
    let begins = |length: usize| [2, 1].map(|last| [&vec![b'p'; length][..], format!("{last}").as_bytes()].concat());
    let long = [8, 32, 64, 256, 1024, 4096, 65_536].map(|length| {
        let [before, later] = begins(length);
        let title = format!("strings that are equal in their first {length} bytes");
        (format!("equal-for-{length}-bytes"), title, before, later)
    });
    let short =
        pairs.map(|(name, title, before, later)| (name.to_owned(), title.to_owned(), before.into(), later.into()));
    for (name, title, before, later) in short.into_iter().chain(long) {
        let (before, later): (Vec<u8>, Vec<u8>) = (before, later);
        let module = module().request("A").request("B");
        let file = module.layout();
        let file = file.replace("strings[0].bytes", &before).replace("strings[1].bytes", &later);
        let ends = [before.len(), before.len() + later.len()].map(|end| u32::try_from(end).expect("short strings"));
        let file = file.write_u32_at("strings[0].end", ends[0]).write_u32_at("strings[1].end", ends[1]);
        let file = file.write_u32_at("string_bytes", ends[1]).resized().padded_to(8).sealed();
        cases.push(reject(
            &format!("strings-{name}"),
            &title,
            &["strings-ascend"],
            file,
            "bad-order",
            at("strings[1].end"),
        ));
    }
    for (place, later) in [("65th", 64), ("last", 199)] {
        let module = (0..200).fold(module(), |module, number| module.request(&format!("n{number:03}")));
        let file = module.layout();
        let before = file.bytes()[file.range(&format!("strings[{}].bytes", later - 1))].to_vec();
        cases.push(reject(
            &format!("strings-equal-{place}-of-200"),
            &format!("the {place} of 200 strings is equal to the one before it"),
            &["strings-ascend"],
            file.overwrite(&format!("strings[{later}].bytes"), &before).sealed(),
            "bad-order",
            at(&format!("strings[{later}].end")),
        ));
    }
    cases
}

/// Returns cases in which `order` must compare more than the specifier.
fn requests() -> Vec<Described> {
    let case = |name: &str, title: &str, module: Module, order: &[u32]| {
        let file = module.layout();
        let file = (0..)
            .zip(order)
            .fold(file, |file, (index, value)| file.write_u32_at(&format!("requests[{index}].order"), *value));
        let later = format!("requests[{}].order", order.len() - 1);
        reject(name, title, &["requests-ascend"], file.sealed(), "bad-order", at(&later))
    };
    let with = |attributes: &[&[(&str, &str)]]| {
        attributes.iter().fold(module(), |module, attributes| module.request_with("m", Phase::Evaluation, attributes))
    };
    vec![
        case("requests-equal", "two equal requests", with(&[&[], &[]]), &[0, 1]),
        case(
            "requests-equal-with-attributes",
            "two requests with equal attributes",
            with(&[&[("k", "v")], &[("k", "v")]]),
            &[0, 1],
        ),
        case(
            "requests-equal-apart",
            "two equal requests, with another one between them",
            module().request("b").request("a").request("b"),
            &[1, 0, 2],
        ),
        case(
            "requests-equal-phase",
            "two equal requests of phase defer",
            module().request_of("m", Phase::Defer).request_of("m", Phase::Defer),
            &[0, 1],
        ),
        case(
            "order-phase-descends",
            "`order` has the phase source before evaluation",
            module().request("m").request_of("m", Phase::Source),
            &[1, 0],
        ),
        case(
            "order-phase-after-attributes",
            "`order` compares attributes before the phase",
            module().request_with("m", Phase::Evaluation, &[("k", "v")]).request_of("m", Phase::Source),
            &[1, 0],
        ),
        case("order-key-descends", "`order` has a greater key first", with(&[&[("a", "v")], &[("b", "v")]]), &[1, 0]),
        case(
            "order-value-descends",
            "`order` has a greater value first",
            with(&[&[("a", "v")], &[("a", "w")]]),
            &[1, 0],
        ),
        case(
            "order-longer-first",
            "`order` has the longer of two attribute lists first",
            with(&[&[("a", "v")], &[("a", "v"), ("b", "v")]]),
            &[1, 0],
        ),
        case(
            "order-empty-attributes-last",
            "`order` has a request without attributes after one with attributes",
            with(&[&[("a", "v")], &[]]),
            &[0, 1],
        ),
        case(
            "order-keys-before-values",
            "`order` compares all keys before all values",
            with(&[&[("a", "2"), ("b", "1")], &[("a", "1"), ("c", "1")]]),
            &[0, 1],
        ),
        case(
            "order-length-first",
            "`order` compares the number of attributes first",
            with(&[&[("b", "1")], &[("a", "1"), ("b", "1")]]),
            &[0, 1],
        ),
        case(
            "order-value-before-key",
            "`order` compares a value before its key",
            with(&[&[("a", "2")], &[("b", "1")]]),
            &[1, 0],
        ),
        case("order-ninth-attribute", "`order` compares only the first eight attributes", ninth_attribute(), &[0, 1]),
        case(
            "order-descends-in-attributes-of-different-requests",
            "`order` has the greater of two attribute lists first, and other requests with attributes follow",
            module()
                .request_with("m", Phase::Evaluation, &[("a", "1"), ("b", "2")])
                .request_with("m", Phase::Evaluation, &[("a", "1"), ("b", "1")])
                .request_with("n", Phase::Evaluation, &[("a", "1")]),
            &[0, 1],
        ),
        case(
            "order-names-one-request-twice",
            "`order` names one request twice and another one never",
            module().request("a").request("b"),
            &[1, 1],
        ),
    ]
}

/// Returns a module with two requests that differ in the value of their ninth attribute. The first one is the greater one.
fn ninth_attribute() -> Module {
    let keys: Vec<_> = (1..=9).map(|number| format!("k{number}")).collect();
    ["2", "1"].iter().fold(module(), |module, last| {
        let attributes: Vec<_> = keys.iter().map(|key| (key.as_str(), if key == "k9" { *last } else { "v" })).collect();
        module.request_with("m", Phase::Evaluation, &attributes)
    })
}

//! Every order of a file, with a fault at its first, its middle and its last pair: two equal entries, and two that
//! descend.

use super::module::{Module, module};
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
    }
    cases.extend(requests());
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
    for (name, title, before, later) in pairs {
        let module = module().request("A").request("B");
        let file = module.layout();
        let file = file.replace("strings[0].bytes", before).replace("strings[1].bytes", later);
        let ends = [before.len(), before.len() + later.len()].map(|end| u32::try_from(end).expect("short strings"));
        let file = file.write_u32_at("strings[0].end", ends[0]).write_u32_at("strings[1].end", ends[1]);
        let file = file.write_u32_at("string_bytes", ends[1]).resized().padded_to(8).sealed();
        cases.push(reject(
            &format!("strings-{name}"),
            title,
            &["strings-ascend"],
            file,
            "bad-order",
            at("strings[1].end"),
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
            "order-names-one-request-twice",
            "`order` names one request twice and another one never",
            module().request("a").request("b"),
            &[1, 1],
        ),
    ]
}

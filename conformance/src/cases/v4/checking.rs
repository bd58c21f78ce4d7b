//! The rules of a checker: forbidden exports, unused strings, and their order.

use super::module::{Module, module};
use super::{refuse, typical};
use crate::cases::Described;
use crate::cases::builder::at;
use bmes::v4::Phase;

pub(super) fn cases() -> Vec<Described> {
    [forbidden(), unused(), order()].concat()
}

fn forbidden() -> Vec<Described> {
    let case = |name: &str, title: &str, module: Module, place: &str| {
        refuse(name, title, &["forbidden-export", "check-order"], module, "bad-entry", at(place))
    };
    let base = || module().request("m").request_of("m", Phase::Defer).request_of("m", Phase::Source);
    let among = |index: usize| {
        ["a", "b", "c", "d", "e"]
            .into_iter()
            .enumerate()
            .fold(base().import("imported", 0, Some("x")), |module, (place, name)| {
                module.local(name, if place == index { "imported" } else { "x" })
            })
    };
    vec![
        case(
            "local-of-single",
            "a Local export with the local name of a Single import",
            base().import("a", 0, Some("x")).local("a", "a"),
            "exports[0].name",
        ),
        case(
            "local-of-namespace",
            "a Local export with the local name of a Namespace import",
            base().import("ns", 0, None).local("ns", "ns"),
            "exports[0].name",
        ),
        case(
            "local-of-single-renamed",
            "a Local export with another name, of a Single import",
            base().import("a", 0, Some("x")).local("b", "a"),
            "exports[0].name",
        ),
        case(
            "local-first",
            "the first of five exports is Local, with the local name of an import",
            among(0),
            "exports[0].name",
        ),
        case(
            "local-middle",
            "the third of five exports is Local, with the local name of an import",
            among(2),
            "exports[2].name",
        ),
        case(
            "local-last",
            "the last of five exports is Local, with the local name of an import",
            among(4),
            "exports[4].name",
        ),
        case(
            "local-of-strict-among-tolerant",
            "a Local export of a strict import beside a Local export of a tolerant one",
            base().tolerant("T", 0, Some("T")).import("a", 0, Some("a")).local("T", "T").local("a", "a"),
            "exports[1].name",
        ),
        case(
            "local-of-first-strict-import",
            "only the second of two imports is tolerant, and the first is exported as Local",
            base().import("a", 0, Some("a")).tolerant("b", 0, Some("b")).local("a", "a").local("b", "b"),
            "exports[0].name",
        ),
        case(
            "local-of-evaluation-beside-defer",
            "a Local export of a namespace of phase evaluation, beside one of phase defer",
            base().import("d", 1, None).import("e", 0, None).local("d", "d").local("e", "e"),
            "exports[1].name",
        ),
        case(
            "local-as-default",
            "a Local export with the name default, of a Single import",
            base().import("a", 0, Some("x")).local("default", "a"),
            "exports[0].name",
        ),
        case(
            "local-of-default-import",
            "a Local export of an import of the name default",
            base().import("a", 0, Some("default")).local("b", "a"),
            "exports[0].name",
        ),
        case(
            "local-of-import-and-variable",
            "a Local export of an import whose local name is also a declared and a lexical variable",
            base().import("a", 0, Some("x")).local("b", "a").declared("a", 0).lexical("a", 0).environment(1, 1),
            "exports[0].name",
        ),
        case(
            "local-after-100-strings",
            "a Local export of an import whose local name comes after 100 other strings",
            (0..100)
                .fold(base(), |module, number| module.local(&format!("e{number:02}"), "x"))
                .local("z", "imported")
                .import("imported", 0, Some("x")),
            "exports[100].name",
        ),
        case(
            "two-forbidden",
            "two faults: two Local exports of imports",
            base().import("a", 0, Some("x")).local("a", "a").local("b", "a"),
            "exports[0].name",
        ),
    ]
}

fn unused() -> Vec<Described> {
    let case = |name: &str, title: &str, module: Module, place: &str| {
        refuse(name, title, &["unused-string", "check-order"], module, "unused-string", at(place))
    };
    let many = |unused: usize| {
        (0..100).fold(module().request("m"), |module, number| {
            let name = format!("n{number:02}");
            if number == unused { module.unused(&name) } else { module.local(&name, "m") }
        })
    };
    vec![
        case("unused-first", "no field uses the first string", typical().unused("!"), "strings[0].end"),
        case("unused-middle", "no field uses a string in the middle", typical().unused("middle"), "strings[14].end"),
        case("unused-last", "no field uses the last string", typical().unused("~"), "strings[20].end"),
        case("unused-empty", "no field uses the empty string", module().request("m").unused(""), "strings[0].end"),
        case("unused-alone", "the only string is used by no field", module().unused("x"), "strings[0].end"),
        case(
            "unused-two",
            "two faults: no field uses two strings",
            module().request("m").unused("a").unused("b"),
            "strings[0].end",
        ),
        case("unused-64th", "of 101 strings, the 64th is used by no field", many(64), "strings[65].end"),
        case(
            "unused-last-of-2000",
            "the last of 2,000 strings is used by no field",
            (0..1999).fold(module(), |module, number| module.request(&format!("n{number:04}"))).unused("z"),
            "strings[1999].end",
        ),
        case(
            "unused-beside-zeros",
            "no field uses the first string, and all columns that hold no indices of strings have a 0",
            module()
                .request("m")
                .tolerant("a", 0, Some("a"))
                .indirect("b", 0, "b")
                .star(0)
                .declared("d", 0)
                .lexical("l", 0)
                .unused("!"),
            "strings[0].end",
        ),
        case(
            "unused-beside-ones",
            "no field uses the second string, and all columns that hold no indices of strings have a 1",
            module()
                .request_with("!", Phase::Evaluation, &[("k", "v")])
                .request("m")
                .request_of("m", Phase::Source)
                .import("a", 1, Some("a"))
                .tolerant("b", 1, Some("b"))
                .indirect("c", 1, "c")
                .star(1)
                .declared("d", 1)
                .lexical("l", 1)
                .unused("0"),
            "strings[1].end",
        ),
        case("unused-63rd", "of 101 strings, the 63rd is used by no field", many(62), "strings[63].end"),
        case(
            "unused-of-none",
            "a string that no field uses, in a module with a Namespace import and export",
            module().request("m").import("a", 0, None).namespace("b", 0).unused("z"),
            "strings[3].end",
        ),
        case(
            "unused-but-marked",
            "no field uses a string, and an import is exported again as Namespace",
            module().request("m").import("ns", 0, None).namespace("ns", 0).unused("x"),
            "strings[2].end",
        ),
    ]
}

fn order() -> Vec<Described> {
    vec![refuse(
        "forbidden-before-unused",
        "two faults: a string that no field uses, and a Local export of an import",
        &["check-order", "forbidden-export", "unused-string"],
        module().request("m").import("a", 0, Some("a")).local("a", "a").unused("!"),
        "bad-entry",
        at("exports[0].name"),
    )]
}

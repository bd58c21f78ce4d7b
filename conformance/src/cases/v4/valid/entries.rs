//! Valid files with unusual requests, imports, exports and variables.

use bmes::v4::Phase;

use super::REPORT;
use crate::cases::Described;
use crate::cases::v4::accept;
use crate::cases::v4::module::module;

pub(super) fn cases() -> Vec<Described> {
    let base = || module().request("./m.mjs");
    vec![
        accept(
            "request-alone",
            "a request that no entry uses, as `import \"./m.mjs\"` makes it",
            &[REPORT, "index", "requests-ascend"],
            base(),
        ),
        accept(
            "requests-in-source-order",
            "requests that do not ascend: `order` sorts them",
            &["requests-ascend", "writer-order", "writer-lists"],
            module().request("./c").request("./a").request("./b"),
        ),
        accept(
            "requests-of-all-phases",
            "one specifier in three phases",
            &["phase", "requests-ascend", "writer-order"],
            module().request_of("m", Phase::Defer).request_of("m", Phase::Source).request("m"),
        ),
        accept(
            "requests-of-attributes",
            "one specifier with different attributes, a beginning of another first",
            &["requests-ascend", "attributes-ascend", "attribute-end", "writer-order"],
            module()
                .request_with("m", Phase::Evaluation, &[("a", "1"), ("b", "2")])
                .request("m")
                .request_with("m", Phase::Evaluation, &[("a", "2")])
                .request_with("m", Phase::Evaluation, &[("a", "1")]),
        ),
        accept(
            "requests-that-differ-in-a-value",
            "two requests that differ only in the value of their last attribute",
            &["requests-ascend", "writer-order"],
            module().request_with("m", Phase::Evaluation, &[("k", "v"), ("l", "2")]).request_with(
                "m",
                Phase::Evaluation,
                &[("k", "v"), ("l", "1")],
            ),
        ),
        accept(
            "attributes-of-the-last-request",
            "only the last of three requests has attributes",
            &["attribute-end", REPORT],
            module().request("a").request("b").request_with("c", Phase::Evaluation, &[("k", "v")]),
        ),
        accept(
            "attributes-of-the-first-request",
            "only the first of three requests has attributes",
            &["attribute-end", REPORT],
            module().request_with("a", Phase::Evaluation, &[("k", "v")]).request("b").request("c"),
        ),
        accept(
            "attributes-begin-anew",
            "the keys of a request begin below those of the request before it",
            &["attributes-ascend"],
            module().request_with("a", Phase::Evaluation, &[("y", "1"), ("z", "1")]).request_with(
                "b",
                Phase::Evaluation,
                &[("a", "1"), ("y", "1")],
            ),
        ),
        accept(
            "import-kinds",
            "an import of each kind and phase",
            &["import-kind", "empty-local-name", REPORT],
            module()
                .request("m")
                .request_of("m", Phase::Defer)
                .request_of("m", Phase::Source)
                .import("a", 0, Some("x"))
                .import("b", 0, None)
                .import("c", 1, None)
                .import("d", 2, None),
        ),
        accept(
            "export-kinds",
            "an export of each kind",
            &["export-kind", REPORT],
            base().local("a", "x").indirect("b", 0, "x").indirect("c", 0, "").namespace("d", 0),
        ),
        accept(
            "export-indirect-beside-its-import",
            "an import that is exported again as Indirect",
            &["forbidden-export", "export-kind"],
            base().import("a", 0, Some("x")).indirect("b", 0, "x"),
        ),
        accept(
            "export-namespace-beside-its-import",
            "a namespace that is exported again as Namespace",
            &["forbidden-export", "export-kind"],
            base().import("ns", 0, None).namespace("ns", 0),
        ),
        accept(
            "export-local-of-tolerant-import",
            "a tolerant import that is exported again as Local",
            &["forbidden-export", "tolerant-kind", "tolerant-imports-ascend"],
            base().tolerant("T", 0, Some("T")).local("T", "T"),
        ),
        accept(
            "export-local-of-deferred-import",
            "a deferred namespace that is exported again as Local",
            &["forbidden-export"],
            module().request_of("m", Phase::Defer).import("ns", 0, None).local("ns", "ns"),
        ),
        accept(
            "export-local-of-source-import",
            "a module source that is exported again as Local",
            &["forbidden-export"],
            module().request_of("m", Phase::Source).import("wasm", 0, None).local("wasm", "wasm"),
        ),
        accept(
            "export-indirect-of-tolerant-import",
            "an Indirect export with the request and the name of a tolerant import",
            &["forbidden-export"],
            base().tolerant("T", 0, Some("T")).indirect("U", 0, "T"),
        ),
        accept(
            "export-local-of-a-name-that-an-import-has-elsewhere",
            "a Local export whose local name is the import name of an import",
            &["forbidden-export"],
            base().import("a", 0, Some("x")).local("x", "x"),
        ),
        accept(
            "export-name-of-an-import",
            "a Local export whose export name is the local name of an import",
            &["forbidden-export"],
            base().import("a", 0, Some("x")).local("a", "b"),
        ),
        accept(
            "tolerant-import-of-empty-name",
            "a tolerant import with an empty import name",
            &["tolerant-kind", "string-empty"],
            base().tolerant("T", 0, Some("")),
        ),
        accept(
            "tolerant-imports-after-namespaces",
            "tolerant imports that follow two Namespace imports, with other import names",
            &["tolerant-kind", "tolerant-imports-ascend", "index"],
            base().import("a", 0, None).import("b", 0, None).tolerant("c", 0, Some("x")).tolerant("d", 0, Some("y")),
        ),
        accept(
            "attributes-whose-text-sorts-otherwise",
            "attributes that would have another order as text with = between a key and its value",
            &["requests-ascend", "writer-order"],
            module().request_with("m", Phase::Evaluation, &[("a!", "1")]).request_with(
                "m",
                Phase::Evaluation,
                &[("a", "1")],
            ),
        ),
        accept(
            "attributes-with-values-that-descend",
            "attributes whose values descend, and requests whose values sort otherwise than their keys",
            &["attributes-ascend", "requests-ascend", "writer-lists", "writer-order"],
            module().request_with("m", Phase::Evaluation, &[("b", "1"), ("c", "0")]).request_with(
                "m",
                Phase::Evaluation,
                &[("a", "2"), ("d", "1")],
            ),
        ),
        accept(
            "tolerant-among-strict",
            "the first and the last of three imports are tolerant",
            &["tolerant-imports-ascend", "tolerant-kind", "tolerant-flag", "forbidden-export"],
            base()
                .tolerant("a", 0, Some("a"))
                .import("b", 0, Some("b"))
                .tolerant("c", 0, Some("c"))
                .local("a", "a")
                .local("c", "c"),
        ),
        accept(
            "star-exports",
            "star exports of two requests, one of which has attributes",
            &["star-exports-ascend", "star-kind"],
            module().request("b").request_with("a", Phase::Evaluation, &[("type", "json")]).star(1).star(0),
        ),
        accept(
            "star-export-of-an-imported-module",
            "a request with an import, an Indirect export and a star export",
            &["star-kind"],
            base().import("a", 0, Some("a")).indirect("b", 0, "c").star(0),
        ),
        accept(
            "variable-in-both-lists",
            "one name in both lists of variables, and as an import",
            &["variables-ascend", REPORT],
            base().import("a", 0, Some("a")).declared("a", 1).lexical("a", 2),
        ),
        accept(
            "variables-without-export",
            "a Local export whose name is in no list of variables",
            &["environment", REPORT],
            base().local("a", "a").declared("b", 0),
        ),
    ]
}

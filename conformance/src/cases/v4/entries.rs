//! The kinds of entries: combinations of fields and phases that no kind has, and empty local names.

use super::module::{Module, NONE, module};
use super::{refuse, reject};
use crate::cases::Described;
use crate::cases::builder::{File, at};
use bmes::v4::Phase;

pub(super) fn cases() -> Vec<Described> {
    [imports(), tolerant_imports(), exports(), star_exports()].concat()
}

const PLACES: [(&str, u32); 3] = [("first", 0), ("middle", 2), ("last", 4)];

/// Returns a module with a request of each phase, and with five imports of phase evaluation.
fn base() -> Module {
    let module = module().request("m").request_of("m", Phase::Source).request_of("m", Phase::Defer);
    ["a", "b", "c", "d", "e"].iter().fold(module, |module, name| module.import(name, 0, Some("x")))
}

fn imports() -> Vec<Described> {
    let mut cases = Vec::new();
    for (place, index) in PLACES {
        for (phase, request) in [("source", 1), ("defer", 2)] {
            let title = format!("the {place} of five imports has a name and a request of phase {phase}");
            let file = base().layout().set_u32(&format!("imports[{index}].request"), request).sealed();
            let path = format!("imports[{index}].import_name");
            cases.push(reject(
                &format!("import-named-{phase}-{place}"),
                &title,
                &["import-kind", "list-order"],
                file,
                "bad-entry",
                at(&path),
            ));
        }
    }
    cases.push(reject(
        "import-default-of-source",
        "an import of the name default, from a request of phase source",
        &["import-kind"],
        module().request_of("m", Phase::Source).import("a", 0, Some("default")).layout(),
        "bad-entry",
        at("imports[0].import_name"),
    ));
    for (name, phase) in [("source", Phase::Source), ("defer", Phase::Defer)] {
        cases.push(reject(
            &format!("import-of-empty-name-{name}"),
            &format!("an import with an empty import name, from a request of phase {name}"),
            &["import-kind"],
            module().request_of("m", phase).import("a", 0, Some("")).layout(),
            "bad-entry",
            at("imports[0].import_name"),
        ));
    }
    let empty = |name: &str, title: &str, file: File, place: &str| {
        reject(name, title, &["empty-local-name", "list-order"], file.sealed(), "bad-entry", at(place))
    };
    // The empty string is string 0.
    let with_empty = || module().request("").import("a", 0, None).import("b", 0, None);
    cases.extend([
        empty(
            "local-name-empty",
            "the local name of the first import is empty",
            with_empty().layout().set_u32("imports[0].local_name", 0),
            "imports[0].local_name",
        ),
        empty(
            "local-name-empty-alone",
            "the local name of the only import is empty",
            module().request("m").import("", 0, Some("x")).layout(),
            "imports[0].local_name",
        ),
        empty(
            "local-name-empty-before-order",
            "two faults: the local name of the second import is empty, so it descends",
            with_empty().layout().set_u32("imports[1].local_name", 0),
            "imports[1].local_name",
        ),
        empty(
            "local-name-empty-before-later-range",
            "two faults: the local name of the first import is empty, and that of the last one is no index",
            {
                let file = with_empty().layout().set_u32("imports[0].local_name", 0);
                file.set_u32("imports[1].local_name", NONE - 1)
            },
            "imports[0].local_name",
        ),
        reject(
            "local-name-order-before-later-empty",
            "two faults: two equal local names, and a later one that is empty",
            &["imports-ascend", "empty-local-name", "list-order"],
            {
                let file = with_empty().import("c", 0, None).layout();
                let first = file.u32("imports[0].local_name");
                file.set_u32("imports[1].local_name", first).set_u32("imports[2].local_name", 0).sealed()
            },
            "bad-order",
            at("imports[1].local_name"),
        ),
        empty(
            "local-name-empty-of-source-import",
            "the local name of an import of phase source is empty",
            module().request_of("", Phase::Source).import("", 0, None).layout(),
            "imports[0].local_name",
        ),
    ]);
    cases
}

fn tolerant_imports() -> Vec<Described> {
    let base = || {
        ["a", "b", "c"]
            .iter()
            .fold(module().request("m").request_of("m", Phase::Source).request_of("m", Phase::Defer), |module, name| {
                module.tolerant(name, 0, Some("x"))
            })
    };
    let case = |name: &str, title: &str, file: File, place: usize| {
        let path = format!("tolerant_imports[{place}].tolerant_import");
        reject(name, title, &["tolerant-kind", "list-order"], file.sealed(), "bad-entry", at(&path))
    };
    let mut cases = Vec::new();
    for (place, index) in [("first", 0), ("middle", 1), ("last", 2)] {
        let title = format!("the {place} of three tolerant imports is a Namespace import");
        cases.push(case(
            &format!("tolerant-namespace-{place}"),
            &title,
            base().layout().set_u32(&format!("imports[{index}].import_name"), NONE),
            index,
        ));
    }
    let of_phase =
        |phase: u32| base().layout().set_u32("imports[1].import_name", NONE).set_u32("imports[1].request", phase);
    cases.push(case("tolerant-source", "a tolerant import is a Source import", of_phase(1), 1));
    cases.push(case("tolerant-defer", "a tolerant import is a deferred Namespace import", of_phase(2), 1));
    cases.push(reject(
        "tolerant-order-before-kind",
        "two faults: the first tolerant import is no Single import, and the last two descend",
        &["tolerant-imports-ascend", "tolerant-kind", "list-order"],
        {
            let file = base().layout().set_u32("imports[0].import_name", NONE);
            file.set_u32("tolerant_imports[1].tolerant_import", 2)
                .set_u32("tolerant_imports[2].tolerant_import", 1)
                .sealed()
        },
        "bad-order",
        at("tolerant_imports[2].tolerant_import"),
    ));
    cases
}

fn exports() -> Vec<Described> {
    let base = || {
        let module = module().request("").request_of("m", Phase::Source).request_of("m", Phase::Defer);
        ["a", "b", "c", "d", "e"].iter().fold(module, |module, name| module.local(name, "x"))
    };
    let case = |name: &str, title: &str, file: File, index: u32| {
        let path = format!("exports[{index}].name");
        reject(name, title, &["export-kind", "list-order"], file.sealed(), "bad-entry", at(&path))
    };
    let mut cases = Vec::new();
    for (place, index) in PLACES {
        let set = |field: &str, value: u32| base().layout().set_u32(&format!("exports[{index}].{field}"), value);
        let request = |value| set("request", value);
        cases.extend([
            case(
                &format!("export-of-nothing-{place}"),
                &format!("the {place} of five exports has neither a request nor a name"),
                set("name", NONE),
                index,
            ),
            case(
                &format!("export-local-empty-{place}"),
                &format!("the {place} of five exports is Local, and its local name is empty"),
                set("name", 0),
                index,
            ),
            case(
                &format!("export-indirect-source-{place}"),
                &format!("the {place} of five exports is Indirect, from a request of phase source"),
                request(1),
                index,
            ),
            case(
                &format!("export-indirect-defer-{place}"),
                &format!("the {place} of five exports is Indirect, from a request of phase defer"),
                request(2),
                index,
            ),
            case(
                &format!("export-namespace-source-{place}"),
                &format!("the {place} of five exports is Namespace, of a request of phase source"),
                request(1).set_u32(&format!("exports[{index}].name"), NONE),
                index,
            ),
            case(
                &format!("export-namespace-defer-{place}"),
                &format!("the {place} of five exports is Namespace, of a request of phase defer"),
                request(2).set_u32(&format!("exports[{index}].name"), NONE),
                index,
            ),
        ]);
    }
    cases.push(reject(
        "export-index-before-kind",
        "two faults: the first export has no kind, and the name of the last one is no index",
        &["index", "export-kind", "list-order"],
        {
            let file = base().layout().set_u32("exports[0].name", NONE);
            file.set_u32("exports[4].name", NONE - 1).sealed()
        },
        "bad-index",
        at("exports[4].name"),
    ));
    cases
}

fn star_exports() -> Vec<Described> {
    let base = || {
        let module = ["a", "b", "c"].iter().fold(module(), |module, name| module.request(name));
        module.star(0).star(1).star(2)
    };
    let mut cases = Vec::new();
    for (place, index) in [("first", 0), ("middle", 1), ("last", 2)] {
        for (phase, number) in [("source", 1), ("defer", 2)] {
            let title = format!("the request of the {place} of three star exports has the phase {phase}");
            let file = base().layout().set_u32(&format!("requests[{index}].phase"), number).sealed();
            let path = format!("star_exports[{index}].request");
            cases.push(reject(
                &format!("star-{phase}-{place}"),
                &title,
                &["star-kind", "list-order"],
                file,
                "bad-entry",
                at(&path),
            ));
        }
    }
    cases.push(reject(
        "star-order-before-kind",
        "two faults: the first star export has the phase defer, and the last two are equal",
        &["star-exports-ascend", "star-kind", "list-order"],
        base().layout().set_u32("requests[0].phase", 2).set_u32("star_exports[2].request", 1).sealed(),
        "bad-order",
        at("star_exports[2].request"),
    ));
    // A module in which every field refers to the empty string, and a checker has nothing to object to but the export.
    cases.push(refuse(
        "export-local-beside-import",
        "a Local export with the local name of a Single import",
        &["forbidden-export"],
        module().request("m").import("a", 0, Some("a")).local("a", "a"),
        "bad-entry",
        at("exports[0].name"),
    ));
    cases
}

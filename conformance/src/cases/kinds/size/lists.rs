//! Cases with lists of 70,000 entries: valid lists, and lists with one fault at the end or in the middle.

use bmes::{ExportType, Version};

use super::super::large::Large;
use super::super::shared_out;
use super::MANY;
use crate::cases::Described;
use crate::cases::builder::{File, Module, module};

const ACCEPTED: &[&str] =
    &["limit-accept", "count-bounds", "entries-kept", "check-accepts", "writer-accepts", "writer-order"];

pub(super) fn cases(version: Version) -> Vec<Described> {
    let all = [
        accepted(version),
        requests(version),
        imports(version),
        exports(version),
        structure(version),
        sharing(version),
    ];
    let mut cases = shared_out(version, all.concat());
    if version == Version::V2 {
        // One version is enough: this file takes the longest to read.
        cases.push(attributes_before(version));
    }
    if version.has_environment() {
        cases.extend(variables(version));
    }
    cases
}

fn accepted(version: Version) -> Vec<Described> {
    let start = || module(version).request("./m.js");
    let third = MANY / 3;
    let exports = start().local("l000000", "x").indirect("i000000", "./m.js", "x").namespace("n000000", "./m.js");
    let exports = Large::of(exports).times("exports[0]", MANY - 2 * third).times("exports[1]", third);
    let imports = start().import("./m.js", "x", "i000000").import_namespace("./m.js", "n000000");
    let both = module(version).request("r000000").star("r000000").bytecode(b"code");
    let attributes = module(version).request_with("./m.js", &[("b000000", "1"), ("a000000", "000000")]);
    vec![
        exports.times("exports[2]", third).accept("exports-70000", "70,000 exports of all types", ACCEPTED),
        Large::of(imports).times("imports[0]", MANY / 2).times("imports[1]", MANY / 2).accept(
            "imports-70000",
            "70,000 imports",
            ACCEPTED,
        ),
        Large::of(both).times("requests[0]", MANY).times("star_exports[0]", MANY).accept(
            "star-exports-70000",
            "70,000 requests, and a star export of each",
            ACCEPTED,
        ),
        Large::of(attributes)
            .times("requests[0].attributes[0]", MANY / 2)
            .times("requests[0].attributes[1]", MANY / 2)
            .swapped("requests[0].attributes[0]", "requests[0].attributes[1]")
            .accept(
                "attributes-70000",
                "a request with 70,000 attributes, of which the first half belongs after the second",
                &[
                    "limit-accept",
                    "count-bounds",
                    "attributes-kept",
                    "check-accepts",
                    "writer-accepts",
                    "writer-attributes",
                ],
            ),
    ]
}

/// Returns cases with so many requests for one specifier that a counter of 16 bits wraps around to 0 or 1.
fn sharing(version: Version) -> Vec<Described> {
    let shared = module(version).request_with("./s.js", &[("k", "000000")]).import("./s.js", "x", "x");
    let case = |number: usize| {
        Large::of(shared.clone()).times("requests[0]", number).refuse(
            &format!("requests-{number}-share-a-specifier"),
            &format!("an import names a specifier that {number} requests share"),
            &["ambiguous-request"],
            "ambiguous-request",
            "imports[0]",
        )
    };
    [65_536, 65_537].map(case).into()
}

fn requests(version: Version) -> Vec<Described> {
    let many = || module(version).request("r000000");
    let twice = many().request("r000000").request("r000000");
    let attributes = |last| module(version).request_with("./m.js", &[("k000000", "1"), ("k000000", "2"), (last, "3")]);
    let packed = module(version)
        .request_with("./m.js", &[("k", "000000")])
        .request_with("./m.js", &[("000000", "000000")])
        .request_with("./m.js", &[("", "000000")]);
    let shared = many().request_with("r000000", &[("type", "json")]).import("r000000", "x", "x");
    vec![
        Large::of(packed)
            .times("requests[0]", MANY)
            .times("requests[1]", 4)
            .times_from("requests[2]", 4, MANY - 4)
            .accept_check(
                "attributes-of-70000-texts",
                "requests that differ in one of 70,000 values: an index of a text has 17 bits, and texts are keys and values",
                &["attribute-sets", "duplicate-request", "check-accepts"],
            ),
        Large::of(many().request("r000000")).times("requests[0]", MANY).refuse(
            "requests-70000-first-is-last",
            "70,001 requests, of which the last equals the first",
            &["duplicate-request"],
            "duplicate-request",
            "requests[1]",
        ),
        Large::of(twice)
            .times("requests[0]", MANY / 2)
            .times_from("requests[1]", 2, MANY / 2 - 1)
            .times_from("requests[2]", MANY / 2, MANY / 2 + 1)
            .refuse(
                "requests-70000-middle",
                "70,002 requests, of which two neighbours in the middle are equal",
                &["duplicate-request"],
                "duplicate-request",
                "requests[1]",
            ),
        Large::of(attributes("k000000"))
            .times("requests[0].attributes[0]", MANY)
            .times_from("requests[0].attributes[1]", 2, MANY)
            .refuse(
                "attributes-70000-first-is-last",
                "a request with 70,003 attributes, of which the first and the last have one key",
                &["duplicate-attribute"],
                "duplicate-attribute",
                "requests[0]",
            ),
        Large::of(shared).times("requests[0]", MANY).refuse(
            "requests-70000-ambiguous",
            "70,001 requests, of which the first and the last share the specifier that an import names",
            &["ambiguous-request"],
            "ambiguous-request",
            "imports[0]",
        ),
        Large::of(many().star("r000000").star("r00000x"))
            .times("requests[0]", MANY)
            .times("star_exports[0]", MANY)
            .refuse(
                "star-exports-70000-last-unrequested",
                "70,001 star exports, of which the last is of a module that is not requested",
                &["unrequested-module"],
                "unrequested-module",
                "star_exports[1]",
            ),
        Large::of(many().star("r000000").star("r000000"))
            .times("requests[0]", MANY)
            .times("star_exports[0]", MANY)
            .refuse(
                "star-exports-70000-first-is-last",
                "70,001 star exports, of which the last equals the first",
                &["duplicate-star-export"],
                "duplicate-star-export",
                "star_exports[1]",
            ),
    ]
}

/// Returns cases with a list of 70,000 entries and one more entry that breaks a rule.
fn last(version: Version, list: &str, usual: fn(Module) -> Module, rules: &[Last]) -> Vec<Described> {
    let case = |Last { how, rule, odd }: &Last| {
        let module = odd(usual(module(version).request("./m.js")));
        Large::of(module).times(&format!("{list}[0]"), MANY).refuse(
            &format!("{list}-70000-{how}"),
            &format!("70,001 {list}, of which the last breaks the rule {rule}"),
            &[rule],
            rule,
            &format!("{list}[1]"),
        )
    };
    rules.iter().map(case).collect()
}

/// An entry that breaks a rule.
struct Last {
    how: &'static str,
    rule: &'static str,
    odd: fn(Module) -> Module,
}

fn imports(version: Version) -> Vec<Described> {
    let usual = |module: Module| module.import("./m.js", "x", "l000000");
    let rules = [
        Last { how: "last-unrequested", rule: "unrequested-module", odd: |module| module.import("./n.js", "x", "odd") },
        Last { how: "last-without-name", rule: "missing-local-name", odd: |module| module.import("./m.js", "x", "") },
        Last {
            how: "first-is-last",
            rule: "duplicate-local-name",
            odd: |module| module.import_namespace("./m.js", "l000000"),
        },
    ];
    last(version, "imports", usual, &rules)
}

fn exports(version: Version) -> Vec<Described> {
    let usual = |module: Module| module.local("e000000", "l");
    let rules = [
        Last { how: "last-unrequested", rule: "unrequested-module", odd: |module| module.namespace("odd", "./n.js") },
        Last { how: "last-without-name", rule: "missing-local-name", odd: |module| module.local("odd", "") },
        Last {
            how: "last-misplaced",
            rule: "misplaced-field",
            odd: |module| module.export_entry(ExportType::Local, ["odd", "", "x", "l"]),
        },
        Last {
            how: "first-is-last",
            rule: "duplicate-export-name",
            odd: |module| module.indirect("e000000", "./m.js", "x"),
        },
    ];
    let mut cases = last(version, "exports", usual, &rules);
    let twice = module(version).local("e000000", "l").local("e000000", "l").local("e000000", "l");
    let middle = Large::of(twice).times("exports[0]", MANY / 2).times_from("exports[1]", 2, MANY / 2 - 1);
    cases.push(middle.times_from("exports[2]", MANY / 2, MANY / 2 + 1).refuse_and_encode(
        "exports-70000-middle",
        "70,002 exports, of which two neighbours in the middle have one export_name",
        &["duplicate-export-name", "writer-refuses"],
        "duplicate-export-name",
        "exports[1]",
    ));
    cases
}

/// Returns files whose last of 70,001 entries has a fault that every reader must report, not only a checker.
fn structure(version: Version) -> Vec<Described> {
    let start = || module(version).request("r000000").request("r00000x");
    let exports = || start().local("e000000", "l").local("odd", "lx");
    let imports = || start().import("r000000", "x", "l000000").import("r000000", "x", "odd");
    let case = |name: &str, clause: &str, class: &str, large: Large, place: (&str, usize)| {
        let title = "70,001 entries, of which the last has a fault";
        let mut described = large.reject(name, title, &["first-error", "all-or-nothing", clause], class, place);
        // The case does not test `check`: reading takes almost all of its time, and smaller files test the same fault
        // with `check`.
        described.case.expect.check = None;
        described
    };
    let set = |path: &'static str, number: u32| move |file: File| file.set_u32(path, number);
    vec![
        case(
            "requests-70000-last-flag",
            "has-attributes",
            "bad-flag",
            Large::of(start()).changed(set("requests[1].has_attributes", 2)).times("requests[0]", MANY),
            ("requests[1].has_attributes", 0),
        ),
        case(
            "imports-70000-last-type",
            "import-type",
            "bad-type",
            Large::of(imports()).changed(set("imports[1].type", 3)).times("imports[0]", MANY),
            ("imports[1].type", 0),
        ),
        case(
            "exports-70000-last-type",
            "export-type",
            "bad-type",
            Large::of(exports()).changed(set("exports[1].type", 3)).times("exports[0]", MANY),
            ("exports[1].type", 0),
        ),
        case(
            "exports-70000-last-text",
            "string-utf8",
            "bad-utf8",
            Large::of(exports())
                .changed(|file| file.overwrite("exports[1].local_name.bytes", b"l\xC3"))
                .times("exports[0]", MANY),
            ("exports[1].local_name.bytes", 1),
        ),
    ]
}

fn variables(version: Version) -> Vec<Described> {
    let both = module(version).declared("v000000", 4).lexical("v000000", 8);
    let refuse = |list: &str, path: &str, module: Module| {
        Large::of(module).times(&format!("{path}[0]"), MANY).refuse(
            &format!("{list}-variables-70000-first-is-last"),
            &format!("70,001 {list} variables, of which the last has the name of the first"),
            &["duplicate-variable"],
            "duplicate-variable",
            &format!("{path}[1]"),
        )
    };
    vec![
        Large::of(both).times("declared_variables[0]", MANY).times("lexical_variables[0]", MANY).accept(
            "variables-70000",
            "70,000 declared variables, and 70,000 lexical ones of the same names",
            ACCEPTED,
        ),
        more_than_20_bits(version),
        refuse("declared", "declared_variables", module(version).declared("v000000", 4).declared("v000000", 5)),
        refuse("lexical", "lexical_variables", module(version).lexical("v000000", 8).lexical("v000000", 9)),
    ]
}

/// Returns a file whose first request has 2^20 attributes. If a reader keeps the attributes of all requests in one
/// list, those of the last requests have indices of 21 bits.
fn attributes_before(version: Version) -> Described {
    const HALF: usize = 1 << 19;
    let module = module(version)
        .request_with("./m.js", &[("a000000", ""), ("b000000", "")])
        .request_with("./m.js", &[("x", "1"), ("y", "2")])
        .request_with("./m.js", &[("x", "1"), ("y", "2")]);
    let large = Large::of(module).times("requests[0].attributes[0]", HALF).times("requests[0].attributes[1]", HALF);
    large.refuse(
        "attributes-1048576-before-equal-ones",
        "two requests with the same attributes, after one with 1,048,576 others",
        &["duplicate-request", "attributes-kept", "limit-accept"],
        "duplicate-request",
        "requests[2]",
    )
}

/// Returns a file with so many variables that their indices have 21 bits. A file of 16 MiB has no room for indices of
/// 22 bits.
fn more_than_20_bits(version: Version) -> Described {
    const HALF: usize = 1 << 19;
    let module = module(version).declared("a000000", 4).declared("b000000", 4).declared("a000000", 5);
    let large = Large::of(module).times("declared_variables[0]", HALF).times("declared_variables[1]", HALF);
    large.refuse(
        "declared-variables-1048577-first-is-last",
        "1,048,577 declared variables, of which the last has the name of the first",
        &["duplicate-variable", "limit-accept"],
        "duplicate-variable",
        "declared_variables[2]",
    )
}

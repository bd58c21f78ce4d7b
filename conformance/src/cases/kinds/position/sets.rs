//! Cases with two, three, four or seventeen entries that break a rule together, and with similar entries that break
//! none.

use bmes::Version;

use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};

const SIZES: [usize; 4] = [2, 3, 4, 17];

pub(super) fn cases(version: Version) -> Vec<Described> {
    SIZES.into_iter().flat_map(|size| [sharing(version, size), equal(version, size)].concat()).collect()
}

/// Returns files with `size` requests for one specifier, each with another attribute.
fn sharing(version: Version, size: usize) -> Vec<Described> {
    let shared = || {
        (0..size).fold(module(version).request("./m.js"), |module, index| {
            module.request_with("./s.js", &[("type", &format!("t{index}"))])
        })
    };
    let case = |how: &str, module: Module, entry: &str| {
        refuse(
            &format!("{how}-shared-by-{size}"),
            &format!("an entry names a specifier that {size} requests share"),
            &["ambiguous-request", "writer-refuses"],
            module,
            "ambiguous-request",
            entry,
        )
    };
    vec![
        case("import", shared().import("./s.js", "x", "x"), "imports[0]"),
        case("import-namespace", shared().import_namespace("./s.js", "x"), "imports[0]"),
        case("indirect", shared().indirect("x", "./s.js", "x"), "exports[0]"),
        case("namespace", shared().namespace("x", "./s.js"), "exports[0]"),
        case("star-export", shared().star("./s.js"), "star_exports[0]"),
        accept(
            &format!("unnamed-shared-by-{size}"),
            &format!("{size} requests share a specifier, and no entry names it"),
            &["ambiguous-request", "check-accepts", "writer-accepts"],
            shared().import("./m.js", "x", "x").indirect("x", "./m.js", "x").star("./m.js"),
        ),
        refuse(
            &format!("first-and-last-of-{size}"),
            &format!("{} requests share a specifier, and the first and the last have the same attributes", size + 1),
            &["duplicate-request", "attribute-sets", "writer-refuses"],
            shared().request_with("./s.js", &[("type", "t0")]),
            "duplicate-request",
            &format!("requests[{}]", size + 1),
        ),
        refuse(
            &format!("last-two-of-{size}"),
            &format!("{} requests share a specifier, and the last two have the same attributes", size + 1),
            &["duplicate-request", "attribute-sets", "writer-refuses"],
            shared().request_with("./s.js", &[("type", &format!("t{}", size - 1))]),
            "duplicate-request",
            &format!("requests[{}]", size + 1),
        ),
    ]
}

/// Returns files with `size` equal entries. The second entry is the first that breaks the rule.
fn equal(version: Version, size: usize) -> Vec<Described> {
    let start = || module(version).request("./m.js");
    let times = |start: Module, add: fn(Module) -> Module| (0..size).fold(start, |module, _| add(module));
    let case = |list: &str, rule: &str, module: Module, entry: &str| {
        refuse(
            &format!("{list}-equal-{size}"),
            &format!("{size} entries of one list are equal"),
            &[rule, "writer-refuses"],
            module,
            rule,
            entry,
        )
    };
    let attributes = vec![("type", "json"); size];
    let mut cases = vec![
        case("requests", "duplicate-request", times(module(version), |module| module.request("./m.js")), "requests[1]"),
        case("attributes", "duplicate-attribute", module(version).request_with("./m.js", &attributes), "requests[0]"),
        case(
            "imports",
            "duplicate-local-name",
            times(start(), |module| module.import("./m.js", "x", "x")),
            "imports[1]",
        ),
        case(
            "exports",
            "duplicate-export-name",
            times(start(), |module| module.indirect("x", "./m.js", "x")),
            "exports[1]",
        ),
        case(
            "star-exports",
            "duplicate-star-export",
            times(start(), |module| module.star("./m.js")),
            "star_exports[1]",
        ),
    ];
    if version.has_environment() {
        let declared = times(module(version), |module| module.declared("v", 4));
        cases.push(case("declared-variables", "duplicate-variable", declared, "declared_variables[1]"));
        let lexical = times(module(version), |module| module.lexical("v", 8));
        cases.push(case("lexical-variables", "duplicate-variable", lexical, "lexical_variables[1]"));
    }
    cases
}

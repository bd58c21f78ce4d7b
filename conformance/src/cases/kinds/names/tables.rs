//! Cases with lists of many lengths in which the last name occurs twice. A hash table that has just grown, or a counter
//! that has just wrapped around, may not find the name.

use bmes::Version;

use super::super::large::Large;
use super::super::shared_out;
use crate::cases::Described;
use crate::cases::builder::{Module, module};

pub(super) fn cases(version: Version) -> Vec<Described> {
    let mut cases = shared_out(version, numbers().into_iter().flat_map(|number| entries(version, number)).collect());
    if version.has_environment() {
        cases.extend(numbers().into_iter().flat_map(|number| variables(version, number)));
    }
    cases
}

/// Returns every number up to 20, and the numbers around which hash tables grow: a half, two thirds, three quarters and
/// seven eighths of a power of two, and the power.
fn numbers() -> Vec<usize> {
    let around = |number: usize| [number - 1, number, number + 1];
    let of_power = |power: usize| [power * 2 / 3, power * 3 / 4, power * 7 / 8, power];
    let powers = (5..=11).map(|shift| 1 << shift);
    let mut numbers: Vec<_> = (2..=20).chain(powers.flat_map(of_power).flat_map(around)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Returns a large module with a list of `number` names, and the last of them again.
fn again(module: Module, list: &str, number: usize) -> Large {
    Large::of(module).times(&format!("{list}[0]"), number).times_from(&format!("{list}[1]"), 1, number - 1)
}

fn entries(version: Version, number: usize) -> Vec<Described> {
    let start = || module(version).request("./m.js");
    let case = |list: &str, rule: &str, large: Large, entry: &str| {
        large.refuse_and_encode(
            &format!("{list}-last-of-{number}-again"),
            &format!("{number} names, and then the last of them again"),
            &[rule, "writer-refuses"],
            rule,
            entry,
        )
    };
    let twice = |start: Module, add: fn(Module) -> Module| add(add(start));
    let exports = twice(start(), |module| module.local("e000000", "l"));
    let imports = twice(start(), |module| module.import("./m.js", "x", "l000000"));
    let requests = twice(module(version), |module| module.request("r000000"));
    let values = twice(module(version), |module| module.request_with("./m.js", &[("k", "000000")]));
    let attributes = module(version).request_with("./m.js", &[("k000000", "v"), ("k000000", "w")]);
    let of_modules = twice(module(version).request("r000000"), |module| module.star("r000000"));
    let shared = module(version).request_with("./s.js", &[("k", "000000")]).import("./s.js", "x", "x");
    vec![
        case("exports", "duplicate-export-name", again(exports, "exports", number), "exports[1]"),
        case("imports", "duplicate-local-name", again(imports, "imports", number), "imports[1]"),
        case("requests", "duplicate-request", again(requests, "requests", number), "requests[1]"),
        case("values", "duplicate-request", again(values, "requests", number), "requests[1]"),
        case("attributes", "duplicate-attribute", again(attributes, "requests[0].attributes", number), "requests[0]"),
        case(
            "star-exports",
            "duplicate-star-export",
            again(of_modules, "star_exports", number).times("requests[0]", number),
            "star_exports[1]",
        ),
        Large::of(shared).times("requests[0]", number).refuse_and_encode(
            &format!("shared-by-{number}"),
            &format!("an import names a specifier that {number} requests share"),
            &["ambiguous-request", "writer-refuses"],
            "ambiguous-request",
            "imports[0]",
        ),
    ]
}

fn variables(version: Version, number: usize) -> Vec<Described> {
    let declared = module(version).declared("v000000", 4).declared("v000000", 5);
    let lexical = module(version).lexical("v000000", 8).lexical("v000000", 9);
    let case = |(list, module): (&str, Module)| {
        again(module, &format!("{list}_variables"), number).refuse_and_encode(
            &format!("{list}-variables-last-of-{number}-again"),
            &format!("{number} names, and then the last of them again"),
            &["duplicate-variable", "writer-refuses"],
            "duplicate-variable",
            &format!("{list}_variables[1]"),
        )
    };
    [("declared", declared), ("lexical", lexical)].map(case).into()
}

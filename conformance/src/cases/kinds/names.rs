//! Cases with different names that a wrong comparison treats as equal: by a hash, a prefix, case folding, Unicode
//! normalisation or a conversion to a number. Checkers and writers must not confuse them.

mod between;
mod keys;
mod near;
mod sets;
mod sorts;
mod special;
mod sums;
mod tables;

use bmes::Version;

use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};
pub(super) use near::HASHES;
use near::Pair;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [
        kept_apart(version),
        not_satisfied(version),
        equal(version),
        between::cases(version),
        keys::cases(version),
        sets::cases(version),
        sorts::cases(version),
        special::cases(version),
        tables::cases(version),
    ]
    .concat()
}

/// Returns the module that results if `add` adds each of the names to `start`.
fn each(start: Module, names: &[impl AsRef<str>], add: impl Fn(Module, &str) -> Module) -> Module {
    names.iter().fold(start, |module, name| add(module, name.as_ref()))
}

/// Returns one valid file for each list of a record. The list has all of the nearly equal names.
fn kept_apart(version: Version) -> Vec<Described> {
    let names = near::names();
    let each = |start: Module, add: fn(Module, &str) -> Module| each(start, &names, add);
    let case = |list: &str, rule: &str, module: Module| {
        accept(
            &format!("apart-{list}"),
            &format!("{} names that are nearly equal, as {}", names.len(), list.replace('-', " ")),
            &["check-bytes", rule, "string-verbatim", "check-accepts", "writer-accepts"],
            module,
        )
    };
    let start = || module(version).request("./m.js");
    let keys: Vec<_> = names.iter().rev().map(|name| (name.as_str(), "v")).collect();
    let mut cases = vec![
        case("specifiers", "duplicate-request", each(module(version), Module::request)),
        case(
            "import-local-names",
            "duplicate-local-name",
            each(start(), |module, name| match name {
                "" => module,
                name => module.import("./m.js", name, name),
            }),
        ),
        case(
            "export-names",
            "duplicate-export-name",
            each(start(), |module, name| module.indirect(name, "./m.js", name)),
        ),
        case("star-exports", "duplicate-star-export", each(each(module(version), Module::request), Module::star)),
        case(
            "module-requests",
            "unrequested-module",
            names.iter().enumerate().fold(each(module(version), Module::request), |module, (index, name)| {
                module.import(name, "x", &format!("l{index}"))
            }),
        ),
        case("attribute-keys", "duplicate-attribute", module(version).request_with("./a.json", &keys)),
        case(
            "attribute-values",
            "attribute-sets",
            each(module(version), |module, name| module.request_with("./a.json", &[("type", name)])),
        ),
        case(
            "keys-of-requests",
            "attribute-sets",
            each(module(version), |module, name| module.request_with("./a.json", &[(name, "v")])),
        ),
    ];
    if version.has_environment() {
        let declared = each(module(version), |module, name| module.declared(name, 4));
        cases.push(case("declared-variables", "duplicate-variable", declared));
        let lexical = each(module(version), |module, name| module.lexical(name, 8));
        cases.push(case("lexical-variables", "duplicate-variable", lexical));
    }
    cases
}

/// Returns two files for each pair of nearly equal names. In the first file, a request has the first name, and an entry
/// of another list refers to the second name. The second file exchanges the names, and uses another list.
fn not_satisfied(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (index, Pair { how, one, other, what }) in near::pairs().into_iter().enumerate() {
        for (way, requested, named) in [(0, &one, &other), (1, &other, &one)] {
            let start = module(version).request(requested);
            let (module, entry) = match (index + 2 * way) % 4 {
                0 => (start.import(named, "x", "x"), "imports[0]"),
                1 => (start.star(named), "star_exports[0]"),
                2 => (start.indirect("x", named, "x"), "exports[0]"),
                _ => (start.namespace("x", named), "exports[0]"),
            };
            let suffix = if way == 0 { "" } else { "-reversed" };
            cases.push(refuse(
                &format!("unrequested-{how}{suffix}"),
                &format!("an entry names a specifier that is nearly that of the only request: {what}"),
                &["unrequested-module", "check-bytes", "writer-refuses"],
                module,
                "unrequested-module",
                entry,
            ));
        }
    }
    cases
}

/// Returns cases in which an unusual name occurs twice. A checker must treat the two occurrences as equal.
fn equal(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (index, (how, name)) in near::unusual().into_iter().enumerate() {
        let (rule, module, entry) = match index % 4 {
            0 => ("duplicate-request", module(version).requests(&[name, name]), "requests[1]"),
            1 => ("duplicate-export-name", module(version).local(name, "a").local(name, "b"), "exports[1]"),
            2 => {
                let module = module(version).request("./m.js");
                let module = module.import("./m.js", "x", name).import("./m.js", "y", name);
                ("duplicate-local-name", module, "imports[1]")
            }
            _ => {
                let attributes = [(name, "1"), ("key", "2"), (name, "3")];
                ("duplicate-attribute", module(version).request_with("./m.js", &attributes), "requests[0]")
            }
        };
        cases.push(refuse(
            &format!("twice-{how}"),
            &format!("a name that occurs twice: {}", how.replace('-', " ")),
            &[rule, "check-bytes", "writer-refuses"],
            module,
            rule,
            entry,
        ));
    }
    cases
}

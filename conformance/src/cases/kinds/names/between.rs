//! Cases with nearly equal names: one between two equal names, two in the attributes of requests, and all of them in
//! lists that are sorted in several ways.

use bmes::Version;

use super::super::{shared_out, version_index};
use super::each;
use super::near::{self, Pair};
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [twice(version), ambiguous(version), sorted(version), long(version)].concat()
}

/// Returns cases in which a list has a name, a nearly equal name, and the first name again.
fn twice(version: Version) -> Vec<Described> {
    let case = |(index, Pair { how, one, other, what }): (usize, Pair)| {
        let names = [one.as_str(), other.as_str(), one.as_str()];
        let lists = if version.has_environment() { 8 } else { 6 };
        let (rule, module, entry) = list_of(version, (index + 3 * version_index(version)) % lists, &names);
        refuse(
            &format!("twice-around-{how}"),
            &format!("two equal names, and between them one that is nearly the same: {what}"),
            &[rule, "check-bytes", "writer-refuses"],
            module,
            rule,
            entry,
        )
    };
    near::pairs().into_iter().enumerate().map(case).collect()
}

/// Returns the rule that is broken, a module with the three names in one list, and the entry that breaks the rule.
/// `list` selects the list. The last name equals the first.
fn list_of(version: Version, list: usize, names: &[&str; 3]) -> (&'static str, Module, &'static str) {
    let start = module(version).request("./other.js");
    match list {
        0 => ("duplicate-export-name", each(start, names, |module, name| module.local(name, "l")), "exports[2]"),
        1 if names.iter().all(|name| !name.is_empty()) => {
            let add = |module: Module, name: &str| module.import("./other.js", name, name);
            ("duplicate-local-name", each(start, names, add), "imports[2]")
        }
        1 | 2 => ("duplicate-request", each(module(version), names, Module::request), "requests[2]"),
        3 => {
            let [one, other, _] = names;
            let requested = start.request(one).request(other);
            ("duplicate-star-export", each(requested, names, Module::star), "star_exports[2]")
        }
        4 => {
            let add = |module: Module, name: &str| module.request_with("./a.json", &[("type", name)]);
            ("duplicate-request", each(module(version), names, add), "requests[2]")
        }
        5 => {
            let attributes = names.map(|name| (name, "v"));
            ("duplicate-attribute", start.request_with("./a.json", &attributes), "requests[1]")
        }
        6 => {
            ("duplicate-variable", each(start, names, |module, name| module.declared(name, 4)), "declared_variables[2]")
        }
        _ => ("duplicate-variable", each(start, names, |module, name| module.lexical(name, 8)), "lexical_variables[2]"),
    }
}

/// Returns files with two requests for one specifier, whose attributes differ only in a nearly equal value or key. An
/// entry names that specifier.
fn ambiguous(version: Version) -> Vec<Described> {
    let case = |(index, Pair { how, one, other, what }): (usize, Pair)| {
        let turn = index + version_index(version);
        let start = if turn.is_multiple_of(2) {
            module(version).request_with("./s.js", &[("type", &one)]).request_with("./s.js", &[("type", &other)])
        } else {
            module(version).request_with("./s.js", &[(&one, "v")]).request_with("./s.js", &[(&other, "v")])
        };
        let (module, entry) = match turn % 5 {
            0 => (start.import("./s.js", "x", "x"), "imports[0]"),
            1 => (start.indirect("x", "./s.js", "x"), "exports[0]"),
            2 => (start.star("./s.js"), "star_exports[0]"),
            3 => (start.namespace("x", "./s.js"), "exports[0]"),
            _ => (start.import_namespace("./s.js", "x"), "imports[0]"),
        };
        refuse(
            &format!("ambiguous-{how}"),
            &format!("an entry names a specifier of two requests whose attributes are nearly the same: {what}"),
            &["ambiguous-request", "check-bytes", "writer-refuses"],
            module,
            "ambiguous-request",
            entry,
        )
    };
    near::pairs().into_iter().enumerate().map(case).collect()
}

/// Returns files with long names that are nearly equal, in every list.
fn long(version: Version) -> Vec<Described> {
    let pairs = near::pairs().into_iter().filter(|pair| pair.one.len() > 2048);
    let case = |Pair { how, one, other, what }: Pair| {
        let start = module(version).request_with("./a.json", &[(&other, "v"), (&one, "v")]);
        let start = start.request_with("./b.json", &[("k", &one)]).request_with("./b.json", &[("k", &other)]);
        let module = [&one, &other].into_iter().fold(start, |module, name| {
            let module = module.request(name).import(name, "x", name).namespace(name, name).star(name);
            if version.has_environment() { module.declared(name, 4).lexical(name, 8) } else { module }
        });
        accept(
            &format!("apart-{how}"),
            &format!("two long names that are nearly equal in every list: {what}"),
            &["check-bytes", "check-accepts", "writer-accepts", "string-verbatim"],
            module,
        )
    };
    shared_out(version, pairs.map(case).collect())
}

/// Returns cases with all names in three orders: by their bytes, by their UTF-16 code units, and backwards.
fn sorted(version: Version) -> Vec<Described> {
    let mut by_bytes = near::names();
    by_bytes.sort_unstable();
    let mut by_units = by_bytes.clone();
    by_units.sort_by_cached_key(|name| name.encode_utf16().collect::<Vec<_>>());
    let backwards: Vec<_> = by_bytes.iter().rev().cloned().collect();
    let orders = [
        ("bytes", "by their bytes", by_bytes),
        ("units", "by their UTF-16 code units", by_units),
        ("descending", "backwards", backwards),
    ];
    let mut cases = Vec::new();
    for (how, order, names) in &orders {
        let requested = || each(module(version), names, Module::request);
        let mut case = |list: &str, rule: &str, module: Module| {
            cases.push(accept(
                &format!("sorted-by-{how}-{list}"),
                &format!("{} names that are sorted {order}, as {}", names.len(), list.replace('-', " ")),
                &["check-bytes", rule, "check-accepts", "writer-accepts", "writer-order"],
                module,
            ));
        };
        case("star-exports", "unrequested-module", each(requested(), names, Module::star));
        let start = module(version).request("./m.js");
        case(
            "export-names",
            "duplicate-export-name",
            each(start, names, |module, name| module.indirect(name, "./m.js", name)),
        );
        case(
            "module-names",
            "unrequested-module",
            each(requested(), names, |module, name| module.namespace(name, name)),
        );
        case("attributes", "duplicate-attribute", {
            let attributes: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
            module(version).request_with("./a.json", &attributes)
        });
    }
    shared_out(version, cases)
}

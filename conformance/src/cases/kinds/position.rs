//! Cases with a fault at several positions in a list (first, in the middle, last and elsewhere), and with sets of two,
//! three, four and seventeen entries.

mod sets;
mod structure;

use bmes::{ExportType, ImportType, Version};

use crate::cases::builder::{Module, module};
use crate::cases::{Described, refuse};

/// The length of the lists in this module.
const LENGTH: usize = 12;

/// The indices of the entry with a single fault, each after its name in ids. 8 stands for any other index: no rule
/// distinguishes it.
const PLACES: [(&str, usize); 4] = [("first", 0), ("middle", 5), ("last", LENGTH - 1), ("elsewhere", 8)];

/// The indices of two entries that break a rule together.
const PAIRS: [(usize, usize); 5] = [(0, 1), (0, LENGTH - 1), (5, 6), (LENGTH - 2, LENGTH - 1), (2, 8)];

pub(super) fn cases(version: Version) -> Vec<Described> {
    let mut cases = [
        requests(version),
        imports(version),
        exports(version),
        misplaced(version),
        star_exports(version),
        ambiguous(version),
        sets::cases(version),
        structure::cases(version),
    ]
    .concat();
    if version.has_environment() {
        cases.extend(variables(version));
    }
    cases
}

/// Adds [`LENGTH`] entries to `start`: `odd` adds the entry at the index `place`, and `usual` adds each other entry.
fn list(start: Module, place: usize, odd: impl Fn(Module) -> Module, usual: fn(Module, usize) -> Module) -> Module {
    (0..LENGTH).fold(start, |module, index| if index == place { odd(module) } else { usual(module, index) })
}

fn usual_import(module: Module, index: usize) -> Module {
    let types = [ImportType::Single, ImportType::SingleTypeScript, ImportType::Namespace];
    let import_type = types[index % types.len()];
    let name = if import_type == ImportType::Namespace { "*" } else { "x" };
    module.import_entry(import_type, "./m.js", name, &format!("l{index}"))
}

fn usual_export(module: Module, index: usize) -> Module {
    let name = &format!("e{index}");
    match index % 3 {
        0 => module.local(name, "l"),
        1 => module.indirect(name, "./m.js", "x"),
        _ => module.namespace(name, "./m.js"),
    }
}

fn requests(version: Version) -> Vec<Described> {
    let usual = |module: Module, index: usize| module.request_with(&format!("./{index}.js"), &[("a", "1"), ("b", "2")]);
    let mut cases = Vec::new();
    for (first, second) in PAIRS {
        let odd = |module: Module| module.request_with(&format!("./{first}.js"), &[("b", "2"), ("a", "1")]);
        cases.push(refuse(
            &format!("request-duplicate-{first}-{second}"),
            &format!("request {second} of {LENGTH} equals request {first}, with its attributes in another order"),
            &["duplicate-request", "attribute-sets", "writer-refuses"],
            list(module(version), second, odd, usual),
            "duplicate-request",
            &format!("requests[{second}]"),
        ));
    }
    for (index, (how, place)) in PLACES.into_iter().enumerate() {
        let (first, second) = PAIRS[index];
        let mut attributes: Vec<_> = (0..LENGTH).map(|key| (format!("k{key}"), "v")).collect();
        attributes[second] = (format!("k{first}"), "w");
        let attributes: Vec<_> = attributes.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        cases.push(refuse(
            &format!("attribute-duplicate-{how}"),
            &format!("attributes {first} and {second} of request {place} of {LENGTH} have the same key"),
            &["duplicate-attribute", "writer-refuses"],
            list(module(version), place, |module| module.request_with("./odd.js", &attributes), usual),
            "duplicate-attribute",
            &format!("requests[{place}]"),
        ));
    }
    cases
}

fn imports(version: Version) -> Vec<Described> {
    let start = || module(version).request("./m.js");
    let mut cases = Vec::new();
    for (how, place) in PLACES {
        let types = [ImportType::Single, ImportType::SingleTypeScript, ImportType::Namespace, ImportType::Single];
        let import_type = types[place % types.len()];
        let entry = &format!("imports[{place}]");
        cases.push(refuse(
            &format!("import-unrequested-{how}"),
            &format!("import {place} of {LENGTH} is from a module that is not requested"),
            &["unrequested-module", "writer-refuses"],
            list(start(), place, |module| module.import_entry(import_type, "./n.js", "x", "odd"), usual_import),
            "unrequested-module",
            entry,
        ));
        cases.push(refuse(
            &format!("import-without-local-name-{how}"),
            &format!("import {place} of {LENGTH} has no local_name"),
            &["missing-local-name", "writer-refuses"],
            list(start(), place, |module| module.import_entry(import_type, "./m.js", "x", ""), usual_import),
            "missing-local-name",
            entry,
        ));
    }
    for (first, second) in PAIRS {
        let odd = |module: Module| module.import("./m.js", "other", &format!("l{first}"));
        cases.push(refuse(
            &format!("import-duplicate-{first}-{second}"),
            &format!("import {second} of {LENGTH} has the local_name of import {first}"),
            &["duplicate-local-name", "writer-refuses"],
            list(start(), second, odd, usual_import),
            "duplicate-local-name",
            &format!("imports[{second}]"),
        ));
    }
    cases
}

fn exports(version: Version) -> Vec<Described> {
    let start = || module(version).request("./m.js");
    let mut cases = Vec::new();
    let mut single = |name: String, title: String, rule: &'static str, place: usize, odd: &dyn Fn(Module) -> Module| {
        let module = list(start(), place, odd, usual_export);
        cases.push(refuse(&name, &title, &[rule, "writer-refuses"], module, rule, &format!("exports[{place}]")));
    };
    for (how, place) in PLACES {
        single(
            format!("indirect-unrequested-{how}"),
            format!("export {place} of {LENGTH} is an Indirect export from a module that is not requested"),
            "unrequested-module",
            place,
            &|module| module.indirect("odd", "./n.js", "x"),
        );
        single(
            format!("namespace-unrequested-{how}"),
            format!("export {place} of {LENGTH} is a Namespace export of a module that is not requested"),
            "unrequested-module",
            place,
            &|module| module.namespace("odd", "./n.js"),
        );
        single(
            format!("export-without-local-name-{how}"),
            format!("export {place} of {LENGTH} is a Local export without a local_name"),
            "missing-local-name",
            place,
            &|module| module.local("odd", ""),
        );
    }
    for (first, second) in PAIRS {
        single(
            format!("export-duplicate-{first}-{second}"),
            format!("export {second} of {LENGTH} has the export_name of export {first}"),
            "duplicate-export-name",
            second,
            &|module| module.local(&format!("e{first}"), "l"),
        );
    }
    cases
}

/// Returns cases with a value in a field that does not apply to the type of the export, for each such field, and with
/// several export names and values.
fn misplaced(version: Version) -> Vec<Described> {
    const NAMES: [(&str, &str); 6] = [
        ("default", "default"),
        ("empty", ""),
        ("star", "*"),
        ("proto", "__proto__"),
        ("name", "a"),
        ("specifier", "./m.js"),
    ];
    const VALUES: [&str; 7] = ["*", "a", " ", "\0", "./m.js", "default", "\u{FEFF}"];
    const FIELDS: [(&str, ExportType, usize); 5] = [
        ("local-module-name", ExportType::Local, 1),
        ("local-import-name", ExportType::Local, 2),
        ("indirect-local-name", ExportType::Indirect, 3),
        ("namespace-import-name", ExportType::Namespace, 2),
        ("namespace-local-name", ExportType::Namespace, 3),
    ];
    let mut cases = Vec::new();
    for (field_index, (field, export_type, changed)) in FIELDS.into_iter().enumerate() {
        for (name_index, (how, export_name)) in NAMES.into_iter().enumerate() {
            let (_, place) = PLACES[(field_index + name_index) % PLACES.len()];
            let mut names = match export_type {
                ExportType::Local => [export_name, "", "", "l"],
                ExportType::Indirect => [export_name, "./m.js", "x", ""],
                _ => [export_name, "./m.js", "", ""],
            };
            names[changed] = VALUES[(field_index + 2 * name_index) % VALUES.len()];
            let odd = |module: Module| module.export_entry(export_type, names);
            cases.push(refuse(
                &format!("misplaced-{field}-{how}"),
                &format!("export {place} of {LENGTH} has the name {export_name:?} and a field that does not apply"),
                &["misplaced-field", "applies-by-type", "writer-refuses", "writer-no-repair"],
                list(module(version).request("./m.js"), place, odd, usual_export),
                "misplaced-field",
                &format!("exports[{place}]"),
            ));
        }
    }
    cases
}

fn star_exports(version: Version) -> Vec<Described> {
    let start = || (0..LENGTH).fold(module(version), |module, index| module.request(&format!("./{index}.js")));
    let usual = |module: Module, index: usize| module.star(&format!("./{index}.js"));
    let mut cases = Vec::new();
    for (how, place) in PLACES {
        cases.push(refuse(
            &format!("star-export-unrequested-{how}"),
            &format!("star export {place} of {LENGTH} is of a module that is not requested"),
            &["unrequested-module", "writer-refuses"],
            list(start(), place, |module| module.star("./n.js"), usual),
            "unrequested-module",
            &format!("star_exports[{place}]"),
        ));
    }
    for (first, second) in PAIRS {
        cases.push(refuse(
            &format!("star-export-duplicate-{first}-{second}"),
            &format!("star export {second} of {LENGTH} equals star export {first}"),
            &["duplicate-star-export", "writer-refuses"],
            list(start(), second, |module| module.star(&format!("./{first}.js")), usual),
            "duplicate-star-export",
            &format!("star_exports[{second}]"),
        ));
    }
    cases
}

/// Returns cases in which two requests share a specifier, and one entry of another list names it.
fn ambiguous(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (index, (how, place)) in PLACES.into_iter().enumerate() {
        let (first, second) = PAIRS[(index + 1) % PAIRS.len()];
        let start = || {
            (0..LENGTH).fold(module(version).request("./m.js"), |module, index| match index {
                index if index == first => module.request("./s.js"),
                index if index == second => module.request_with("./s.js", &[("type", "json")]),
                index => module.request(&format!("./{index}.js")),
            })
        };
        let mut case = |list_name: &str, entry: &str, module: Module| {
            cases.push(refuse(
                &format!("{list_name}-ambiguous-{how}"),
                &format!(
                    "entry {place} of {LENGTH} names a specifier that requests {} and {} share",
                    first + 1,
                    second + 1
                ),
                &["ambiguous-request", "writer-refuses"],
                module,
                "ambiguous-request",
                &format!("{entry}[{place}]"),
            ));
        };
        let import = |module: Module| module.import("./s.js", "x", "odd");
        case("import", "imports", list(start(), place, import, usual_import));
        let indirect = |module: Module| module.indirect("odd", "./s.js", "x");
        case("indirect", "exports", list(start(), place, indirect, usual_export));
        let namespace = |module: Module| module.namespace("odd", "./s.js");
        case("namespace", "exports", list(start(), place, namespace, usual_export));
    }
    cases
}

fn variables(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (list_name, path) in [("declared", "declared_variables"), ("lexical", "lexical_variables")] {
        for (first, second) in PAIRS {
            let named = |module: Module, index: usize, bits: u32| {
                let name = format!("v{index}");
                if list_name == "declared" { module.declared(&name, bits) } else { module.lexical(&name, bits) }
            };
            let module = (0..LENGTH).fold(module(version), |module, index| {
                if index == second { named(module, first, 8) } else { named(module, index, 4) }
            });
            cases.push(refuse(
                &format!("{list_name}-variable-duplicate-{first}-{second}"),
                &format!("{list_name} variable {second} of {LENGTH} has the name of variable {first}"),
                &["duplicate-variable", "writer-refuses"],
                module,
                "duplicate-variable",
                &format!("{path}[{second}]"),
            ));
        }
    }
    cases
}

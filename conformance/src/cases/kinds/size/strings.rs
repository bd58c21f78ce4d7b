//! Cases with names of 1 MiB: names that a testee must keep, names that differ in one byte, equal names, and names that
//! are not UTF-8 far from their beginnings.

use bmes::{ExportType, ImportType, Version};

use super::super::large::Large;
use crate::cases::Described;
use crate::cases::builder::{Module, module};

/// The length in bytes of the beginning of a name, which repeats, and also the number of its copies: together 1 MiB. An
/// end that belongs only to this name follows.
const KIB: usize = 1024;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [apart(version), refused(version), ill_formed(version)].concat()
}

/// Returns a name that grows to 1 MiB and ends in `end`.
fn ending(end: &str) -> String {
    "n".repeat(KIB) + end
}

/// Returns a large module in which the first 1 KiB of each string in `paths` grows to 1 MiB.
fn grown(module: Module, paths: &[String]) -> Large {
    paths.iter().fold(Large::of(module), |large, path| large.text_times(path, 0..KIB, KIB))
}

fn paths(pattern: &[&str], numbers: std::ops::Range<usize>) -> Vec<String> {
    let of = |number: usize| pattern.iter().map(move |path| path.replace('#', &number.to_string()));
    numbers.flat_map(of).collect()
}

/// Returns cases with two names for each kind of string. The two names differ only in their last byte.
fn apart(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] =
        &["limit-accept", "string", "check-bytes", "string-verbatim", "check-accepts", "writer-accepts"];
    let entries = ["1", "2"].into_iter().fold(module(version), |module, end| {
        let name = &ending(end);
        let module = module.request(name).star(name);
        module
            .import_entry(ImportType::Single, name, "x", name)
            .export_entry(ExportType::Indirect, [name, name, "x", ""])
    });
    let of_entries = [
        "requests[#].specifier",
        "imports[#].module_request",
        "imports[#].local_name",
        "exports[#].export_name",
        "exports[#].module_name",
        "star_exports[#].module_name",
    ];
    let [one, two] = [ending("1"), ending("2")];
    let attributes = module(version)
        .request_with("./m.js", &[(&two, &one), (&one, &one)])
        .request_with("./s.js", &[("k", &one)])
        .request_with("./s.js", &[("k", &two)])
        .import("./m.js", &one, "x")
        .local("x", &one);
    let mut of_attributes = paths(&["requests[0].attributes[#].key", "requests[0].attributes[#].value"], 0..2);
    of_attributes.extend(paths(&["requests[#].attributes[0].value"], 1..3));
    of_attributes.extend(["imports[0].import_name".into(), "exports[0].local_name".into()]);
    // The requests of all operations together have some dozens of MiB. So each of these cases tests all operations in
    // one version only, and `check` alone in the others.
    let in_one = |all| if version == all { Large::accept } else { Large::accept_check };
    let mut cases = vec![
        in_one(Version::V3)(
            grown(entries, &paths(&of_entries, 0..2)),
            "names-of-one-mib",
            "names of 1 MiB in the fields of entries, two of each, which differ in the last byte",
            CLAUSES,
        ),
        in_one(Version::V2)(
            grown(attributes.canonical(), &of_attributes),
            "attributes-of-one-mib",
            "keys and values of 1 MiB, two of each, which differ in the last byte",
            CLAUSES,
        ),
    ];
    if version.has_environment() {
        let variables = module(version).declared(&one, 4).declared(&two, 4).lexical(&one, 8).lexical(&two, 8);
        let of_variables = paths(&["declared_variables[#].name", "lexical_variables[#].name"], 0..2);
        let variables = grown(variables, &of_variables);
        cases.push(variables.accept(
            "variables-of-one-mib",
            "variables with names of 1 MiB, two in each list, which differ in the last byte",
            CLAUSES,
        ));
    }
    cases
}

/// Returns cases with equal names of 1 MiB, and with an entry whose specifier of 1 MiB is only nearly equal to a
/// requested one.
fn refused(version: Version) -> Vec<Described> {
    let [one, two] = [ending("1"), ending("2")];
    let case = |name: &str, title: &str, rule: &str, large: Large, entry: &str| {
        large.refuse(name, title, &[rule, "check-bytes"], rule, entry)
    };
    vec![
        case(
            "exports-of-one-mib-equal",
            "two exports with one name of 1 MiB",
            "duplicate-export-name",
            grown(module(version).local(&one, "x").local(&one, "x"), &paths(&["exports[#].export_name"], 0..2)),
            "exports[1]",
        ),
        case(
            "specifiers-of-one-mib-equal",
            "two requests for one specifier of 1 MiB",
            "duplicate-request",
            grown(module(version).requests(&[&one, &one]), &paths(&["requests[#].specifier"], 0..2)),
            "requests[1]",
        ),
        case(
            "specifier-of-one-mib-unrequested",
            "an import from a specifier of 1 MiB that differs from the requested one in the last byte",
            "unrequested-module",
            grown(
                module(version).request(&one).import(&two, "x", "x"),
                &["requests[0].specifier".into(), "imports[0].module_request".into()],
            ),
            "imports[0]",
        ),
    ]
}

/// Returns one case for each kind of string: a string of 1 MiB with a byte that is not UTF-8, near the end or in the
/// middle.
fn ill_formed(version: Version) -> Vec<Described> {
    let mut strings = vec![
        ("specifier", "requests[0].specifier"),
        ("attribute-key", "requests[0].attributes[0].key"),
        ("attribute-value", "requests[0].attributes[0].value"),
        ("import-module-request", "imports[0].module_request"),
        ("import-import-name", "imports[0].import_name"),
        ("import-local-name", "imports[0].local_name"),
        ("export-export-name", "exports[0].export_name"),
        ("export-module-name", "exports[0].module_name"),
        ("export-import-name", "exports[0].import_name"),
        ("export-local-name", "exports[0].local_name"),
        ("star-export-module-name", "star_exports[0].module_name"),
    ];
    if version.has_environment() {
        strings.push(("declared-variable-name", "declared_variables[0].name"));
        strings.push(("lexical-variable-name", "lexical_variables[0].name"));
    }
    let case = |(index, (how, path)): (usize, (&str, &str))| {
        let (place, large) = if index % 2 == 0 {
            ("near the end", one_long(version, index, path).text_times(path, 0..KIB, KIB))
        } else {
            let halves = one_long(version, index, path).text_times(path, 0..KIB, KIB / 2);
            ("in the middle", halves.text_times(path, KIB + 2..2 * KIB + 2, KIB / 2))
        };
        large.reject(
            &format!("{how}-of-one-mib-broken"),
            &format!("{path} has 1 MiB, and {place} a lead byte is followed by another character"),
            &["string-utf8", "all-or-nothing"],
            "bad-utf8",
            (&format!("{path}.bytes"), KIB),
        )
    };
    strings.into_iter().enumerate().map(case).collect()
}

/// Returns a file with one string of each kind. The string with the index `number`, at `path`, is long and has a fault
/// in the middle.
fn one_long(version: Version, number: usize, path: &str) -> Large {
    let run = "n".repeat(KIB);
    let long = format!("{run}yz{run}");
    let name = |index: usize| if index == number { long.as_str() } else { "x" };
    let module = module(version)
        .request_with(name(0), &[(name(1), name(2))])
        .import_entry(ImportType::Single, name(3), name(4), name(5))
        .export_entry(ExportType::Indirect, [name(6), name(7), name(8), name(9)])
        .star(name(10));
    let module = if version.has_environment() { module.declared(name(11), 4).lexical(name(12), 8) } else { module };
    let broken = [run.as_bytes(), b"\xC3z", run.as_bytes()].concat();
    Large::of(module).changed(|file| file.overwrite(&format!("{path}.bytes"), &broken))
}

//! Cases with names that a program may treat specially, such as `default`, in every field that a rule compares. The
//! rules treat these names like all others.

use bmes::{ExportType, Version};

use super::super::shared_out;
use super::each;
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, refuse};

/// The names, each after a description that is a part of the id of a case.
const NAMES: [(&str, &str); 44] = [
    ("default", "default"),
    ("star", "*"),
    ("star-default", "*default*"),
    ("star-namespace", "*namespace*"),
    ("this", "this"),
    ("null", "null"),
    ("undefined", "undefined"),
    ("true", "true"),
    ("nan", "NaN"),
    ("zero", "0"),
    ("index", "7"),
    ("largest-index", "4294967294"),
    ("proto", "__proto__"),
    ("constructor", "constructor"),
    ("prototype", "prototype"),
    ("to-string", "toString"),
    ("has-own", "hasOwnProperty"),
    ("length", "length"),
    ("then", "then"),
    ("es-module", "__esModule"),
    ("eval", "eval"),
    ("arguments", "arguments"),
    ("await", "await"),
    ("let", "let"),
    ("class", "class"),
    ("import", "import"),
    ("import-meta", "import.meta"),
    ("underscore", "_"),
    ("dollar", "$"),
    ("private", "#x"),
    ("node", "node:fs"),
    ("bun", "bun:ffi"),
    ("data", "data:text/javascript,1"),
    ("file", "file:///a.js"),
    ("https", "https://example.org/a.js"),
    ("blob", "blob:null/1"),
    ("scope", "@scope/package"),
    ("bare", "react"),
    ("absolute", "/a.js"),
    ("parent", "../a.js"),
    ("json", "./a.json"),
    ("type", "type"),
    ("space", " "),
    ("long", "a-name-that-is-longer-than-what-a-string-holds-without-memory-of-its-own"),
];

/// Names that look like escapes of JSON, a shell or HTML, but that a testee must not change.
const ESCAPES: [&str; 40] = [
    "\\",
    "\\\\",
    "\\\\\\",
    "\"",
    "\\\"",
    "\\\\\"",
    "\"\\",
    "\"\\\"",
    "\"\"",
    "\\\"\\\"",
    "/",
    "\\/",
    "\\\\/",
    "a\\/b",
    "</script>",
    "\\n",
    "\\\\n",
    "\\\n",
    "\n",
    "\r",
    "\r\n",
    "\n\r",
    "\u{B}",
    "\u{85}\n",
    "\\u0041",
    "\\\\u0041",
    "\\u{41}",
    "\\ud83d\\ude00",
    "\\uD800",
    "\\x41",
    "\\101",
    "%41",
    "&#65;",
    "&quot;",
    "${x}",
    "u0041",
    "{}",
    "[]",
    "a\":\"b",
    "a\",\"b",
];

/// Names that are indices of an array, or look like indices. A JavaScript object puts indices before its other keys,
/// and in numeric order.
const INDICES: [&str; 14] =
    ["b", "10", "9", "a", "2", "1", "0", "01", "-1", "-0", "1.5", "4294967295", "4294967294", "c"];

pub(super) fn cases(version: Version) -> Vec<Described> {
    let runs = (1..=70).chain([127, 128, 255, 256]).map(|number| "\\".repeat(number));
    let backslashes: Vec<_> = runs.flat_map(|run| [run.clone(), format!("{run}\""), format!("\"{run}")]).collect();
    [
        everywhere(version, "special", "a program may treat in its own way", &NAMES.map(|(_, name)| name)),
        everywhere(version, "escaped", "look like an escape", &ESCAPES),
        everywhere(version, "backslashes", "have backslashes, and quotes after them", &backslashes),
        everywhere(version, "indices", "are indices of an array, or nearly", &INDICES),
        marked(version),
        refused(version),
    ]
    .concat()
}

/// Returns files with the names in all fields of all lists.
fn everywhere(version: Version, how: &str, what: &str, names: &[impl AsRef<str>]) -> Vec<Described> {
    let pairs = names.iter().zip(names.iter().rev());
    let attributes: Vec<_> = pairs.map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
    let start = module(version).request_with("./attributes.json", &attributes);
    let all = each(start, names, |module, name| {
        let module = module.request(name).import(name, name, name).indirect(name, name, name).star(name);
        if version.has_environment() { module.declared(name, 4).lexical(name, 8) } else { module }
    });
    let locals = each(module(version), names, |module, name| module.local(name, name));
    let clauses = ["string-verbatim", "check-bytes", "check-accepts", "writer-accepts", "writer-order"];
    let title = format!("{} names that {what}, in every field", names.len());
    vec![
        accept(&format!("{how}-everywhere"), &title, &clauses, all),
        accept(&format!("{how}-of-local-exports"), &format!("{title} of Local exports"), &clauses, locals),
    ]
}

/// Returns files with strings that begin with a byte order mark, with and without a character of two UTF-16 code units.
fn marked(version: Version) -> Vec<Described> {
    const MARKED: [&str; 5] = ["\u{FEFF}", "\u{FEFF}\u{1F600}", "\u{FEFF}a", "\u{FEFF}\u{FEFF}", "a\u{FEFF}"];
    everywhere(version, "marked", "have a byte order mark", &MARKED)
}

/// Returns cases in which each name breaks each rule.
fn refused(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (index, (how, name)) in NAMES.into_iter().enumerate() {
        // The value of a field that does not apply to the export. It is another one of the names, and differs from case
        // to case.
        let (_, value) = NAMES[(index * 7 + 3) % NAMES.len()];
        let start = || module(version).request("./m.js");
        let mut case = |of: &str, rule: &'static str, module: Module, entry: &str| {
            cases.push(refuse(
                &format!("{of}-called-{how}"),
                &format!("the rule {rule} also applies to the name {name:?}"),
                &[rule, "check-bytes", "writer-refuses"],
                module,
                rule,
                entry,
            ));
        };
        case("request", "duplicate-request", start().request(name).request("./n.js").request(name), "requests[3]");
        let attributes = [(name, "1"), ("key", "2"), (name, "3")];
        case("attribute", "duplicate-attribute", module(version).request_with("./m.js", &attributes), "requests[0]");
        case("import", "unrequested-module", start().import(name, "x", "x"), "imports[0]");
        case("namespace-import", "unrequested-module", start().import_namespace(name, "x"), "imports[0]");
        case("indirect", "unrequested-module", start().indirect("x", name, "x"), "exports[0]");
        case("namespace", "unrequested-module", start().namespace("x", name), "exports[0]");
        case("star", "unrequested-module", start().star(name), "star_exports[0]");
        let shared = || start().request(name).request_with(name, &[("type", "json")]);
        case("shared-import", "ambiguous-request", shared().import(name, "x", "x"), "imports[0]");
        case("shared-star", "ambiguous-request", shared().star("./m.js").star(name), "star_exports[1]");
        case("shared-export", "ambiguous-request", shared().namespace("x", name), "exports[0]");
        let local = start().import("./m.js", "x", name).import("./m.js", "y", "z").import_namespace("./m.js", name);
        case("local", "duplicate-local-name", local, "imports[2]");
        let exported = start().local(name, "a").local("other", "b").indirect(name, "./m.js", "x");
        case("export", "duplicate-export-name", exported, "exports[2]");
        let starred = start().request(name).star(name).star("./m.js").star(name);
        case("star-twice", "duplicate-star-export", starred, "star_exports[2]");
        case("import-without-local", "missing-local-name", start().import("./m.js", name, ""), "imports[0]");
        case("export-without-local", "missing-local-name", start().local(name, ""), "exports[0]");
        let misplaced = |export_type, names| start().export_entry(export_type, names);
        let local = misplaced(ExportType::Local, [name, "", value, "l"]);
        case("misplaced-local", "misplaced-field", local, "exports[0]");
        let indirect = misplaced(ExportType::Indirect, [name, "./m.js", "x", value]);
        case("misplaced-indirect", "misplaced-field", indirect, "exports[0]");
        let namespace = misplaced(ExportType::Namespace, [name, "./m.js", value, ""]);
        case("misplaced-namespace", "misplaced-field", namespace, "exports[0]");
    }
    let mut cases = shared_out(version, cases);
    if version.has_environment() {
        cases.extend(NAMES.into_iter().enumerate().map(|(index, (how, name))| {
            let (list, module) = if index.is_multiple_of(2) {
                ("declared", module(version).declared(name, 4).declared("v", 4).declared(name, 5))
            } else {
                ("lexical", module(version).lexical(name, 8).lexical("v", 8).lexical(name, 9))
            };
            refuse(
                &format!("{list}-called-{how}"),
                &format!("the rule duplicate-variable also applies to the name {name:?}"),
                &["duplicate-variable", "check-bytes", "writer-refuses"],
                module,
                "duplicate-variable",
                &format!("{list}_variables[2]"),
            )
        }));
    }
    cases
}

//! Records that a writer must reject, each with one fault, and the class of the fault; and records in another order than
//! their files, which a writer must write.

use super::module::{Module, NONE, module};
use super::{refuse_record, typical, write_record};
use crate::cases::Described;
use crate::strings::for_each_string;
use bmes::v4::{
    Attribute, ExportEntry, ImportEntry, ImportIndex, ModuleRecord, Phase, RequestIndex, StringIndex, Variable,
};

pub(super) fn cases() -> Vec<Described> {
    [indices(), orders(), entries(), repairs(), others(), rearranged()].concat()
}

/// Returns the record of [`typical`] after a change.
fn changed(change: impl FnOnce(&mut ModuleRecord)) -> ModuleRecord {
    // A record without bytecode has an alignment of 8.
    let mut record = typical().aligned(8).record();
    change(&mut record);
    record
}

fn indices() -> Vec<Described> {
    let strings = u32::try_from(typical().record().strings.len()).expect("few strings");
    let mut cases = Vec::new();
    for (number, index) in [("count", strings), ("none", NONE)] {
        let string = StringIndex(index);
        let case = |field: &str, change: &dyn Fn(&mut ModuleRecord)| {
            let title = format!("{field}: the index of no string, {index}");
            let name = format!("{}-{number}", field.replace([' ', '_'], "-"));
            refuse_record(&name, &title, &["writer-no-repair"], changed(change), "bad-index")
        };
        cases.extend([
            case("specifier", &|record| record.requests[0].specifier = string),
            case("key", &|record| record.requests[0].attributes[0].key = string),
            case("value", &|record| record.requests[0].attributes[1].value = string),
            case("local_name", &|record| record.imports[1].local_name = string),
            case("import_name", &|record| record.imports[0].import_name = Some(string)),
            case("export_name", &|record| record.exports[3].export_name = string),
            case("name", &|record| record.exports[0].name = Some(string)),
            case("declared name", &|record| environment(record).declared_variables[0].name = string),
            case("lexical name", &|record| environment(record).lexical_variables[1].name = string),
        ]);
    }
    for (number, index) in [("count", 4), ("none", NONE)] {
        let case = |field: &str, change: &dyn Fn(&mut ModuleRecord)| {
            let title = format!("{field}: an index of no entry, {index}");
            refuse_record(
                &format!("{}-{number}", field.replace(' ', "-")),
                &title,
                &["writer-no-repair"],
                changed(change),
                "bad-index",
            )
        };
        cases.extend([
            case("import request", &|record| record.imports[0].request = RequestIndex(index)),
            case("export request", &|record| record.exports[2].request = Some(RequestIndex(index))),
            case("star request", &|record| record.star_exports[0] = RequestIndex(index)),
            case("tolerant import", &|record| record.tolerant_imports[0] = ImportIndex(index.saturating_add(1))),
        ]);
    }
    cases
}

fn environment(record: &mut ModuleRecord) -> &mut bmes::v4::Environment {
    record.environment.get_or_insert_default()
}

fn orders() -> Vec<Described> {
    let case = |name: &str, title: &str, change: &dyn Fn(&mut ModuleRecord)| {
        refuse_record(name, title, &["writer-no-repair", "writer-lists"], changed(change), "bad-order")
    };
    vec![
        case("equal-attributes", "a request with one key twice, and with two values", &|record| {
            let key = record.requests[0].attributes[0].key;
            let value = record.requests[0].attributes[1].value;
            record.requests[0].attributes.push(Attribute { key, value });
        }),
        case("equal-requests", "two equal requests", &|record| record.requests.push(record.requests[1].clone())),
        case(
            "equal-requests-with-shuffled-attributes",
            "two requests whose attributes are equal, in another order",
            &|record| {
                let mut request = record.requests[0].clone();
                request.attributes.reverse();
                record.requests.push(request);
            },
        ),
        case("equal-local-names", "two imports with one local name", &|record| {
            record.imports.push(ImportEntry { request: RequestIndex(0), ..record.imports[0] });
        }),
        case("equal-export-names", "two exports with one name", &|record| {
            let name = Some(StringIndex(0));
            record.exports.push(ExportEntry { export_name: record.exports[1].export_name, request: None, name });
        }),
        case("equal-star-exports", "two star exports of one request", &|record| {
            record.star_exports.push(record.star_exports[0]);
        }),
        case("equal-tolerant-imports", "one import twice among the tolerant imports", &|record| {
            record.tolerant_imports.push(record.tolerant_imports[0]);
        }),
        case("equal-declared-variables", "two declared variables with one name and different bits", &|record| {
            let name = environment(record).declared_variables[0].name;
            environment(record).declared_variables.push(Variable { name, bits: 99 });
        }),
        case("equal-lexical-variables", "two lexical variables with one name", &|record| {
            let variable = environment(record).lexical_variables[1];
            environment(record).lexical_variables.push(variable);
        }),
        case(
            "equal-export-names-of-repeated-strings",
            "two exports whose names are two strings with equal text",
            &|record| {
                let first = record.exports[1];
                record.strings.push(record.strings[first.export_name.0 as usize].clone());
                let copy = StringIndex(u32::try_from(record.strings.len() - 1).expect("few strings"));
                record.exports.push(ExportEntry { export_name: copy, ..first });
            },
        ),
    ]
}

fn entries() -> Vec<Described> {
    let case = |name: &str, title: &str, module: Module| {
        refuse_record(name, title, &["writer-no-repair"], module.record(), "bad-entry")
    };
    let base = || module().request("m").request_of("m", Phase::Source).request_of("m", Phase::Defer);
    vec![
        case("local-name-empty", "an import whose local name is empty", base().import("", 0, Some("x"))),
        case(
            "import-named-source",
            "an import with a name and a request of phase source",
            base().import("a", 1, Some("x")),
        ),
        case(
            "import-named-defer",
            "an import with a name and a request of phase defer",
            base().import("a", 2, Some("x")),
        ),
        case("export-of-nothing", "an export with neither a request nor a name", base().export("a", None, None)),
        case("export-local-empty", "a Local export whose local name is empty", base().local("a", "")),
        case(
            "export-indirect-source",
            "an Indirect export from a request of phase source",
            base().indirect("a", 1, "x"),
        ),
        case("export-namespace-defer", "a Namespace export of a request of phase defer", base().namespace("a", 2)),
        case("star-source", "a star export of a request of phase source", base().star(1)),
        case("star-defer", "a star export of a request of phase defer", base().star(2)),
        case("tolerant-namespace", "a tolerant import that is a Namespace import", base().tolerant("a", 0, None)),
        case("tolerant-defer", "a tolerant import that is a deferred Namespace import", base().tolerant("a", 2, None)),
        case("export-forbidden", "a Local export of a strict import", base().import("a", 0, Some("x")).local("b", "a")),
        case(
            "export-forbidden-of-namespace",
            "a Local export of a namespace of phase evaluation",
            base().import("ns", 0, None).local("ns", "ns"),
        ),
        case(
            "export-forbidden-after-shuffle",
            "a Local export of a strict import, whose tolerant neighbour sorts after it",
            base().tolerant("z", 0, Some("x")).import("a", 0, Some("x")).local("b", "a"),
        ),
    ]
}

/// Returns records that look right after a repair: without a part of an entry, or without an entry, all other rules hold.
fn repairs() -> Vec<Described> {
    let case = |name: &str, title: &str, class: &str, record: ModuleRecord| {
        refuse_record(name, title, &["writer-no-repair"], record, class)
    };
    // Another field uses each string, so that none becomes unused.
    let base = || {
        let module = module().request("m").request_of("m", Phase::Source).request_of("", Phase::Defer);
        ["1", "2", "a", "k", "x"].iter().fold(module, |module, name| module.declared(name, 0))
    };
    let attributes = |pairs| base().request_with("m", Phase::Evaluation, pairs).record();
    vec![
        case("repair-equal-attributes", "an attribute twice", "bad-order", attributes(&[("k", "1"), ("k", "1")])),
        case(
            "repair-attributes-with-one-key",
            "one key twice, with two values",
            "bad-order",
            attributes(&[("k", "1"), ("k", "2")]),
        ),
        case(
            "repair-equal-imports",
            "an import twice",
            "bad-order",
            base().import("a", 0, Some("x")).import("a", 0, Some("x")).record(),
        ),
        case(
            "repair-imports-with-one-name",
            "two imports with one local name",
            "bad-order",
            base().import("a", 0, Some("x")).import("a", 0, Some("m")).record(),
        ),
        case("repair-equal-exports", "an export twice", "bad-order", base().local("a", "x").local("a", "x").record()),
        case(
            "repair-equal-declared-variables",
            "a declared variable twice",
            "bad-order",
            base().declared("x", 0).record(),
        ),
        case(
            "repair-empty-local-name",
            "a Local export with an empty local name",
            "bad-entry",
            base().local("a", "").record(),
        ),
        case(
            "repair-import-named-source",
            "an import with a name and a request of phase source",
            "bad-entry",
            base().import("a", 1, Some("x")).record(),
        ),
        case(
            "repair-export-indirect-source",
            "an Indirect export from a request of phase source",
            "bad-entry",
            base().indirect("a", 1, "x").record(),
        ),
        case("repair-import-name-none", "an import name of 4294967295", "bad-index", {
            let mut record = base().import("a", 0, Some("x")).record();
            record.imports[0].import_name = Some(StringIndex(NONE));
            record
        }),
        case("repair-export-request-none", "a request of an export of 4294967295", "bad-index", {
            let mut record = base().indirect("a", 0, "x").record();
            record.exports[0].request = Some(RequestIndex(NONE));
            record
        }),
        case(
            "repair-tolerant-imports-without-flag",
            "tolerant imports without the flag for TypeScript",
            "bad-layout",
            {
                let mut record = base().tolerant("a", 0, Some("x")).record();
                record.flags.typescript = false;
                record
            },
        ),
    ]
}

/// Returns records in another order than their files. A writer must sort them, and change the indices.
fn rearranged() -> Vec<Described> {
    let module = || {
        let module = module()
            .request_with("m", Phase::Evaluation, &[("a", "2"), ("b", "1"), ("c", "0")])
            .request_with("m", Phase::Evaluation, &[("a", "1"), ("b", "3"), ("d", "0")])
            .request("l");
        let module = module.import("i1", 0, Some("x")).tolerant("i2", 1, Some("y")).import("i3", 2, None);
        let module = module.tolerant("i4", 0, Some("z")).tolerant("i5", 2, Some("x"));
        let module = module.local("e1", "v1").indirect("e2", 0, "x").namespace("e3", 1).local("e4", "i4");
        let module = module.star(0).star(1).star(2).environment(1, 2);
        let module = module.declared("v1", 9).declared("v2", 8).declared("v3", 7);
        module.lexical("v1", 3).lexical("v2", 2).lexical("v3", 1)
    };
    let case = |name: &str, title: &str, clauses: &[&str], change: &dyn Fn(&mut ModuleRecord)| {
        let mut record = module().record();
        change(&mut record);
        write_record(name, title, clauses, record, &module())
    };
    let lists = &["writer-lists", "writer-accepts"];
    let strings = &["writer-strings", "writer-accepts"];
    let mut cases = vec![
        case("strings-reversed", "the strings in descending order", strings, &|record| {
            rename(record, |strings| {
                strings.reverse();
            });
        }),
        case("strings-rotated", "the first string after all others", strings, &|record| {
            rename(record, |strings| {
                strings.rotate_left(1);
            });
        }),
        case("strings-twice", "each string twice, and the fields use the copies in turn", strings, &|record| {
            rename(record, |strings| strings.extend(strings.clone()));
        }),
        case("strings-twice-in-descending-order", "each string twice, in descending order", strings, &|record| {
            rename(record, |strings| {
                strings.extend(strings.clone());
                strings.sort_unstable();
                strings.reverse();
            });
        }),
        case("string-repeated-and-unused", "no field uses the repetition of a string", strings, &|record| {
            record.strings.push(record.strings[3].clone());
        }),
        case("imports-reversed", "the imports in descending order", lists, &|record| rotate(record, 0)),
        case("imports-rotated", "the first import after all others", lists, &|record| rotate(record, 1)),
        case("imports-rotated-twice", "the first two imports after all others", lists, &|record| rotate(record, 2)),
        case("tolerant-imports-reversed", "the tolerant imports in descending order", lists, &|record| {
            record.tolerant_imports.reverse();
        }),
        case("exports-reversed", "the exports in descending order", lists, &|record| record.exports.reverse()),
        case("star-exports-reversed", "the star exports in descending order", lists, &|record| {
            record.star_exports.reverse();
        }),
        case(
            "attributes-reversed",
            "the attributes of each request in descending order",
            &["writer-lists", "writer-order", "writer-accepts"],
            &|record| record.requests.iter_mut().for_each(|request| request.attributes.reverse()),
        ),
        case("declared-variables-reversed", "the declared variables in descending order", lists, &|record| {
            environment(record).declared_variables.reverse();
        }),
        case("lexical-variables-reversed", "the lexical variables in descending order", lists, &|record| {
            environment(record).lexical_variables.reverse();
        }),
        case(
            "everything-rearranged",
            "every list and the strings in another order",
            &["writer-strings", "writer-lists"],
            &|record| {
                rename(record, |strings| {
                    strings.extend(strings.clone());
                    strings.rotate_left(5);
                });
                rotate(record, 2);
                record.tolerant_imports.rotate_left(1);
                record.exports.rotate_left(3);
                record.star_exports.rotate_left(1);
                record.requests.iter_mut().for_each(|request| {
                    if !request.attributes.is_empty() {
                        request.attributes.rotate_left(1);
                    }
                });
                environment(record).declared_variables.rotate_left(1);
                environment(record).lexical_variables.rotate_left(2);
            },
        ),
    ];
    for (name, title, names) in [
        (
            "strings-with-one-beginning",
            "strings that differ after 8, 16 and 64 bytes, in descending order",
            [
                "beginning2".to_owned(),
                "beginning1".into(),
                "a beginning of 17 2".into(),
                "a beginning of 17 1".into(),
                "b".repeat(64) + "2",
                "b".repeat(64) + "1",
            ],
        ),
        (
            "strings-with-u0000",
            "strings that differ after a U+0000, in descending order",
            ["a\0c".into(), "a\0b".into(), "a\0".into(), "a".into(), "\0".into(), String::new()],
        ),
        (
            "strings-beyond-bmp",
            "strings in the order of UTF-16 code units",
            [
                "\u{D7FF}".into(),
                "\u{10000}".into(),
                "\u{10FFFF}".into(),
                "\u{E000}".into(),
                "\u{FFFD}".into(),
                "\u{FFFF}".into(),
            ],
        ),
        (
            "strings-in-order-of-length",
            "longer strings after shorter ones",
            ["b".into(), "z".into(), "aa".into(), "\u{E9}".into(), "aaa".into(), "aaaa".into()],
        ),
    ] {
        let module = names.iter().fold(super::module::module(), |module, name| module.request(name));
        let mut record = module.record();
        rename(&mut record, |strings| *strings = names.to_vec());
        cases.push(write_record(name, title, strings, record, &module));
    }
    cases
}

/// Changes the list of strings, and then the index in each field to one of the same text. If the list has a text several
/// times, the fields use its places in turn.
fn rename(record: &mut ModuleRecord, change: impl FnOnce(&mut Vec<String>)) {
    let old = record.strings.clone();
    change(&mut record.strings);
    let strings = record.strings.clone();
    let mut uses = 0;
    for_each_string(record, |index| {
        let text = old.get(usize::try_from(index.0).unwrap_or(usize::MAX)).expect("the record has the string");
        let places: Vec<_> =
            (0..).zip(&strings).filter(|(_, string)| *string == text).map(|(place, _)| place).collect();
        uses += 1;
        *index = StringIndex(places[uses % places.len()]);
    });
}

/// Moves the first `number` imports after all others, or reverses the imports if it is 0. Changes the tolerant imports.
fn rotate(record: &mut ModuleRecord, number: usize) {
    let old = record.imports.clone();
    if number == 0 {
        record.imports.reverse();
    } else {
        record.imports.rotate_left(number);
    }
    for tolerant in &mut record.tolerant_imports {
        let import = old[usize::try_from(tolerant.0).expect("a case has few imports")];
        let place = record.imports.iter().position(|other| *other == import).expect("the import is still there");
        *tolerant = ImportIndex(u32::try_from(place).expect("a case has few imports"));
    }
}

fn others() -> Vec<Described> {
    let mut cases = vec![
        refuse_record(
            "unused",
            "a string that no field uses",
            &["writer-no-repair"],
            typical().aligned(8).unused("!").record(),
            "unused-string",
        ),
        refuse_record(
            "unused-twice",
            "a string that no field uses, twice",
            &["writer-no-repair", "writer-strings"],
            changed(|record| record.strings.extend(["!".into(), "!".into()])),
            "unused-string",
        ),
        refuse_record(
            "tolerant-import-without-flag",
            "a tolerant import without the flag for TypeScript",
            &["writer-no-repair"],
            changed(|record| record.flags.typescript = false),
            "bad-layout",
        ),
    ];
    for alignment in [0, 1, 4, 7, 12, 16, 65_536, 131_072, u32::MAX] {
        let title = format!("an alignment of {alignment}, and no bytecode");
        cases.push(refuse_record(
            &format!("alignment-{alignment}"),
            &title,
            &["writer-no-repair"],
            module().aligned(alignment).record(),
            "bad-layout",
        ));
    }
    for (name, size) in [("2-32", 1_u64 << 32), ("2-53", (1 << 53) - 1)] {
        let mut record = module().record();
        record.source.size = size;
        let title = format!("a source of {size} bytes");
        cases.push(refuse_record(&format!("source-size-{name}"), &title, &["writer-no-repair"], record, "too-large"));
    }
    cases
}

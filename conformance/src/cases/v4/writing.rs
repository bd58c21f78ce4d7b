//! Records that a writer must reject, each with one fault, and the class of the fault.

use super::module::{Module, NONE, module};
use super::{refuse_record, typical};
use crate::cases::Described;
use bmes::v4::{
    Attribute, ExportEntry, ImportEntry, ImportIndex, ModuleRecord, Phase, RequestIndex, StringIndex, Variable,
};

pub(super) fn cases() -> Vec<Described> {
    [indices(), orders(), entries(), others()].concat()
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

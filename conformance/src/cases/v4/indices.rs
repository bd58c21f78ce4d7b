//! Every field that holds an index, with indices that its list does not have; the phases, and the ends of attributes.

use super::module::{NONE, module};
use super::{reject, typical};
use crate::cases::Described;
use crate::cases::builder::{File, after, at};
use bmes::v4::Phase;

/// The fields that hold an index: a field of an entry in the middle, the list that it refers to, and whether the field
/// can be `NONE`.
const FIELDS: [(&str, &str, &str, bool); 14] = [
    ("specifier", "requests[1].specifier", "string_count", false),
    ("order", "requests[1].order", "request_count", false),
    ("key", "attributes[0].key", "string_count", false),
    ("value", "attributes[1].value", "string_count", false),
    ("local-name", "imports[2].local_name", "string_count", false),
    ("import-request", "imports[2].request", "request_count", false),
    ("import-name", "imports[2].import_name", "string_count", true),
    ("tolerant-import", "tolerant_imports[0].tolerant_import", "import_count", false),
    ("export-name", "exports[1].export_name", "string_count", false),
    ("export-request", "exports[1].request", "request_count", true),
    ("name", "exports[1].name", "string_count", true),
    ("star-request", "star_exports[0].request", "request_count", false),
    ("declared-name", "declared_variables[0].name", "string_count", false),
    ("lexical-name", "lexical_variables[1].name", "string_count", false),
];

pub(super) fn cases() -> Vec<Described> {
    let mut cases: Vec<_> = FIELDS.iter().flat_map(|field| of_field(*field)).collect();
    cases.extend(phases());
    cases.extend(attribute_ends());
    cases.extend(without_entries());
    cases
}

fn of_field((name, path, list, can_be_none): (&str, &str, &str, bool)) -> Vec<Described> {
    let count = typical().layout().u32(list);
    let mut numbers = vec![
        ("count", count, "the number of entries of its list".to_owned()),
        ("high-byte", 0x0100_0000, "16777216".into()),
        ("fffffffe", u32::MAX - 1, "4294967294".into()),
    ];
    if !can_be_none {
        numbers.push(("none", NONE, "4294967295, although the field cannot be NONE".into()));
    }
    let case = |(number, value, words): (&str, u32, String)| {
        let title = format!("{path} is {words}");
        let file = typical().layout().set_u32(path, value).sealed();
        reject(&format!("{name}-{number}"), &title, &["index", "u32", "first-error"], file, "bad-index", at(path))
    };
    numbers.into_iter().map(case).collect()
}

fn phases() -> Vec<Described> {
    [("first", 0), ("middle", 1), ("last", 3)]
        .into_iter()
        .flat_map(|(place, index)| {
            [3, 0x100, 0x8000_0001, NONE].map(|phase| {
                let path = format!("requests[{index}].phase");
                let title = format!("the phase of the {place} request is {phase}");
                let file = typical().layout().set_u32(&path, phase).sealed();
                reject(&format!("phase-{place}-{phase:x}"), &title, &["phase", "u32"], file, "bad-type", at(&path))
            })
        })
        .collect()
}

fn attribute_ends() -> Vec<Described> {
    let case = |name: &str, title: &str, file: File, place: &str| {
        reject(name, title, &["attribute-end", "first-error"], file.sealed(), "bad-index", at(place))
    };
    let file = || {
        let attributes = &[("k", "v"), ("l", "w")];
        let module = module().request_with("a", Phase::Evaluation, attributes);
        module.request_with("b", Phase::Evaluation, attributes).request("c").layout()
    };
    vec![
        case(
            "attribute-end-descends",
            "the second attribute_end is less than the first one",
            file().set_u32("requests[1].attribute_end", 1),
            "requests[1].attribute_end",
        ),
        case(
            "attribute-end-descends-last",
            "the last attribute_end is less than the one before it",
            file().set_u32("requests[2].attribute_end", 3),
            "requests[2].attribute_end",
        ),
        case(
            "attribute-end-beyond",
            "an attribute_end in the middle is greater than attribute_count",
            file().set_u32("requests[1].attribute_end", 5),
            "requests[1].attribute_end",
        ),
        case(
            "attribute-end-beyond-first",
            "the first attribute_end is greater than attribute_count, and the next one is smaller",
            file().set_u32("requests[0].attribute_end", 5),
            "requests[0].attribute_end",
        ),
        case(
            "attribute-end-beyond-last",
            "the last attribute_end is greater than attribute_count",
            file().set_u32("requests[2].attribute_end", 5),
            "requests[2].attribute_end",
        ),
        case(
            "attribute-end-below",
            "the last attribute_end is less than attribute_count, and equal to the one before it",
            file().set_u32("requests[1].attribute_end", 3).set_u32("requests[2].attribute_end", 3),
            "requests[2].attribute_end",
        ),
        case(
            "attribute-end-none",
            "an attribute_end of 4294967295",
            file().set_u32("requests[0].attribute_end", NONE),
            "requests[0].attribute_end",
        ),
        case(
            "attribute-end-wraps",
            "an attribute_end of 2147483648",
            file().set_u32("requests[1].attribute_end", 1 << 31),
            "requests[1].attribute_end",
        ),
    ]
}

/// Returns cases in which the list that an index refers to is empty.
fn without_entries() -> Vec<Described> {
    let case = |name: &str, title: &str, clauses: &[&str], file: File, place: &str| {
        // The entry's first number is the first byte after the counts.
        let place = if place == "first" { after("tolerant_import_count") } else { at(place) };
        reject(name, title, clauses, file.resized().padded_to(8).sealed(), "bad-index", place)
    };
    let entry = |count: &str, numbers: &[u32]| {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        module().layout().insert_before("metadata_padding", &bytes).set_u32(count, 1)
    };
    vec![
        case(
            "attributes-without-requests",
            "an attribute, and no request",
            &["attribute-end"],
            entry("attribute_count", &[0, 0]),
            "attribute_count",
        ),
        case(
            "attributes-without-requests-with-strings",
            "an attribute of two strings, and no request",
            &["attribute-end"],
            {
                let file = module().local("k", "v").layout();
                let bytes: Vec<u8> = [0_u32, 1].into_iter().flat_map(u32::to_le_bytes).collect();
                file.insert_before("exports[0].export_name", &bytes).set_u32("attribute_count", 1)
            },
            "attribute_count",
        ),
        case(
            "specifier-without-strings",
            "a request, and no string",
            &["index"],
            entry("request_count", &[0, 0, 0, 0]),
            "first",
        ),
        case(
            "star-export-without-requests",
            "a star export, and no request",
            &["index"],
            entry("star_export_count", &[0]),
            "first",
        ),
        case(
            "variable-without-strings",
            "a declared variable, and no string",
            &["index", "environment"],
            entry("declared_variable_count", &[0, 7]).set_u32("flags", 1),
            "first",
        ),
        case(
            "export-without-strings",
            "an export, and no string",
            &["index"],
            entry("export_count", &[0, NONE, NONE]),
            "first",
        ),
    ]
}

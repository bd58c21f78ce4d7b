//! The order of the checks: two faults in one file, for each pair of neighbours that a reader may take in the wrong
//! order.

use super::{reject, reject_opened, typical};
use crate::cases::Described;
use crate::cases::builder::{At, File, at};

/// A fault of the header, in the order of the checks: the name, the change, the class and the place.
type Fault = (&'static str, fn(File) -> File, &'static str, &'static str);

const HEADER: [Fault; 6] = [
    ("flags", |file| file.set_u32("flags", 0x19), "bad-flag", "flags"),
    ("alignment", |file| file.set_u32("alignment", 24), "bad-layout", "alignment"),
    ("metadata-size", |file| file.set_u32("metadata_size", 40), "bad-layout", "metadata_size"),
    ("absent-crc", |file| file.set_u32("text_size", 0).set_u32("text_crc", 9), "bad-layout", "text_crc"),
    ("file-size", |file| file.set_u32("bytecode_size", u32::MAX), "bad-layout", "bytecode_size"),
    ("trailing", |file| file.append(&[0]), "trailing-bytes", "bytecode_size"),
];

/// A fault of the metadata, in the order of the checks.
const METADATA: [Fault; 18] = [
    ("flag", |file| file.write_u32_at("flags", 1), "bad-layout", "tolerant_import_count"),
    ("string-end", |file| file.set_u32("strings[2].end", 1), "bad-index", "strings[2].end"),
    ("utf-8", |file| file.overwrite("strings[3].bytes", b"\xFF/c.wasm"), "bad-utf8", "strings[3].bytes"),
    ("strings-ascend", |file| file.overwrite("strings[2].bytes", b"./a.mjs"), "bad-order", "strings[2].end"),
    ("specifier", |file| file.set_u32("requests[2].specifier", 99), "bad-index", "requests[2].specifier"),
    ("phase", |file| file.set_u32("requests[0].phase", 4), "bad-type", "requests[0].phase"),
    ("attribute-end", |file| file.set_u32("requests[1].attribute_end", 1), "bad-index", "requests[1].attribute_end"),
    ("key", |file| file.set_u32("attributes[1].key", 0), "bad-order", "attributes[1].key"),
    ("value", |file| file.set_u32("attributes[0].value", 99), "bad-index", "attributes[0].value"),
    ("order", |file| file.set_u32("requests[3].order", 1), "bad-order", "requests[3].order"),
    ("local-name", |file| file.set_u32("imports[3].local_name", 0), "bad-order", "imports[3].local_name"),
    ("import-request", |file| file.set_u32("imports[0].request", 99), "bad-index", "imports[0].request"),
    ("import-kind", |file| file.set_u32("imports[2].import_name", 1), "bad-entry", "imports[2].import_name"),
    (
        "tolerant",
        |file| file.set_u32("tolerant_imports[0].tolerant_import", 99),
        "bad-index",
        "tolerant_imports[0].tolerant_import",
    ),
    ("export-name", |file| file.set_u32("exports[2].export_name", 0), "bad-order", "exports[2].export_name"),
    ("export-kind", |file| file.set_u32("exports[2].request", 2), "bad-entry", "exports[2].name"),
    ("star", |file| file.set_u32("star_exports[0].request", 2), "bad-entry", "star_exports[0].request"),
    ("declared", |file| file.set_u32("declared_variables[1].name", 0), "bad-order", "declared_variables[1].name"),
];

/// The faults of the metadata again, and more of them: most fields have two faults of different classes.
const FIELDS: [Fault; 27] = [
    METADATA[0],
    METADATA[1],
    METADATA[2],
    METADATA[3],
    METADATA[4],
    METADATA[5],
    METADATA[6],
    ("key-index", |file| file.set_u32("attributes[0].key", 99), "bad-index", "attributes[0].key"),
    METADATA[7],
    METADATA[8],
    ("order-index", |file| file.set_u32("requests[0].order", 99), "bad-index", "requests[0].order"),
    METADATA[9],
    METADATA[10],
    ("local-name-index", |file| file.set_u32("imports[4].local_name", 99), "bad-index", "imports[4].local_name"),
    METADATA[11],
    ("import-name-index", |file| file.set_u32("imports[4].import_name", 99), "bad-index", "imports[4].import_name"),
    METADATA[12],
    METADATA[13],
    (
        "tolerant-kind",
        |file| file.set_u32("tolerant_imports[0].tolerant_import", 2),
        "bad-entry",
        "tolerant_imports[0].tolerant_import",
    ),
    METADATA[14],
    ("export-request-index", |file| file.set_u32("exports[0].request", 99), "bad-index", "exports[0].request"),
    ("name-index", |file| file.set_u32("exports[3].name", 99), "bad-index", "exports[3].name"),
    METADATA[15],
    ("star-index", |file| file.set_u32("star_exports[0].request", 99), "bad-index", "star_exports[0].request"),
    METADATA[16],
    METADATA[17],
    ("lexical-index", |file| file.set_u32("lexical_variables[0].name", 99), "bad-index", "lexical_variables[0].name"),
];

/// Faults of the header that an opener finds before it compares the sizes with the length of the file.
const BEFORE_SIZES: [Fault; 3] = [
    ("text-crc", |file| file.set_u32("text_size", 0).set_u32("text_crc", 9), "bad-layout", "text_crc"),
    ("bytecode-crc", |file| file.set_u32("bytecode_size", 0).set_u32("alignment", 8), "bad-layout", "bytecode_crc"),
    ("alignment", |file| file.set_u32("bytecode_size", 0).set_u32("bytecode_crc", 0), "bad-layout", "alignment"),
];

/// Files that are too long and too short.
const SIZES: [Fault; 2] = [
    ("trailing", |file| file.append(&[0; 80]), "trailing-bytes", "bytecode_size"),
    ("truncated", |file| file.truncated_at(at("string_bytes")), "truncated", "bytecode_size"),
];

pub(super) fn cases() -> Vec<Described> {
    let mut cases = Vec::new();
    for [first, second] in pairs(&HEADER) {
        let file = (second.1)((first.1)(typical().layout())).header_sealed();
        cases.push(case(first, second, |name, title, place| {
            reject_opened(name, title, &["open-order", "open-alone"], file.clone(), first.2, place)
        }));
    }
    for [first, second] in pairs(&METADATA) {
        let file = (second.1)((first.1)(typical().layout())).sealed();
        cases.push(case(first, second, |name, title, place| {
            reject(name, title, &["first-error", "list-order", "all-or-nothing"], file.clone(), first.2, place)
        }));
    }
    for [first, second] in unlike(&FIELDS) {
        let file = (second.1)((first.1)(typical().layout())).sealed();
        let described = case(first, second, |name, title, place| {
            reject(name, title, &["first-error", "list-order", "all-or-nothing"], file.clone(), first.2, place)
        });
        if cases.iter().all(|case: &Described| case.case.id != described.case.id) {
            cases.push(described);
        }
    }
    for (first, second) in BEFORE_SIZES.into_iter().flat_map(|first| SIZES.map(|second| (first, second))) {
        let file = (second.1)((first.1)(typical().layout()).header_sealed());
        cases.push(case(first, second, |name, title, place| {
            reject_opened(name, title, &["open-order"], file.clone(), first.2, place)
        }));
    }
    cases
}

/// Returns each fault with the nearest later one of another class in another field, and with the nearest earlier one.
fn unlike(faults: &[Fault]) -> Vec<[Fault; 2]> {
    let is_unlike = |one: &Fault, other: &Fault| one.2 != other.2 && one.3 != other.3;
    let mut pairs = Vec::new();
    for (place, fault) in faults.iter().enumerate() {
        let later = faults[place + 1..].iter().find(|later| is_unlike(fault, later));
        let earlier = faults[..place].iter().rfind(|earlier| is_unlike(earlier, fault));
        pairs.extend(later.map(|later| [*fault, *later]));
        pairs.extend(earlier.map(|earlier| [*earlier, *fault]));
    }
    pairs
}

/// Returns each fault with the next one, and the first one with the last one.
fn pairs(faults: &[Fault]) -> impl Iterator<Item = [Fault; 2]> {
    let neighbours = faults.windows(2).map(|pair| [pair[0], pair[1]]);
    neighbours.chain([[faults[0], faults[faults.len() - 1]]])
}

fn case(first: Fault, second: Fault, describe: impl FnOnce(&str, &str, At<'_>) -> Described) -> Described {
    let name = format!("{}-before-{}", first.0, second.0);
    let title = format!("two faults: {} at {}, and {} at {}", first.2, first.3, second.2, second.3);
    describe(&name, &title, at(first.3))
}

//! The metadata as a whole: its checksum, the equation, and what needs a flag.

use super::module::{Module, module};
use super::{reject, typical};
use crate::cases::Described;
use crate::cases::builder::{File, at};

/// The counts, with the number of bytes that one entry takes in the equation.
const COUNTS: [(&str, u32); 10] = [
    ("string_count", 4),
    ("string_bytes", 1),
    ("request_count", 16),
    ("attribute_count", 8),
    ("import_count", 12),
    ("export_count", 12),
    ("star_export_count", 4),
    ("declared_variable_count", 8),
    ("lexical_variable_count", 8),
    ("tolerant_import_count", 4),
];

pub(super) fn cases() -> Vec<Described> {
    [checksum(), equation(), flags()].concat()
}

/// Returns a module with the producer and the source of [`typical`], and without entries.
fn empty() -> Module {
    module()
}

fn checksum() -> Vec<Described> {
    let case = |name: &str, title: &str, file: File| {
        let clauses = &["metadata-crc", "crc", "check-decode-first", "open-alone"];
        reject(name, title, clauses, file, "bad-checksum", at("metadata_crc"))
    };
    let wrong = |file: File, value: u32| file.set_u32("metadata_crc", value).header_sealed();
    vec![
        case("crc-0", "the checksum of the metadata is 0", wrong(typical().layout(), 0)),
        case("crc-of-empty-metadata", "the checksum of metadata of twelve zeros is 0", wrong(empty().layout(), 0)),
        case("crc-bit-0", "the lowest bit of the checksum of the metadata is wrong", {
            let file = typical().layout();
            let crc = file.u32("metadata_crc") ^ 1;
            wrong(file, crc)
        }),
        case("crc-bit-31", "the highest bit of the checksum of the metadata is wrong", {
            let file = typical().layout();
            let crc = file.u32("metadata_crc") ^ 1 << 31;
            wrong(file, crc)
        }),
        case("damaged-count", "a count is damaged", typical().layout().set_u32("string_count", 1)),
        case(
            "damaged-index",
            "an index is damaged, and is still an index",
            typical().layout().set_u32("exports[0].name", 2),
        ),
        case(
            "damaged-string",
            "a letter of a string is damaged",
            typical().layout().overwrite("strings[0].bytes", b"-default-"),
        ),
        case(
            "damaged-bits",
            "the bits of a variable are damaged",
            typical().layout().set_u32("lexical_variables[0].bits", 0x23),
        ),
        case(
            "crc-before-equation",
            "two faults: the checksum, and a count that does not fit",
            typical().layout().set_u32("request_count", 4_000_000_000),
        ),
    ]
}

fn equation() -> Vec<Described> {
    let case = |name: &str, title: &str, file: File| {
        reject(
            name,
            title,
            &["equation", "arithmetic", "memory", "layout"],
            file.sealed(),
            "bad-layout",
            at("metadata_size"),
        )
    };
    let mut cases = Vec::new();
    for (count, size) in COUNTS {
        let file = || typical().layout();
        let found = file().u32(count);
        let name = count.replace('_', "-");
        let (more, less) = (format!("{name}-one-more"), format!("{name}-one-less"));
        let title = |what: &str| format!("{count} is {what}");
        cases.push(case(&more, &title("one more than the metadata holds"), file().set_u32(count, found + 1)));
        cases.push(case(&less, &title("one less than the metadata holds"), file().set_u32(count, found - 1)));
        cases.push(case(&format!("{name}-ffffffff"), &title("4294967295"), file().set_u32(count, u32::MAX)));
        // The number of entries whose bytes are 2^32, so that the sum wraps in 32 bits to the right one.
        if let Some(wraps) = (1_u64 << 32)
            .checked_div(u64::from(size))
            .filter(|_| size > 1 && (1_u64 << 32).is_multiple_of(u64::from(size)))
        {
            let wrapped = u32::try_from(wraps).expect("at most 2^30") + found;
            cases.push(case(
                &format!("{name}-wraps"),
                &title("so large that the sum wraps in 32 bits to metadata_size"),
                file().set_u32(count, wrapped),
            ));
        }
    }
    cases.push(case(
        "counts-cancel",
        "one import more and one export less: the sum is right, and the columns are others",
        {
            let file = typical().layout();
            let (imports, declared) = (file.u32("import_count"), file.u32("declared_variable_count"));
            file.set_u32("import_count", imports + 1).set_u32("declared_variable_count", declared - 1)
        },
    ));
    cases.push(case(
        "four-bytes-more",
        "four zero bytes after the strings, inside the metadata",
        typical().layout().insert_before("metadata_padding", &[0; 4]).resized().padded_to(16),
    ));
    cases.push(case(
        "metadata-of-48-bytes-with-a-string",
        "a string_count of 1 in metadata of 48 bytes",
        empty().layout().set_u32("string_count", 1),
    ));
    cases
}

fn flags() -> Vec<Described> {
    let mut cases = vec![reject(
        "tolerant-import-without-flag",
        "a tolerant import without the flag for TypeScript",
        &["tolerant-flag"],
        {
            let file = typical().layout();
            let flags = file.u32("flags") & !8;
            file.set_u32("flags", flags).sealed()
        },
        "bad-layout",
        at("tolerant_import_count"),
    )];
    let case = |name: &str, title: &str, module: Module, place: &'static str| {
        let file = module.layout();
        let flags = file.u32("flags") & !1;
        reject(name, title, &["environment"], file.set_u32("flags", flags).sealed(), "bad-layout", at(place))
    };
    cases.extend([
        case(
            "declared-variable-without-flag",
            "a declared variable without the flag for the environment",
            empty().declared("x", 0),
            "declared_variable_count",
        ),
        case(
            "lexical-variable-without-flag",
            "a lexical variable without the flag for the environment",
            empty().lexical("x", 0),
            "lexical_variable_count",
        ),
        case(
            "code-features-without-flag",
            "code_features without the flag for the environment",
            empty().environment(1, 0),
            "code_features",
        ),
        case(
            "lexical-features-without-flag",
            "lexical_features without the flag for the environment",
            empty().environment(0, 1 << 31),
            "lexical_features",
        ),
        case(
            "environment-without-flag",
            "four faults: variables and features without the flag for the environment",
            empty().declared("x", 0).lexical("y", 0).environment(1, 1),
            "declared_variable_count",
        ),
        case(
            "features-without-flag",
            "two faults: both features without the flag for the environment",
            empty().environment(1, 1),
            "code_features",
        ),
    ]);
    cases.push(reject(
        "tolerant-flag-before-environment",
        "two faults: a tolerant import and a variable, both without their flags",
        &["tolerant-flag", "environment", "first-error"],
        typical().layout().set_u32("flags", 0).sealed(),
        "bad-layout",
        at("tolerant_import_count"),
    ));
    cases
}

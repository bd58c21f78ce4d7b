//! Cases with two faults in one file. A reader must report the first one: it checks the header before the metadata, the
//! metadata before the padding, and the rules for records last.

use bmes::Version;

use super::{ending_before_multiple, length};
use crate::cases::builder::{File, Module, module};
use crate::cases::shared::typical;
use crate::cases::{At, Described, at, inside, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [header_first(version), header_in_order(version), padding_last(version)].concat()
}

fn header_first(version: Version) -> Vec<Described> {
    let broken = || typical(version).layout().set_u32("imports[0].type", 3);
    let case = |name, title, clauses: &[&str], file: File, class, place: At<'_>| {
        reject(name, &format!("two faults: {title}; the header is checked first"), clauses, file, class, place)
    };
    vec![
        case(
            "offset-before-metadata",
            "bytecode_offset is 8, and an import has an unknown type",
            &["first-error", "bytecode-offset"],
            super::claiming(broken(), 8),
            "bad-layout",
            at("bytecode_offset"),
        ),
        case(
            "bounds-before-metadata",
            "bytecode_size is one too large, and an import has an unknown type",
            &["first-error", "bytecode-bounds"],
            broken().set_u32("bytecode_size", 5),
            "truncated",
            at("bytecode_size"),
        ),
        case(
            "end-before-metadata",
            "a byte follows the bytecode, and an import has an unknown type",
            &["first-error", "end"],
            broken().append(&[0]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
        case(
            "end-before-text",
            "a byte follows the bytecode, and the first specifier is not UTF-8",
            &["first-error", "end"],
            typical(version).layout().set_text("requests[0].specifier", b"\xFF").padded().with_header().append(&[0]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
        case(
            "bounds-before-count",
            "the bytecode's last byte is missing, and request_count is too large",
            &["first-error", "bytecode-bounds"],
            typical(version).layout().set_u32("request_count", 0x2000_0000).cut_last_byte(),
            "truncated",
            at("bytecode_size"),
        ),
        case(
            "end-before-padding",
            "a byte follows the bytecode, and the padding is not zero",
            &["first-error", "end"],
            ending_before_multiple(version, 3).bytecode(&[1]).layout().overwrite("padding", &[1, 0, 0]).append(&[0]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
        case(
            "end-before-gap",
            "a byte follows the bytecode, and eight zero bytes are before it",
            &["first-error", "end"],
            ending_before_multiple(version, 0).padding(8).bytecode(&[1]).layout().append(&[0]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
    ]
}

fn header_in_order(version: Version) -> Vec<Described> {
    let file = || typical(version).layout();
    let case = |name, title, clauses: &[&str], file: File, class, place| {
        reject(name, &format!("two faults: {title}"), clauses, file, class, at(place))
    };
    vec![
        case(
            "magic-before-offset",
            "a wrong magic, and bytecode_offset is 0; the magic is checked first",
            &["first-error", "magic", "identify-first"],
            file().set_u32("bytecode_offset", 0).overwrite("magic", b"BMES"),
            "bad-magic",
            "magic",
        ),
        case(
            "version-before-offset",
            "version 0, and bytecode_offset is 0; the version is checked first",
            &["first-error", "version", "identify-first"],
            file().set_u32("bytecode_offset", 0).set_u32("version", 0),
            "unsupported-version",
            "version",
        ),
        case(
            "version-before-length",
            "version 0, and the header ends after it; the version is checked first",
            &["first-error", "version", "identify-first"],
            file().set_u32("version", 0).truncated_at(at("bytecode_offset")),
            "unsupported-version",
            "version",
        ),
        case(
            "offset-before-bounds",
            "bytecode_offset is 8, and bytecode_size 2^32 - 1; the offset is checked first, alone",
            &["first-error", "bytecode-offset"],
            file().set_header(8, u32::MAX),
            "bad-layout",
            "bytecode_offset",
        ),
        case(
            "offset-before-end",
            "bytecode_offset is 8, and bytes follow the bytecode; the offset is checked first, alone",
            &["first-error", "bytecode-offset"],
            file().set_header(8, 4),
            "bad-layout",
            "bytecode_offset",
        ),
        case(
            "zeros-for-header",
            "there is no bytecode, and bytecode_offset and bytecode_size are 0; the offset is checked first, alone",
            &["first-error", "bytecode-offset"],
            typical(version).bytecode(&[]).layout().set_header(0, 0),
            "bad-layout",
            "bytecode_offset",
        ),
        case(
            "end-before-empty-metadata",
            "bytecode_offset is 16, so that no metadata is there, and bytes follow the bytecode; the header is checked first",
            &["first-error", "end"],
            {
                let file = file();
                let size = length(&file) - 17;
                file.set_header(16, size)
            },
            "trailing-bytes",
            "bytecode_size",
        ),
    ]
}

fn padding_last(version: Version) -> Vec<Described> {
    let seven = || ending_before_multiple(version, 7);
    let not_zero = |file: File| file.overwrite("padding", &[1, 0, 0, 0, 0, 0, 0]);
    vec![
        reject(
            "metadata-before-padding",
            "two faults: a specifier that is not UTF-8, and padding that is not zero; the specifier comes first",
            &["first-error", "string-utf8"],
            not_zero({
                let file = seven().layout();
                let length = file.range("requests[0].specifier.bytes").len();
                file.overwrite("requests[0].specifier.bytes", &vec![0xFF; length])
            }),
            "bad-utf8",
            at("requests[0].specifier.bytes"),
        ),
        reject(
            "metadata-before-gap",
            "two faults: an unknown type, and more than seven zero bytes after the metadata; the type comes first",
            &["first-error", "import-type"],
            with_gap(module(version).request("./a.js").import("./a.js", "a", "a"))
                .layout()
                .set_u32("imports[0].type", 3),
            "bad-type",
            at("imports[0].type"),
        ),
        reject(
            "padding-before-rules",
            "two faults: padding that is not zero, and a record with a request twice; the file is read before its record is checked",
            &["check-decode-first", "padding"],
            module(version).requests(&["./a.js", "./a.js", "x"]).layout().spoil_padding(),
            "bad-layout",
            inside("padding", 0),
        ),
        reject(
            "gap-before-rules",
            "two faults: more than seven zero bytes after the metadata, and an import without a request; the file is read before its record is checked",
            &["check-decode-first", "gap"],
            with_gap(module(version).import("./a.js", "a", "a")).layout(),
            "bad-layout",
            at("bytecode_offset"),
        ),
    ]
}

/// Returns the module with eight zero bytes more than a writer puts after the metadata.
fn with_gap(module: Module) -> Module {
    let padding = module.layout().range("padding").len();
    module.padding(padding + 8)
}

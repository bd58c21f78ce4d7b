//! Cases for the 16 bytes of the header. An identifier reads only the first eight of them, so it accepts a file in
//! which the others are wrong.

use bmes::Version::{self, V1, V2};

use crate::cases::builder::{File, module};
use crate::cases::shared::typical;
use crate::cases::{Described, accept, at, from_review, inside, reject};

const NOT_A_PROMISE: &str = "\"validated\" meant magic and version, so that every cut or flipped file was valid";

pub(super) fn cases(version: Version) -> Vec<Described> {
    [whole(version), cut(version), cut_before_judged(version), nothing_else(version)].concat()
}

fn whole(version: Version) -> Vec<Described> {
    vec![
        accept(
            "smallest-file",
            "the smallest file: nothing requested, imported or exported, no bytecode",
            &[
                "layout",
                "header-bounds",
                "header-whole",
                "magic",
                "version",
                "bytecode-offset",
                "end",
                "metadata-bounds",
                "u32-bounds",
            ],
            module(version),
        ),
        accept(
            "every-kind-of-entry",
            "a module with a request of each kind, an import and an export of each type, a star export and bytecode",
            &["layout", "entries-kept", "fields-verbatim", "magic", "version", "u32-bounds", "metadata-bounds"],
            typical(version),
        ),
    ]
}

/// Returns cases with files of every length from 8 to 15 bytes.
fn cut(version: Version) -> Vec<Described> {
    const WHOLE: &[&str] = &["header-whole", "identify-alone", "header-bounds", "all-or-nothing"];
    let case = |name, title: &str, file: File, place| reject(name, title, WHOLE, file, "truncated", at(place));
    let file = || module(version).layout();
    let cut_inside = |name, bytes, field: &str, kept| {
        let title = format!("the first {bytes} bytes of a file: the header ends inside {field}");
        reject(name, &title, WHOLE, file().truncated_at(inside(field, kept)), "truncated", at(field))
    };
    vec![
        from_review(
            case(
                "eight-bytes",
                "eight bytes: magic and version, without bytecode_offset",
                file().truncated_at(at("bytecode_offset")),
                "bytecode_offset",
            ),
            NOT_A_PROMISE,
        ),
        cut_inside("nine-bytes", 9, "bytecode_offset", 1),
        cut_inside("ten-bytes", 10, "bytecode_offset", 2),
        cut_inside("eleven-bytes", 11, "bytecode_offset", 3),
        case(
            "twelve-bytes",
            "the first 12 bytes of a file: bytecode_offset is there, and bytecode_size is not",
            file().truncated_at(at("bytecode_size")),
            "bytecode_size",
        ),
        cut_inside("thirteen-bytes", 13, "bytecode_size", 1),
        cut_inside("fourteen-bytes", 14, "bytecode_size", 2),
        cut_inside("fifteen-bytes", 15, "bytecode_size", 3),
        case(
            "header-without-metadata",
            "the first 15 bytes of a header whose bytecode_offset is 15",
            file().set_u32("bytecode_offset", 15).truncated_at(inside("bytecode_size", 3)),
            "bytecode_size",
        ),
    ]
}

/// Returns cases with a truncated header that has a wrong number before its end. A reader must report the missing
/// bytes, because it checks the numbers only in a complete header.
fn cut_before_judged(version: Version) -> Vec<Described> {
    let case = |name, title, file, place| {
        reject(name, title, &["header-whole", "first-error", "identify-alone"], file, "truncated", at(place))
    };
    let file = || module(version).layout();
    vec![
        case(
            "offset-not-judged-alone",
            "two faults: bytecode_offset is 0, and the file ends after it; the header is checked only when it is complete",
            file().set_u32("bytecode_offset", 0).truncated_at(at("bytecode_size")),
            "bytecode_size",
        ),
        case(
            "large-offset-not-judged-alone",
            "two faults: bytecode_offset is 2^32 - 1, and bytecode_size is cut; the header is checked only when it is complete",
            file().set_u32("bytecode_offset", u32::MAX).truncated_at(inside("bytecode_size", 3)),
            "bytecode_size",
        ),
    ]
}

fn nothing_else(version: Version) -> Vec<Described> {
    const ALONE: &[&str] = &["identify-alone", "header-bounds", "magic", "version", "all-or-nothing"];
    let identified = || module(version).layout().truncated_at(at("bytecode_offset"));
    // In two of the cases below, bytecode_offset is both too large and odd. Version 3 checks the alignment first, so it
    // reports `bad-layout`.
    let class = if version == V2 { "truncated" } else { "bad-layout" };
    vec![
        from_review(
            reject(
                "header-alone",
                "sixteen bytes: a header whose bytecode begins directly after it, without metadata",
                &["metadata-bounds", "u32-bounds", "bytecode-offset", "identify-alone", "all-or-nothing"],
                module(version).layout().truncated_at(at("request_count")).metadata_ends_at(at("request_count")),
                "truncated",
                at("request_count"),
            ),
            NOT_A_PROMISE,
        ),
        reject(
            "header-alone-with-offset-8",
            "sixteen bytes: a header whose eight bytes of bytecode are inside the header",
            &["header-whole", "bytecode-offset", "identify-alone"],
            module(version).layout().truncated_at(at("request_count")).set_header(8, 8),
            "bad-layout",
            at("bytecode_offset"),
        ),
        from_review(
            reject(
                "header-and-noise",
                "magic and version, and a hundred bytes FF",
                ALONE,
                identified().append(&[0xFF; 100]),
                class,
                at("bytecode_offset"),
            ),
            NOT_A_PROMISE,
        ),
        reject(
            "header-and-text",
            "magic and version, and JavaScript source",
            ALONE,
            identified().append(b"export default 1;\n"),
            class,
            at("bytecode_offset"),
        ),
        reject(
            "layout-of-version-1",
            "a file of version 1 under this version's number: its request_count is where bytecode_offset belongs",
            &["layout", "bytecode-offset", "identify-alone", "check-decode-first"],
            typical(V1).layout().called(version),
            "bad-layout",
            at("request_count"),
        ),
    ]
}

//! The fields of the header, each with wrong values, and files that are shorter or longer than the header says. In all
//! these files, the checksum of the header is right, unless the case is about it.

use super::module::module;
use super::{described, reject_opened, typical};
use crate::case::Expect;
use crate::cases::builder::{At, File, after, at, inside};
use crate::cases::{Described, error};

pub(super) fn cases() -> Vec<Described> {
    [identification(), lengths(), checksum(), fields(), sizes()].concat()
}

/// Describes a file that an identifier rejects.
fn reject_identified(name: &str, title: &str, clauses: &[&str], bytes: &[u8], class: &str, offset: usize) -> Described {
    let answer = Some(error(&[class], Some(offset)));
    let expect = Expect {
        identify: answer.clone(),
        decode: answer.clone(),
        check: answer.clone(),
        match_file: answer,
        ..Expect::default()
    };
    let mut described = described(name, title, clauses, expect, &module().layout(), typical().given());
    described.file = Some(bytes.into());
    described
}

fn identification() -> Vec<Described> {
    let layout = module().layout();
    let file = layout.bytes();
    let with = |at: usize, bytes: &[u8]| [&file[..at], bytes, &file[at + bytes.len()..]].concat();
    let mut cases = Vec::new();
    let with_magic = ": the magic, and too few for the version";
    for (length, more, offset) in [(0, "", 0), (1, "", 0), (3, "", 0), (4, with_magic, 4), (7, with_magic, 4)] {
        cases.push(reject_identified(
            &format!("length-{length}"),
            &format!("only the first {length} bytes{more}"),
            &["header-bounds", "open-order", "open-identify-first"],
            &file[..length],
            "truncated",
            offset,
        ));
    }
    cases.push(reject_identified(
        "magic-reversed",
        "the magic in the wrong byte order",
        &["magic", "identify-alone"],
        &with(0, b"BMES"),
        "bad-magic",
        0,
    ));
    cases.push(reject_identified(
        "magic-lowercase",
        "the magic in lowercase letters",
        &["magic"],
        &with(0, b"semb"),
        "bad-magic",
        0,
    ));
    cases.push(reject_identified(
        "magic-and-version-wrong",
        "two faults: the magic, and the version",
        &["magic", "open-order"],
        &with(0, b"XXXX\x05\0\0\0"),
        "bad-magic",
        0,
    ));
    for (version, title) in [
        (0_u32, "0"),
        (5, "5"),
        (0x0400_0000, "4 in the wrong byte order"),
        (0x0001_0004, "4, with a higher byte"),
        (u32::MAX, "4294967295"),
    ] {
        let title = format!("the version is {title}");
        cases.push(reject_identified(
            &format!("version-{version:x}"),
            &title,
            &["version", "identify-alone", "u32"],
            &with(4, &version.to_le_bytes()),
            "unsupported-version",
            4,
        ));
    }
    cases.push(reject_identified(
        "version-wrong-and-short",
        "a version of 5, and nothing after it",
        &["version", "open-order"],
        &with(4, &[5, 0, 0, 0])[..8],
        "unsupported-version",
        4,
    ));
    cases
}

fn lengths() -> Vec<Described> {
    [8, 9, 12, 16, 64, 96, 108, 111]
        .into_iter()
        .map(|length| {
            let file = typical().layout();
            let name = format!("only-{length}-bytes");
            let title = format!("only the first {length} bytes of a file");
            let place = file_position(&file, length);
            let mut file = file;
            file = file.truncated_at(place);
            reject_opened(
                &name,
                &title,
                &["header-whole", "open-order", "open-identify-first"],
                file,
                "truncated",
                place,
            )
        })
        .collect()
}

/// Returns the position of byte `offset` of the header.
fn file_position(file: &File, offset: usize) -> At<'static> {
    const FIELDS: [&str; 14] = [
        "magic",
        "version",
        "flags",
        "alignment",
        "metadata_size",
        "source_size",
        "text_size",
        "bytecode_size",
        "producer",
        "source_digest",
        "metadata_crc",
        "text_crc",
        "bytecode_crc",
        "header_crc",
    ];
    let field = FIELDS.into_iter().find(|field| file.range(field).contains(&offset)).expect("an offset of the header");
    inside(field, offset - file.range(field).start)
}

fn checksum() -> Vec<Described> {
    let case = |name: &str, title: &str, file| {
        reject_opened(
            name,
            title,
            &["header-crc", "crc", "match-open-first", "decode-open-first"],
            file,
            "bad-checksum",
            at("header_crc"),
        )
    };
    let damaged = |field: &str, value: u32| typical().layout().set_u32(field, value);
    vec![
        case("crc-0", "the checksum of the header is 0", damaged("header_crc", 0)),
        case("crc-all-ones", "the checksum of the header is 4294967295", damaged("header_crc", u32::MAX)),
        case("crc-bit-0", "the lowest bit of the checksum of the header is wrong", {
            let file = typical().layout();
            let crc = file.u32("header_crc") ^ 1;
            file.set_u32("header_crc", crc)
        }),
        case("crc-bit-31", "the highest bit of the checksum of the header is wrong", {
            let file = typical().layout();
            let crc = file.u32("header_crc") ^ 1 << 31;
            file.set_u32("header_crc", crc)
        }),
        case("crc-complement", "the checksum of the header is not inverted", {
            let file = typical().layout();
            let crc = !file.u32("header_crc");
            file.set_u32("header_crc", crc)
        }),
        case("crc-wrong-byte-order", "the checksum of the header is in the wrong byte order", {
            let file = typical().layout();
            let crc = file.u32("header_crc").swap_bytes();
            file.set_u32("header_crc", crc)
        }),
        case("flag-without-checksum", "an unknown flag, and a checksum that shows it", damaged("flags", 0x19)),
        case("alignment-without-checksum", "a wrong alignment, and a checksum that shows it", damaged("alignment", 3)),
        case(
            "size-without-checksum",
            "a size that the file does not have, and a checksum that shows it",
            damaged("bytecode_size", 400),
        ),
        case(
            "producer-without-checksum",
            "another producer, and a checksum that shows it",
            typical().layout().overwrite("producer", &[1; 32]),
        ),
        case(
            "source-without-checksum",
            "another source, and a checksum that shows it",
            typical().layout().overwrite("source_digest", &[1; 32]),
        ),
        case(
            "metadata-crc-without-checksum",
            "another checksum of the metadata, and a checksum of the header that shows it",
            damaged("metadata_crc", 1),
        ),
        case("crc-of-crc32c", "the checksum is a CRC-32C", {
            let file = typical().layout();
            let crc = crc32c(&file.bytes()[..108]);
            file.set_u32("header_crc", crc)
        }),
    ]
}

/// Returns the CRC-32C of bytes: with the polynomial of Castagnoli.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 })
    })
}

fn fields() -> Vec<Described> {
    let mut cases = Vec::new();
    for bit in [4, 5, 7, 8, 15, 16, 24, 31] {
        let file = typical().layout();
        let flags = file.u32("flags") | 1 << bit;
        let title = format!("bit {bit} of the flags is set");
        cases.push(reject_opened(
            &format!("flag-{bit}"),
            &title,
            &["flags", "u32"],
            file.set_u32("flags", flags).sealed(),
            "bad-flag",
            at("flags"),
        ));
    }
    for alignment in [0, 1, 2, 4, 7, 9, 12, 24, 48, 65_535, 65_537, 98_304, 131_072, 0x8000_0000, u32::MAX] {
        let title = format!("the alignment is {alignment}");
        let file = typical().layout().set_u32("alignment", alignment).sealed();
        cases.push(reject_opened(
            &format!("alignment-{alignment}"),
            &title,
            &["alignment", "arithmetic"],
            file,
            "bad-layout",
            at("alignment"),
        ));
    }
    for alignment in [16, 4096] {
        let title = format!("the alignment is {alignment}, and there is no bytecode");
        let file = module().layout().set_u32("alignment", alignment).sealed();
        cases.push(reject_opened(
            &format!("alignment-{alignment}-without-bytecode"),
            &title,
            &["alignment"],
            file,
            "bad-layout",
            at("alignment"),
        ));
    }
    for size in [0, 1, 44, 47] {
        let title = format!("a metadata_size of {size}");
        let file = module().layout().set_u32("metadata_size", size).sealed();
        cases.push(reject_opened(
            &format!("metadata-size-{size}"),
            &title,
            &["metadata-size"],
            file,
            "bad-layout",
            at("metadata_size"),
        ));
    }
    cases.push(reject_opened(
        "text-crc-without-text",
        "a checksum of a text that is not there",
        &["absent-crc"],
        module().bytecode(b"code").layout().set_u32("text_crc", 1).header_sealed(),
        "bad-layout",
        at("text_crc"),
    ));
    cases.push(reject_opened(
        "bytecode-crc-without-bytecode",
        "a checksum of bytecode that is not there",
        &["absent-crc"],
        module().text(b"text").layout().set_u32("bytecode_crc", 0x8000_0000).header_sealed(),
        "bad-layout",
        at("bytecode_crc"),
    ));
    cases.push(reject_opened(
        "both-crcs-without-content",
        "two faults: checksums of a text and of bytecode that are not there",
        &["absent-crc", "open-order"],
        module().layout().set_u32("text_crc", 1).set_u32("bytecode_crc", 1).header_sealed(),
        "bad-layout",
        at("text_crc"),
    ));
    cases
}

fn sizes() -> Vec<Described> {
    let sized = |field: &str, value: u32| typical().layout().set_u32(field, value).sealed();
    let large = |name: &str, title: &str, file| {
        reject_opened(name, title, &["file-size", "arithmetic"], file, "bad-layout", at("bytecode_size"))
    };
    let beyond = |name: &str, title: &str, file| {
        reject_opened(name, title, &["bytecode-bounds", "arithmetic"], file, "truncated", at("bytecode_size"))
    };
    let before = |name: &str, title: &str, file| {
        reject_opened(name, title, &["end", "open-alone"], file, "trailing-bytes", at("bytecode_size"))
    };
    let bytecode_start = u32::try_from(typical().layout().range("bytecode").start).expect("a small file");
    vec![
        large(
            "bytecode-size-ffffffff",
            "a bytecode_size of 4294967295: the file would have more than 4294967295 bytes",
            sized("bytecode_size", u32::MAX),
        ),
        large("text-size-ffffffff", "a text_size of 4294967295", sized("text_size", u32::MAX)),
        large("metadata-size-ffffffff", "a metadata_size of 4294967295", sized("metadata_size", u32::MAX)),
        large("sum-wraps-to-length", "sizes for which the end of the file wraps in 32 bits to its length", {
            let file = typical().layout();
            let text_size = file.u32("text_size") + 16;
            file.set_u32("text_size", text_size).set_u32("bytecode_size", 0_u32.wrapping_sub(12)).sealed()
        }),
        large(
            "up-wraps",
            "a metadata_size that wraps to 0 in 32 bits when it is rounded up",
            sized("metadata_size", u32::MAX - 115),
        ),
        large(
            "all-sizes-ffffffff",
            "all three sizes are 4294967295",
            sized("metadata_size", u32::MAX).set_u32("text_size", u32::MAX).set_u32("bytecode_size", u32::MAX).sealed(),
        ),
        large(
            "one-more-than-largest",
            "the file would have 4294967296 bytes",
            sized("bytecode_size", 0_u32.wrapping_sub(bytecode_start)),
        ),
        beyond(
            "as-large-as-possible",
            "the file would have 4294967295 bytes",
            sized("bytecode_size", u32::MAX - bytecode_start),
        ),
        beyond("bytecode-one-byte-more", "the bytecode ends one byte after the file", sized("bytecode_size", 5)),
        beyond("bytecode-cut", "the last byte of the file is missing", typical().layout().cut_last_byte()),
        beyond("text-much-longer", "the text ends after the file", sized("text_size", 4000)),
        beyond("metadata-much-longer", "the metadata ends after the file", sized("metadata_size", 4000)),
        beyond("header-alone", "a whole header and nothing else", module().layout().truncated_at(at("string_count"))),
        beyond(
            "padding-of-alignment",
            "a larger alignment, which moves the bytecode beyond the end of the file",
            sized("alignment", 4096),
        ),
        before("one-byte-follows", "one byte after the bytecode", typical().layout().append(&[0])),
        before("bytecode-one-byte-less", "the bytecode ends one byte before the file", sized("bytecode_size", 3)),
        before("smallest-and-one-byte", "the smallest file, and one byte after it", module().layout().append(&[0])),
        before("text-shorter", "a text that is 32 bytes shorter, and a file that is not", sized("text_size", 1)),
        before(
            "padding-after-text-not-needed",
            "zeros up to a multiple of 16 after a file without bytecode",
            module().text(b"text").layout().append(&[0; 8]),
        ),
        reject_opened(
            "without-padding-after-text",
            "the file ends with the text, without the padding to a multiple of 8",
            &["bytecode-bounds", "padding"],
            module().text(b"text").layout().truncated_at(after("text")),
            "truncated",
            at("bytecode_size"),
        ),
    ]
}

//! The bytes after the metadata: padding that is not zero, and a text and bytecode that are damaged.

use super::module::{Module, module};
use super::{refuse_content, typical};
use crate::cases::Described;
use crate::cases::builder::{At, File, at, inside};

pub(super) fn cases() -> Vec<Described> {
    [padding(), checksums(), order()].concat()
}

/// Returns a module whose metadata ends one byte after a multiple of 8, so that seven bytes of padding follow.
fn padded() -> Module {
    let module = module().request("./m.x").text(b"t").bytecode(b"code").aligned(32);
    assert_eq!(module.layout().range("metadata_padding").len(), 7);
    module
}

fn padding() -> Vec<Described> {
    let mut cases = Vec::new();
    for (part, what) in [("metadata_padding", "after the metadata"), ("text_padding", "after the text")] {
        let length = padded().layout().range(part).len();
        for (place, offset) in [("first", 0), ("middle", length / 2), ("last", length - 1)] {
            for value in [1, 0x80] {
                let mut bytes = vec![0; length];
                bytes[offset] = value;
                let title = format!("the {place} byte of the padding {what} is {value}");
                let name = format!("{}-{place}-{value}", part.replace('_', "-"));
                let file = padded().layout().overwrite(part, &bytes);
                cases.push(refuse_content(
                    &name,
                    &title,
                    &["padding", "decode-alone"],
                    &padded(),
                    &file,
                    "bad-layout",
                    inside(part, offset),
                ));
            }
        }
    }
    cases.extend(other_paddings());
    cases
}

/// Returns cases with other contents around the padding, and with longer padding.
fn other_paddings() -> Vec<Described> {
    let case = |name: &str, title: &str, module: &Module, part: &'static str, wrong: &[(usize, u8)]| {
        let file = module.layout();
        let mut bytes = vec![0; file.range(part).len()];
        for (offset, value) in wrong {
            bytes[*offset] = *value;
        }
        let file = file.overwrite(part, &bytes);
        refuse_content(name, title, &["padding"], module, &file, "bad-layout", inside(part, wrong[0].0))
    };
    let request = || module().request("./m.x");
    let long = || padded().aligned(65_536);
    let last = long().layout().range("text_padding").len() - 1;
    vec![
        case(
            "metadata-padding-alone",
            "the last byte of the padding after the metadata is 1, and nothing follows",
            &request(),
            "metadata_padding",
            &[(6, 1)],
        ),
        case(
            "metadata-padding-without-text",
            "the last byte of the padding after the metadata is 1, and there is no text",
            &request().bytecode(b"code"),
            "metadata_padding",
            &[(6, 1)],
        ),
        case(
            "text-padding-without-text",
            "a byte of the padding before the bytecode is 1, and there is no text",
            &request().bytecode(b"code").aligned(128),
            "text_padding",
            &[(3, 1)],
        ),
        case(
            "text-padding-without-bytecode",
            "the last byte of the padding after the text is 1, and there is no bytecode",
            &request().text(b"t"),
            "text_padding",
            &[(6, 1)],
        ),
        case("text-padding-byte-100", "byte 100 of a long padding is 1", &long(), "text_padding", &[(100, 1)]),
        case("text-padding-byte-5000", "byte 5000 of a long padding is 1", &long(), "text_padding", &[(5000, 1)]),
        case("text-padding-of-64-kib", "the last byte of a long padding is 1", &long(), "text_padding", &[(last, 1)]),
        case(
            "padding-of-two-equal-bytes",
            "two bytes of the padding are 128: their sum in 8 bits is 0, and their difference, too",
            &padded(),
            "text_padding",
            &[(1, 0x80), (2, 0x80)],
        ),
    ]
}

fn checksums() -> Vec<Described> {
    let mut cases = Vec::new();
    for (part, crc, clause) in [("text", "text_crc", "text-crc"), ("bytecode", "bytecode_crc", "bytecode-crc")] {
        let bytes = &typical().layout().bytes()[typical().layout().range(part)].to_vec();
        let case = |name: &str, title: &str, file: File| {
            refuse_content(
                &format!("{part}-{name}"),
                &format!("the {part}: {title}"),
                &[clause, "crc", "decode-alone", "bytecode-opaque"],
                &typical(),
                &file,
                "bad-checksum",
                at(crc),
            )
        };
        for (place, offset) in [("first", 0), ("middle", bytes.len() / 2), ("last", bytes.len() - 1)] {
            let mut damaged = bytes.clone();
            damaged[offset] ^= 0x20;
            cases.push(case(
                &format!("{place}-byte"),
                &format!("its {place} byte is damaged"),
                typical().layout().overwrite(part, &damaged),
            ));
        }
        let mut swapped = bytes.clone();
        swapped.swap(0, 1);
        cases.push(case("swapped", "its first two bytes are swapped", typical().layout().overwrite(part, &swapped)));
        cases.push(case("zeros", "all its bytes are zero", typical().layout().overwrite(part, &vec![0; bytes.len()])));
        cases.push(case("crc-0", "its checksum is 0", typical().layout().set_u32(crc, 0).header_sealed()));
        for (name, bit, title) in [
            ("crc-bit-0", 0, "the lowest bit of its checksum is wrong"),
            ("crc-bit-31", 31, "the highest bit of its checksum is wrong"),
        ] {
            let value = typical().layout().u32(crc) ^ 1 << bit;
            cases.push(case(name, title, typical().layout().set_u32(crc, value).header_sealed()));
        }
        let long = vec![0x5A; 5000];
        let long = if part == "text" { typical().text(&long) } else { typical().bytecode(&long) };
        let mut damaged = vec![0x5A; 5000];
        damaged[4999] ^= 1;
        cases.push(refuse_content(
            &format!("{part}-of-5000-bytes"),
            &format!("the {part}: the last of its 5000 bytes is damaged"),
            &[clause],
            &long,
            &long.layout().overwrite(part, &damaged),
            "bad-checksum",
            at(crc),
        ));
        cases.push(case("crc-of-metadata", "its checksum is that of the metadata", {
            let file = typical().layout();
            let metadata = file.u32("metadata_crc");
            file.set_u32(crc, metadata).header_sealed()
        }));
    }
    let zero_crc = || module().text(&[0x9D, 0x0A, 0xD9, 0x6D]);
    cases.push(refuse_content(
        "text-with-checksum-0-damaged",
        "one bit of a text whose CRC-32 is 0 is damaged",
        &["text-crc", "absent-crc"],
        &zero_crc(),
        &zero_crc().layout().overwrite("text", &[0x9D, 0x0A, 0xD9, 0x6C]),
        "bad-checksum",
        at("text_crc"),
    ));
    let as_long_as_source = || module().text(b"export 42;\n");
    cases.push(refuse_content(
        "text-as-long-as-source",
        "a text as long as the source is damaged",
        &["text-crc"],
        &as_long_as_source(),
        &as_long_as_source().layout().overwrite("text", b"export 43;\n"),
        "bad-checksum",
        at("text_crc"),
    ));
    let zero_crc = || module().bytecode(&[0x9D, 0x0A, 0xD9, 0x6D]);
    cases.push(refuse_content(
        "bytecode-with-checksum-0-damaged",
        "one bit of bytecode whose CRC-32 is 0 is damaged",
        &["bytecode-crc", "absent-crc"],
        &zero_crc(),
        &zero_crc().layout().overwrite("bytecode", &[0x9D, 0x0A, 0xD9, 0x6C]),
        "bad-checksum",
        at("bytecode_crc"),
    ));
    cases
}

fn order() -> Vec<Described> {
    let clauses = &["check-order", "padding", "text-crc", "bytecode-crc"];
    let file = || padded().layout();
    let ones = |part: &str| vec![1; padded().layout().range(part).len()];
    let case = |name: &str, title: &str, file: File, class: &str, place: At<'_>| {
        refuse_content(name, title, clauses, &padded(), &file, class, place)
    };
    let mut cases = vec![
        case(
            "padding-before-text",
            "two faults: the padding after the text, and the text",
            file().overwrite("text", b"u").overwrite("text_padding", &ones("text_padding")),
            "bad-layout",
            at("text_padding"),
        ),
        case(
            "both-paddings",
            "two faults: both paddings",
            file()
                .overwrite("metadata_padding", &ones("metadata_padding"))
                .overwrite("text_padding", &ones("text_padding")),
            "bad-layout",
            at("metadata_padding"),
        ),
        case(
            "text-before-bytecode",
            "two faults: the text and the bytecode",
            file().overwrite("text", b"u").overwrite("bytecode", b"CODE"),
            "bad-checksum",
            at("text_crc"),
        ),
        case(
            "padding-before-bytecode",
            "two faults: the padding after the metadata, and the bytecode",
            file().overwrite("metadata_padding", &ones("metadata_padding")).overwrite("bytecode", b"CODE"),
            "bad-layout",
            at("metadata_padding"),
        ),
    ];
    cases.push(case(
        "text-padding-before-bytecode",
        "two faults: the padding after the text, and the bytecode",
        file().overwrite("text_padding", &ones("text_padding")).overwrite("bytecode", b"CODE"),
        "bad-layout",
        at("text_padding"),
    ));
    let unused = || padded().unused("!");
    let damaged = unused().layout();
    let ones = vec![1; damaged.range("text_padding").len()];
    let damaged = damaged.overwrite("text_padding", &ones).overwrite("bytecode", b"CODE");
    cases.push(refuse_content(
        "record-before-padding",
        "three faults: a string that no field uses, the padding, and the bytecode",
        &["check-order", "unused-string", "padding"],
        &unused(),
        &damaged,
        "unused-string",
        at("strings[0].end"),
    ));
    cases
}

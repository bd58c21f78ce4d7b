//! Files whose ZIP structures are not those of a pack.

use super::layout::{Member, Pack, layout, small, typical};
use super::{Described, reject};
use crate::cases::builder::File;

pub(super) fn cases() -> Vec<Described> {
    [end(), directory(), entries(), local(), outside()].concat()
}

/// Describes a file in which a field has other bytes.
fn field(name: &str, title: &str, clause: &str, path: &str, bytes: &[u8]) -> Described {
    reject(name, title, &[clause], typical().layout().overwrite(path, bytes), &["bad-zip"])
}

fn end() -> Vec<Described> {
    let zip = &["bad-zip"];
    let file = || typical().layout();
    let cut = |bytes: usize| (0..bytes).fold(file(), |file, _| file.cut_last_byte());
    let mut cases = vec![
        reject("empty", "an empty file", &["end"], File::new(bmes::Version::V4), zip),
        reject("end-cut", "the last byte of the end record is missing", &["end"], cut(1), zip),
        reject("end-missing", "there is no end record", &["end"], cut(22), zip),
        reject("end-byte-after", "a zero byte follows the end record", &["end"], file().append(&[0]), zip),
        field("end-signature", "the end record has another signature", "end", "end.signature", b"PK\x05\x07"),
        field(
            "end-signature-case",
            "the signature of the end record is in lowercase",
            "end",
            "end.signature",
            b"pk\x05\x06",
        ),
        field("end-disk", "the end record is on disk 1", "end", "end.disk", &[1, 0]),
        field("end-directory-disk", "the central directory begins on disk 256", "end", "end.directory_disk", &[0, 1]),
        field("end-count-here", "this disk has one member less", "end", "end.count_here", &[3, 0]),
        field("end-count-here-high", "this disk has 256 members more", "end", "end.count_here", &[4, 1]),
        field("end-count-more", "the end record counts one member more", "end", "end.count", &[5, 0]),
        field("end-comment-length", "a comment of 1 byte that is not there", "end", "end.comment_length", &[1, 0]),
        field(
            "end-comment-length-high",
            "a comment of 256 bytes that is not there",
            "end",
            "end.comment_length",
            &[0, 1],
        ),
        reject(
            "end-comment",
            "a comment follows the end record",
            &["end"],
            file().overwrite("end.comment_length", &[5, 0]).append(b"hello"),
            zip,
        ),
        reject(
            "end-twice",
            "a second end record follows the first one",
            &["end", "directory"],
            {
                let end = file().bytes()[file().range("end")].to_vec();
                file().append(&end)
            },
            zip,
        ),
        reject(
            "end-in-comment",
            "an end record is the comment of another one",
            &["end", "directory"],
            {
                let end = file().bytes()[file().range("end")].to_vec();
                file().overwrite("end.comment_length", &[22, 0]).append(&end)
            },
            zip,
        ),
        reject(
            "end-zip64",
            "the end record of ZIP64 and its locator stand before the end record",
            &["directory"],
            {
                let mut zip64 = b"PK\x06\x06".to_vec();
                zip64.extend([44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0]);
                zip64.extend([0; 40]);
                zip64.extend(b"PK\x06\x07");
                zip64.extend([0; 16]);
                file().insert_before("end.signature", &zip64)
            },
            zip,
        ),
    ];
    let both = |file: File, count: u16| {
        let count = count.to_le_bytes();
        file.overwrite("end.count_here", &count).overwrite("end.count", &count)
    };
    let either: &[&str] = &["bad-zip", "bad-member"];
    cases.push(reject("count-65535", "65,535 members, as in a ZIP64 file", &["end"], both(file(), 0xFFFF), either));
    cases.push(reject(
        "count-less",
        "the end record leaves out the last member",
        &["directory", "names"],
        both(file(), 3),
        either,
    ));
    cases.push(reject("count-more", "the end record has one member more", &["directory"], both(file(), 5), either));
    cases.push(reject("count-zero", "the end record has no members", &["directory", "names"], both(file(), 0), either));
    cases
}

fn directory() -> Vec<Described> {
    let either: &[&str] = &["bad-zip", "bad-member"];
    let size = |change: i64| number("end.size", change);
    let offset = |change: i64| number("end.offset", change);
    let mut cases = Vec::new();
    for (name, title, file) in [
        ("size-less", "the central directory is said to be one byte shorter", size(-1)),
        ("size-more", "the central directory is said to be one byte longer", size(1)),
        ("offset-less", "the central directory is said to begin one byte earlier", offset(-1)),
        ("offset-more", "the central directory is said to begin one byte later", offset(1)),
        ("offset-zero", "the central directory is said to begin at byte 0", set("end.offset", 0)),
        ("offset-outside", "the central directory is said to begin after the file", set("end.offset", 0x7FFF_FFFF)),
        ("offset-largest", "the central directory is said to begin at byte 4294967295", set("end.offset", u32::MAX)),
        ("size-largest", "the central directory is said to have 4294967295 bytes", set("end.size", u32::MAX)),
    ] {
        cases.push(reject(&format!("directory-{name}"), title, &["directory", "order"], file, either));
    }
    cases.push(reject(
        "directory-sum-wraps",
        "offset and size are the right sum only in 32 bits",
        &["directory"],
        {
            let file = typical().layout();
            let sum = file.u32("end.offset").wrapping_add(file.u32("end.size"));
            file.write_u32_at("end.offset", u32::MAX - 99).write_u32_at("end.size", sum.wrapping_add(100))
        },
        either,
    ));
    for (number, which) in [(0, "first"), (2, "third"), (3, "last")] {
        let path = format!("directory[{number}].signature");
        let title = format!("the {which} entry of the central directory has another signature");
        cases.push(reject(
            &format!("entry-signature-{which}"),
            &title,
            &["directory"],
            typical().layout().overwrite(&path, b"PK\x01\x03"),
            &["bad-zip"],
        ));
    }
    let longer = |file: File, by: u32| {
        let size = file.u32("end.size") + by;
        file.write_u32_at("end.size", size)
    };
    cases.push(reject(
        "directory-bytes-after",
        "bytes follow the last entry of the central directory, which its size counts",
        &["directory"],
        longer(typical().layout().insert_before("end.signature", &[0; 7]), 7),
        &["bad-zip"],
    ));
    cases.push(reject(
        "directory-entry-after",
        "a fifth entry follows, which the count does not count",
        &["directory"],
        {
            let file = typical().layout();
            let entry = file.bytes()[file.range("directory[0]")].to_vec();
            longer(file.insert_before("end.signature", &entry), u32::try_from(entry.len()).unwrap_or_default())
        },
        &["bad-zip"],
    ));
    cases
}

/// What an entry of the central directory says.
fn entries() -> Vec<Described> {
    let mut cases = Vec::new();
    for (name, title, path, bytes) in [
        ("flag-encrypted", "the flag for an encrypted member", "flags", [1, 0]),
        ("flag-descriptor", "the flag for sizes that follow the data", "flags", [8, 0]),
        ("flag-utf-8", "the flag for a name in UTF-8", "flags", [0, 8]),
        ("flag-highest", "the highest flag", "flags", [0, 0x80]),
        ("method-deflate", "the method deflate, although the data is stored", "method", [8, 0]),
        ("method-zstandard", "the method 93, although the data is stored", "method", [93, 0]),
        ("method-high", "the method 256", "method", [0, 1]),
        ("disk", "a member on disk 1", "disk", [1, 0]),
    ] {
        for (number, which) in [(0, "first"), (3, "index")] {
            let of_directory = format!("directory[{number}].{path}");
            let file = typical().layout().overwrite(&of_directory, &bytes);
            cases.push(reject(&format!("entry-{name}-{which}"), title, &["stored"], file, &["bad-zip"]));
            if path != "disk" {
                let file = typical().layout().overwrite(&format!("members[{number}].local.{path}"), &bytes);
                cases.push(reject(&format!("local-{name}-{which}"), title, &["local"], file.clone(), &["bad-zip"]));
                let file = file.overwrite(&of_directory, &bytes);
                cases.push(reject(&format!("both-{name}-{which}"), title, &["stored", "local"], file, &["bad-zip"]));
            }
        }
    }
    cases.push(reject(
        "deflated",
        "a member that is compressed",
        &["stored", "local"],
        deflated(),
        &["bad-zip", "bad-member"],
    ));
    let both_sizes: &[&str] = &["bad-zip", "bad-member", "bad-pack-index", "bad-checksum"];
    for (field, what) in [("compressed", "compressed size"), ("size", "size")] {
        let path = format!("directory[1].{field}");
        let more = |path: &str| number(path, 1);
        let title = format!("the {what} of an entry is one byte more than the other size");
        cases.push(reject(&format!("entry-{field}"), &title, &["stored"], more(&path), &["bad-zip", "bad-member"]));
        let path = format!("members[1].local.{field}");
        let title = format!("the {what} of a local header is one byte more than that of the entry");
        cases.push(reject(&format!("local-{field}"), &title, &["local"], more(&path), &["bad-zip", "bad-member"]));
    }
    for (name, title, change) in [
        ("less", "both sizes of the index are one byte less", -1),
        ("more", "both sizes of the index are one byte more", 1),
    ] {
        let paths =
            ["members[3].local.compressed", "members[3].local.size", "directory[3].compressed", "directory[3].size"];
        let file = typical().layout();
        let file = paths.into_iter().fold(file, |file, path| shifted(file, path, change));
        cases.push(reject(&format!("sizes-{name}"), title, &["order"], file, both_sizes));
    }
    for (of, what) in [("members[1].local", "local"), ("directory[1]", "entry")] {
        let file = ["compressed", "size"]
            .iter()
            .fold(typical().layout(), |file, field| shifted(file, &format!("{of}.{field}"), 8));
        let title = format!("both sizes of the {what} of a member are 8 more than those of its other header");
        cases.push(reject(&format!("{what}-both-sizes"), &title, &["local"], file, &["bad-zip", "bad-member"]));
    }
    for (name, value) in [("outside", 0x7FFF_FFFF), ("largest", u32::MAX), ("zero", 0)] {
        for (number, which) in [(0, "first"), (3, "index")] {
            let paths = ["local.compressed", "local.size"].map(|path| format!("members[{number}].{path}"));
            let others = ["compressed", "size"].map(|path| format!("directory[{number}].{path}"));
            let file =
                paths.iter().chain(&others).fold(typical().layout(), |file, path| file.write_u32_at(path, value));
            let title = format!("a member is said to have {value} bytes");
            cases.push(reject(&format!("sizes-{name}-{which}"), &title, &["order"], file, both_sizes));
        }
    }
    for (name, title, path, length) in [
        ("extra", "an entry has an extra field", "extra", "extra_length"),
        ("comment", "an entry has a comment", "comment", "comment_length"),
    ] {
        for number in [0, 3] {
            let file = typical().layout().replace(&format!("directory[{number}].{path}"), &[0xFE, 0xCA, 0, 0]);
            let file = file.overwrite(&format!("directory[{number}].{length}"), &[4, 0]);
            let size = file.u32("end.size") + 4;
            let file = file.write_u32_at("end.size", size);
            cases.push(reject(&format!("entry-{name}-{number}"), title, &["stored"], file, &["bad-zip"]));
        }
    }
    cases
}

/// Local headers that differ from their entry.
fn local() -> Vec<Described> {
    let mut cases = Vec::new();
    for (number, which) in [(0, "first"), (1, "second"), (3, "index")] {
        let at = |field: &str| format!("members[{number}].local.{field}");
        let file = || typical().layout();
        let crc = file().u32(&at("crc")) ^ 1;
        let mut name = file().bytes()[file().range(&at("name"))].to_vec();
        name[2] ^= 1;
        for (what, title, file) in [
            (
                "signature",
                "the signature of a local header is another one",
                file().overwrite(&at("signature"), b"PK\x03\x05"),
            ),
            (
                "crc",
                "the CRC-32 of a local header is not that of the entry",
                file().overwrite(&at("crc"), &crc.to_le_bytes()),
            ),
            ("crc-zero", "the CRC-32 of a local header is 0", file().overwrite(&at("crc"), &[0; 4])),
            ("name", "the name of a local header is not that of the entry", file().overwrite(&at("name"), &name)),
        ] {
            cases.push(reject(&format!("local-{what}-{which}"), title, &["local"], file, &["bad-zip"]));
        }
        let upper = file().bytes()[file().range(&at("name"))].to_ascii_uppercase();
        cases.push(reject(
            &format!("local-name-case-{which}"),
            "the name of a local header is that of the entry in uppercase",
            &["local"],
            file().overwrite(&at("name"), &upper),
            &["bad-zip"],
        ));
        let length = u16::try_from(name.len()).unwrap_or_default();
        for (what, length) in [("shorter", length - 1), ("longer", length + 1)] {
            cases.push(reject(
                &format!("local-name-{what}-{which}"),
                &format!("the name of a local header is one byte {what} than that of the entry"),
                &["local"],
                file().overwrite(&at("name_length"), &length.to_le_bytes()),
                &["bad-zip", "bad-member"],
            ));
        }
    }
    cases
}

/// Bytes outside of the structures.
fn outside() -> Vec<Described> {
    let either: &[&str] = &["bad-zip", "bad-member"];
    let cases = vec![
        reject(
            "bytes-before",
            "bytes precede the first member, and the offsets do not count them",
            &["order", "directory"],
            small().layout().insert_before("members[0].local.signature", b"a program\n"),
            either,
        ),
        reject(
            "bytes-before-counted",
            "bytes precede the first member, and the offsets count them",
            &["order"],
            {
                let file = small().layout().insert_before("members[0].local.signature", b"a program\n\0\0\0\0\0\0");
                let paths = ["directory[0].offset", "directory[1].offset", "end.offset"];
                paths.into_iter().fold(file, |file, path| shifted(file, path, 16))
            },
            &["bad-member", "bad-pack-index"],
        ),
        reject(
            "descriptors",
            "sizes follow the data of each member",
            &["stored", "order"],
            {
                let mut file = small().layout();
                for number in 0..2 {
                    let mut after = b"PK\x07\x08".to_vec();
                    after.extend(&file.bytes()[file.range(&format!("directory[{number}].crc")).start..][..12]);
                    file = file.insert_after(&format!("members[{number}].data"), &after);
                    file = file.overwrite(&format!("directory[{number}].flags"), &[8, 0]);
                    file = file.overwrite(&format!("members[{number}].local.flags"), &[8, 0]);
                }
                let file = shifted(file, "directory[1].offset", 16);
                shifted(file, "end.offset", 32)
            },
            either,
        ),
        reject(
            "one-file-of-version-4",
            "a file of version 4",
            &["end"],
            {
                let mut file = File::new(bmes::Version::V4);
                file.push_bytes("all", &small().members[0].data);
                file
            },
            &["bad-zip"],
        ),
    ];
    cases
}

/// Returns the typical file with another number in a field of four bytes.
fn set(path: &str, value: u32) -> File {
    typical().layout().write_u32_at(path, value)
}

fn number(path: &str, change: i64) -> File {
    shifted(typical().layout(), path, change)
}

/// Adds to the number in a field of four bytes.
pub(super) fn shifted(file: File, path: &str, change: i64) -> File {
    let value = u32::try_from(i64::from(file.u32(path)) + change).expect("a number of 32 bits");
    file.write_u32_at(path, value)
}

/// Returns a pack whose index is really compressed, with the headers of a compressed member.
fn deflated() -> File {
    use std::io::Write as _;
    let pack = typical();
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&pack.index_bytes()).expect("memory");
    let data = encoder.finish().expect("memory");
    let index = Member { name: b"index.json".to_vec(), data, alignment: 1 };
    let Pack { members, .. } = &pack;
    let file = layout(members.iter().chain([&index]));
    let text = pack.index_bytes();
    let mut file = file.overwrite("members[3].local.method", &[8, 0]).overwrite("directory[3].method", &[8, 0]);
    for of in ["members[3].local", "directory[3]"] {
        file = file.write_u32_at(&format!("{of}.crc"), crc32fast::hash(&text));
        file = file.write_u32_at(&format!("{of}.size"), u32::try_from(text.len()).expect("a short text"));
    }
    file
}

//! A pack is read as it was written; a file that is not a well-formed pack is rejected.

mod support;

use std::io::{Cursor, Write as _};

use bmes_pack::{Class, Freshness, MemberError, Pack};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use support::{PROGRAM, index, pack};

fn class(file: &[u8]) -> Class {
    Pack::open(file).map(|pack| panic!("{:?}", pack.index())).unwrap_err().class()
}

/// Opens a pack whose index was changed.
fn class_of(change: impl FnOnce(&mut serde_json::Value)) -> Class {
    class(&rewritten(change))
}

/// Returns a pack with the same members and another index.
fn rewritten(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let file = pack(PROGRAM);
    let mut index = serde_json::to_value(Pack::open(&file).unwrap().index()).unwrap();
    change(&mut index);
    with_index(&file, index.to_string().as_bytes())
}

fn with_index(file: &[u8], index: &[u8]) -> Vec<u8> {
    members(file, |name, data| Some((name.to_owned(), if name == "index.json" { index.to_vec() } else { data })))
}

/// Writes the members of a pack again, as `change` says. `None` leaves a member out.
fn members(file: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Option<(String, Vec<u8>)>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..archive.len() {
        let mut member = archive.by_index(number).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut data = Vec::new();
        std::io::copy(&mut member, &mut data).unwrap();
        if let Some((name, data)) = change(&name, data) {
            zip.start_file(name, options()).unwrap();
            zip.write_all(&data).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored).with_alignment(8)
}

#[test]
fn a_pack_is_read_as_it_was_written() {
    let file = pack(PROGRAM);
    let opened = Pack::open(&file).unwrap();
    let (index, files) = index(PROGRAM);
    assert_eq!(opened.index().modules.len(), 4);
    for (number, expected) in files.iter().enumerate() {
        assert_eq!(opened.unverified_member(number), expected.as_deref());
        match opened.verify(number) {
            Ok(verified) => assert_eq!(verified.bytecode(), PROGRAM[number].1.as_bytes()),
            Err(error) => assert_eq!((error, expected.is_none()), (MemberError::Absent, true)),
        }
    }
    let mut read = opened.index().clone();
    read.modules.iter_mut().for_each(|module| module.member = None);
    assert_eq!(read, index);
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    assert_eq!(pack(PROGRAM), pack(PROGRAM));
}

#[test]
fn any_zip_tool_opens_a_pack() {
    let file = pack(PROGRAM);
    let mut archive = ZipArchive::new(Cursor::new(&file)).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names.len(), 4);
    assert_eq!(names[3], "index.json");
    for number in 0..archive.len() {
        // This verifies the CRC-32.
        std::io::copy(&mut archive.by_index(number).unwrap(), &mut std::io::sink()).unwrap();
    }
}

#[test]
fn every_flipped_bit_is_noticed_when_the_pack_is_opened_or_a_member_verified() {
    let file = pack(PROGRAM);
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(opened) = Pack::open(&flipped) {
            let is_noticed = (0..3).any(|number| opened.verify(number).is_err());
            // These bits say nothing: the times, the attributes, and the padding before a member.
            assert!(is_noticed || opened.index() == Pack::open(&file).unwrap().index(), "bit {bit}");
        }
    }
}

#[test]
fn every_shorter_file_is_rejected() {
    let file = pack(PROGRAM);
    for len in 0..file.len() {
        assert!(Pack::open(&file[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn bytes_before_and_after_a_pack_are_rejected() {
    let file = pack(PROGRAM);
    assert_eq!(class(&[b"#!/bin/sh\n".as_slice(), &file].concat()), Class::BadZip);
    assert_eq!(class(&[&file, b"x".as_slice()].concat()), Class::BadZip);
}

#[test]
fn a_member_with_another_name_is_rejected() {
    let file = pack(PROGRAM);
    for wrong in ["../evil.bmes", "/etc/passwd", "modules/../../x.bmes", "modules/AB.bmes", "note.txt", "modules/"] {
        let mut is_first = true;
        let changed = members(&file, |name, data| {
            let name = if std::mem::take(&mut is_first) { wrong } else { name };
            Some((name.to_owned(), data))
        });
        assert_eq!(class(&changed), Class::BadMember, "{wrong}");
    }
}

#[test]
fn a_compressed_member_is_rejected() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("index.json", options()).unwrap();
    zip.write_all(b"{}").unwrap();
    let mut file = zip.finish().unwrap().into_inner();
    // The compression method, in the local header and in the central directory.
    let directory = file.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    for position in [8, directory + 10] {
        file[position] = 8;
    }
    assert_eq!(class(&file), Class::BadZip);
}

#[test]
fn an_index_that_is_missing_or_not_the_last_member_is_rejected() {
    let file = pack(PROGRAM);
    let without = members(&file, |name, data| (name != "index.json").then(|| (name.to_owned(), data)));
    assert_eq!(class(&without), Class::BadMember);
    let mut kept = Vec::new();
    let reversed = members(&file, |name, data| {
        kept.push((name.to_owned(), data));
        None
    });
    drop(reversed);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in kept.into_iter().rev() {
        zip.start_file(name, options()).unwrap();
        zip.write_all(&data).unwrap();
    }
    assert_eq!(class(&zip.finish().unwrap().into_inner()), Class::BadMember);
}

#[test]
fn an_index_that_is_not_json_of_the_form_is_rejected() {
    let file = pack(PROGRAM);
    for index in ["", "null", "[]", "{}", "{\"pack\": 1}", "\u{feff}{}", "{", "{\"pack\":1}x"] {
        assert_eq!(class(&with_index(&file, index.as_bytes())), Class::BadPackIndex, "{index}");
    }
    assert_eq!(class(&with_index(&file, b"\xff")), Class::BadPackIndex);
    assert_eq!(class_of(|index| index["pack"] = 2.into()), Class::UnsupportedVersion);
    assert_eq!(class_of(|index| index["more"] = 1.into()), Class::BadPackIndex);
    assert_eq!(class_of(|index| index["modules"][0]["format"] = "php".into()), Class::BadPackIndex);
    assert_eq!(class_of(|index| _ = index.as_object_mut().unwrap().remove("links")), Class::BadPackIndex);
}

#[test]
fn a_wrong_index_of_a_module_is_rejected() {
    assert_eq!(class_of(|index| index["entries"] = serde_json::json!([])), Class::BadPackIndex);
    assert_eq!(class_of(|index| index["entries"] = serde_json::json!([4])), Class::BadPackIndex);
    assert_eq!(class_of(|index| index["modules"][0]["requests"][0]["module"] = 4.into()), Class::BadPackIndex);
    assert_eq!(class_of(|index| index["modules"][0]["requests"][0]["module"] = (-1).into()), Class::BadPackIndex);
    // A request that resolves to nothing is no error.
    Pack::open(&rewritten(|index| index["modules"][0]["requests"][0]["module"] = serde_json::Value::Null)).unwrap();
}

#[test]
fn a_member_that_the_index_and_the_directory_place_differently_is_rejected() {
    for (key, value) in [("offset", 8), ("offset", u64::MAX), ("size", 0), ("size", 1 << 40)] {
        let wrong = class_of(|index| index["modules"][0]["member"][key] = value.into());
        assert_eq!(wrong, Class::BadPackIndex, "{key} {value}");
    }
    assert_eq!(class_of(|index| index["modules"][0]["member"] = serde_json::Value::Null), Class::BadPackIndex);
    let of_json = class_of(|index| index["modules"][3]["member"] = serde_json::json!({"offset": 80, "size": 1}));
    assert_eq!(of_json, Class::BadPackIndex);
}

#[test]
fn two_modules_of_the_same_url_are_rejected() {
    assert_eq!(class_of(|index| index["modules"][3]["url"] = "main.mjs".into()), Class::BadPackIndex);
}

#[test]
fn a_url_that_is_not_a_plain_relative_path_is_rejected() {
    for url in ["", "/a", "a//b", "./a", "a/../b", "a/..", "..", "a\\b", "../", "a/", "#a", "a/#b"] {
        assert_eq!(class_of(|index| index["modules"][3]["url"] = url.into()), Class::BadPackIndex, "{url}");
    }
    for url in ["../a.json", "../../b/c.json", "a.json?x=../y", "a.json#/..", "a.json#?", "..a.json"] {
        Pack::open(&rewritten(|index| index["modules"][3]["url"] = url.into())).unwrap();
    }
}

#[test]
fn a_list_that_does_not_ascend_is_rejected() {
    for (key, value) in [
        ("absent", serde_json::json!(["b", "a"])),
        ("absent", serde_json::json!(["a", "a"])),
        ("conditions", serde_json::json!(["node", "import"])),
        ("environment", serde_json::json!([{"name": "B", "value": null}, {"name": "A", "value": ""}])),
        ("links", serde_json::json!([{"path": "b", "target": "x"}, {"path": "a", "target": "x"}])),
    ] {
        assert_eq!(class_of(|index| index[key] = value.clone()), Class::BadPackIndex, "{key} {value}");
    }
}

#[test]
fn the_index_may_say_that_nothing_can_change() {
    let file = rewritten(|index| index["freshness"] = "none".into());
    assert_eq!(Pack::open(&file).unwrap().index().freshness, Freshness::None);
}

#[test]
fn every_class_has_the_code_that_the_specification_gives_it() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/errors.md")).unwrap();
    let classes = [Class::BadZip, Class::BadMember, Class::BadPackIndex, Class::UnsupportedVersion, Class::BadChecksum];
    for class in classes {
        assert!(page.contains(&format!("| {} | `{}` |", class.code(), class.name())), "{}", class.name());
    }
}

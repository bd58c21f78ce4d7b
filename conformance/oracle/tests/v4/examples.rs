//! The examples of the page: section 14 of the specification.

use bmes_oracle::identify;
use bmes_oracle::v4::{check, decode, encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{blocks, bytes_of, files_of_the_page, page, section};

const PRODUCERS: [&str; 2] = [
    "471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2e",
    "be39c5bf76515425c3cdd7666a032b96eeab0de3661f88000f6ca865715a92a9",
];

#[test]
fn a_checker_accepts_both_files_of_the_page() {
    for file in files_of_the_page() {
        assert_eq!(identify(&file), Ok(4));
        assert_eq!(check(&file), Ok(()));
    }
}

#[test]
fn section_3_4_shows_the_file_of_section_14_1() {
    let page = page();
    let (_, example) = page.split_once("```hex accept\n").unwrap();
    let digits: String = example.split("```").next().unwrap().split_whitespace().collect();
    assert_eq!(hex::decode(digits).unwrap(), files_of_the_page()[0]);
}

#[test]
fn the_records_of_both_files_are_those_of_the_page() {
    for (file, number) in files_of_the_page().into_iter().zip(["14.1", "14.2"]) {
        let decoded = decode(&file).unwrap();
        let record = serde_json::to_value(&decoded.record).unwrap();
        let expected: Value = serde_json::from_str(&blocks(&section(number), "json")[0]).unwrap();
        assert_eq!(record, expected);
    }
}

#[test]
fn the_source_and_the_text_of_the_second_file_are_those_of_the_page() {
    let [_, file] = files_of_the_page();
    let decoded = decode(&file).unwrap();
    let section = section("14.2");
    let source = &blocks(&section, "ts")[0];
    assert_eq!(decoded.record.source.size, source.len() as u64);
    assert_eq!(decoded.record.source.sha256.0, sha256(source.as_bytes()));
    assert_eq!(file[decoded.text], *blocks(&section, "js")[0].as_bytes());
}

#[test]
fn a_writer_writes_both_files_of_the_page_again() {
    for file in files_of_the_page() {
        let decoded = decode(&file).unwrap();
        assert_eq!(encode(&decoded.record, &file[decoded.text], &file[decoded.bytecode]), Ok(file));
    }
}

#[test]
fn every_flipped_bit_of_both_files_is_rejected() {
    for mut file in files_of_the_page() {
        for (offset, bit) in (0..file.len()).flat_map(|offset| (0..8).map(move |bit| (offset, bit))) {
            file[offset] ^= 1 << bit;
            // No single bit turns the version 4 into another known version.
            assert!(identify(&file).and_then(|_| check(&file)).is_err(), "bit {bit} of byte {offset}");
            file[offset] ^= 1 << bit;
        }
    }
}

#[test]
fn every_beginning_of_both_files_is_truncated() {
    for file in files_of_the_page() {
        for length in 0..file.len() {
            assert_eq!(decode(&file[..length]).unwrap_err().class, "truncated", "{length} bytes");
        }
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn with_length(text: &str) -> Vec<u8> {
    [&u32::try_from(text.len()).unwrap().to_le_bytes(), text.as_bytes()].concat()
}

/// Returns the input of each producer of the page, by the clause producer-input.
fn producer_inputs() -> [Vec<u8>; 2] {
    let first = [("engine", "quickjs-ng"), ("version", "0.11.0")];
    let second = [
        ("byte-order", "little"),
        ("engine", "quickjs-ng"),
        ("pointer-width", "64"),
        ("transform", "strip-types 1"),
        ("version", "0.11.0"),
    ];
    [&first[..], &second].map(|pairs| {
        let pairs = pairs.iter().flat_map(|(name, value)| [with_length(name), with_length(value)].concat());
        b"BMES producer 1\0".iter().copied().chain(pairs).collect()
    })
}

/// Returns the input of each key of the page, by the clause key-input.
fn key_inputs() -> [Vec<u8>; 2] {
    let urls = ["file:///app/empty.mjs", "https://example.com/%C3%BC.ts?v=1"];
    let files = files_of_the_page();
    [0, 1].map(|module| {
        let source = decode(&files[module]).unwrap().record.source;
        let producer = hex::decode(PRODUCERS[module]).unwrap();
        [b"BMES key 1\0", &with_length(urls[module])[..], &producer, &source.sha256.0].concat()
    })
}

#[test]
fn the_inputs_of_section_14_4_are_those_of_the_clauses() {
    let blocks = blocks(&section("14.4"), "text");
    let inputs = [producer_inputs(), key_inputs()].concat();
    assert_eq!(blocks.iter().map(|block| bytes_of(block)).collect::<Vec<_>>(), inputs);
}

#[test]
fn the_producers_and_the_keys_have_the_digests_of_the_page() {
    let section = section("14.4");
    let digests: Vec<_> = section.split("\nIt is `").skip(1).map(|text| &text[..64]).collect();
    let inputs = [producer_inputs(), key_inputs()].concat();
    assert_eq!(digests, inputs.iter().map(|input| hex::encode(sha256(input))).collect::<Vec<_>>());
    assert_eq!(digests[..2], PRODUCERS);
}

#[test]
fn both_files_have_the_producers_of_the_page() {
    let producers = files_of_the_page().map(|file| decode(&file).unwrap().record.producer.to_string());
    assert_eq!(producers, PRODUCERS);
}

#[test]
fn the_signed_digests_are_those_of_the_page() {
    let section = section("14.4");
    for (key_input, file) in key_inputs().iter().zip(files_of_the_page()) {
        let signed = [b"BMES file 1\0", &sha256(key_input)[..], &file].concat();
        let row = format!("| {} | `{}` |", signed.len(), hex::encode(sha256(&signed)));
        assert!(section.contains(&row), "{row}");
    }
}

//! The fast reader, which `validate` uses, and the strict reader, which `inspect` uses, agree.
//!
//! The tests read the conformance corpus, changed copies of its files, and sections with many entries or with rare
//! characters. If the fast reader rejects a valid file, a debug assertion of the codec fails.

mod support;

use bmes::{ModuleRecord, Variable, Version};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs;
use support::{corpus, file, padded, string, u32};

/// Asserts that the fast reader and the strict reader return the same result.
fn agree(file: &[u8], what: impl FnOnce() -> String) {
    let (fast, strict) = (bmes::validate(file), bmes::inspect(file).error());
    assert!(fast.err() == strict, "{}: validate returns {fast:?}, inspect returns {strict:?}", what());
}

/// Returns every offset of a file of less than 1,024 bytes. Returns only some offsets of a larger file, because the
/// tests read the file once for each offset.
fn some_offsets(file: &[u8]) -> impl Iterator<Item = usize> + use<> {
    let most = if file.len() < 10_000 { 1_024 } else { 64 };
    (0..file.len()).step_by(1 + file.len() / most)
}

#[test]
fn on_every_file_of_the_corpus_and_its_prefixes() {
    for path in corpus("bmes") {
        let file = fs::read(&path).unwrap();
        agree(&file, || path.display().to_string());
        for length in some_offsets(&file) {
            agree(&file[..length], || format!("the first {length} bytes of {}", path.display()));
        }
    }
}

#[test]
fn on_every_file_of_the_corpus_with_a_bit_flipped() {
    for path in corpus("bmes") {
        let mut file = fs::read(&path).unwrap();
        for at in some_offsets(&file) {
            // Flips bit 7, which makes an ASCII byte non-ASCII. Then flips one of the bits 0 to 6; the offset
            // determines which.
            for bit in [7, at % 7] {
                file[at] ^= 1 << bit;
                agree(&file, || format!("bit {bit} of byte {at} flipped in {}", path.display()));
                file[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn a_character_does_not_reach_from_a_string_into_the_length_behind_it() {
    // C3 A9 is é. Here, C3 ends a string, and A9 is the length of the next string.
    let long = vec![b'x'; 0xa9];
    let import = [u32(0), string(b"\xc3"), string(&long), string(b"l")].concat();
    let bytes = file(&[u32(0), u32(1), import, vec![0; 12]]);
    assert!(std::str::from_utf8(&bytes).is_ok(), "the whole file is UTF-8");
    assert_eq!(bmes::validate(&bytes).unwrap_err().class(), "bad-utf8");
    agree(&bytes, || "a string that ends in C3".into());
}

#[test]
fn a_character_does_not_reach_from_a_name_into_the_engines_word() {
    for bits in [0xa9, 0x90, 0x8080_8080] {
        let name = |name: &[u8]| [u32(1), string(name), u32(bits)].concat();
        for bad in [b"\xc3".as_slice(), b"\x80", &[0x80; 12], b"ok", "é".as_bytes()] {
            let bytes = padded(Version::V3, &[vec![0; 16], name(bad), name(b"x"), u32(0)], b"");
            agree(&bytes, || format!("{bad:x?} before {bits:x}"));
        }
    }
}

#[test]
fn bytes_that_are_all_0x80_are_not_utf_8() {
    // The length of the string is 0x80, too. So all bytes of the entry are 0x80 or zero.
    let bytes = file(&[vec![0; 12], u32(1), string(&[0x80; 0x80]), u32(0)]);
    assert_eq!(bmes::validate(&bytes).unwrap_err().class(), "bad-utf8");
    agree(&bytes, || "a string of 0x80".into());
}

#[test]
fn utf_8_is_verified_in_every_region_of_a_long_section() {
    for count in [1, 63, 64, 65, 128, 200] {
        for bad in [0, 1, 62, 63, 64, 65, 127, 128, 199] {
            for replacement in [b"\xff\xff".as_slice(), "é".as_bytes(), &[b'y'; 200]] {
                let specifier = |at| if at == bad { string(replacement) } else { string(b"./a") };
                let stars: Vec<u8> = (0..count).flat_map(specifier).collect();
                let bytes = file(&[vec![0; 12], u32(count), stars, u32(0)]);
                agree(&bytes, || format!("specifier {bad} of {count}"));
            }
        }
    }
}

proptest! {
    #[test]
    fn on_long_lists_of_odd_names(names in vec(".{0,3}|[a-z]{120,140}", 0..200), bits in any::<u32>(), cut in any::<prop::sample::Index>()) {
        let mut record = ModuleRecord::new(bmes::VersionFields::V3(bmes::Environment::new()));
        let variables = names.iter().map(|name| Variable::new(name.as_str(), bits));
        record.environment_mut().unwrap().lexical_variables = variables.collect();
        record.star_exports = names;
        let environment = record.environment().unwrap();
        let stars: Vec<u8> = record.star_exports.iter().flat_map(|name| string(name.as_bytes())).collect();
        let lexical = environment.lexical_variables.iter();
        let lexical: Vec<u8> = lexical.flat_map(|v| [string(v.name.as_bytes()), u32(v.bits)].concat()).collect();
        let count = u32(record.star_exports.len().try_into().unwrap());
        let mut bytes = padded(Version::V3, &[vec![0; 12], count.clone(), stars, u32(0), count, lexical, u32(0)], b"code");
        prop_assert!(bmes::validate(&bytes).is_ok());
        agree(&bytes, || "a long file".into());
        let module = bmes::decode_borrowed(&bytes).unwrap();
        prop_assert_eq!(&module.record.star_exports, &record.star_exports);
        let at = cut.index(bytes.len());
        bytes[at] = bytes[at].wrapping_add(0x80);
        agree(&bytes, || format!("a long file with byte {at} changed"));
    }
}

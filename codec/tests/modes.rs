//! The two modes of the walk agree: on the conformance corpus and what is made of it, and on long and odd sections.

mod support;

use bmes::{CompactModule, ModuleRecord, ModuleView, Section, Version, modes};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs;
use support::{any_record, corpus, environment, file, padded, string, u32, valid_record};

/// What the swift mode says is what the exact mode says, and a whole operation too.
fn agree(file: &[u8], what: impl FnOnce() -> String) {
    let exact = modes::exact(file);
    let agrees = modes::swift(file) == exact.ok() && bmes::validate(file) == exact;
    assert!(agrees, "{}: the swift mode says {:?}, the exact one {exact:?}", what(), modes::swift(file));
}

/// Every place of a file of less than 1,024 bytes, and some of a larger one: each costs a walk of the whole.
fn some_places(file: &[u8]) -> impl Iterator<Item = usize> + use<> {
    let most = if file.len() < 10_000 { 1_024 } else { 64 };
    (0..file.len()).step_by(1 + file.len() / most)
}

#[test]
fn on_every_file_of_the_corpus_and_its_prefixes() {
    for path in corpus("bmes") {
        let file = fs::read(&path).unwrap();
        agree(&file, || path.display().to_string());
        for length in some_places(&file) {
            agree(&file[..length], || format!("the first {length} bytes of {}", path.display()));
        }
    }
}

#[test]
fn on_every_file_of_the_corpus_with_a_bit_flipped() {
    for path in corpus("bmes") {
        let mut file = fs::read(&path).unwrap();
        for at in some_places(&file) {
            // The highest of a byte makes it no ASCII; the others take turns.
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
    // C3 A9 is é: here C3 ends a string, and A9 is the length of the next.
    let long = vec![b'x'; 0xa9];
    let import = [u32(0), string(b"\xc3"), string(&long), string(b"l")].concat();
    let bytes = file(&[u32(0), u32(1), import, vec![0; 12]]);
    assert!(std::str::from_utf8(&bytes).is_ok(), "as a whole it looks like text");
    assert_eq!(modes::exact(&bytes).unwrap_err().class(), "bad-utf8");
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
fn bytes_that_are_all_0x80_are_no_text() {
    // Its length is the only other byte that is not zero, and the same.
    let bytes = file(&[vec![0; 12], u32(1), string(&[0x80; 0x80]), u32(0)]);
    assert_eq!(modes::exact(&bytes).unwrap_err().class(), "bad-utf8");
    agree(&bytes, || "a string of 0x80".into());
}

#[test]
fn text_is_looked_at_in_every_region_of_a_long_section() {
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
        let mut record = ModuleRecord::new(Version::V3);
        let variables = names.iter().map(|name| support::variable(name, bits));
        record.environment.as_mut().unwrap().lexical_variables = variables.collect();
        record.star_exports = names;
        let environment = record.environment.as_ref().unwrap();
        let stars: Vec<u8> = record.star_exports.iter().flat_map(|name| string(name.as_bytes())).collect();
        let lexical = environment.lexical_variables.iter();
        let lexical: Vec<u8> = lexical.flat_map(|v| [string(v.name.as_bytes()), u32(v.bits)].concat()).collect();
        let count = u32(record.star_exports.len().try_into().unwrap());
        let mut bytes = padded(Version::V3, &[vec![0; 12], count.clone(), stars, u32(0), count, lexical, u32(0)], b"code");
        prop_assert!(modes::exact(&bytes).is_ok());
        agree(&bytes, || "a long file".into());
        let module = bmes::decode_borrowed(&bytes).unwrap();
        prop_assert_eq!(&module.record.star_exports, &record.star_exports);
        let at = cut.index(bytes.len());
        bytes[at] = bytes[at].wrapping_add(0x80);
        agree(&bytes, || format!("a long file with byte {at} changed"));
    }

    #[test]
    fn a_compact_module_gives_what_a_view_gives(record in valid_record(), more in environment(), bytecode in vec(any::<u8>(), 0..20)) {
        let mut record = record;
        if let Some(environment) = &mut record.environment {
            let names = (0..100).map(|index| support::variable(&format!("{index}é"), index));
            environment.declared_variables.extend(names.filter(|v| more.code_features % 2 == 0 && v.bits < 100));
        }
        let file = bmes::encode(&record, &bytecode).unwrap();
        let view = ModuleView::parse(&file).unwrap();
        let compact = CompactModule::parse(file.clone()).unwrap();
        let all = |section| 0..compact.count(section);
        prop_assert!(all(Section::Requests).map(|i| compact.request(i).unwrap().specifier()).eq(view.requests().map(|r| r.specifier())));
        prop_assert!(all(Section::Imports).map(|i| compact.import(i).unwrap()).eq(view.imports()));
        prop_assert!(all(Section::Exports).map(|i| compact.export(i).unwrap()).eq(view.exports()));
        prop_assert!(all(Section::StarExports).map(|i| compact.star_export(i).unwrap()).eq(view.star_exports()));
        prop_assert!(all(Section::DeclaredVariables).map(|i| compact.declared_variable(i).unwrap()).eq(view.declared_variables()));
        prop_assert!(all(Section::LexicalVariables).map(|i| compact.lexical_variable(i).unwrap()).eq(view.lexical_variables()));
        prop_assert!(compact.import(compact.count(Section::Imports)).is_none());
        prop_assert_eq!(compact.count(Section::Bytecode), 0);
        prop_assert_eq!(compact.code_features(), view.code_features());
        prop_assert_eq!(compact.bytecode(), view.bytecode());
        prop_assert_eq!(format!("{compact:?}"), format!("{view:?}"));
        prop_assert_eq!(compact.file(), &file);
        prop_assert_eq!(compact.into_file(), file);
    }

    #[test]
    fn a_record_of_any_kind_is_checked_the_same_in_both_modes(record in any_record()) {
        // The swift check is behind `check`; a request twice over, which it does not look into, makes it step aside.
        let mut twice = record.clone();
        twice.requests.insert(0, support::request("\0", &[("a", "b")]));
        twice.requests.insert(0, support::request("\0", &[]));
        let swift = bmes::check(&record).map_err(|error| error.rule());
        prop_assert_eq!(bmes::check(&twice).map_err(|error| error.rule()), swift);
    }
}

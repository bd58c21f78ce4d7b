//! The memory that the operations allocate: none for reading in place, and a limited amount for decoding and encoding.

mod support;

use allocation_counter::measure;
use bmes::{ModuleView, Version};
use support::{example, example_of, file, laid_out, padded, string, u32, with_header};

/// Returns files for which a careless reader would allocate the most memory: files with the smallest entries, and files
/// with the largest counts.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let zeros = |bytes: usize| vec![0; bytes];
    let full = |count: u32, entry: usize| [u32(count), zeros(count as usize * entry)].concat();
    let end = zeros(4);
    let none = u32(0);
    vec![
        ("the example", bmes::encode(&example(), b"code").unwrap()),
        ("empty requests", file(&[full(10_000, 8), zeros(16)])),
        ("empty attributes", file(&[u32(1), string(b""), u32(1), full(10_000, 8), zeros(16)])),
        ("empty imports", file(&[none.clone(), full(10_000, 16), zeros(12)])),
        ("empty exports", file(&[none.clone(), none.clone(), full(10_000, 20), zeros(8)])),
        ("empty star exports", file(&[none.clone(), none.clone(), none.clone(), full(10_000, 4), end.clone()])),
        ("a count of 2^32 - 1", file(&[u32(u32::MAX), zeros(32)])),
        ("a count that just fits and is cut", file(&[u32(10_000), u32(0), u32(1), u32(9_998), zeros(79_988)])),
        ("a string of 2^32 - 1 bytes", file(&[u32(1), u32(u32::MAX), zeros(32)])),
        ("the example in version 2", bmes::encode(&example_of(Version::V2), b"code").unwrap()),
        ("the example in version 3", bmes::encode(&example_of(Version::V3), b"code").unwrap()),
        ("empty star exports in version 2", padded(Version::V2, &[zeros(12), full(10_000, 4)], b"")),
        ("empty declared variables", padded(Version::V3, &[zeros(16), full(10_000, 8), zeros(8)], b"")),
        ("empty lexical variables", padded(Version::V3, &[zeros(20), full(10_000, 8), end.clone()], b"")),
        ("declared variables that are cut", padded(Version::V3, &[zeros(16), full(10_000, 8)], b"")),
        ("2^32 - 1 declared variables", padded(Version::V3, &[zeros(16), u32(u32::MAX), zeros(32)], b"")),
        ("2^32 - 1 lexical variables", padded(Version::V3, &[zeros(20), u32(u32::MAX), zeros(32)], b"")),
        ("a count that only the bytecode bears out", laid_out(Version::V2, &[u32(10_000)], &zeros(80_000))),
        ("bytecode at 2^32 - 1", with_header(Version::V2, u32::MAX as usize, u32::MAX as usize, &[zeros(32)])),
        ("bytecode of 2^32 - 1 bytes", file(&[zeros(16), u32(u32::MAX), zeros(32)])),
    ]
}

#[test]
fn reading_in_place_allocates_nothing() {
    for (name, file) in files() {
        let info = measure(|| {
            let _ = bmes::identify(&file);
            let _ = bmes::bytecode_range(&file);
            let _ = bmes::validate(&file);
            if let Ok(view) = ModuleView::parse(&file) {
                view.requests().for_each(|request| request.attributes().for_each(drop));
                view.imports().for_each(drop);
                view.exports().for_each(drop);
                view.star_exports().for_each(drop);
                view.declared_variables().for_each(drop);
                view.lexical_variables().for_each(drop);
            }
        });
        assert_eq!(info.count_total, 0, "{name}");
    }
}

#[test]
fn decoding_peaks_below_16_times_the_file_and_64_kib() {
    for (name, file) in files() {
        let bound = 16 * file.len() as u64 + 64 * 1024;
        for info in [measure(|| drop(bmes::decode(&file))), measure(|| drop(bmes::decode_borrowed(&file)))] {
            assert!(info.bytes_max <= bound, "{name}: {} of {bound} bytes", info.bytes_max);
            assert_eq!(info.bytes_current, 0, "{name}");
        }
    }
}

#[test]
fn an_encoded_file_is_allocated_once_with_its_exact_size() {
    for &version in Version::NAMED {
        let record = example_of(version);
        let mut buffer = Vec::new();
        bmes::encode_into(&record, b"code", &mut buffer).unwrap();
        assert_eq!(buffer.capacity() as u64, bmes::encoded_len(&record, 4).unwrap());
    }
}

#[test]
fn files_of_16_mib_are_read_within_the_bound() {
    const LIMIT: usize = 16_777_216;
    let zeros = |bytes: usize| vec![0; bytes];
    let length = |bytes: usize| u32(bytes.try_into().unwrap());
    let around = file(&[zeros(20)]).len();
    let stars = (LIMIT - around) / 4;
    let variables = (LIMIT - 48) / 8;
    let files = [
        ("all bytecode", file(&[zeros(16), length(LIMIT - around), zeros(LIMIT - around)])),
        ("all empty star exports", file(&[zeros(12), length(stars), zeros(4 * stars), zeros(4)])),
        (
            "all empty variables",
            padded(Version::V3, &[zeros(16), length(variables), zeros(8 * variables), zeros(8)], b""),
        ),
        ("one string", file(&[length(1), length(LIMIT - around - 8), zeros(LIMIT - around - 8), zeros(20)])),
    ];
    for (name, file) in files {
        assert_eq!(file.len(), LIMIT, "{name}");
        let mut decoded = false;
        let info = measure(|| decoded = bmes::validate(&file).is_ok() && bmes::decode(&file).is_ok());
        assert!(decoded, "{name}");
        let bound = 16 * LIMIT as u64 + 64 * 1024;
        assert!(info.bytes_max <= bound, "{name}: {} of {bound} bytes", info.bytes_max);
    }
}

#[test]
fn a_check_that_finds_nothing_allocates_one_buffer() {
    for &version in Version::NAMED {
        let file = bmes::encode(&example_of(version), b"code").unwrap();
        let view = ModuleView::parse(&file).unwrap();
        let info = measure(|| view.check().unwrap());
        assert_eq!(info.count_total, 1, "{version}");
    }
}

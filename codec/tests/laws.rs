//! Properties that hold for every record and every file.

mod support;

use bmes::{Environment, EnvironmentChange, ErrorKind, ModuleRecord, ModuleView, Value, Version, VersionFields};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{any_record, laid_out, padded, valid_record, version};

proptest! {
    #[test]
    fn decoding_what_was_encoded_gives_the_canonical_record(record in valid_record(), bytecode in vec(any::<u8>(), 0..40)) {
        let file = bmes::encode(&record, &bytecode).unwrap();
        let module = bmes::decode(&file).unwrap();
        prop_assert_eq!(module.bytecode, &bytecode[..]);
        prop_assert_eq!(&file[module.bytecode_offset..], &bytecode[..]);
        prop_assert_eq!(module.record, record.canonical());
    }

    #[test]
    fn a_canonical_record_is_its_own_canonical_form(record in valid_record()) {
        let canonical = record.canonical();
        prop_assert_eq!(canonical.clone().canonical(), canonical);
    }

    #[test]
    fn a_canonical_file_comes_back_byte_for_byte(record in valid_record(), bytecode in vec(any::<u8>(), 0..40)) {
        let file = bmes::encode(&record, &bytecode).unwrap();
        let module = bmes::decode(&file).unwrap();
        prop_assert_eq!(bmes::encode(&module.record, module.bytecode).unwrap(), file.clone());
    }

    #[test]
    fn the_length_of_a_file_is_known_before_it_is_written(record in valid_record(), bytecode in vec(any::<u8>(), 0..40)) {
        let file = bmes::encode(&record, &bytecode).unwrap();
        prop_assert_eq!(bmes::encoded_len(&record, bytecode.len() as u64).unwrap(), file.len() as u64);
    }

    #[test]
    fn encoding_into_a_buffer_appends_the_same_file(record in valid_record(), before in vec(any::<u8>(), 0..9)) {
        let mut buffer = before.clone();
        bmes::encode_into(&record, b"code", &mut buffer).unwrap();
        prop_assert_eq!(buffer, [before, bmes::encode(&record, b"code").unwrap()].concat());
    }

    #[test]
    fn a_record_is_encoded_exactly_if_it_passes_the_check(record in any_record()) {
        let mut buffer = Vec::new();
        let encoded = bmes::encode_into(&record, b"code", &mut buffer);
        prop_assert_eq!(encoded, bmes::check(&record));
        if encoded.is_err() {
            prop_assert!(buffer.is_empty(), "`encode_into` changed the buffer and returned an error");
        }
    }

    #[test]
    fn every_prefix_fails(record in valid_record(), bytecode in vec(any::<u8>(), 0..20)) {
        let file = bmes::encode(&record, &bytecode).unwrap();
        for length in 0..file.len() {
            prop_assert_eq!(bmes::validate(&file[..length]).unwrap_err().class(), "truncated");
        }
    }

    #[test]
    fn every_longer_file_fails(record in valid_record(), more in vec(any::<u8>(), 1..9)) {
        let file = bmes::encode(&record, b"code").unwrap();
        let error = bmes::validate(&[&file[..], &more].concat()).unwrap_err();
        // In version 1, the reader finds the first extra byte. In the other versions, the header shows that the file is
        // too long.
        let offset = if record.version().has_bytecode_offset() { 12 } else { file.len() };
        prop_assert_eq!((error.class(), error.offset()), ("trailing-bytes", Some(offset)));
    }

    #[test]
    fn bytecode_begins_at_the_next_multiple_of_8(
        record in placing_record(), bytecode in vec(any::<u8>(), 0..20),
    ) {
        let file = bmes::encode(&record, &bytecode).unwrap();
        let range = bmes::bytecode_range(&file).unwrap();
        let inspection = bmes::inspect(&file);
        let padding = inspection.spans().iter().find(|span| span.path.field == "padding");
        prop_assert_eq!(range.start % 8, 0);
        prop_assert!(padding.is_none_or(|padding| padding.range.len() < 8 && padding.range.end == range.start));
        prop_assert_eq!(&file[range], &bytecode[..]);
    }

    #[test]
    fn a_header_that_gives_no_range_gives_no_file(
        version in version(), offset in 0_u32..50, size in 0_u32..50, tail in vec(Just(0_u8), 0..50),
    ) {
        let file = [b"SEMB", &version.number().to_le_bytes(), &offset.to_le_bytes(), &size.to_le_bytes(), &tail[..]];
        agree(&file.concat())?;
    }

    #[test]
    fn all_operations_agree_on_a_file_with_a_byte_changed(
        record in valid_record(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut file = bmes::encode(&record, b"code").unwrap();
        let at = at.index(file.len());
        file[at] = byte;
        agree(&file)?;
    }

    #[test]
    fn all_operations_agree_on_any_bytes(tail in vec(any::<u8>(), 0..200), version in proptest::option::of(version())) {
        match version {
            Some(version) => agree(&[b"SEMB", &version.number().to_le_bytes(), &tail[..]].concat())?,
            None => agree(&tail)?,
        }
    }

    #[test]
    fn all_operations_agree_on_small_numbers(version in version(), words in vec(0_u32..4, 0..60)) {
        let words: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
        agree(&[b"SEMB", &version.number().to_le_bytes(), &words[..]].concat())?;
    }

    #[test]
    fn all_operations_agree_on_small_numbers_behind_a_right_header(words in vec(0_u32..3, 0..30), bytes in 0..8_usize) {
        let mut metadata: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
        metadata.resize(metadata.len() + bytes, 0);
        for version in [Version::V2, Version::V3] {
            agree(&laid_out(version, std::slice::from_ref(&metadata), b"code"))?;
            agree(&padded(version, std::slice::from_ref(&metadata), b"code"))?;
        }
    }
}

/// Valid records of versions 2 and 3, whose header has the offset of the bytecode.
fn placing_record() -> impl Strategy<Value = ModuleRecord> {
    valid_record().prop_map(|record| match record.version() {
        Version::V1 => record.convert(Version::V2, EnvironmentChange::Keep).unwrap(),
        _ => record,
    })
}

/// Asserts that validation, both decoders, the view and the inspection agree on whether a file is valid, with the same error if
/// it is not, and with the same record and bytecode if it is. Asserts that none of them panics.
fn agree(file: &[u8]) -> Result<(), TestCaseError> {
    let verdict = bmes::validate(file);
    let decoded = bmes::decode(file);
    let borrowed = bmes::decode_borrowed(file);
    let view = ModuleView::parse(file);
    let inspection = bmes::inspect(file);
    prop_assert_eq!(decoded.as_ref().map(|module| module.record.version()).map_err(|e| *e), verdict);
    prop_assert_eq!(borrowed.as_ref().map(|module| module.record.version()).map_err(|e| *e), verdict);
    prop_assert_eq!(view.map(|view| view.version()), verdict);
    prop_assert_eq!(inspection.error(), verdict.err());
    if verdict.is_ok() {
        prop_assert!(bmes::identify(file).is_ok());
    }
    match (bmes::bytecode_range(file), verdict) {
        (Ok(range), Ok(_)) => prop_assert_eq!(range, view.unwrap().bytecode_range()),
        (Ok(_), Err(error)) => {
            let of_header = ["header-whole", "bytecode-offset", "bytecode-offset-aligned", "bytecode-bounds", "end"];
            prop_assert!(
                !of_header.contains(&error.clause().unwrap().name()),
                "`bytecode_range` did not return this error: {error}"
            );
        }
        (Err(error), _) if error.kind() == ErrorKind::NoBytecodeOffset => {
            prop_assert_eq!(bmes::identify(file), Ok(Version::V1));
        }
        (Err(error), verdict) => prop_assert_eq!(verdict, Err(error)),
    }
    tiles(file, &inspection)?;
    let _ = inspection.annotated().to_string();

    if let (Ok(view), Ok(decoded), Ok(borrowed)) = (view, decoded, borrowed) {
        let mut seen: ModuleRecord<&str> = ModuleRecord::of_version(view.version()).expect("a version from 1 to 3");
        seen.requests.clone_from(&borrowed.record.requests);
        seen.imports = view.imports().collect();
        seen.exports = view.exports().collect();
        seen.star_exports = view.star_exports().collect();
        if let Some(code_features) = view.code_features() {
            seen.version_fields = VersionFields::V3(Environment {
                declared_variables: view.declared_variables().collect(),
                lexical_variables: view.lexical_variables().collect(),
                code_features,
            });
        }
        prop_assert_eq!(&seen, &borrowed.record);
        for (request, expected) in view.requests().zip(&borrowed.record.requests) {
            prop_assert_eq!(request.specifier(), expected.specifier);
            prop_assert_eq!(request.attributes().collect::<Vec<_>>(), expected.attributes.clone());
        }
        prop_assert_eq!(view.requests().len(), borrowed.record.requests.len());
        prop_assert_eq!(view.bytecode_range(), decoded.bytecode_offset..file.len());
        prop_assert_eq!(view.bytecode(), decoded.bytecode);
        prop_assert_eq!(borrowed.bytecode, decoded.bytecode);

        let of_record = bmes::check(&decoded.record).map_err(|error| (error.kind(), error.path()));
        prop_assert_eq!(view.check().map_err(|error| (error.kind(), error.path())), of_record);
        if of_record.is_ok() {
            let again = bmes::encode(&decoded.record, view.bytecode()).unwrap();
            prop_assert_eq!(bmes::decode(&again).unwrap().record, decoded.record.canonical());
        }
    }
    Ok(())
}

/// Asserts that the spans of an inspection follow one another from the first byte to the last.
fn tiles(file: &[u8], inspection: &bmes::Inspection<'_>) -> Result<(), TestCaseError> {
    let mut at = 0;
    for span in inspection.spans() {
        prop_assert_eq!(span.range.start, at);
        prop_assert!(!span.range.is_empty());
        if matches!(span.value, Value::NotRead(_)) {
            prop_assert!(inspection.error().is_some());
        }
        at = span.range.end;
    }
    prop_assert_eq!(at, file.len());
    Ok(())
}

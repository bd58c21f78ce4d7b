//! Writing: section 8 of the specification.

use std::time::{Duration, Instant};

use bmes::v4::{Environment, ExportEntry, ImportIndex, Phase, RequestIndex, StringIndex};
use bmes_oracle::Rejection;
use bmes_oracle::v4::{Record, check, decode, encode};

use crate::support::{every_kind, every_kind_file, number};

#[test]
fn a_reader_reports_the_record_that_was_written() {
    let file = every_kind_file();
    assert_eq!(check(&file), Ok(()));
    let decoded = decode(&file).unwrap();
    assert_eq!(decoded.record, every_kind());
    assert_eq!((&file[decoded.text], &file[decoded.bytecode]), (&b"text"[..], &b"code"[..]));
}

#[test]
fn the_order_of_strings_and_lists_and_the_repetition_of_strings_do_not_change_the_file() {
    let mut record = every_kind();
    // Every string stands twice, and the strings and all lists except the requests stand in descending order.
    let count = u32::try_from(record.strings.len()).unwrap();
    record.strings = record.strings.iter().rev().flat_map(|string| [string.clone(), string.clone()]).collect();
    let mut repetition = 0;
    let mut change = |string: &mut StringIndex| {
        repetition = 1 - repetition;
        string.0 = 2 * (count - 1 - string.0) + repetition;
    };
    for request in &mut record.requests {
        change(&mut request.specifier);
        request.attributes.reverse();
        request.attributes.iter_mut().flat_map(|pair| [&mut pair.key, &mut pair.value]).for_each(&mut change);
    }
    for import in &mut record.imports {
        change(&mut import.local_name);
        import.import_name.iter_mut().for_each(&mut change);
    }
    for export in &mut record.exports {
        change(&mut export.export_name);
        export.name.iter_mut().for_each(&mut change);
    }
    record.imports.reverse();
    record.exports.reverse();
    record.tolerant_imports = vec![ImportIndex(2), ImportIndex(0)];
    record.tolerant_imports = record.tolerant_imports.iter().map(|import| ImportIndex(2 - import.0)).collect();
    record.star_exports.reverse();
    let environment = record.environment.as_mut().unwrap();
    for variables in [&mut environment.declared_variables, &mut environment.lexical_variables] {
        variables.iter_mut().map(|variable| &mut variable.name).for_each(&mut change);
        variables.reverse();
    }
    assert_eq!(encode(&record, b"text", b"code"), Ok(every_kind_file()));
}

/// Makes one test for each line: a change of the record of `every_kind`, and the class of the writer.
macro_rules! faults {
    ($($name:ident: |$record:ident| $change:expr => $class:literal;)*) => {
        $(#[test]
        fn $name() {
            let mut record = every_kind();
            let $record = &mut record;
            $change;
            let expected = Rejection { class: $class, offset: None, version: 4, clause: "writer-refuses" };
            assert_eq!(encode(&record, b"text", b"code"), Err(expected));
        })*
    };
}

faults! {
    a_writer_refuses_a_string_without_an_entry: |record| record.requests[0].specifier.0 = 8 => "bad-index";
    a_writer_refuses_a_request_without_an_entry: |record| record.star_exports[0].0 = 3 => "bad-index";
    a_writer_refuses_a_tolerant_import_without_an_entry: |record| record.tolerant_imports[0].0 = 3 => "bad-index";
    a_writer_refuses_none_as_an_index: |record| record.exports[2].name = Some(StringIndex(u32::MAX)) => "bad-index";
    a_writer_refuses_equal_keys: |record| record.requests[1].attributes[1].key.0 = 3 => "bad-order";
    a_writer_refuses_equal_requests: |record| record.requests.push(record.requests[2].clone()) => "bad-order";
    a_writer_refuses_requests_with_the_same_attributes_in_another_order: |record| {
        record.requests.push(record.requests[1].clone());
        record.requests[3].attributes.reverse();
    } => "bad-order";
    a_writer_refuses_equal_local_names: |record| record.imports[2].local_name.0 = 5 => "bad-order";
    a_writer_refuses_equal_names_of_two_strings: |record| {
        record.strings.push("x".into());
        record.exports[2].export_name.0 = 8;
    } => "bad-order";
    a_writer_refuses_equal_star_exports: |record| record.star_exports.push(RequestIndex(0)) => "bad-order";
    a_writer_refuses_equal_tolerant_imports: |record| record.tolerant_imports.push(ImportIndex(0)) => "bad-order";
    a_writer_refuses_equal_variables: |record| {
        record.environment.as_mut().unwrap().lexical_variables[1].name.0 = 5;
    } => "bad-order";
    a_writer_refuses_an_empty_local_name: |record| record.imports[0].local_name.0 = 0 => "bad-entry";
    a_writer_refuses_a_local_export_of_an_empty_name: |record| {
        record.exports[0].name = Some(StringIndex(0));
    } => "bad-entry";
    a_writer_refuses_an_export_of_nothing: |record| record.exports[0].name = None => "bad-entry";
    a_writer_refuses_a_deferred_import_of_a_name: |record| record.imports[0].request.0 = 2 => "bad-entry";
    a_writer_refuses_a_deferred_export: |record| record.exports[1].request = Some(RequestIndex(2)) => "bad-entry";
    a_writer_refuses_a_tolerant_namespace: |record| record.tolerant_imports[0].0 = 1 => "bad-entry";
    a_writer_refuses_a_star_export_of_a_source: |record| record.requests[0].phase = Phase::Source => "bad-entry";
    a_writer_refuses_a_local_export_of_a_strict_import: |record| record.imports[1].request.0 = 1 => "bad-entry";
    a_writer_refuses_an_unused_string: |record| record.strings.push("unused".into()) => "unused-string";
    a_writer_refuses_an_alignment_of_0: |record| record.alignment = 0 => "bad-layout";
    a_writer_refuses_tolerant_imports_without_typescript: |record| record.flags.typescript = false => "bad-layout";
    a_writer_refuses_a_source_of_4_gib: |record| record.source.size = 1 << 32 => "too-large";
}

#[test]
fn a_writer_refuses_an_alignment_of_16_without_bytecode() {
    assert_eq!(encode(&every_kind(), b"text", b"").unwrap_err().class, "bad-layout");
}

#[test]
fn a_tolerant_import_that_is_exported_again_stays_local() {
    let mut record = every_kind();
    record.exports[0].name = Some(StringIndex(5));
    assert_eq!(check(&encode(&record, b"", b"code").unwrap()), Ok(()));
    record.tolerant_imports.clear();
    assert_eq!(encode(&record, b"", b"code").unwrap_err().class, "bad-entry");
}

#[test]
fn an_environment_may_be_empty() {
    let mut record = Record::new(every_kind().producer, every_kind().source);
    record.environment = Some(Environment::default());
    let file = encode(&record, b"", b"").unwrap();
    assert_eq!(number(&file, 8), 1);
    assert_eq!(decode(&file).unwrap().record, record);
}

#[test]
fn half_a_million_exports_take_no_quadratic_time() {
    let mut record = every_kind();
    record.strings.extend((0..500_000).map(|name| format!("export {name:06}")));
    record.exports = (0..500_000)
        .map(|name| ExportEntry { export_name: StringIndex(8 + name), request: None, name: Some(StringIndex(6)) })
        .collect();
    let start = Instant::now();
    let file = encode(&record, b"", b"code").unwrap();
    assert_eq!(check(&file), Ok(()));
    assert_eq!(decode(&file).unwrap().record.exports.len(), 500_000);
    // A quadratic program takes hours.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

//! The property `deserialize`: all functions that read a file agree about any bytes, including the kind and the offset
//! of an error. They allocate no more memory than they promise.

use std::fmt::{self, Write as _};

use allocation_counter::measure;
use bmes::{Attribute, ExportEntry, ImportEntry, Inspection, Module, ModuleView, Variable};
use conformance::generate::files::reaches_bytecode;

use crate::v4::{is_version_4, readers};

/// The maximum memory of `decode` at any time: `PER_BYTE` times the size of the file, plus `ALLOWANCE` bytes.
const PER_BYTE: u64 = 16;
const ALLOWANCE: u64 = 64 * 1024;

/// Returns the maximum memory of `decode` at any time, in bytes.
pub(crate) const fn memory_bound(file: &[u8]) -> u64 {
    PER_BYTE * file.len() as u64 + ALLOWANCE
}

/// Reads `file` with every function of the codec, and compares the results.
pub fn property(file: &[u8]) -> bool {
    if is_version_4(file) {
        return readers::property(file);
    }
    let (mut identified, mut validated, mut viewed, mut located) = (None, None, None, None);
    let in_place = measure(|| {
        identified = Some(bmes::identify(file));
        validated = Some(bmes::validate(file));
        viewed = Some(ModuleView::parse(file));
        located = Some(bmes::bytecode_range(file));
    });
    assert_eq!(in_place.count_total, 0, "identify, validate, view and bytecode_range must not allocate");
    let (Some(identified), Some(validated), Some(viewed), Some(located)) = (identified, validated, viewed, located)
    else {
        unreachable!("all four were called");
    };
    let mut decoded = None;
    let decoding = measure(|| decoded = Some(bmes::decode(file)));
    let bound = memory_bound(file);
    assert!(
        decoding.bytes_max <= bound,
        "decode has {} bytes allocated at a time, but the limit is {bound}",
        decoding.bytes_max
    );
    let decoded = decoded.expect("decode was called");
    let inspection = bmes::inspect(file);

    // `inspect` uses the strict reader. All other functions use the fast reader. If the fast reader rejects a valid
    // file, a debug assertion in the codec fails.
    let result = validated.map(drop);
    assert_eq!(
        viewed.as_ref().map(drop).map_err(|error| *error),
        result,
        "view (left) and validate (right) return different results"
    );
    assert_eq!(
        decoded.as_ref().map(drop).map_err(|error| *error),
        result,
        "decode (left) and validate (right) return different results"
    );
    assert_eq!(inspection.error(), result.err(), "inspect (left) and validate (right) return different errors");
    match (identified, validated) {
        (Ok(identified), Ok(validated)) => {
            assert_eq!(identified, validated, "identify (left) differs from validate (right)");
        }
        (Err(identified), validated) => {
            assert_eq!(Err(identified), validated, "identify (left) differs from validate (right)");
        }
        // `identify` succeeds, so the error must be in a field after the version.
        (Ok(_), Err(error)) => assert!(
            error.offset() >= Some(8),
            "validate rejects the magic or the version, but identify accepts them: {error}"
        ),
    }
    for head in [16, file.len() / 2, file.len()].map(|head| head.clamp(16.min(file.len()), file.len())) {
        if let Err(error) = bmes::validate_head(&file[..head], file.len()) {
            assert_eq!(
                result,
                Err(error),
                "validate (left) and validate_head of {head} bytes (right) return different errors"
            );
        }
    }
    tiles(&inspection);
    match (&viewed, &decoded) {
        (Ok(view), Ok(module)) => {
            let reading = measure(|| same(view, module, file));
            assert_eq!(reading.count_total, 0, "reading the entries of a view must not allocate");
            let (of_view, of_record) = (view.check(), bmes::check(&module.record));
            assert_eq!(
                of_view.map_err(|error| (error.class(), error.clause())),
                of_record.map_err(|error| (error.class(), error.clause())),
                "check of the view (left) and of the record (right) return different results"
            );
            if let Err(error) = of_view {
                assert!(
                    error.offset().is_some_and(|offset| offset < file.len()),
                    "the offset of this error is outside the file: {error}"
                );
                print(error);
            }
            if view.version().has_bytecode_offset() {
                assert_eq!(
                    located,
                    Ok(view.bytecode_range()),
                    "bytecode_range (left) and the view (right) return different ranges"
                );
            }
        }
        (Err(error), _) => {
            assert!(
                error.offset().is_some_and(|offset| offset <= file.len()),
                "the offset of this error is outside the file: {error}"
            );
            print(error);
            if let Err(located) = located {
                print(located);
            }
        }
        _ => {}
    }
    reaches_bytecode(inspection.error())
}

/// Asserts that the spans cover the whole file, without gaps and overlaps.
pub(crate) fn tiles(inspection: &Inspection<'_>) {
    let mut end = 0;
    for span in inspection.spans() {
        assert!(
            span.range.start == end && span.range.end > end,
            "the span {:?} is empty, or has a gap or an overlap before it",
            span.range
        );
        end = span.range.end;
    }
    assert_eq!(end, inspection.file_len(), "the last span ends at the end of the file");
}

/// Asserts that the view returns the same values as the decoded record. This function allocates nothing.
fn same(view: &ModuleView<'_>, module: &Module<'_>, file: &[u8]) {
    let record = &module.record;
    assert_eq!(view.version(), record.version());
    assert!(view.requests().len() == record.requests.len(), "requests");
    for (seen, held) in view.requests().zip(&record.requests) {
        assert_eq!(seen.specifier(), held.specifier);
        assert!(
            seen.attributes().eq(held.attributes.iter().map(|it| Attribute { key: it.key.as_str(), value: &it.value })),
            "attributes"
        );
    }
    assert!(view.imports().eq(record.imports.iter().map(import)), "imports");
    assert!(view.exports().eq(record.exports.iter().map(export)), "exports");
    assert!(view.star_exports().eq(record.star_exports.iter().map(String::as_str)), "star exports");
    assert_eq!(view.code_features(), record.environment().map(|environment| environment.code_features));
    assert_eq!(view.version().has_environment(), record.environment().is_some());
    if let Some(environment) = record.environment() {
        let (declared, lexical) = (&environment.declared_variables, &environment.lexical_variables);
        assert!(view.declared_variables().eq(declared.iter().map(variable)), "declared variables");
        assert!(view.lexical_variables().eq(lexical.iter().map(variable)), "lexical variables");
    }
    assert_eq!(view.bytecode_range(), module.bytecode_offset..file.len(), "the bytecode ends at the end of the file");
    assert!(std::ptr::eq(view.bytecode(), module.bytecode), "the bytecode of the view and of the module");
    assert!(std::ptr::eq(view.bytecode(), &raw const file[module.bytecode_offset..]), "the bytecode is in the file");
}

fn import(entry: &ImportEntry) -> ImportEntry<&str> {
    let [module_request, import_name, local_name] = [&entry.module_request, &entry.import_name, &entry.local_name];
    ImportEntry { import_type: entry.import_type, module_request, import_name, local_name }
}

fn export(entry: &ExportEntry) -> ExportEntry<&str> {
    ExportEntry {
        export_type: entry.export_type,
        export_name: &entry.export_name,
        module_name: &entry.module_name,
        import_name: &entry.import_name,
        local_name: &entry.local_name,
    }
}

fn variable(variable: &Variable) -> Variable<&str> {
    Variable { name: &variable.name, bits: variable.bits }
}

/// Formats an error and discards the text, to verify that formatting does not panic.
pub(crate) fn print(error: impl fmt::Display) {
    struct Sink;
    impl fmt::Write for Sink {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Ok(())
        }
    }
    write!(Sink, "{error}").expect("writing to the sink cannot fail");
}

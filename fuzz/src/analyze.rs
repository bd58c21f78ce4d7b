//! The property `analyze`: the analyzer does not panic for any text. The record of every module can be written, read
//! and checked without an error.

use bmes_analyzer::{
    Decorators, ErrorClass, Jsx, JsxRuntime, NamespaceReexport, Options, RecordVersion, SourceType, TypeScript, analyze,
};

use crate::roundtrip::written;

/// The maximum size of a source that is analysed, in bytes. Longer sources would slow the fuzzer down, and the
/// analyzer's own tests cover them.
const MOST: usize = 16 * 1024;

/// The stack that the analyzer may use in the fuzzer's thread, in bytes. This much is free even if a sanitizer makes
/// stack frames large. The analyzer starts another thread only for the few sources that need more.
const STACK: usize = 1 << 20;

/// Analyses a source. The first byte of `input` chooses the options, and the source is the rest.
pub fn property(input: &[u8]) -> bool {
    let Some((&choice, source)) = input.split_first() else { return false };
    let options = options(choice);
    match analyze(source, &options) {
        Ok(analysis) => {
            let record = &analysis.record;
            assert_eq!(bmes::check(record), Ok(()), "the record of a module can be linked");
            assert_eq!(record.version(), options.version.into());
            assert!(written(record, source), "the record of a module can be written");
            assert_eq!(*record, record.clone().canonical(), "the analyzer writes the attributes in canonical order");
            true
        }
        Err(error) => {
            assert_ne!(error.class(), ErrorClass::Internal, "{error}");
            assert!(!error.message().is_empty() && !error.to_string().is_empty() && !error.class().id().is_empty());
            if let Some(position) = error.position() {
                assert!(position.line >= 1 && position.column >= 1, "{position}");
            }
            false
        }
    }
}

/// Returns the options that a byte stands for: the type of the source, the compiler options, the version, and the
/// meaning of a re-exported namespace.
pub fn options(choice: u8) -> Options {
    const TYPES: [SourceType; 6] =
        [SourceType::Mjs, SourceType::Js, SourceType::Jsx, SourceType::Mts, SourceType::Ts, SourceType::Tsx];
    let version = if choice & 0x80 == 0 { RecordVersion::V1 } else { RecordVersion::V2 };
    let reexport = if choice & 0x40 == 0 { NamespaceReexport::Namespace } else { NamespaceReexport::Local };
    let (variant, source_type) = (usize::from(choice & 0x3F) / TYPES.len(), usize::from(choice & 0x3F) % TYPES.len());
    let decorators = [Decorators::Standard, Decorators::Legacy, Decorators::LegacyWithMetadata][variant % 3];
    let runtime = [JsxRuntime::Automatic, JsxRuntime::Classic, JsxRuntime::AutomaticDevelopment][variant % 3];
    Options::new(TYPES[source_type])
        .with_typescript(TypeScript { decorators, verbatim_module_syntax: variant % 2 == 1 })
        .with_jsx(Jsx { runtime, ..Jsx::default() })
        .with_version(version)
        .with_namespace_reexport(reexport)
        .with_max_len(MOST)
        .with_stack_len(STACK)
}

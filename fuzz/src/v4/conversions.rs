//! A record keeps its content when it is converted to version 4 or from it, or the conversion is rejected with the right
//! error.

use bmes::v4::{ModuleRecord, Phase, RequestIndex, Supplied};
use bmes::{ErrorKind, ExportEntry, ExportType, ImportType, Rule, Version};
use conformance::case::NamedRecord;
use conformance::generate::choices::Choices;

use super::Contents;
use super::contents::{owned, supplied};
use super::writers::written;
use crate::roundtrip;

/// Converts a record of versions 1 to 3 to version 4 and back. Returns true if the conversion succeeds.
pub fn to_version_4(record: &NamedRecord, bytecode: &[u8], choices: &mut Choices<'_>) -> bool {
    let mut supplied = supplied(record, choices);
    supplied.flags.typescript &= !choices.one_in(4);
    if choices.one_in(4) {
        supplied.lexical_features = supplied.lexical_features.xor(Some(7));
    }
    supplied.alignment = *choices.pick(&[8, 16, 4]);
    let converted = ModuleRecord::from_named(record, supplied);
    if let Some(expected) = expected_error(record, supplied) {
        assert_eq!(converted.map_err(|error| error.kind()), Err(expected), "{supplied:?}");
        return false;
    }
    let converted = converted.expect("a record that keeps the rules is converted");
    let back = converted.drop_to_named(record.version()).expect("a converted record is converted back");
    let expected = bmes::encode(&with_imports_exported_by_request(record), bytecode);
    assert_eq!(bmes::encode(&back, bytecode), expected, "the record after (left) and before (right) both conversions");
    let contents = Contents { record: owned(&converted), text: Vec::new(), bytecode: bytecode.to_vec() };
    let is_aligned = supplied.alignment == 8 || (supplied.alignment == 16 && !bytecode.is_empty());
    assert_eq!(written(&contents).is_some(), is_aligned, "only a wrong alignment makes a converted record wrong");
    true
}

/// Returns the error that a conversion to version 4 must return, or `None` if it must succeed.
fn expected_error(record: &NamedRecord, supplied: Supplied) -> Option<ErrorKind> {
    let has_tolerant_import = record.imports.iter().any(|it| it.import_type == ImportType::SingleTypeScript);
    let has_environment = record.environment().is_some();
    if let Err(error) = bmes::check(record) {
        Some(error.kind())
    } else if has_environment != supplied.lexical_features.is_some() {
        Some(ErrorKind::LexicalFeatures { are_missing: has_environment })
    } else {
        let lacks_flag = has_tolerant_import && !supplied.flags.typescript;
        lacks_flag.then_some(ErrorKind::WithoutFlag { found: 1, flag: 3 })
    }
}

/// Returns the record in which a strict import that is exported again is an Indirect or a Namespace export, as version 4
/// requires it.
fn with_imports_exported_by_request(record: &NamedRecord) -> NamedRecord {
    let mut changed = record.clone();
    for export in changed.exports.iter_mut().filter(|export| export.export_type == ExportType::Local) {
        let import = record.imports.iter().find(|import| import.local_name == export.local_name);
        let name = export.export_name.clone();
        match import.map(|import| (import.import_type, import.module_request.clone(), import.import_name.clone())) {
            Some((ImportType::Single, request, import_name)) => {
                *export = ExportEntry::indirect(name, request, import_name);
            }
            Some((ImportType::Namespace, request, _)) => *export = ExportEntry::namespace(name, request),
            _ => {}
        }
    }
    changed
}

/// Converts the record of a valid file of version 4 to another version and back. Returns true if the conversion
/// succeeds.
pub fn from_version_4(file: &[u8], to: Version) -> bool {
    let mut contents = Contents::of(file).expect("the file is valid");
    contents.keep_rules();
    let record = &contents.record;
    let converted = record.drop_to_named(to);
    if let Some(expected) = error_of_loss(record, to) {
        assert_eq!(converted.map_err(|error| error.kind()), Err(expected), "to version {to}");
        return false;
    }
    let converted = converted.expect("a record whose meaning is kept is converted");
    let old = bmes::encode(&converted, &contents.bytecode).expect("a converted record can be written");
    let old = bmes::decode(&old).expect("a written file is valid").record;
    roundtrip::written(&old, &contents.bytecode);

    let mut expected = contents.clone();
    expected.record.environment = (to == Version::V3).then(|| record.environment.clone().unwrap_or_default());
    expected.keep_rules();
    let supplied = Supplied {
        producer: record.producer,
        source: record.source,
        flags: record.flags,
        alignment: record.alignment,
        lexical_features: expected.record.environment.as_ref().map(|it| it.lexical_features),
    };
    let back = ModuleRecord::from_named(&old, supplied).expect("a converted record is converted back");
    let back = Contents { record: owned(&back), ..contents.clone() };
    assert_eq!(back.file(), expected.file(), "the file after (left) and before (right) both conversions");
    true
}

/// Returns the error that a conversion from version 4 must return, or `None` if it must succeed.
fn error_of_loss(record: &ModuleRecord, to: Version) -> Option<ErrorKind> {
    if to == Version::V4 {
        return Some(ErrorKind::OtherVersion { found: to, expected: "1, 2 or 3" });
    }
    if let Some(request) = record.requests.iter().find(|request| request.phase != Phase::Evaluation) {
        return Some(ErrorKind::LostPhase { phase: request.phase.name(), to });
    }
    let specifier = |request: RequestIndex| {
        usize::try_from(request.0).ok().and_then(|index| record.requests.get(index)).map(|request| request.specifier)
    };
    let is_ambiguous =
        |request| record.requests.iter().filter(|other| Some(other.specifier) == specifier(request)).count() > 1;
    let imports = record.imports.iter().map(|import| import.request);
    let exports = record.exports.iter().filter_map(|export| export.request);
    let mut named = imports.chain(exports).chain(record.star_exports.iter().copied());
    named.any(is_ambiguous).then_some(ErrorKind::Rule(Rule::AmbiguousRequest))
}

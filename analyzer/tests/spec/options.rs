//! Tests of the options that a caller can set.

use bmes::{ExportType, Version};
use bmes_analyzer::{ErrorClass, NamespaceReexport, Options, RecordVersion, SourceType, analyze};

use super::{exports, local, namespace};

#[test]
fn the_extension_of_a_path_gives_the_type() {
    for (name, source_type) in [
        ("a.mjs", SourceType::Mjs),
        ("a/b.js", SourceType::Js),
        ("a.jsx", SourceType::Jsx),
        ("a.mts", SourceType::Mts),
        ("a.b.ts", SourceType::Ts),
        ("größe.tsx", SourceType::Tsx),
        (".js", SourceType::Js),
        ("A.MJS", SourceType::Mjs),
        ("b.Ts", SourceType::Ts),
        ("d.ts", SourceType::Ts),
        ("a.d.mjs", SourceType::Mjs),
        ("a.d.tsx", SourceType::Tsx),
    ] {
        assert_eq!(SourceType::from_path(name), Ok(source_type), "{name}");
    }
}

#[test]
fn a_declaration_file_is_rejected() {
    for name in ["a.d.ts", "a.d.mts", "a.d.cts", "a.d.css.ts", "A.D.TS", ".d.ts", "x.y.d.a.b.ts"] {
        assert_eq!(SourceType::from_path(name).unwrap_err().class(), ErrorClass::FileType, "{name}");
    }
}

#[test]
fn other_files_are_rejected() {
    for name in ["a.json", "a.css", "a", "js", "a.mjs/", "", ".."] {
        let class = SourceType::from_path(name).map_err(|error| error.class());
        let expected = if name == "a.mjs/" { Ok(SourceType::Mjs) } else { Err(ErrorClass::FileType) };
        assert_eq!(class, expected, "{name}");
    }
}

#[test]
fn the_version_is_1_unless_it_is_2() {
    let version = |options: &Options| analyze("", options).unwrap().record.version();
    assert_eq!(version(&Options::default()), Version::V1);
    assert_eq!(version(&Options::default().with_version(RecordVersion::V2)), Version::V2);
}

#[test]
fn a_namespace_that_is_exported_again_is_namespace_now() {
    assert_eq!(exports("import * as ns from 'm'; export {ns};"), [namespace("ns", "m")]);
}

#[test]
fn a_namespace_that_is_exported_again_was_local() {
    let options = Options::default().with_namespace_reexport(NamespaceReexport::Local);
    let record = analyze("import * as ns from 'm'; export {ns as a};", &options).unwrap().record;
    assert_eq!(record.exports, [local("a", "ns")]);
}

#[test]
fn the_local_form_changes_nothing_else() {
    let options = Options::default().with_namespace_reexport(NamespaceReexport::Local);
    let record = analyze("import a from 'm'; export {a}; export * as b from 'm';", &options).unwrap().record;
    assert_eq!(record.exports.map_types(), [ExportType::Indirect, ExportType::Namespace]);
}

trait MapTypes {
    fn map_types(&self) -> Vec<ExportType>;
}

impl MapTypes for Vec<bmes::ExportEntry> {
    fn map_types(&self) -> Vec<ExportType> {
        self.iter().map(|export| export.export_type).collect()
    }
}

#[test]
fn a_source_may_be_as_long_as_max_len() {
    let options = Options::default().with_max_len(4);
    assert!(analyze("a;b;", &options).is_ok());
    let error = analyze("a;b;c", &options).unwrap_err();
    assert_eq!((error.class(), error.position()), (ErrorClass::TooLarge, None));
}

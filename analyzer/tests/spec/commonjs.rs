//! Tests of the detection of CommonJS files, which are not modules.

use bmes_analyzer::{ErrorClass, SourceType};

use super::{accepted, accepted_as, error_as, rejected_as};

#[test]
fn by_its_extension_a_file_is_commonjs() {
    for name in ["a.cjs", "a.cts", "folder/a.b.cjs"] {
        let error = SourceType::from_path(name).unwrap_err();
        assert_eq!((error.class(), error.position()), (ErrorClass::CommonJs, None), "{name}");
    }
}

#[test]
fn a_file_that_requires_is_commonjs() {
    assert_eq!(rejected_as(SourceType::Js, "'use strict';\nconst a = require('a');"), ("common-js", 2, 11));
}

#[test]
fn a_file_that_sets_exports_is_commonjs() {
    assert_eq!(rejected_as(SourceType::Js, "module.exports = 1;"), ("common-js", 1, 1));
    assert_eq!(rejected_as(SourceType::Js, "exports.a = 1;"), ("common-js", 1, 1));
}

#[test]
fn a_file_that_uses_its_path_is_commonjs() {
    assert_eq!(rejected_as(SourceType::Js, "f(__dirname);"), ("common-js", 1, 3));
    assert_eq!(rejected_as(SourceType::Js, "f(__filename);"), ("common-js", 1, 3));
    assert_eq!(rejected_as(SourceType::Js, "return __dirname;").0, "common-js");
}

#[test]
fn a_wrapper_that_tests_exports_is_commonjs() {
    let source = "(function (f) { typeof exports === 'object' ? f(exports) : f(self); })(function (e) { e.a = 1; });";
    assert_eq!(rejected_as(SourceType::Js, source), ("common-js", 1, 24));
}

#[test]
fn a_file_that_does_not_parse_is_commonjs_if_its_text_is_typical() {
    assert_eq!(rejected_as(SourceType::Js, "with (a) {}\nrequire('b');"), ("common-js", 2, 1));
    assert_eq!(rejected_as(SourceType::Js, "return;\nmodule.exports = 1;").0, "common-js");
}

#[test]
fn a_file_that_does_not_parse_is_a_syntax_error_otherwise() {
    assert_eq!(rejected_as(SourceType::Js, "return;").0, "syntax");
}

#[test]
fn a_module_that_does_not_parse_is_a_syntax_error() {
    assert_eq!(
        rejected_as(SourceType::Js, "import a from 'a';\nrequire('b');\nlet = 1;").0,
        "early-error/reserved-word"
    );
}

#[test]
fn a_module_may_use_the_names() {
    for source in ["export {}; require('a');", "import 'm'; module;", "import.meta; exports;", "await 1; require;"] {
        accepted_as(SourceType::Js, source);
    }
}

#[test]
fn a_file_may_declare_the_names() {
    accepted_as(SourceType::Js, "function require() {} var module, exports; require(); module.a; exports.b;");
}

#[test]
fn a_file_without_imports_and_exports_is_a_module() {
    accepted_as(SourceType::Js, "globalThis.a = 1;");
}

#[test]
fn a_known_module_is_not_commonjs() {
    accepted("module.exports = require('a');");
    accepted_as(SourceType::Mts, "module.exports = require('a');");
}

#[test]
fn a_typescript_file_with_types_from_elsewhere_is_a_module() {
    accepted_as(SourceType::Ts, "import type {A} from 'a'; declare let require: A; require('b');");
}

#[test]
fn the_help_depends_on_the_source_type() {
    assert!(error_as(SourceType::Js, "require('a');").help().is_some());
}

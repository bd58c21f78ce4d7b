//! Tests of every form of import.

use super::{imports, namespace_import, record, rejected, single, specifiers};

#[test]
fn a_default_import_is_single_and_imports_default() {
    assert_eq!(imports("import v from 'm';"), [single("m", "default", "v")]);
}

#[test]
fn a_named_import_is_single() {
    assert_eq!(imports("import {x} from 'm';"), [single("m", "x", "x")]);
}

#[test]
fn a_renamed_import_binds_its_local_name() {
    assert_eq!(imports("import {x as v} from 'm';"), [single("m", "x", "v")]);
}

#[test]
fn default_can_be_imported_by_name() {
    assert_eq!(imports("import {default as v} from 'm';"), [single("m", "default", "v")]);
}

#[test]
fn a_string_can_be_imported_under_a_name() {
    assert_eq!(imports("import {'a b' as v} from 'm';"), [single("m", "a b", "v")]);
}

#[test]
fn the_empty_string_can_be_imported_under_a_name() {
    assert_eq!(imports("import {'' as v} from 'm';"), [single("m", "", "v")]);
}

#[test]
fn the_string_star_is_no_namespace() {
    assert_eq!(imports("import {'*' as v} from 'm';"), [single("m", "*", "v")]);
}

#[test]
fn a_reserved_word_can_be_imported_under_another_name() {
    assert_eq!(imports("import {if as v} from 'm';"), [single("m", "if", "v")]);
}

#[test]
fn a_namespace_import_imports_star() {
    assert_eq!(imports("import * as ns from 'm';"), [namespace_import("m", "ns")]);
}

#[test]
fn default_stands_before_names() {
    assert_eq!(imports("import v, {x} from 'm';"), [single("m", "default", "v"), single("m", "x", "x")]);
}

#[test]
fn default_stands_before_a_namespace() {
    assert_eq!(imports("import v, * as ns from 'm';"), [single("m", "default", "v"), namespace_import("m", "ns")]);
}

#[test]
fn an_import_for_its_effect_has_no_entry() {
    let record = record("import 'm';");
    assert_eq!((record.imports.len(), record.requests.len()), (0, 1));
}

#[test]
fn an_import_of_nothing_has_no_entry() {
    let record = record("import {} from 'm';");
    assert_eq!((record.imports.len(), record.requests.len()), (0, 1));
}

#[test]
fn a_name_can_be_imported_twice() {
    assert_eq!(imports("import {x as a, x as b} from 'm';"), [single("m", "x", "a"), single("m", "x", "b")]);
}

#[test]
fn imports_stand_in_source_order() {
    let entries = imports("import {b, a} from 'n'; import c from 'm';");
    assert_eq!(entries, [single("n", "b", "b"), single("n", "a", "a"), single("m", "default", "c")]);
}

#[test]
fn words_with_a_meaning_here_are_names_elsewhere() {
    assert_eq!(imports("import from, {as as of} from 'm';"), [single("m", "default", "from"), single("m", "as", "of")]);
}

#[test]
fn a_default_import_may_be_called_like_a_phase() {
    let entries = imports("import defer from 'm'; import source from 'n';");
    assert_eq!(entries, [single("m", "default", "defer"), single("n", "default", "source")]);
}

#[test]
fn escapes_in_names_are_decoded() {
    assert_eq!(imports(r"import {\u0061 as \u{1d4e8}} from 'm';"), [single("m", "a", "\u{1d4e8}")]);
}

#[test]
fn an_import_may_stand_behind_its_use() {
    assert_eq!(imports("f(v); import v from 'm';"), [single("m", "default", "v")]);
}

#[test]
fn a_dynamic_import_is_no_request() {
    assert_eq!(specifiers("import('m');"), [""; 0]);
}

#[test]
fn a_string_needs_a_local_name() {
    assert_eq!(rejected("import {'a b'} from 'm';"), ("syntax", 1, 9));
}

#[test]
fn default_needs_a_local_name() {
    assert_eq!(rejected("import {default} from 'm';"), ("early-error/reserved-word", 1, 9));
}

#[test]
fn a_reserved_word_needs_a_local_name() {
    assert_eq!(rejected("import {if} from 'm';"), ("early-error/reserved-word", 1, 9));
}

#[test]
fn eval_cannot_be_a_local_name() {
    assert_eq!(rejected("import {x as eval} from 'm';"), ("early-error/reserved-word", 1, 14));
}

#[test]
fn await_cannot_be_a_local_name() {
    assert_eq!(rejected("import * as await from 'm';"), ("early-error/reserved-word", 1, 13));
}

#[test]
fn a_local_name_cannot_be_imported_twice() {
    assert_eq!(rejected("import a from 'm';\nimport {a} from 'n';"), ("early-error/redeclaration", 2, 9));
}

#[test]
fn a_local_name_cannot_be_declared_again() {
    assert_eq!(rejected("import a from 'm';\nlet a;"), ("early-error/redeclaration", 2, 5));
}

#[test]
fn a_local_name_can_be_shadowed() {
    assert_eq!(imports("import a from 'm'; { let a; }").len(), 1);
}

#[test]
fn a_specifier_is_a_string() {
    assert_eq!(rejected("import a from b;").0, "syntax");
}

#[test]
fn a_specifier_is_no_template() {
    assert_eq!(rejected("import a from `b`;").0, "syntax");
}

#[test]
fn an_import_must_be_at_the_top_level() {
    assert_eq!(rejected("{\n  import 'm';\n}").0, "syntax");
}

#[test]
fn names_stand_behind_default() {
    assert_eq!(rejected("import {x}, v from 'm';").0, "syntax");
}

#[test]
fn a_deferred_import_is_rejected() {
    assert_eq!(rejected("import defer * as ns from 'm';"), ("import-phase", 1, 1));
}

#[test]
fn an_import_of_a_source_is_rejected() {
    assert_eq!(rejected("import source v from 'm';"), ("import-phase", 1, 1));
}

#[test]
fn a_dynamic_import_with_a_phase_is_not_in_the_record() {
    assert!(record("import.defer('m'); import.source('n');").requests.is_empty());
}

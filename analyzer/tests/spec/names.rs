//! Tests of unusual names and specifiers: escapes, characters beyond ASCII, surrogates.

use super::{error, exports, imports, local, rejected, single, specifiers};

#[test]
fn identifiers_need_not_be_ascii() {
    assert_eq!(exports("export let größe, 日本語, 𝒳;"), ["größe", "日本語", "𝒳"].map(|name| local(name, name)));
}

#[test]
fn identifiers_are_not_normalised() {
    assert_eq!(exports("export let e\u{301}, \u{e9};"), ["e\u{301}", "\u{e9}"].map(|name| local(name, name)));
}

#[test]
fn escapes_in_identifiers_are_decoded() {
    assert_eq!(exports(r"export let \u0061b, c\u{1d4e8};"), ["ab", "c\u{1d4e8}"].map(|name| local(name, name)));
}

#[test]
fn an_escaped_name_is_the_name() {
    assert_eq!(exports(r"let a; export {\u0061};"), [local("a", "a")]);
}

#[test]
fn an_escaped_keyword_is_none() {
    assert_eq!(rejected(r"\u0069mport 'm';").0, "syntax");
    assert_eq!(rejected(r"let a; export {a \u0061s b};").0, "syntax");
}

#[test]
fn a_surrogate_pair_of_escapes_is_a_character() {
    assert_eq!(specifiers(r"import '\ud83d\ude00';"), ["😀"]);
    assert_eq!(imports(r"import {'\ud83d\ude00' as a} from 'm';"), [single("m", "😀", "a")]);
}

#[test]
fn a_lone_surrogate_in_a_specifier_is_rejected() {
    assert_eq!(rejected(r"import '\ud800';"), ("lone-surrogate", 1, 8));
    assert_eq!(rejected(r"export * from 'a\udc00b';"), ("lone-surrogate", 1, 15));
}

#[test]
fn a_lone_surrogate_in_a_name_is_rejected() {
    assert_eq!(rejected(r"import {'\ud800' as a} from 'm';"), ("lone-surrogate", 1, 9));
    assert_eq!(rejected(r"let a; export {a as '\ud800'};"), ("lone-surrogate", 1, 21));
    assert_eq!(rejected(r"export * as '\ud800' from 'm';"), ("lone-surrogate", 1, 13));
    assert_eq!(rejected(r"export {'\udc00' as a} from 'm';"), ("lone-surrogate", 1, 9));
}

#[test]
fn a_lone_surrogate_in_an_attribute_is_rejected() {
    assert_eq!(rejected(r"import 'm' with {type: '\ud800'};"), ("lone-surrogate", 1, 24));
    assert_eq!(rejected(r"import 'm' with {'\ud800': 'a'};"), ("lone-surrogate", 1, 18));
}

#[test]
fn the_message_has_the_lone_surrogate() {
    assert!(error(r"import '\ufffd\udbff';").message().contains(r"\udbff"));
}

#[test]
fn the_replacement_character_is_a_character() {
    assert_eq!(specifiers("import '\u{fffd}d800';"), ["\u{fffd}d800"]);
    assert_eq!(specifiers(r"import '\ufffdd800';"), ["\u{fffd}d800"]);
}

#[test]
fn a_lone_surrogate_outside_of_the_record_is_accepted() {
    assert_eq!(exports(r"export const a = '\ud800';"), [local("a", "a")]);
}

#[test]
fn u_0000_is_a_character() {
    assert_eq!(specifiers(r"import 'a\0b';"), ["a\0b"]);
}

#[test]
fn line_separators_may_stand_in_strings() {
    assert_eq!(specifiers("import 'a\u{2028}b\u{2029}';"), ["a\u{2028}b\u{2029}"]);
}

//! Tests of requests and their attributes.

use bmes::Attribute;

use super::{record, rejected, specifiers};

/// Returns the attributes of a module's only request.
fn attributes(source: &str) -> Vec<(String, String)> {
    let [request] = <[_; 1]>::try_from(record(source).requests).expect("the record must have exactly one request");
    request.attributes.into_iter().map(|Attribute { key, value }| (key, value)).collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

#[test]
fn requests_stand_where_they_appear_first() {
    let source =
        "import 'c'; export * from 'a'; export {} from 'b'; import x from 'a'; export {y} from 'd'; import 'c'; x;";
    assert_eq!(specifiers(source), ["c", "a", "b", "d"]);
}

#[test]
fn a_specifier_is_requested_once() {
    assert_eq!(specifiers("import a from 'm'; import {b} from 'm'; export * from 'm';"), ["m"]);
}

#[test]
fn a_specifier_can_be_empty() {
    assert_eq!(specifiers("import '';"), [""]);
}

#[test]
fn escapes_in_a_specifier_are_decoded() {
    assert_eq!(
        specifiers(
            r"import '\u0061\x62\u{63}\n\
d';"
        ),
        ["abc\nd"]
    );
}

#[test]
fn specifiers_are_compared_after_decoding() {
    assert_eq!(specifiers(r#"import "a"; import '\x61';"#), ["a"]);
}

#[test]
fn specifiers_are_not_normalised() {
    assert_eq!(specifiers("import 'e\u{301}'; import '\u{e9}'; import './a'; import 'a';").len(), 4);
}

#[test]
fn a_request_without_with_has_no_attributes() {
    assert_eq!(attributes("import 'm';"), pairs([]));
}

#[test]
fn attributes_of_an_import_are_those_of_its_request() {
    assert_eq!(attributes("import a from 'm' with {type: 'json'};"), pairs([("type", "json")]));
}

#[test]
fn every_form_of_request_takes_attributes() {
    for form in
        ["import 'm'", "import a from 'm'", "export {a} from 'm'", "export * from 'm'", "export * as a from 'm'"]
    {
        assert_eq!(attributes(&format!("{form} with {{type: 'json'}};")), pairs([("type", "json")]), "{form}");
    }
}

#[test]
fn an_empty_with_is_none() {
    assert_eq!(attributes("import 'm' with {};"), pairs([]));
}

#[test]
fn a_key_can_be_a_string() {
    assert_eq!(attributes("import 'm' with {'a b': 'c', '': ''};"), pairs([("", ""), ("a b", "c")]));
}

#[test]
fn a_key_can_be_a_reserved_word() {
    assert_eq!(attributes("import 'm' with {if: 'a'};"), pairs([("if", "a")]));
}

#[test]
fn attributes_are_ordered_by_the_bytes_of_their_keys() {
    let source = "import 'm' with {z: '1', '\u{1f600}': '2', '\u{ffff}': '3', Z: '4', aa: '5', a: '6'};";
    let ordered = pairs([("Z", "4"), ("a", "6"), ("aa", "5"), ("z", "1"), ("\u{ffff}", "3"), ("\u{1f600}", "2")]);
    assert_eq!(attributes(source), ordered);
}

#[test]
fn with_may_stand_on_the_next_line() {
    assert_eq!(attributes("import 'm'\nwith {type: 'json'};"), pairs([("type", "json")]));
}

#[test]
fn the_same_attributes_in_another_order_are_the_same_request() {
    let source = "import a from 'm' with {a: '1', b: '2'}; import b from 'm' with {b: '2', 'a': '1'};";
    assert_eq!(specifiers(source), ["m"]);
}

#[test]
fn with_nothing_is_the_same_request_as_without_with() {
    assert_eq!(specifiers("import a from 'm'; import b from 'm' with {};"), ["m"]);
}

#[test]
fn other_attributes_are_another_request() {
    assert_eq!(
        specifiers("import 'm'; import 'm' with {type: 'json'}; import 'm' with {type: 'css'};"),
        ["m", "m", "m"]
    );
}

#[test]
fn an_entry_that_names_one_of_two_requests_is_rejected() {
    let class = "ambiguous-request";
    assert_eq!(rejected("import 'm';\nimport a from 'm' with {type: 'json'};"), (class, 2, 8));
    assert_eq!(rejected("import 'm' with {type: 'json'};\nexport {a} from 'm';"), (class, 2, 9));
    assert_eq!(rejected("import 'm' with {type: 'json'};\nexport * as ns from 'm';"), (class, 2, 13));
    assert_eq!(rejected("import 'm' with {type: 'json'};\nexport * from 'm';"), (class, 2, 15));
}

#[test]
fn a_key_may_occur_only_once() {
    assert_eq!(rejected("import 'm' with {a: '1', a: '2'};"), ("early-error/duplicate-attribute", 1, 26));
}

#[test]
fn a_key_and_a_string_can_be_the_same_key() {
    assert_eq!(rejected("import 'm' with {a: '1', 'a': '1'};"), ("early-error/duplicate-attribute", 1, 26));
}

#[test]
fn a_value_is_a_string() {
    for value in ["1", "json", "`json`", "null", "{}"] {
        assert_eq!(rejected(&format!("import 'm' with {{type: {value}}};")).0, "syntax", "{value}");
    }
}

#[test]
fn a_key_is_no_expression() {
    assert_eq!(rejected("import 'm' with {['type']: 'json'};").0, "syntax");
}

#[test]
fn import_assertions_are_rejected() {
    assert_eq!(rejected("import a from 'm' assert {type: 'json'};"), ("unsupported-syntax", 1, 26));
}

#[test]
fn assert_on_the_next_line_is_an_expression() {
    assert_eq!(specifiers("import 'm'\nassert;"), ["m"]);
}

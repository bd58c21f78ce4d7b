//! Cases for the attributes of a request. A reader must keep all of them, and a writer must sort them.

use bmes::Version;

use crate::cases::builder::module;
use crate::cases::{Described, accept, from_review};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [kept(version), ordered(version)].concat()
}

fn kept(version: Version) -> Vec<Described> {
    const KEPT: &[&str] = &["attributes-kept", "attribute-count", "writer-flag"];
    let dropped = "attributes were skipped on reading and dropped on writing";
    let keys: Vec<_> = (0..1000).map(|index| format!("key-{index:03}")).collect();
    let thousand: Vec<_> = keys.iter().map(|key| (key.as_str(), "value")).collect();
    vec![
        from_review(
            accept(
                "attribute",
                "a request with one attribute",
                KEPT,
                module(version).request_with("./a.json", &[("type", "json")]),
            ),
            dropped,
        ),
        from_review(
            accept(
                "attributes",
                "a request with three attributes, between two without",
                KEPT,
                module(version)
                    .request("./a.js")
                    .request_with("./b.json", &[("a", "1"), ("b", "2"), ("type", "json")])
                    .request("./c.js"),
            ),
            dropped,
        ),
        accept(
            "attributes-1000",
            "a request with 1,000 attributes",
            KEPT,
            module(version).request_with("./a.json", &thousand),
        ),
        accept(
            "attributes-equal-values",
            "two attributes with one value",
            &["duplicate-attribute", "attributes-kept"],
            module(version).request_with("./a.json", &[("a", "json"), ("b", "json")]),
        ),
        accept(
            "attributes-key-is-value",
            "an attribute whose value is another one's key",
            &["duplicate-attribute", "attributes-kept"],
            module(version).request_with("./a.json", &[("a", "b"), ("b", "a")]),
        ),
        accept(
            "attributes-key-in-two-requests",
            "one key in two requests",
            &["duplicate-attribute"],
            module(version).request_with("./a.json", &[("type", "json")]).request_with("./b.json", &[("type", "json")]),
        ),
        accept(
            "attributes-object-keys",
            "keys that are special in a JavaScript object",
            &["attributes-kept", "string-verbatim"],
            module(version)
                .request_with("./a.json", &[("0", "a"), ("__proto__", "b"), ("constructor", "c"), ("toString", "d")]),
        ),
        from_review(
            accept(
                "flag-1-count-0",
                "has_attributes is 1 and attribute_count is 0: no attributes, and not canonical",
                &["attributes-empty", "writer-flag", "has-attributes"],
                module(version).request_flagged("./a.js"),
            ),
            "attributes were dropped on writing, and this file is the result",
        ),
        accept(
            "flag-1-count-0-between",
            "a request with has_attributes 1 and attribute_count 0, between one with attributes and one without",
            &["attributes-empty", "attribute-count", "writer-flag"],
            module(version).request_with("./a.json", &[("type", "json")]).request_flagged("./b.js").request("./c.js"),
        ),
    ]
}

fn ordered(version: Version) -> Vec<Described> {
    const ORDER: &[&str] = &["writer-attributes", "attributes-kept"];
    let keys = |keys: &[&str]| {
        let attributes: Vec<_> = keys.iter().map(|&key| (key, "value")).collect();
        module(version).request_with("./a.json", &attributes)
    };
    vec![
        accept("order-sorted", "attributes in the order of their keys", ORDER, keys(&["a", "b", "c"])),
        accept(
            "order-reversed",
            "attributes in the opposite order of their keys: read as they stand, written sorted",
            ORDER,
            keys(&["c", "b", "a"]),
        ),
        accept(
            "order-by-key-alone",
            "attributes whose values are in the opposite order of their keys",
            ORDER,
            module(version).request_with("./a.json", &[("b", "1"), ("a", "2")]),
        ),
        accept(
            "order-prefix",
            "a key before the key that is its prefix: the prefix comes first",
            ORDER,
            keys(&["ab", "a", ""]),
        ),
        accept("order-not-by-length", "a short key before a long one that is smaller", ORDER, keys(&["b", "aa"])),
        accept(
            "order-upper-case",
            "a lower-case key before an upper-case one, which is smaller",
            ORDER,
            keys(&["a", "B"]),
        ),
        accept("order-digits", "a key 10 after a key 9: digits are characters, not numbers", ORDER, keys(&["9", "10"])),
        accept(
            "order-unsigned",
            "a key é before a key z, which is smaller: bytes are unsigned",
            ORDER,
            keys(&["\u{E9}", "z"]),
        ),
        accept(
            "order-zero",
            "a key a!, a key with U+0000, and a key a: a prefix comes first, then U+0000, the smallest byte",
            ORDER,
            keys(&["a!", "a\0b", "a"]),
        ),
        accept(
            "order-not-by-locale",
            "a key z before a key ä, which sorts after it",
            ORDER,
            keys(&["\u{E4}", "z", "a\u{308}", "b"]),
        ),
        accept(
            "order-code-points",
            "a key U+FF5E before a key U+1F600: the order of bytes and of code points",
            ORDER,
            keys(&["\u{FF5E}", "\u{1F600}"]),
        ),
        accept(
            "order-utf-16",
            "a key U+1F600 before a key U+FF5E: the order of UTF-16 code units, which is not the writer's",
            ORDER,
            keys(&["\u{1F600}", "\u{FF5E}"]),
        ),
    ]
}

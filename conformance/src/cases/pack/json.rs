//! Texts that are not the canonical text of an index.

use serde_json::{Value, json};

use super::layout::{small, typical};
use super::{Described, reject, reject_index};

pub(super) fn cases() -> Vec<Described> {
    [texts(), spellings(), numbers(), keys(), kinds(), versions()].concat()
}

/// Describes a small pack whose index has these bytes.
fn bytes(name: &str, title: &str, text: &[u8]) -> Described {
    reject_index(name, title, &["json"], small().bytes(text))
}

fn texts() -> Vec<Described> {
    let text = small().index.to_string();
    let with = |before: &str, after: &str| format!("{before}{text}{after}").into_bytes();
    // A flag has no other rules than those of texts.
    let with_flag = |flag: &[u8]| {
        let at = text.find("\"flags\":[").expect("the flags") + "\"flags\":[".len();
        [&text.as_bytes()[..at], b"\"", flag, b"\"", &text.as_bytes()[at..]].concat()
    };
    let mut cases = vec![
        bytes("empty", "an index without bytes", b""),
        bytes("space", "a space as the index", b" "),
        bytes("null", "null as the index", b"null"),
        bytes("number", "a number as the index", b"1"),
        bytes("string", "a string as the index", b"\"index\""),
        bytes("list", "a list as the index", b"[]"),
        bytes("empty-object", "an index without keys", b"{}"),
        bytes("word", "a text that is no JSON", b"index"),
        bytes("binary", "bytes that are no text", &[0x80, 0xFF, 0x00, 0x01]),
        bytes("nan", "NaN as a value", text.replacen(":1,", ":NaN,", 1).as_bytes()),
        bytes("single-quotes", "strings in single quotes", text.replace('"', "'").as_bytes()),
        bytes("comma-at-end", "a comma after the last key", text.replace("[]}", "[],}").as_bytes()),
        bytes("comment", "a comment in the index", text.replacen(':', "/**/:", 1).as_bytes()),
        bytes("utf-16", "an index in UTF-16", &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
        bytes("cut", "the last byte of the index is missing", &text.as_bytes()[..text.len() - 1]),
        bytes("two", "two indices, one directly after the other", &with("", &text)),
        bytes("nul-after", "a zero byte follows the index", &with("", "\0")),
        bytes("not-utf-8", "a text of the index is not UTF-8", &with_flag(&[0xFF])),
        bytes("cut-in-utf-8", "the last character of a text of the index lacks a byte", &with_flag(&[0xE2, 0x82])),
        bytes(
            "surrogate-in-utf-8",
            "a text of the index has a surrogate in the bytes of UTF-8",
            &with_flag(&[0xED, 0xA0, 0x80]),
        ),
        bytes("overlong", "a text of the index has an overlong form", &with_flag(&[0xC0, 0xAF])),
        bytes("deep", "100,000 lists in each other, and nothing else", &[b'['; 100_000]),
        bytes("deep-objects", "100,000 objects in each other", "{\"pack\":".repeat(100_000).as_bytes()),
    ];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    cases.push(reject_index("deep-value", "a value of 100,000 lists in each other", &["json", "memory"], {
        small().text("\"absent\":[]", &format!("\"absent\":{deep}"))
    }));
    cases
}

/// Other spellings of the same index.
fn spellings() -> Vec<Described> {
    let mut cases = Vec::new();
    for (name, title, from, to) in [
        ("space-after-colon", "a space after a colon", ":", ": "),
        ("space-before-colon", "a space before a colon", ":", " :"),
        ("space-after-comma", "a space after a comma", ",", ", "),
        ("line-feed", "a line feed after a comma", ",", ",\n"),
        ("tab-in-list", "a tab in an empty list", "[]", "[\t]"),
        ("escaped-slash", "a solidus is escaped", "lib/", "lib\\/"),
        ("escaped-letter", "a letter is escaped", "main", "\\u006dain"),
        ("escaped-key", "a letter of a key is escaped", "\"pack\"", "\"p\\u0061ck\""),
    ] {
        cases.push(reject_index(name, title, &["canonical"], typical().text(from, to)));
    }
    let text = typical().index.to_string();
    for (name, title, text) in [
        ("mark-before", "a byte order mark precedes the index", format!("\u{feff}{text}")),
        ("space-before", "a space precedes the index", format!(" {text}")),
        ("line-feed-after", "a line feed follows the index", format!("{text}\n")),
        ("space-after", "a space follows the index", format!("{text} ")),
    ] {
        cases.push(reject_index(name, title, &["canonical"], typical().bytes(text.as_bytes())));
    }
    let flag = |flag: &str| small().index(|index| index["flags"] = json!([flag]));
    for (name, title, character, from, to) in [
        ("escape-long", "a line feed has the escape for any character", "\n", "\\n", "\\u000a"),
        ("escape-uppercase", "an escape has an uppercase digit", "\u{1f}", "\\u001f", "\\u001F"),
        ("escape-short-missing", "a backspace has the escape for any character", "\u{8}", "\\b", "\\u0008"),
        ("escape-delete", "U+007F is escaped", "\u{7f}", "\u{7f}", "\\u007f"),
        ("escape-separator", "U+2028 is escaped", "\u{2028}", "\u{2028}", "\\u2028"),
        (
            "escape-pair",
            "a character outside of the Basic Multilingual Plane is escaped",
            "\u{1F600}",
            "\u{1F600}",
            "\\ud83d\\ude00",
        ),
        ("raw-control", "a line feed has no escape", "\n", "\\n", "\n"),
        ("raw-delete-c0", "U+0001 has no escape", "\u{1}", "\\u0001", "\u{1}"),
        ("escape-unknown", "an escape that JSON does not have", "\u{1f}", "\\u001f", "\\x1f"),
        ("surrogate-high", "a lone high surrogate", "x", "\"x\"", "\"\\ud83d\""),
        ("surrogate-low", "a lone low surrogate", "x", "\"x\"", "\"\\ude00\""),
        ("surrogates-reversed", "two surrogates in the wrong order", "x", "\"x\"", "\"\\ude00\\ud83d\""),
    ] {
        cases.push(reject_index(name, title, &["canonical", "json"], flag(character).text(from, to)));
    }
    cases
}

fn numbers() -> Vec<Described> {
    let mut cases = Vec::new();
    let size = format!("\"size\":{}", "main.mjs".len());
    for (name, title, number) in [
        ("fraction", "a number with a fraction of zero", "8.0"),
        ("exponent", "a number with an exponent of zero", "8e0"),
        ("exponent-large", "a number whose exponent makes it an integer", "0.8e1"),
        ("leading-zero", "a number with a leading zero", "08"),
        ("plus", "a number with a plus sign", "+8"),
        ("negative", "a negative number", "-8"),
        ("negative-zero", "the number −0", "-0"),
        ("hexadecimal", "a number in hexadecimal digits", "0x8"),
        ("not-integer", "a number that is no integer", "8.5"),
        ("string", "a number as a string", "\"8\""),
        ("two-to-53", "the number 2^53", "9007199254740992"),
        ("two-to-64", "the number 2^64", "18446744073709551616"),
        ("many-digits", "a number of 400 digits", &"9".repeat(400)),
        ("large-exponent", "a number that is larger than any floating-point number", "1e400"),
    ] {
        let pack = small().text(&size, &format!("\"size\":{number}"));
        cases.push(reject_index(&format!("size-{name}"), title, &["json"], pack));
    }
    for (name, number) in
        [("negative-zero", "-0"), ("fraction", "0.0"), ("exponent", "0e0"), ("two-to-32", "4294967296")]
    {
        let pack = small().text("\"entries\":[0]", &format!("\"entries\":[{number}]"));
        let title = format!("an entry has the number {number}");
        cases.push(reject_index(&format!("entry-{name}"), &title, &["json", "entries"], pack));
    }
    cases
}

/// The objects of an index, each with a JSON pointer to one of them.
const OBJECTS: [(&str, &str); 8] = [
    ("index", ""),
    ("variable", "/environment/0"),
    ("package", "/packages/0"),
    ("directory", "/directories/0"),
    ("link", "/links/0"),
    ("module", "/modules/0"),
    ("source", "/modules/0/source"),
    ("request", "/modules/0/requests/0"),
];

/// Keys that are missing, unknown, twice there or in another order.
fn keys() -> Vec<Described> {
    let mut cases = Vec::new();
    for (object, pointer) in OBJECTS.into_iter().chain([("member", "/modules/0/member")]) {
        let of =
            |index: &mut Value| index.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object").clone();
        let keys: Vec<String> = of(&mut typical().index).keys().cloned().collect();
        let changed = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
            typical()
                .index(|index| change(index.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object")))
        };
        for key in &keys {
            let pack = changed(&|map| drop(map.shift_remove(key)));
            let name = format!("{object}-without-{}", key.replace('_', "-"));
            cases.push(reject_index(&name, &format!("the {object} has no key `{key}`"), &["json"], pack));
        }
        let pack = changed(&|map| drop(map.insert("more".into(), Value::Null)));
        cases.push(reject_index(
            &format!("{object}-more"),
            &format!("the {object} has an unknown key"),
            &["json"],
            pack,
        ));
        let pack = changed(&|map| {
            let first = map.shift_remove_entry(&keys[0]).expect("the first key");
            map.insert(first.0, first.1);
        });
        let title = format!("the first key of the {object} is its last one");
        cases.push(reject_index(&format!("{object}-order"), &title, &["canonical"], pack));
        let last = keys.last().expect("a key");
        let value = of(&mut typical().index)[last].to_string();
        let text = serde_json::to_string(&of(&mut typical().index)).expect("JSON");
        let twice = format!("{},\"{last}\":{value}}}", &text[..text.len() - 1]);
        let title = format!("the last key of the {object} is there twice, with the same value");
        cases.push(reject_index(&format!("{object}-twice"), &title, &["canonical"], typical().text(&text, &twice)));
    }
    let pack = small().text("\"freshness\":\"stat\"", "\"freshness\":\"stat\",\"freshness\":\"none\"");
    cases.push(reject_index("freshness-twice", "the freshness is there twice, with two values", &["canonical"], pack));
    let pack = small().text("\"entries\":[0]", "\"entries\":[1],\"entries\":[0]");
    cases.push(reject_index(
        "entries-twice",
        "the entries are there twice, and the first ones are wrong",
        &["canonical"],
        pack,
    ));
    let pack = small().index(|index| {
        let index = index.as_object_mut().expect("an object");
        let value = index.shift_remove("freshness").expect("the freshness");
        index.insert("Freshness".into(), value);
    });
    cases.push(reject_index("key-case", "a key begins with an uppercase letter", &["json"], pack));
    cases
}

/// Values of another kind.
fn kinds() -> Vec<Described> {
    let mut cases = Vec::new();
    let mut wrong = |name: &str, pointer: &str, value: Value| {
        let pack = typical().index(|index| *index.pointer_mut(pointer).expect("a value") = value.clone());
        let shown = if value.to_string().len() < 40 { value.to_string() } else { "too long".into() };
        let title = format!("the value at {pointer} is {shown}");
        cases.push(reject_index(&format!("kind-{name}"), &title, &["json"], pack));
    };
    let digest = "0".repeat(64);
    let digests = [
        ("upper", json!("A".repeat(64))),
        ("short", json!(&digest[1..])),
        ("long", json!(format!("{digest}0"))),
        ("letter", json!(format!("g{}", &digest[1..]))),
        ("empty", json!("")),
        ("space", json!(format!(" {}", &digest[1..]))),
        ("prefix", json!(format!("0x{}", &digest[2..]))),
        ("line-feed", json!(format!("{digest}\n"))),
        ("null", Value::Null),
        ("number", json!(0)),
    ];
    for (name, value) in &digests {
        wrong(&format!("producer-{name}"), "/producer", value.clone());
        wrong(&format!("source-{name}"), "/modules/0/source/sha256", value.clone());
        wrong(&format!("package-{name}"), "/packages/0/sha256", value.clone());
    }
    for list in
        ["conditions", "flags", "environment", "entries", "modules", "packages", "directories", "links", "absent"]
    {
        wrong(&format!("{list}-null"), &format!("/{list}"), Value::Null);
        wrong(&format!("{list}-object"), &format!("/{list}"), json!({}));
        wrong(&format!("{list}-item"), &format!("/{list}/0"), json!([]));
        wrong(&format!("{list}-item-null"), &format!("/{list}/0"), Value::Null);
    }
    for list in ["requests", "dynamic", "exports", "reexports"] {
        wrong(&format!("{list}-null"), &format!("/modules/5/{list}"), Value::Null);
        wrong(&format!("{list}-item"), &format!("/modules/0/{list}"), json!([[]]));
    }
    for (name, pointer) in [
        ("variable-name", "/environment/0/name"),
        ("variable-value", "/environment/1/value"),
        ("link-path", "/links/0/path"),
        ("link-target", "/links/0/target"),
        ("package-path", "/packages/0/path"),
        ("directory-path", "/directories/0/path"),
        ("url", "/modules/0/url"),
        ("type", "/modules/3/type"),
        ("format", "/modules/0/format"),
        ("source", "/modules/0/source"),
        ("member", "/modules/0/member"),
        ("offset", "/modules/0/member/offset"),
        ("size", "/modules/0/member/size"),
        ("specifier", "/modules/0/requests/0/specifier"),
        ("phase", "/modules/0/requests/0/phase"),
        ("attributes", "/modules/0/requests/0/attributes"),
        ("module", "/modules/0/requests/0/module"),
    ] {
        wrong(&format!("{name}-true"), pointer, json!(true));
        wrong(&format!("{name}-list"), pointer, json!([1, 2]));
    }
    for (name, pointer, value) in [
        ("freshness-other", "/freshness", json!("never")),
        ("freshness-case", "/freshness", json!("Stat")),
        ("freshness-null", "/freshness", Value::Null),
        ("format-other", "/modules/0/format", json!("esm")),
        ("format-case", "/modules/0/format", json!("Module")),
        ("format-empty", "/modules/0/format", json!("")),
        // A module without a member can have more formats.
        ("format-other-no-member", "/modules/5/format", json!("esm")),
        ("format-case-no-member", "/modules/5/format", json!("CommonJS")),
        ("format-empty-no-member", "/modules/5/format", json!("")),
        ("phase-other", "/modules/0/requests/0/phase", json!("link")),
        ("phase-case", "/modules/0/requests/0/phase", json!("Evaluation")),
        ("phase-number", "/modules/0/requests/0/phase", json!(0)),
        ("url-null", "/modules/0/url", Value::Null),
        ("pair-one", "/modules/0/requests/1/attributes/0", json!(["type"])),
        ("pair-three", "/modules/0/requests/1/attributes/0", json!(["type", "json", ""])),
        ("pair-object", "/modules/0/requests/1/attributes/0", json!({"type": "json"})),
        ("pair-null", "/modules/0/requests/1/attributes/0", json!(["type", null])),
        ("module-negative", "/modules/0/requests/0/module", json!(-1)),
        ("module-string", "/modules/0/requests/0/module", json!("1")),
        ("dynamic-kind", "/modules/0/dynamic/0", json!("./lib/c.cjs")),
        ("exports-number", "/modules/5/exports/0", json!(1)),
        ("pack-string", "/pack", json!("1")),
        ("pack-null", "/pack", Value::Null),
        ("pack-fraction", "/pack", json!(1.5)),
        ("pack-list", "/pack", json!([1])),
    ] {
        wrong(name, pointer, value);
    }
    cases
}

fn versions() -> Vec<Described> {
    let mut cases = Vec::new();
    for number in [0_u64, 2, 255, 256, 257, 4_294_967_295, 4_294_967_297, (1 << 53) - 1] {
        cases.push(reject(
            &format!("layout-{number}"),
            &format!("an index of the layout {number}"),
            &["version"],
            small().index(|index| index["pack"] = json!(number)).layout(),
            &["unsupported-version"],
        ));
    }
    let other = json!({ "pack": 2, "modules": { "main.mjs": "another form" } });
    cases.push(reject(
        "layout-of-another-form",
        "an index of the layout 2, with other keys",
        &["version"],
        small().bytes(other.to_string().as_bytes()).layout(),
        &["unsupported-version"],
    ));
    cases
}

//! Indices that contradict themselves or the members.

use serde_json::{Value, json};

use super::layout::{empty, member_name, member_name_of, module, request, small, source, typical};
use super::valid::unnamed;
use super::{Described, reject, reject_index};

pub(super) fn cases() -> Vec<Described> {
    [checksums(), entries(), identities(), paths(), orders(), sources(), members()].concat()
}

fn checksums() -> Vec<Described> {
    let file = typical().layout();
    let crc = file.u32("directory[3].crc");
    let mut cases = Vec::new();
    for (name, title, value) in [
        ("zero", "the CRC-32 of the index is 0", 0),
        ("one-bit", "one bit of the CRC-32 of the index is wrong", crc ^ 0x8000_0000),
        ("inverted", "the CRC-32 of the index is not inverted at its end", !crc),
        ("bytes-swapped", "the CRC-32 of the index has its bytes in the other order", crc.swap_bytes()),
    ] {
        let file = file.clone().write_u32_at("directory[3].crc", value).write_u32_at("members[3].local.crc", value);
        cases.push(reject(&format!("crc-{name}"), title, &["index-crc"], file, &["bad-checksum"]));
    }
    let data = file.range("members[3].data");
    for (name, offset) in [("first", 0), ("middle", data.len() / 2), ("last", data.len() - 1)] {
        let mut bytes = file.bytes()[data.clone()].to_vec();
        bytes[offset] ^= 0x20;
        let file = file.clone().overwrite("members[3].data", &bytes);
        let title = format!("a bit of the {name} byte of the index is damaged");
        // The damaged text is no index, either.
        let classes = &["bad-checksum", "bad-pack-index"];
        cases.push(reject(&format!("damaged-{name}"), &title, &["index-crc"], file, classes));
    }
    cases
}

fn entries() -> Vec<Described> {
    let mut cases = vec![
        reject_index(
            "no-entries",
            "there is no entry",
            &["entries"],
            typical().index(|index| index["entries"] = json!([])),
        ),
        reject_index("no-modules", "an entry, and no modules", &["entries"], empty()),
        reject_index(
            "nothing",
            "neither entries nor modules",
            &["entries"],
            empty().index(|index| index["entries"] = json!([])),
        ),
    ];
    for (name, value) in [("count", json!([6])), ("second", json!([0, 6])), ("largest", json!([4_294_967_295_u32]))] {
        let pack = typical().index(|index| index["entries"] = value.clone());
        let title = format!("entries {value}, of 6 modules");
        cases.push(reject_index(&format!("entry-{name}"), &title, &["entries"], pack));
    }
    for (name, pointer) in [
        ("request-first", "/modules/0/requests/0/module"),
        ("request-last", "/modules/5/requests/0/module"),
        ("dynamic", "/modules/0/dynamic/0/module"),
    ] {
        for number in [6_u64, 4_294_967_295, 4_294_967_296] {
            let pack = typical().index(|index| *index.pointer_mut(pointer).expect("a value") = json!(number));
            let title = format!("{pointer} is {number}, of 6 modules");
            cases.push(reject_index(&format!("{name}-{number}"), &title, &["entries"], pack));
        }
    }
    cases
}

fn identities() -> Vec<Described> {
    let typed = |url: &str, format: &str, r#type: Value| {
        let mut module = module(url, format);
        module["type"] = r#type;
        module
    };
    let twice = |a: Value, b: Value| typical().with(a).with(b);
    vec![
        reject_index("same-url", "two modules with the same url and no type", &["identity"], {
            twice(module("x.cjs", "commonjs"), module("x.cjs", "commonjs"))
        }),
        reject_index("same-url-and-type", "two modules with the same url and type", &["identity"], {
            twice(typed("x.json", "json", json!("json")), typed("x.json", "json", json!("json")))
        }),
        reject_index("same-url-other-format", "two modules with the same url and different formats", &["identity"], {
            twice(module("x", "text"), module("x", "bytes"))
        }),
        reject_index("same-url-other-source", "two modules with the same url and different sources", &["identity"], {
            let mut other = module("x.cjs", "commonjs");
            other["source"] = source("y");
            twice(module("x.cjs", "commonjs"), other)
        }),
        reject_index("same-builtin", "two modules that are built in have the same name", &["identity"], {
            twice(module("node:path", "builtin"), module("node:path", "builtin"))
        }),
        reject_index("same-url-far-apart", "the first and the last module have the same url", &["identity"], {
            typical().with(module("main.mjs", "text"))
        }),
    ]
}

fn paths() -> Vec<Described> {
    let mut cases = Vec::new();
    for (name, url) in [
        ("empty", ""),
        ("query-alone", "?a"),
        ("fragment-alone", "#a"),
        ("dot", "."),
        ("dot-first", "./a.json"),
        ("dot-inside", "a/./b.json"),
        ("dot-last", "a/."),
        ("parent-alone", ".."),
        ("parent-last", "../.."),
        ("parent-and-slash", "../"),
        ("parent-inside", "a/../b.json"),
        ("parent-after", "a/.."),
        ("parent-between", "../a/../b.json"),
        ("absolute", "/a.json"),
        ("absolute-after-parent", "..//a.json"),
        ("two-slashes", "a//b.json"),
        ("slash-last", "a/"),
        ("slash-before-query", "a/?b"),
        ("slash-before-fragment", "a/#b"),
        ("slash", "/"),
        ("backslash", "a\\b.json"),
        ("backslash-parent", "..\\a.json"),
        ("backslash-last", "a.json\\"),
    ] {
        let pack = small().with(module(url, "json"));
        cases.push(reject_index(&format!("path-{name}"), &format!("a module with the url {url:?}"), &["path"], pack));
    }
    cases.push(reject_index(
        "path-of-entry",
        "the url of the entry is absolute",
        &["path"],
        empty().module("/main.mjs", &[]),
    ));
    cases.push(reject_index("path-builtin-empty", "a module that is built in has an empty name", &["path"], {
        small().with(module("", "builtin"))
    }));
    cases
}

/// Makes the item of a list from its path, its name or its text.
type Item<'f> = &'f dyn Fn(&str) -> Value;

fn orders() -> Vec<Described> {
    let mut cases = Vec::new();
    let digest = "0".repeat(64);
    let lists: [(&str, Item<'_>); 6] = [
        ("conditions", &|text| json!(text)),
        ("environment", &|text| json!({ "name": text, "value": text })),
        ("packages", &|text| json!({ "path": text, "sha256": digest })),
        ("directories", &|text| json!({ "path": text, "sha256": digest })),
        ("links", &|text| json!({ "path": text, "target": text })),
        ("absent", &|text| json!(text)),
    ];
    let orders: [(&str, &[&str]); 7] = [
        ("descending", &["b", "a"]),
        ("twice", &["a", "a"]),
        ("last", &["a", "b", "d", "c"]),
        ("prefix", &["aa", "a"]),
        // Without case, the first text is less than the second.
        ("case", &["a", "B"]),
        // By their segments, the first text is less than the second.
        ("segments", &["a/b", "a-b"]),
        // In UTF-16, the first text is less than the second.
        ("utf-16", &["\u{1F600}", "\u{ffff}"]),
    ];
    for (list, item) in lists {
        for (name, texts) in orders {
            let pack = small().index(|index| index[list] = texts.iter().map(|text| item(text)).collect());
            let title = format!("`{list}` does not ascend: {texts:?}");
            cases.push(reject_index(&format!("{list}-{name}"), &title, &["ascending"], pack));
        }
    }
    cases.push(reject_index("environment-name-twice", "a variable is there twice, with two values", &["ascending"], {
        small().index(|index| {
            index["environment"] = json!([{"name": "A", "value": null}, {"name": "A", "value": "1"}]);
        })
    }));
    for (name, texts) in orders {
        let pairs: Value = texts.iter().enumerate().map(|(number, text)| json!([text, number.to_string()])).collect();
        for list in ["requests", "dynamic"] {
            let pack = small().with(module("a.cjs", "commonjs")).index(|index| {
                index["modules"][1][list] = json!([request("x", None)]);
                index["modules"][1][list][0]["attributes"] = pairs.clone();
            });
            let title = format!("the keys of the attributes do not ascend: {texts:?}");
            cases.push(reject_index(&format!("attributes-{name}-{list}"), &title, &["ascending"], pack));
        }
    }
    cases
}

fn sources() -> Vec<Described> {
    let mut cases = Vec::new();
    let mut builtin = module("node:path", "builtin");
    builtin["source"] = source("node:path");
    cases.push(reject_index(
        "source-of-builtin",
        "a module that is built in has a source",
        &["source"],
        typical().with(builtin),
    ));
    for format in ["commonjs", "json", "text", "bytes", "wasm", "addon", "module"] {
        let mut without = module("x", format);
        without["source"] = Value::Null;
        let title = format!("a module of the format {format} has no source");
        cases.push(reject_index(&format!("no-source-{format}"), &title, &["source"], typical().with(without)));
    }
    cases
}

fn members() -> Vec<Described> {
    let member = &["member"];
    let mut cases = Vec::new();
    for format in ["json", "text", "bytes", "wasm", "addon"] {
        let pack = small().module("x.mjs", &[]).index(|index| index["modules"][1]["format"] = json!(format));
        let title = format!("a module of the format {format} has a member");
        cases.push(reject_index(&format!("member-{format}"), &title, member, pack));
    }
    for (name, title, change) in changes() {
        cases.push(reject_index(name, title, member, typical().index(change)));
    }
    let mut pack = typical();
    pack.members.push(unnamed("unnamed.mjs"));
    cases.push(reject_index("unnamed", "a member belongs to no module", member, pack.placed()));
    let mut pack = typical();
    pack.members.remove(1);
    cases.push(reject_index("absent", "the index names a member that is not there", member, pack.placed()));
    let mut pack = typical();
    pack.members[1].name = member_name("other.mjs");
    cases.push(reject_index("other-key", "a member has the key of another url", member, pack));
    let mut pack = typical();
    pack.members[1].name = member_name_of(&[("engine", "other")], "lib/a.mjs");
    cases.push(reject_index("other-producer", "a member has the key of another producer", member, pack));
    let mut pack = typical();
    pack.members.swap(0, 1);
    // The index has the places that the members had before.
    cases.push(reject_index("swapped", "the members are in another order than the index says", member, pack));
    let mut pack = typical();
    let [first, second] = [0, 1].map(|number| pack.members[number].name.clone());
    (pack.members[0].name, pack.members[1].name) = (second, first);
    cases.push(reject_index("names-swapped", "two members have each other's name", member, pack));
    cases
}

/// A change of an index, with the name and the title of its case.
type Change = (&'static str, &'static str, fn(&mut Value));

/// Changes of a typical index after which it differs from the members.
fn changes() -> Vec<Change> {
    fn add(index: &mut Value, pointer: &str, by: i64) {
        let value = index.pointer_mut(pointer).expect("a number");
        *value = json!(value.as_i64().unwrap_or_default() + by);
    }
    vec![
        ("with-type", "an ECMAScript module with a member has a type", |index| {
            index["modules"][0]["type"] = json!("js");
        }),
        ("unlisted", "a member is there, and the index says that the module has none", |index| {
            index["modules"][1]["member"] = Value::Null;
        }),
        ("offset-more", "the offset of a member is 8 more", |index| add(index, "/modules/1/member/offset", 8)),
        ("offset-less", "the offset of a member is one less", |index| add(index, "/modules/1/member/offset", -1)),
        ("offset-of-header", "the offset of a member is that of its local header", |index| {
            index["modules"][0]["member"]["offset"] = json!(0);
        }),
        ("offset-outside", "the offset of a member is outside of the file", |index| {
            index["modules"][0]["member"]["offset"] = json!((1_u64 << 53) - 1);
        }),
        ("offset-wraps", "the offset of a member is right only in 32 bits", |index| {
            add(index, "/modules/0/member/offset", 1 << 32);
        }),
        ("size-more", "the size of a member is one more", |index| add(index, "/modules/1/member/size", 1)),
        ("size-less", "the size of a member is one less", |index| add(index, "/modules/1/member/size", -1)),
        ("size-zero", "the size of a member is 0", |index| index["modules"][1]["member"]["size"] = json!(0)),
        ("size-largest", "the size of a member is 2^53 − 1", |index| {
            index["modules"][1]["member"]["size"] = json!((1_u64 << 53) - 1);
        }),
        ("places-swapped", "two modules have each other's place", |index| {
            let first = index["modules"][0]["member"].clone();
            let second = std::mem::replace(&mut index["modules"][1]["member"], first);
            index["modules"][0]["member"] = second;
        }),
        ("place-shared", "two modules have the same place", |index| {
            index["modules"][1]["member"] = index["modules"][0]["member"].clone();
        }),
        ("url-changed", "the url of a module with a member is another one", |index| {
            index["modules"][2]["url"] = json!("lib/c.mjs");
        }),
        ("digest-changed", "the digest of a source is another one", |index| {
            index["modules"][2]["source"]["sha256"] = json!("0".repeat(64));
        }),
        ("producer-changed", "the producer is another one", |index| index["producer"] = json!("0".repeat(64))),
    ]
}

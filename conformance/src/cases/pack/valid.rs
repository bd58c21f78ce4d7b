//! Packs that an opener accepts.

use serde_json::{Value, json};

use super::layout::{Member, Pack, empty, member_name, module, request, small, source, typical};
use super::{Described, accept, accept_file};
use crate::cases::v4;

pub(super) fn cases() -> Vec<Described> {
    let mut cases = vec![
        accept("one-module", "a pack with one module", &["end", "directory", "local", "names", "member"], small()),
        accept(
            "typical",
            "modules of several formats, and entries in every list",
            &["end", "directory", "stored", "local", "names", "order", "index-crc", "version", "json", "canonical"],
            typical(),
        ),
        accept(
            "no-member",
            "a program of one CommonJS module: the index is the only member",
            &["names", "member", "source"],
            empty().with(module("main.cjs", "commonjs")),
        ),
        accept("module-without-member", "an ECMAScript module that has no member", &["member"], {
            small().with(module("large.mjs", "module"))
        }),
        accept("member-with-query", "two modules with members and the same path: one url has a query", &["member"], {
            small().module("main.mjs?a=%20#b", &[])
        }),
        accept("member-non-ascii", "a module with a member, whose url would have escapes as a URL", &["member"], {
            small().module("../ä b/%C3%A4.mjs", &[])
        }),
        accept("member-odd-place", "the local header of a member does not begin at a multiple of 8", &["alignment"], {
            let mut pack = typical();
            pack.members[0].data.push(0);
            pack.placed()
        }),
        accept("several-entries", "two entries, one of them twice", &["entries"], {
            small().module("other.mjs", &[]).index(|index| index["entries"] = json!([1, 0, 1]))
        }),
    ];
    cases.extend(formats());
    cases.extend(texts());
    cases.extend(orders());
    cases.extend(ignored());
    cases
}

fn formats() -> Vec<Described> {
    let mut cases = Vec::new();
    for format in ["commonjs", "json", "text", "bytes", "wasm", "addon", "builtin"] {
        let pack = small().with(module("other", format));
        cases.push(accept(&format!("format-{format}"), &format!("a module of the format {format}"), &["source"], pack));
    }
    let pack = small().module("x.cjs", &[]).index(|index| index["modules"][1]["format"] = json!("commonjs"));
    cases.push(accept("member-commonjs", "a module of the format commonjs has a member", &["member"], pack));
    for freshness in ["hash", "none"] {
        let pack = small().index(|index| index["freshness"] = json!(freshness));
        cases.push(accept(&format!("freshness-{freshness}"), &format!("the freshness {freshness}"), &["json"], pack));
    }
    for phase in ["source", "defer"] {
        let pack = small().with(module("other.cjs", "commonjs")).index(|index| {
            index["modules"][1]["requests"] = json!([request("./main.mjs", Some(0))]);
            index["modules"][1]["requests"][0]["phase"] = json!(phase);
        });
        cases.push(accept(&format!("phase-{phase}"), &format!("a request of the phase {phase}"), &["json"], pack));
    }
    cases.push(accept(
        "same-url-two-types",
        "two modules with the same url and different types",
        &["identity"],
        small().with(typed("data.json", Value::Null)).with(typed("data.json", json!("json"))),
    ));
    cases
}

/// Returns a module of the format JSON with this type.
fn typed(url: &str, r#type: Value) -> Value {
    let mut module = module(url, "json");
    module["type"] = r#type;
    module
}

fn texts() -> Vec<Described> {
    let mut cases = Vec::new();
    for (name, url, what) in [
        ("above-root", "../a.json", "a module outside of the root"),
        ("far-above-root", "../../../x/a.json", "a module far outside of the root"),
        ("query", "a.json?v=1", "a url with a query"),
        ("query-like-a-path", "a.json?/../x//y\\?z", "a query with characters that a path must not have"),
        ("fragment", "a.json#y?x", "a url with a fragment"),
        ("fragment-like-a-path", "a.json#/../x//y\\?z", "a fragment with characters that a path must not have"),
        ("dots", "..a/...json", "segments that begin with dots and are neither `.` nor `..`"),
        ("space", " a b.json ", "a url with spaces"),
        ("hash", "a#b.json", "a url with a number sign"),
        ("percent", "a/%2e%2e/%2F%5C.json", "a url with escapes that have no meaning"),
        ("colon", "C:a.json", "a url with a colon"),
        ("non-ascii", "ä/\u{1F600}.json", "a url with characters outside of ASCII"),
        ("controls", "\u{0}\u{1f}\u{7f}\u{80}\u{2028}\".json", "a url with characters that have escapes or look as if"),
    ] {
        let pack = small().with(module(url, "json"));
        cases.push(accept(&format!("url-{name}"), what, &["path", "canonical"], pack));
    }
    cases.push(accept(
        "url-builtin",
        "a module that is built in, whose name is no relative path",
        &["path"],
        small().with(module("/../x\\y//", "builtin")),
    ));
    let every: String =
        (0..0x30).filter_map(char::from_u32).chain("\\\u{7f}\u{85}\u{feff}\u{ffff}\u{10ffff}".chars()).collect();
    cases.push(accept(
        "escapes",
        "all characters that have an escape, and some that have none",
        &["canonical"],
        small().index(|index| index["flags"] = json!([every])),
    ));
    cases.push(accept("empty-texts", "empty texts wherever a text is", &["json"], {
        small().index(|index| {
            index["flags"] = json!(["", ""]);
            index["conditions"] = json!([""]);
            index["environment"] = json!([{"name": "", "value": ""}]);
            index["packages"] = json!([{"path": "", "sha256": "0".repeat(64)}]);
            index["links"] = json!([{"path": "", "target": ""}]);
            index["absent"] = json!([""]);
            index["modules"][0]["exports"] = json!([""]);
            index["modules"][0]["dynamic"] = json!([request("", None)]);
            index["modules"][0]["dynamic"][0]["attributes"] = json!([["", ""]]);
        })
    }));
    cases
}

fn orders() -> Vec<Described> {
    // As UTF-16, the second text is less than the first.
    let [first, second] = ["\u{ffff}", "\u{1F600}"];
    let digest = "0".repeat(64);
    vec![
        accept("order-of-bytes", "lists that ascend by UTF-8 and descend by UTF-16", &["ascending"], {
            small().index(|index| {
                index["conditions"] = json!([first, second]);
                index["environment"] = json!([{"name": first, "value": null}, {"name": second, "value": null}]);
                index["packages"] = json!([{"path": first, "sha256": digest}, {"path": second, "sha256": digest}]);
                index["directories"] = index["packages"].clone();
                index["links"] = json!([{"path": first, "target": ""}, {"path": second, "target": ""}]);
                index["absent"] = json!([first, second]);
                index["modules"][0]["dynamic"] = json!([request("x", None)]);
                index["modules"][0]["dynamic"][0]["attributes"] = json!([[first, ""], [second, ""]]);
            })
        }),
        accept("order-of-prefixes", "a text, and then a longer one that begins with it", &["ascending"], {
            small().index(|index| index["absent"] = json!(["a", "a\u{0}", "a/b", "aa"]))
        }),
        accept("order-of-case", "texts that do not ascend without case", &["ascending"], {
            small().index(|index| index["absent"] = json!(["B", "a", "b"]))
        }),
        accept("order-of-segments", "paths that do not ascend by their segments", &["ascending"], {
            small().index(|index| index["absent"] = json!(["a-b", "a/b"]))
        }),
        accept("no-order", "lists that need not ascend", &["ascending"], {
            small().index(|index| {
                index["flags"] = json!(["b", "a", "b"]);
                index["modules"][0]["exports"] = json!(["b", "a", "b"]);
                index["modules"][0]["reexports"] = json!(["b", "a", "b"]);
                index["modules"][0]["dynamic"] = json!([request("b", None), request("a", None), request("b", None)]);
            })
        }),
        accept(
            "members-in-another-order",
            "the members are in another order than the modules",
            &["member", "order"],
            {
                let mut pack = small().module("a.mjs", &[]).module("b.mjs", &[]);
                pack.members.reverse();
                pack.placed()
            },
        ),
        accept("largest-size", "a source of 2^53 − 1 bytes", &["json"], {
            small().with(module("a.txt", "text")).index(|index| {
                index["modules"][1]["source"]["size"] = json!((1_u64 << 53) - 1);
            })
        }),
    ]
}

/// What an opener reads over.
fn ignored() -> Vec<Described> {
    let pack = typical();
    let mut file = pack.layout();
    for number in 0..4 {
        for field in ["needed", "time", "date"] {
            file = file.overwrite(&format!("members[{number}].local.{field}"), &[0xFF, 0xFE]);
            file = file.overwrite(&format!("directory[{number}].{field}"), &[0xFD, 0xFC]);
        }
        for field in ["made_by", "internal"] {
            file = file.overwrite(&format!("directory[{number}].{field}"), &[0xFB, 0xFA]);
        }
        file = file.overwrite(&format!("directory[{number}].external"), &[0xF9; 4]);
    }
    let mut cases = vec![accept_file("any-values", "other values in all fields that say nothing", &[], &pack, file)];
    cases.push(accept("member-damaged", "members whose bytes are not files of version 4", &[], {
        let mut pack = typical();
        pack.members[1].data[5] ^= 1;
        pack.members[2].data = b"not a file".to_vec();
        pack.placed()
    }));
    let pack = typical();
    let wrong_crc = |mut file: crate::cases::builder::File, number: usize| {
        for path in [format!("members[{number}].local.crc"), format!("directory[{number}].crc")] {
            file = file.overwrite(&path, &[1, 2, 3, 4]);
        }
        file
    };
    let file = wrong_crc(pack.layout(), 0);
    cases.push(accept_file("member-crc-wrong", "a member whose bytes do not have its CRC-32", &[], &pack, file));
    cases.push(accept("member-empty", "a member without bytes", &[], {
        let mut pack = typical();
        pack.members[1].data.clear();
        pack.placed()
    }));
    for (alignment, name) in [(16, "16"), (64, "64"), (4096, "4096")] {
        cases.push(accept(
            &format!("alignment-{name}"),
            &format!("members at multiples of {alignment}"),
            &["alignment"],
            aligned(typical(), alignment),
        ));
    }
    cases.push(gap("extra-random", "an extra field that is no list of ZIP's extra fields", |length| {
        (0..length).map(|number| u8::try_from(number * 37 % 251).unwrap_or_default()).collect()
    }));
    cases.push(gap("extra-zip64", "an extra field that looks like that of ZIP64", |length| {
        let mut extra = vec![0xFF; length];
        extra[..4].copy_from_slice(&[1, 0, u8::try_from(length - 4).unwrap_or_default(), 0]);
        extra
    }));
    cases.push(gap("extra-signatures", "an extra field that has the signatures of headers", |length| {
        b"PK\x03\x04PK\x01\x02PK\x05\x06PK\x07\x08".iter().copied().cycle().take(length).collect()
    }));
    let mut pack = small();
    pack.members[0].data.extend(b"PK\x05\x06");
    pack.members[0].data.extend([0; 18]);
    cases.push(accept("data-like-an-end", "a member that ends with an end record", &["end"], pack.placed()));
    cases.push(accept("source-of-another-size", "the size of a source says what it likes", &["source"], {
        small().index(|index| index["modules"][0]["source"]["size"] = json!(0))
    }));
    cases.push(accept("directories-and-sources", "a module whose path is a package.json", &[], {
        let mut json = module("package.json", "json");
        json["source"] = source("package.json");
        typical().with(json)
    }));
    cases
}

fn aligned(mut pack: Pack, alignment: usize) -> Pack {
    pack.members.iter_mut().for_each(|member| member.alignment = alignment);
    pack.placed()
}

/// Describes a pack whose gaps before members have other bytes.
fn gap(name: &str, title: &str, bytes: impl Fn(usize) -> Vec<u8>) -> Described {
    let pack = aligned(typical(), 256);
    let mut file = pack.layout();
    for number in 0..3 {
        let path = format!("members[{number}].local.extra");
        let length = file.range(&path).len();
        file = file.overwrite(&path, &bytes(length));
    }
    accept_file(name, title, &["alignment"], &pack, file)
}

/// A member that an index does not name, for cases of other sections.
pub(super) fn unnamed(url: &str) -> Member {
    Member { name: member_name(url), data: v4::module().layout().bytes().to_vec(), alignment: 8 }
}

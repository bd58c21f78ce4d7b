//! Packs whose index and whose ZIP structures a case can change.
//!
//! [`typical`] and [`small`] return packs. [`Pack::layout`] makes a [`File`] with these paths, for member 0:
//! `members[0].local.crc` and the other fields of the local header, `members[0].data`, `directory[0].crc` and the other fields of
//! the entry in the central directory, and `end.count` and the other fields of the end record.

use bmes::Version;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cases::builder::File;
use crate::cases::v4;

/// A pack that is not yet laid out.
#[derive(Clone, Debug)]
pub(super) struct Pack {
    /// The members of `modules/`, in their order.
    pub(super) members: Vec<Member>,
    /// The index. The places of members in it are those that [`placed`](Self::placed) wrote.
    pub(super) index: Value,
    /// The text of the index, if it is not the canonical one.
    text: Option<Vec<u8>>,
}

/// A member of `modules/`.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// The name.
    pub(super) name: Vec<u8>,
    /// The data.
    pub(super) data: Vec<u8>,
    /// The data begins at a multiple of this.
    pub(super) alignment: usize,
}

/// The text of the producer of all packs of the cases.
const PRODUCER: &[(&str, &str)] = &[("engine", "none"), ("version", "1")];

/// Returns the digest of a module's source, in hexadecimal digits. The text of a source is its URL.
pub(super) fn source(url: &str) -> Value {
    json!({ "size": url.len(), "sha256": hex::encode(Sha256::digest(url)) })
}

/// Returns the name of the member of a module.
pub(super) fn member_name(url: &str) -> Vec<u8> {
    member_name_of(PRODUCER, url)
}

/// Returns the name of the member of a module that this producer made: section 10 of version 4 describes the key.
pub(super) fn member_name_of(producer: &[(&str, &str)], url: &str) -> Vec<u8> {
    let length = u32::try_from(url.len()).expect("a URL of a case is short");
    let mut input = b"BMES key 1\0".to_vec();
    input.extend(length.to_le_bytes());
    input.extend(url.as_bytes());
    input.extend(v4::producer(producer).0);
    input.extend(Sha256::digest(url));
    format!("modules/{}.bmes", hex::encode(Sha256::digest(input))).into_bytes()
}

/// Returns a request of the phase evaluation without attributes.
pub(super) fn request(specifier: &str, module: Option<usize>) -> Value {
    json!({ "specifier": specifier, "phase": "evaluation", "attributes": [], "module": module })
}

/// Returns a module without a member and without requests.
pub(super) fn module(url: &str, format: &str) -> Value {
    let source = if format == "builtin" { Value::Null } else { source(url) };
    json!({
        "url": url, "type": null, "format": format, "source": source, "member": null, "requests": [], "dynamic": [],
        "exports": [], "reexports": [],
    })
}

/// Returns a pack without modules. An opener rejects it until it has an entry.
pub(super) fn empty() -> Pack {
    let index = json!({
        "pack": 1, "producer": v4::producer(PRODUCER), "freshness": "stat", "conditions": [], "flags": [],
        "environment": [], "entries": [0], "modules": [], "packages": [], "directories": [], "links": [], "absent": [],
    });
    Pack { members: Vec::new(), index, text: None }
}

/// Returns a pack with one module and its member.
pub(super) fn small() -> Pack {
    empty().module("main.mjs", &[])
}

/// Returns a pack with modules of several formats, three of which have members, and with all lists.
pub(super) fn typical() -> Pack {
    let digest = hex::encode(Sha256::digest("{}"));
    let mut pack = empty()
        .module("main.mjs", &[("./lib/a.mjs", Some(1)), ("./data.json", Some(3)), ("node:fs", Some(4))])
        .module("lib/a.mjs", &[("./b.mjs", Some(2)), ("missing", None)])
        .module("lib/b.mjs", &[])
        .with(module("data.json", "json"))
        .with(module("node:fs", "builtin"))
        .with(module("lib/c.cjs", "commonjs"));
    let index = &mut pack.index;
    index["conditions"] = json!(["import", "node"]);
    index["flags"] = json!(["--preserve-symlinks"]);
    index["environment"] = json!([{"name": "A", "value": null}, {"name": "NODE_ENV", "value": "production"}]);
    index["modules"][0]["requests"][1]["attributes"] = json!([["type", "json"]]);
    index["modules"][0]["dynamic"] = json!([request("./lib/c.cjs", Some(5))]);
    index["modules"][3]["type"] = json!("json");
    index["modules"][5]["requests"] = json!([request("./a.mjs", Some(1))]);
    index["modules"][5]["exports"] = json!(["b", "a"]);
    index["modules"][5]["reexports"] = json!(["./a.mjs"]);
    index["packages"] =
        json!([{"path": "lib/package.json", "sha256": digest}, {"path": "package.json", "sha256": digest}]);
    index["directories"] = json!([{"path": "lib", "sha256": digest}]);
    index["links"] = json!([{"path": "node_modules/x", "target": "../lib"}]);
    index["absent"] = json!(["lib/a.js", "lib/a.json"]);
    pack
}

impl Pack {
    /// Adds a module without a member.
    pub(super) fn with(mut self, module: Value) -> Self {
        self.index["modules"].as_array_mut().expect("a list").push(module);
        self
    }

    /// Adds an ECMAScript module with a member, and with requests of the phase evaluation without attributes.
    pub(super) fn module(mut self, url: &str, requests: &[(&str, Option<usize>)]) -> Self {
        let mut file = v4::module();
        file.producer = v4::producer(PRODUCER);
        file.source = v4::source(url.as_bytes());
        let file = requests.iter().fold(file, |file, (specifier, _)| file.request(specifier));
        let data = file.layout().bytes().to_vec();
        self.members.push(Member { name: member_name(url), data, alignment: 8 });
        let mut module = module(url, "module");
        module["requests"] = requests.iter().map(|(specifier, module)| request(specifier, *module)).collect();
        self.with(module).placed()
    }

    /// Writes the places of all members into the index: those that the layout gives them.
    pub(super) fn placed(mut self) -> Self {
        let file = self.layout();
        let Some(modules) = self.index["modules"].as_array_mut() else { return self };
        for module in modules {
            let name = member_name(module["url"].as_str().unwrap_or_default());
            let Some(number) = self.members.iter().position(|member| member.name == name) else { continue };
            let data = file.range(&format!("members[{number}].data"));
            module["member"] = json!({ "offset": data.start, "size": data.len() });
        }
        self
    }

    /// Changes the index. The change must change something.
    #[track_caller]
    pub(super) fn index(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let before = self.index.to_string();
        change(&mut self.index);
        assert_ne!(self.index.to_string(), before, "the index is as it was");
        self
    }

    /// Replaces a piece of the canonical text of the index, which occurs there, by another one. The first place counts.
    #[track_caller]
    pub(super) fn text(self, from: &str, to: &str) -> Self {
        let text = self.index.to_string();
        assert!(text.contains(from), "the index has no {from}");
        self.bytes(text.replacen(from, to, 1).as_bytes())
    }

    /// Replaces the bytes of the index.
    pub(super) fn bytes(mut self, text: &[u8]) -> Self {
        self.text = Some(text.to_vec());
        self
    }

    /// Returns the bytes of the index.
    pub(super) fn index_bytes(&self) -> Vec<u8> {
        self.text.clone().unwrap_or_else(|| self.index.to_string().into_bytes())
    }

    /// Returns the file with right sums, sizes and offsets.
    pub(super) fn layout(&self) -> File {
        let index = Member { name: b"index.json".to_vec(), data: self.index_bytes(), alignment: 1 };
        layout(self.members.iter().chain([&index]))
    }

    /// Returns the file without the index as its last member.
    pub(super) fn layout_without_index(&self) -> File {
        layout(self.members.iter())
    }
}

/// Lays out members: a ZIP file with the structures of a pack.
pub(super) fn layout<'m>(members: impl Iterator<Item = &'m Member>) -> File {
    let mut file = File::new(Version::V4);
    let members: Vec<_> = members.collect();
    let mut offsets = Vec::new();
    for (number, member) in members.iter().enumerate() {
        let at = |field: &str| format!("members[{number}].{field}");
        let start = file.bytes().len();
        offsets.push(start);
        let unaligned = start + 30 + member.name.len();
        let extra = vec![0; unaligned.next_multiple_of(member.alignment) - unaligned];
        file.push_bytes(&at("local.signature"), b"PK\x03\x04");
        numbers(&mut file, &at("local"), &[("needed", 10), ("flags", 0), ("method", 0), ("time", 0), ("date", 33)]);
        sums(&mut file, &at("local"), &member.data);
        numbers(&mut file, &at("local"), &[("name_length", member.name.len()), ("extra_length", extra.len())]);
        file.push_bytes(&at("local.name"), &member.name);
        file.push_bytes(&at("local.extra"), &extra);
        file.push_bytes(&at("data"), &member.data);
    }
    let start = file.bytes().len();
    for (number, member) in members.iter().enumerate() {
        let at = |field: &str| format!("directory[{number}].{field}");
        let whole = format!("directory[{number}]");
        file.push_bytes(&at("signature"), b"PK\x01\x02");
        numbers(&mut file, &whole, &[("made_by", 10), ("needed", 10), ("flags", 0), ("method", 0), ("time", 0)]);
        numbers(&mut file, &whole, &[("date", 33)]);
        sums(&mut file, &whole, &member.data);
        let lengths = [("name_length", member.name.len()), ("extra_length", 0), ("comment_length", 0), ("disk", 0)];
        numbers(&mut file, &whole, &lengths);
        numbers(&mut file, &whole, &[("internal", 0)]);
        file.push_u32(&at("external"), 0o100_644 << 16);
        file.push_count(&at("offset"), offsets[number]);
        file.push_bytes(&at("name"), &member.name);
        file.push_bytes(&at("extra"), b"");
        file.push_bytes(&at("comment"), b"");
    }
    let size = file.bytes().len() - start;
    file.push_bytes("end.signature", b"PK\x05\x06");
    let count = members.len();
    numbers(&mut file, "end", &[("disk", 0), ("directory_disk", 0), ("count_here", count), ("count", count)]);
    file.push_count("end.size", size);
    file.push_count("end.offset", start);
    numbers(&mut file, "end", &[("comment_length", 0)]);
    file
}

/// Adds the CRC-32 and both sizes of a member.
fn sums(file: &mut File, of: &str, data: &[u8]) {
    file.push_u32(&format!("{of}.crc"), crc32fast::hash(data));
    file.push_count(&format!("{of}.compressed"), data.len());
    file.push_count(&format!("{of}.size"), data.len());
}

/// Adds fields of two bytes.
fn numbers(file: &mut File, of: &str, fields: &[(&str, usize)]) {
    for (field, value) in fields {
        let value = u16::try_from(*value).expect("a small number");
        file.push_bytes(&format!("{of}.{field}"), &value.to_le_bytes());
    }
}

//! Packs whose members have wrong names or wrong places.

use serde_json::json;

use super::layout::{Member, Pack, layout, member_name, small, typical};
use super::valid::unnamed;
use super::zip::shifted;
use super::{Described, reject};
use crate::cases::builder::File;

pub(super) fn cases() -> Vec<Described> {
    [names(), orders(), alignments()].concat()
}

/// Names that are neither that of a module's file nor that of the index.
fn names() -> Vec<Described> {
    let name = String::from_utf8(member_name("main.mjs")).expect("ASCII");
    let (key, upper) = (&name[8..72], name[8..72].to_uppercase());
    let mut cases = Vec::new();
    for (case, title, name) in [
        ("parent", "a name leads to the folder above", format!("../{key}.bmes")),
        ("parent-inside", "a name leads to the folder above from `modules`", format!("modules/../{key}.bmes")),
        ("parent-backslash", "a name leads to the folder above with a backslash", format!("..\\{key}.bmes")),
        ("absolute", "a name is an absolute path", format!("/modules/{key}.bmes")),
        ("drive", "a name begins with a drive", format!("C:/modules/{key}.bmes")),
        ("backslash", "a name has a backslash as its separator", format!("modules\\{key}.bmes")),
        ("uppercase", "a key is in uppercase", format!("modules/{upper}.bmes")),
        ("one-uppercase", "one digit of a key is in uppercase", {
            let mut digits = key.to_owned();
            let letter = digits.find(|digit: char| digit.is_ascii_lowercase()).unwrap_or_default();
            digits[letter..=letter].make_ascii_uppercase();
            format!("modules/{digits}.bmes")
        }),
        ("short-key", "a key has 63 digits", format!("modules/{}.bmes", &key[..63])),
        ("long-key", "a key has 65 digits", format!("modules/{key}0.bmes")),
        ("no-digit", "a key has a letter that is no digit", format!("modules/g{}.bmes", &key[1..])),
        ("empty-key", "a key is empty", "modules/.bmes".into()),
        ("extension-case", "the extension is in uppercase", format!("modules/{key}.BMES")),
        ("other-extension", "the extension is another one", format!("modules/{key}.bme")),
        ("no-extension", "the extension is missing", format!("modules/{key}")),
        ("folder-case", "the folder is in uppercase", format!("Modules/{key}.bmes")),
        ("no-folder", "the folder is missing", format!("{key}.bmes")),
        ("dot-folder", "the folder begins with `./`", format!("./modules/{key}.bmes")),
        ("double-slash", "the name has two slashes", format!("modules//{key}.bmes")),
        ("slash-at-end", "the name ends with a slash, as that of a folder", format!("modules/{key}.bmes/")),
        ("folder", "a member is a folder", "modules/".into()),
        ("nul", "the name ends with a zero byte", format!("modules/{key}.bmes\0")),
        ("nul-inside", "the name has a zero byte after a right name", format!("modules/{key}.bmes\0.txt")),
        ("space", "the name ends with a space", format!("modules/{key}.bmes ")),
        ("other-file", "a member is another file", "README.md".into()),
        ("empty", "the name is empty", String::new()),
    ] {
        cases.push(renamed(case, title, name.clone().into_bytes()));
        cases.push(named(case, title, name.into_bytes()));
    }
    cases.push(named("not-utf-8", "a name is not UTF-8", [b"modules/\xFF", &name.as_bytes()[9..]].concat()));
    cases.extend(of_index());
    cases
}

/// Describes a pack with one more member, which has this name.
fn named(case: &str, title: &str, name: Vec<u8>) -> Described {
    let mut pack = typical();
    let data = b"data".to_vec();
    pack.members.insert(1, Member { name, data, alignment: 8 });
    // The index cannot name this member, so it also differs from the central directory.
    reject(&format!("name-{case}"), title, &["names"], pack.placed().layout(), &["bad-member", "bad-pack-index"])
}

/// Describes a pack in which the member of the first module has this name, and in which all else is right.
fn renamed(case: &str, title: &str, name: Vec<u8>) -> Described {
    let mut pack = typical();
    pack.members[0].name = name;
    let mut pack = pack.placed();
    // `placed` does not find the member of the first module.
    let data = pack.layout().range("members[0].data");
    pack.index["modules"][0]["member"] = json!({ "offset": data.start, "size": data.len() });
    let title = format!("the member of a module: {title}");
    reject(&format!("own-name-{case}"), &title, &["names", "member"], pack.layout(), &["bad-member", "bad-pack-index"])
}

fn of_index() -> Vec<Described> {
    let member = &["bad-member"];
    let mut cases = Vec::new();
    for (case, title, name) in [
        ("case", "the name of the index has an uppercase letter", "Index.json"),
        ("extension", "the name of the index has another extension", "index.jsn"),
        ("folder", "the index is in a folder", "modules/index.json"),
        ("parent", "the index is in the folder above", "../index.json"),
        ("longer", "the name of the index has one byte more", "index.json "),
        ("shorter", "the name of the index has one byte less", "index.jso"),
    ] {
        let pack = typical();
        let index = Member { name: name.into(), data: pack.index_bytes(), alignment: 1 };
        let file = layout(pack.members.iter().chain([&index]));
        cases.push(reject(&format!("index-name-{case}"), title, &["names"], file, member));
    }
    cases.push(reject("no-members", "a ZIP file without members", &["names"], layout([].into_iter()), member));
    cases.push(reject("index-missing", "the index is missing", &["names"], typical().layout_without_index(), member));
    let pack = typical();
    let index = || Member { name: b"index.json".to_vec(), data: pack.index_bytes(), alignment: 1 };
    let aligned = || Member { alignment: 8, ..index() };
    let mut first = pack.clone();
    first.members.insert(0, aligned());
    let file = layout(first.members.iter());
    // The index has the places that the members had without it before them.
    let either = &["bad-member", "bad-pack-index"];
    cases.push(reject("index-first", "the index is the first member, and not the last one", &["names"], file, either));
    let twice: Vec<_> = pack.members.iter().cloned().chain([aligned(), index()]).collect();
    cases.push(reject("index-twice", "the index is there twice", &["names"], layout(twice.iter()), member));
    let mut other = Member { data: small().index_bytes(), ..aligned() };
    other.alignment = 8;
    let twice: Vec<_> = pack.members.iter().cloned().chain([other, index()]).collect();
    cases.push(reject("two-indices", "two different indices", &["names"], layout(twice.iter()), member));
    let mut same = typical();
    let again = same.members[0].clone();
    same.members.push(again);
    // The second member of the name belongs to no module.
    let file = same.placed().layout();
    cases.push(reject("member-twice", "a module's file is there twice", &["names", "member"], file, either));
    let mut same = typical();
    let name = same.members[0].name.clone();
    same.members.insert(1, Member { name, data: b"other".to_vec(), alignment: 8 });
    let same = same.placed();
    let mut of_second = same.clone();
    let data = same.layout().range("members[1].data");
    of_second.index["modules"][0]["member"] = json!({ "offset": data.start, "size": data.len() });
    for (case, which, pack) in [("name-twice", "first", same), ("name-twice-second", "second", of_second)] {
        let title = format!("two members have one name, and the index has the place of the {which}");
        cases.push(reject(case, &title, &["names", "member"], pack.layout(), either));
    }
    cases
}

fn orders() -> Vec<Described> {
    let either: &[&str] = &["bad-zip", "bad-member"];
    let mut cases = vec![
        reject("gap", "bytes that belong to nothing follow the data of a member", &["order"], gap(), &["bad-member"]),
        reject(
            "gap-before-directory",
            "bytes that belong to nothing precede the central directory",
            &["order"],
            {
                let file = typical().layout().insert_after("members[3].data", b"hidden");
                shifted(file, "end.offset", 6)
            },
            &["bad-member"],
        ),
        reject(
            "directory-order",
            "the central directory has another order than the members",
            &["order"],
            {
                let file = small().module("a.mjs", &[]).layout();
                let [first, second] =
                    [0, 1].map(|number| file.bytes()[file.range(&format!("directory[{number}]"))].to_vec());
                file.overwrite("directory[0]", &second).overwrite("directory[1]", &first)
            },
            &["bad-member"],
        ),
        reject("overlap-inside", "a member lies in the data of another one", &["order"], nested(), &["bad-member"]),
        reject(
            "overlap-same",
            "two entries of the central directory are those of one member",
            &["order", "names"],
            {
                let file = typical().layout();
                let entry = file.bytes()[file.range("directory[0]")].to_vec();
                file.overwrite("directory[1]", &entry)
            },
            either,
        ),
    ];
    for (name, title, number, offset) in [
        ("first-later", "the offset of the first member is one byte more", 0, Place::By(1)),
        ("second-earlier", "the offset of the second member is one byte less", 1, Place::By(-1)),
        ("second-later", "the offset of the second member is one byte more", 1, Place::By(1)),
        ("second-first", "the offset of the second member is that of the first one", 1, Place::At(0)),
        ("in-directory", "the offset of a member is in the central directory", 2, Place::Directory),
        ("at-end", "the offset of a member is the length of the file", 1, Place::End),
        ("outside", "the offset of a member is outside of the file", 1, Place::At(0x7FFF_FFFF)),
        ("largest", "the offset of a member is 4294967295, as in a ZIP64 file", 1, Place::At(u32::MAX)),
        ("index-outside", "the offset of the index is outside of the file", 3, Place::At(0x7FFF_FFFF)),
    ] {
        let file = typical().layout();
        let path = format!("directory[{number}].offset");
        let place = |at: usize| u32::try_from(at).expect("a small file");
        let file = match offset {
            Place::By(change) => shifted(file, &path, change),
            Place::At(offset) => file.overwrite(&path, &offset.to_le_bytes()),
            Place::Directory => {
                let start = place(file.range("directory[0]").start);
                file.overwrite(&path, &start.to_le_bytes())
            }
            Place::End => {
                let end = place(file.bytes().len());
                file.overwrite(&path, &end.to_le_bytes())
            }
        };
        cases.push(reject(&format!("offset-{name}"), title, &["order"], file, either));
    }
    cases
}

/// Where the central directory says that a member is.
enum Place {
    By(i64),
    At(u32),
    Directory,
    End,
}

/// Returns a pack with a gap of 8 bytes after the data of the first member. Index and headers agree: the sizes of the member
/// leave out its last 8 bytes.
fn gap() -> File {
    let mut pack = typical();
    let crc = crc32fast::hash(&pack.members[0].data);
    pack.members[0].data.extend([0; 8]);
    let mut pack = pack.placed();
    pack.index["modules"][0]["member"]["size"] = json!(pack.members[0].data.len() - 8);
    ["members[0].local", "directory[0]"].into_iter().fold(pack.layout(), |file, of| {
        let file = file.write_u32_at(&format!("{of}.crc"), crc);
        let file = shifted(file, &format!("{of}.compressed"), -8);
        shifted(file, &format!("{of}.size"), -8)
    })
}

/// Returns a pack in which the second member, with its header, lies in the data of the first one. Index and central directory
/// agree.
fn nested() -> File {
    let inner = unnamed("inner.mjs");
    let mut pack = small().module("inner.mjs", &[]);
    // A file with the second member alone, whose header and data become the data of the first member.
    let alone = layout([&inner].into_iter());
    let whole = alone.bytes()[..alone.range("members[0].data").end].to_vec();
    let data = alone.range("members[0].data");
    pack.members.truncate(1);
    pack.members[0].data = [&[0; 8], whole.as_slice()].concat();
    pack.members[0].alignment = 8;
    let mut pack = pack.placed();
    let start = pack.layout().range("members[0].data").start + 8;
    pack.index["modules"][1]["member"] = json!({ "offset": start + data.start, "size": data.len() });
    let file = pack.layout();
    let entry = alone.bytes()[alone.range("directory[0]")].to_vec();
    let size = u32::try_from(entry.len()).expect("a short entry");
    let file = file.insert_before("directory[1].signature", &entry);
    // The offset of the local header is at byte 42 of the new entry.
    let at = file.range("directory[1].signature").start - entry.len() + 42;
    let mut bytes = file.bytes().to_vec();
    bytes[at..at + 4].copy_from_slice(&u32::try_from(start).expect("a small file").to_le_bytes());
    let end = file.range("end");
    bytes[end.start + 8..end.start + 12].copy_from_slice(&[3, 0, 3, 0]);
    let total = file.u32("end.size") + size;
    bytes[end.start + 12..end.start + 16].copy_from_slice(&total.to_le_bytes());
    let mut made = File::new(bmes::Version::V4);
    made.push_bytes("all", &bytes);
    made
}

fn alignments() -> Vec<Described> {
    let mut cases = Vec::new();
    for by in [1, 2, 4] {
        let mut pack = typical();
        pack.members[1].alignment = 1;
        let pack = shorter_gap(pack, by);
        let title = format!("the data of a member begins {by} bytes after a multiple of 8");
        cases.push(reject(&format!("alignment-{by}"), &title, &["alignment"], pack.layout(), &["bad-member"]));
    }
    cases
}

/// Places the second member `by` bytes after a multiple of 8: the data of the first one has more bytes.
fn shorter_gap(mut pack: Pack, by: usize) -> Pack {
    loop {
        let start = pack.layout().range("members[1].data").start;
        if start % 8 == by {
            return pack.placed();
        }
        pack.members[0].data.push(0);
    }
}

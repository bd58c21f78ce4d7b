//! Packs with a large index, as recipes.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::layout::{Pack, small};
use super::{Described, case, error};
use crate::case::Expect;
use crate::recipe::{Growth, Part, Recipe, grow_bytes};

pub(super) fn cases() -> Vec<Described> {
    vec![
        absent("absent-16", "an index of 16 MB whose last two paths do not ascend", 160_000, &["bad-pack-index"]),
        absent(
            "absent-100",
            "an index of 100 MB whose last two paths do not ascend",
            1_000_000,
            &["bad-pack-index", "limit"],
        ),
        same("brackets-16", "an index of 16 million lists in each other", b'[', 16_000_000),
    ]
}

/// Describes a pack whose `absent` has `times` paths of 97 bytes, and then one that is less.
fn absent(name: &str, title: &str, times: usize, any_of: &[&str]) -> Described {
    let path = format!("000000/{}", "x".repeat(90));
    let pack = small().index(|index| index["absent"] = json!([path, "0"]));
    let piece = format!("\"{path}\",");
    described(name, title, &["ascending", "memory", "limit"], &pack, piece.as_bytes(), times, any_of)
}

/// Describes a pack whose index is one byte, many times.
fn same(name: &str, title: &str, byte: u8, times: usize) -> Described {
    let pack = small().bytes(&[byte]);
    described(name, title, &["json", "memory"], &pack, &[byte], times, &["bad-pack-index"])
}

/// Describes a pack in whose index a piece, which occurs there once, is repeated.
fn described(
    name: &str,
    title: &str,
    clauses: &[&str],
    pack: &Pack,
    piece: &[u8],
    times: usize,
    any_of: &[&str],
) -> Described {
    let seed = pack.layout();
    let index = seed.range("members[1].data");
    let text = &seed.bytes()[index.clone()];
    let at = text.windows(piece.len()).position(|window| window == piece).expect("the piece is in the index");
    let piece_range = index.start + at..index.start + at + piece.len();
    let added = u32::try_from(piece.len() * (times - 1)).expect("less than 4 GiB");
    let number = |path: &str| seed.u32(path) + added;
    // The fields that change, with the place and the new bytes of each.
    let parts = |crc: u32| {
        let mut fields: Vec<(usize, [u8; 4])> = ["members[1].local", "directory[1]"]
            .into_iter()
            .flat_map(|of| {
                let at = |field: &str| format!("{of}.{field}");
                [(at("crc"), crc), (at("compressed"), number(&at("compressed"))), (at("size"), number(&at("size")))]
            })
            .chain([("end.offset".to_owned(), number("end.offset"))])
            .map(|(path, value)| (seed.range(&path).start, value.to_le_bytes()))
            .collect();
        fields.sort_unstable();
        let mut parts = Vec::new();
        let mut done = 0;
        for (start, bytes) in fields {
            if (done..start).contains(&piece_range.start) {
                parts.push(Part::copy(done, piece_range.start));
                parts.push(Part::repeat(piece_range.start, piece_range.end, times, 0));
                done = piece_range.end;
            }
            if done < start {
                parts.push(Part::copy(done, start));
            }
            parts.push(Part::Bytes { bytes: hex::encode(bytes) });
            done = start + bytes.len();
        }
        parts.push(Part::copy(done, seed.bytes().len()));
        parts
    };
    // The checksum of the grown index is needed for the parts, and it is not in the index. So the file grows only once.
    let mut grown = grow_bytes(seed.bytes(), &parts(0)).expect("the parts fit the seed");
    let length = grown.len();
    let moved = length - seed.bytes().len();
    let crc = crc32fast::hash(&grown[index.start..index.end + moved]);
    for (path, moved) in [("members[1].local.crc", 0), ("directory[1].crc", moved)] {
        let field = seed.range(path);
        grown[field.start + moved..field.end + moved].copy_from_slice(&crc.to_le_bytes());
    }
    let sha256 = hex::encode(Sha256::digest(&grown));
    let file = Some(Growth { parts: parts(crc), length, sha256 });
    let mut case = case(name, title, clauses, Expect { open_pack: Some(error(any_of, None)), ..Expect::default() });
    case.recipe = Some(Recipe { file, ..Recipe::default() });
    Described { case, file: None, canonical: None, seed: Some(seed.bytes().into()), left_out: None }
}

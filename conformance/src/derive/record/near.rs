//! Pairs of different names that a wrong comparison treats as equal: by a hash, by a part, or after a normalisation.

use unicode_normalization::UnicodeNormalization;

use super::Choices;

/// Pairs that have equal hashes after any common prefix. The hashes are CRC-32, `h * 33 + byte` (djb2), `h * 31 +
/// byte` (Java), and the sum of the bytes.
const COLLISIONS: [(&str, &str); 4] = [("plumless", "buckeroo"), ("Ez", "FY"), ("Aa", "BB"), ("ac", "bb")];

/// Returns two different names that are nearly equal to `name`. The first may be `name` itself.
pub(super) fn near(name: &str, choices: &mut Choices) -> (String, String) {
    let kind = choices.below(KINDS.len() + COLLISIONS.len());
    let Some(change) = KINDS.get(kind) else {
        let (one, other) = COLLISIONS[kind - KINDS.len()];
        return (format!("{name}{one}"), format!("{name}{other}"));
    };
    let changed = change(name);
    // If the change has no effect on this name, a `_` is appended instead.
    let changed = if changed == name { format!("{name}_") } else { changed };
    (name.to_owned(), changed)
}

const KINDS: [fn(&str) -> String; 17] = [
    |name| format!("{name} "),
    |name| format!(" {name}"),
    |name| format!("{name}\0"),
    |name| format!("{name}\0x"),
    |name| format!("{name}?v=1"),
    |name| format!("{name}\u{85}"),
    |name| format!("\u{FEFF}{name}"),
    str::to_uppercase,
    str::to_lowercase,
    |name| name.nfd().collect(),
    |name| name.nfc().collect(),
    |name| without_last(name).to_owned(),
    |name| format!("{}\u{E000}", without_last(name)),
    |name| moved(name, 0x100),
    |name| moved(name, 0x1_0000),
    in_the_middle,
    |name| name.chars().rev().collect(),
];

fn without_last(name: &str) -> &str {
    let mut characters = name.chars();
    characters.next_back();
    characters.as_str()
}

/// Adds `by` to the code point of the first character. `by` is 2^8 or 2^16, so the low 8 or 16 bits stay the same.
fn moved(name: &str, by: u32) -> String {
    let mut characters = name.chars();
    let first = characters.next().and_then(|first| char::from_u32(u32::from(first) + by));
    first.into_iter().chain(characters).collect()
}

fn in_the_middle(name: &str) -> String {
    let middle = name.chars().count() / 2;
    name.chars().enumerate().map(|(index, character)| if index == middle { '~' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crc_32(bytes: &[u8]) -> u32 {
        let bit = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
    }

    fn polynomial(factor: u32, bytes: &[u8]) -> u32 {
        bytes.iter().fold(0, |hash: u32, byte| hash.wrapping_mul(factor).wrapping_add(u32::from(*byte)))
    }

    #[test]
    fn the_pairs_collide_behind_every_prefix() {
        for (index, (one, other)) in COLLISIONS.into_iter().enumerate() {
            let hash = |bytes: &[u8]| match index {
                0 => crc_32(bytes),
                index => polynomial([33, 31, 1][index - 1], bytes),
            };
            for prefix in ["", "./a.js", "é"] {
                assert_eq!(
                    hash(format!("{prefix}{one}").as_bytes()),
                    hash(format!("{prefix}{other}").as_bytes()),
                    "{prefix:?} before {one} and {other}"
                );
            }
        }
    }

    #[test]
    fn the_two_names_differ() {
        for name in ["", "a", "A", "é", "e\u{301}", "./a.js", "😀", "aa"] {
            for number in 0..200 {
                let (one, other) = near(name, &mut Choices(number));
                assert_ne!(one, other);
            }
        }
    }
}

//! Whether bytes are UTF-8, faster than the standard library says it of text that is not ASCII.
//!
//! Every byte is compared with the three before it, sixteen at a time and without a branch, which compilers make vector instructions
//! of. Not for making a `str`: without unsafe code only the standard library's own check does that.

#![allow(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]

/// Bytes that are looked at together.
const LANES: usize = 16;
/// How far back a byte's first can be.
const BACK: usize = 3;

/// The same as `core::str::from_utf8(bytes).is_ok()`.
pub(crate) fn is_utf8(bytes: &[u8]) -> bool {
    let (Some(first), Some(last)) = (bytes.first_chunk::<LANES>(), bytes.last_chunk::<{ BACK + LANES }>()) else {
        return core::str::from_utf8(bytes).is_ok();
    };
    // Before the first bytes and behind the last there is nothing that a character could go on with.
    let mut head = [0; BACK + LANES];
    let mut tail = [0; BACK + 2 * LANES];
    if let (Some(head), Some(tail)) = (head.last_chunk_mut(), tail.first_chunk_mut()) {
        *head = *first;
        *tail = *last;
    }
    let parts = [head.as_slice(), bytes, tail.as_slice()];
    let seen = parts.into_iter().fold(Seen::default(), |seen, part| seen.and(over(part, structure)));
    !seen.wrong && (!seen.special || parts.into_iter().all(|part| !over(part, second_byte).wrong))
}

/// What has been seen somewhere.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// What is in no text.
    wrong: bool,
    /// A first byte that not every second one may follow.
    special: bool,
}

impl Seen {
    #[inline]
    const fn and(self, other: Self) -> Self {
        Self { wrong: self.wrong | other.wrong, special: self.special | other.special }
    }
}

/// Looks at each byte but the first three, together with the three before it.
#[inline(always)]
#[allow(clippy::inline_always, reason = "a call for each byte would be no vector instruction")]
fn over(bytes: &[u8], look: impl Fn(u8, [u8; BACK]) -> Seen) -> Seen {
    let blocks = |from| bytes.get(from..).unwrap_or_default().as_chunks::<LANES>().0.iter();
    let (mut wrong, mut special) = ([false; LANES], [false; LANES]);
    for (((third, second), before), block) in blocks(0).zip(blocks(1)).zip(blocks(2)).zip(blocks(BACK)) {
        let lanes = block.iter().zip(before).zip(second).zip(third);
        for ((((byte, before), second), third), (wrong, special)) in lanes.zip(wrong.iter_mut().zip(&mut special)) {
            let seen = look(*byte, [*before, *second, *third]);
            *wrong |= seen.wrong;
            *special |= seen.special;
        }
    }
    Seen { wrong: wrong.contains(&true), special: special.contains(&true) }
}

/// A byte goes on with a character exactly where one before it says so, and none is a byte that UTF-8 does not have.
#[inline(always)]
#[allow(clippy::inline_always, reason = "see `over`")]
const fn structure(byte: u8, [before, second, third]: [u8; BACK]) -> Seen {
    let goes_on = byte & 0xC0 == 0x80;
    let has_to = (before >= 0xC0) | (second >= 0xE0) | (third >= 0xF0);
    let no_first = (byte & 0xFE == 0xC0) | (byte >= 0xF5);
    let special = (byte == 0xE0) | (byte == 0xED) | (byte >= 0xF0);
    Seen { wrong: (goes_on != has_to) | no_first, special }
}

/// A second byte makes no number that is too long, no surrogate, and none above the last character.
#[inline(always)]
#[allow(clippy::inline_always, reason = "see `over`")]
const fn second_byte(byte: u8, [before, ..]: [u8; BACK]) -> Seen {
    let wrong = (before == 0xE0) & (byte < 0xA0)
        | (before == 0xED) & (byte >= 0xA0)
        | (before == 0xF0) & (byte < 0x90)
        | (before == 0xF4) & (byte >= 0x90);
    Seen { wrong, special: false }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::{Strategy, any, prop};
    use proptest::{prop_assert_eq, proptest};

    use super::is_utf8;

    /// Every byte that the rules tell from its neighbours.
    const EDGES: [u8; 17] =
        [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF4, 0xF5];

    #[test]
    fn four_bytes_at_the_edges_are_judged_as_the_library_does_wherever_they_are() {
        for (a, b) in EDGES.into_iter().flat_map(|a| EDGES.map(|b| (a, b))) {
            for (c, d) in EDGES.into_iter().flat_map(|c| EDGES.map(|d| (c, d))) {
                let four = [a, b, c, d];
                let expected = core::str::from_utf8(&four).is_ok();
                for place in [0, 13, 15, 16, 18, 31, 44] {
                    let mut bytes = [b'a'; 48];
                    bytes[place..place + 4].copy_from_slice(&four);
                    assert_eq!(is_utf8(&bytes), expected, "{four:x?} at {place}");
                }
            }
        }
    }

    /// Text, of which a byte may have become another.
    fn nearly_text() -> impl Strategy<Value = Vec<u8>> {
        let text = prop::collection::vec(any::<char>(), 0..60);
        let text = text.prop_map(|text| text.into_iter().collect::<alloc::string::String>().into_bytes());
        (text, any::<usize>(), any::<u8>(), any::<bool>()).prop_map(|(mut bytes, place, byte, is_changed)| {
            let length = bytes.len().max(1);
            if let Some(place) = bytes.get_mut(place % length).filter(|_| is_changed) {
                *place = byte;
            }
            bytes
        })
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_library(bytes in nearly_text(), cut in any::<prop::sample::Index>()) {
            let cut = &bytes[..cut.index(bytes.len() + 1)];
            prop_assert_eq!(is_utf8(&bytes), core::str::from_utf8(&bytes).is_ok());
            prop_assert_eq!(is_utf8(cut), core::str::from_utf8(cut).is_ok());
        }
    }
}

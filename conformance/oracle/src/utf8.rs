//! Decoding UTF-8 by the table of RFC 3629, section 4.
//!
//! The decoder of the standard library would also be correct. The oracle does not use it, so that its results do not
//! depend on that decoder.

/// The smallest and the largest byte at one position of a sequence.
type Range = (u8, u8);

const TAIL: Range = (0x80, 0xBF);

/// Every well-formed sequence of one code point, in the rows of the RFC.
const TABLE: [&[Range]; 9] = [
    &[(0x00, 0x7F)],
    &[(0xC2, 0xDF), TAIL],
    &[(0xE0, 0xE0), (0xA0, 0xBF), TAIL],
    &[(0xE1, 0xEC), TAIL, TAIL],
    &[(0xED, 0xED), (0x80, 0x9F), TAIL],
    &[(0xEE, 0xEF), TAIL, TAIL],
    &[(0xF0, 0xF0), (0x90, 0xBF), TAIL, TAIL],
    &[(0xF1, 0xF3), TAIL, TAIL, TAIL],
    &[(0xF4, 0xF4), (0x80, 0x8F), TAIL, TAIL],
];

/// Returns the text that the bytes encode, or the index of the first byte that is not part of well-formed UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Result<String, usize> {
    let mut text = String::new();
    let mut index = 0;
    while index < bytes.len() {
        let (code_point, length) = first_code_point(&bytes[index..]).ok_or(index)?;
        text.push(code_point);
        index += length;
    }
    Ok(text)
}

/// Returns the index of the first byte that is not part of well-formed UTF-8, as [`decode`] does, but takes no memory.
pub(super) fn first_error(bytes: &[u8]) -> Option<usize> {
    let mut index = 0;
    while index < bytes.len() {
        let Some((_, length)) = first_code_point(&bytes[index..]) else { return Some(index) };
        index += length;
    }
    None
}

/// Returns the first code point and the length of its sequence in bytes, or `None` if the bytes do not begin with a
/// well-formed sequence.
fn first_code_point(bytes: &[u8]) -> Option<(char, usize)> {
    TABLE.iter().find_map(|row| {
        let sequence = bytes.get(..row.len())?;
        let is_in_row = row.iter().zip(sequence).all(|((from, to), byte)| (from..=to).contains(&byte));
        if is_in_row { Some((code_point(sequence)?, row.len())) } else { None }
    })
}

/// Returns the code point of a sequence: the free bits of the lead byte, then six bits of each tail byte (RFC 3629,
/// section 3).
fn code_point(sequence: &[u8]) -> Option<char> {
    let (lead, tail) = sequence.split_first()?;
    let lead_bits = match tail.len() {
        0 => lead & 0b0111_1111,
        1 => lead & 0b0001_1111,
        2 => lead & 0b0000_1111,
        _ => lead & 0b0000_0111,
    };
    let scalar = tail.iter().fold(u32::from(lead_bits), |bits, byte| (bits << 6) + u32::from(byte & 0b0011_1111));
    char::from_u32(scalar)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that the standard library decodes the bytes in the same way.
    fn agrees(bytes: &[u8]) {
        let expected = std::str::from_utf8(bytes).map_err(|error| error.valid_up_to());
        let got = decode(bytes);
        assert_eq!(got.as_deref().map_err(|at| *at), expected, "{bytes:02x?}");
        assert_eq!(first_error(bytes), expected.err(), "{bytes:02x?}");
    }

    #[test]
    fn one_two_and_three_bytes() {
        agrees(&[]);
        std::thread::scope(|scope| {
            for quarter in 0..4 {
                scope.spawn(move || {
                    for a in quarter * 64..=quarter * 64 + 63 {
                        agrees(&[a]);
                        for b in 0..=255 {
                            agrees(&[a, b]);
                            for c in 0..=255 {
                                agrees(&[a, b, c]);
                            }
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn four_bytes_at_every_boundary() {
        let boundaries = [
            0x00, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x91, 0x9F, 0xA0, 0xA1, 0xBE, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
            0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFE, 0xFF,
        ];
        for a in 0xF0..=0xFF {
            for b in 0..=255 {
                for c in boundaries {
                    for d in boundaries {
                        agrees(&[a, b, c, d]);
                    }
                }
            }
        }
    }

    #[test]
    fn every_code_point() {
        for expected in '\0'..=char::MAX {
            let text = expected.to_string();
            assert_eq!(decode(text.as_bytes()), Ok(text));
        }
    }

    #[test]
    fn the_offset_is_that_of_the_sequence() {
        for (bytes, expected) in [
            (&b"ab\x80"[..], 2),
            (b"ab\xC3", 2),
            (b"ab\xC3\x41", 2),
            (b"a\xE2\x82", 1),
            (b"a\xC0\x80", 1),
            (b"a\xED\xA0\x80", 1),
            (b"\xC3\xA9\xF4\x90\x80\x80", 2),
            (b"\xF0\x9F\x98", 0),
        ] {
            assert_eq!(decode(bytes), Err(expected), "{bytes:02x?}");
        }
    }
}

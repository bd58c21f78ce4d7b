//! Pairs of names that have several checksums and their length in common. A program that compares two checksums instead
//! of two names treats the names of a pair as equal.
//!
//! A name consists of pieces of three bytes. Each piece has one of two forms, whose bytes differ by +1, -2 and +1.
//! Checksums that weigh bytes by their position, such as Adler-32 and Fletcher's, are the same for both forms. For a
//! cyclic redundancy check (CRC), the forms of all pieces are the unknowns of linear equations. Each solution of these
//! equations is a name.

use std::collections::HashMap;
use std::sync::LazyLock;

const FORMS: [&str; 2] = ["bdb", "cbc"];

/// The checksums as a part of the id of a case, the checksums in words, and two names that have these checksums in
/// common.
pub(super) type Alike = (&'static str, &'static str, [String; 2]);

/// Returns all pairs. They are computed once.
pub(super) fn pairs() -> &'static [Alike] {
    static PAIRS: LazyLock<[Alike; 3]> = LazyLock::new(|| {
        [
            (
                "crc32-crc32c-adler32-xor",
                "their CRC-32, CRC-32C, Adler-32, Fletcher's sums and exclusive or are the same",
                solved(100, |name| {
                    u128::from(crc(CRC_32, name)) << 64 | u128::from(crc(CRC_32C, name)) << 32 | exclusive_or(name)
                }),
            ),
            (
                "crc64-adler32-xor",
                "their CRC-64, Adler-32, Fletcher's sums and exclusive or are the same",
                solved(100, |name| u128::from(crc(CRC_64, name)) << 32 | exclusive_or(name)),
            ),
            (
                "crc32-fnv1a-adler32",
                "their CRC-32, FNV-1a and Adler-32 are the same",
                met(54, |name| u128::from(crc(CRC_32, name)), fnv1a),
            ),
        ]
    });
    &*PAIRS
}

/// The polynomials of CRC-32, CRC-32C and CRC-64 (ECMA-182), with the lowest bit first.
pub(super) const CRC_32: u64 = 0xEDB8_8320;
pub(super) const CRC_32C: u64 = 0x82F6_3B78;
const CRC_64: u64 = 0xC96C_5795_D787_0F42;

/// Returns the CRC of a name, without the inversion of all bits at the end.
pub(super) fn crc(polynomial: u64, name: &str) -> u64 {
    let start = if polynomial > u64::from(u32::MAX) { u64::MAX } else { u64::from(u32::MAX) };
    let shift = |crc: u64| if crc & 1 == 1 { (crc >> 1) ^ polynomial } else { crc >> 1 };
    name.bytes().fold(start, |crc, byte| (0..8).fold(crc ^ u64::from(byte), |crc, _| shift(crc)))
}

/// Returns the exclusive or of all words of four bytes in a name.
fn exclusive_or(name: &str) -> u128 {
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte));
    name.as_bytes().chunks(4).fold(0, |sum, bytes| sum ^ word(bytes))
}

/// Returns the FNV-1a hash of 32 bits.
pub(super) fn fnv1a(name: &str) -> u32 {
    name.bytes().fold(2_166_136_261, |state, byte| (state ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// Returns the name of `pieces` pieces. Each bit of `forms` selects the form of one piece.
fn name(pieces: u32, forms: u128) -> String {
    (0..pieces).map(|piece| FORMS[usize::from(forms >> piece & 1 == 1)]).collect()
}

/// Returns changes of the forms that do not change a linear checksum. They are a basis of all such changes, found by
/// Gaussian elimination. In a change, a bit that is 1 exchanges the form of one piece.
fn solutions(pieces: u32, sum: impl Fn(&str) -> u128) -> Vec<u128> {
    let start = sum(&name(pieces, 0));
    // The highest bit of a row is zero in every later row.
    let mut rows: Vec<(u128, u128)> = Vec::new();
    let mut solutions = Vec::new();
    for piece in 0..pieces {
        let mut forms = 1 << piece;
        let mut change = sum(&name(pieces, forms)) ^ start;
        for (other, by) in &rows {
            if change ^ other < change {
                (change, forms) = (change ^ other, forms ^ by);
            }
        }
        if change == 0 {
            solutions.push(forms);
        } else {
            rows.push((change, forms));
        }
    }
    solutions
}

/// Returns two names that have the linear checksum in common.
fn solved(pieces: u32, sum: impl Fn(&str) -> u128) -> [String; 2] {
    let solutions = solutions(pieces, sum);
    let forms = solutions.first().expect("there are more pieces than bits in the checksum");
    [0, *forms].map(|forms| name(pieces, forms))
}

/// Returns two names that have both the linear checksum and the hash in common.
fn met(pieces: u32, sum: impl Fn(&str) -> u128, hash: impl Fn(&str) -> u32) -> [String; 2] {
    let solutions = solutions(pieces, sum);
    let mut seen = HashMap::new();
    for choice in 0_u32..1 << solutions.len() {
        let chosen = solutions.iter().enumerate().filter(|(place, _)| choice >> place & 1 == 1);
        let forms = chosen.fold(0, |forms, (_, solution)| forms ^ solution);
        if let Some(other) = seen.insert(hash(&name(pieces, forms)), forms) {
            return [other, forms].map(|forms| name(pieces, forms));
        }
    }
    panic!("no two of {} names have the same hash", 1_u64 << solutions.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_those_of_their_definitions() {
        assert_eq!(crc(CRC_32, "123456789") ^ u64::from(u32::MAX), 0xCBF4_3926);
        assert_eq!(crc(CRC_32C, "123456789") ^ u64::from(u32::MAX), 0xE306_9283);
        assert_eq!(crc(CRC_64, "123456789") ^ u64::MAX, 0x995D_C9BB_DF19_39FA);
        assert_eq!(fnv1a("a"), 0xE40C_292C);
    }

    #[test]
    fn each_pair_has_its_sums_in_common() {
        let moments = |name: &str| {
            let bytes = || name.bytes().map(usize::from);
            (bytes().sum::<usize>(), bytes().enumerate().map(|(place, byte)| place * byte).sum::<usize>())
        };
        for (how, _, [one, other]) in pairs() {
            assert!(one != other && one.len() == other.len(), "{how}");
            assert_eq!(moments(one), moments(other), "{how}");
            let [crc32, crc32c, crc64] = [CRC_32, CRC_32C, CRC_64].map(|sum| crc(sum, one) == crc(sum, other));
            let is_xor_equal = exclusive_or(one) == exclusive_or(other);
            assert!(match *how {
                "crc32-crc32c-adler32-xor" => crc32 && crc32c && is_xor_equal,
                "crc64-adler32-xor" => crc64 && is_xor_equal,
                "crc32-fnv1a-adler32" => crc32 && fnv1a(one) == fnv1a(other),
                _ => panic!("{how}: unknown checksums"),
            });
        }
    }
}

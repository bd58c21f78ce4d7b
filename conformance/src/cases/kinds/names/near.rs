//! The names for these cases: pairs of names that differ in one way, and names that a testee only has to keep.

use super::sums;

/// Two names that some wrong comparison treats as equal.
pub(super) struct Pair {
    /// The wrong comparison, as a part of the id of a case.
    pub(super) how: String,
    pub(super) one: String,
    pub(super) other: String,
    /// The wrong comparison, in the words of a title.
    pub(super) what: String,
}

/// Hash functions of 32 bits, and some of 64 bits. Each has two names with the same hash; a test computes both hashes.
pub(in super::super) const HASHES: [(&str, &str, &str); 18] = [
    ("crc32", "plumless", "buckeroo"),
    ("crc32-long", "xhvbljakt", "rayygnckv"),
    ("crc32c", "JGiZOORB", "jjpAknYO"),
    ("adler32", "opnlfs", "zjchps"),
    ("fnv1a", "mdqgki", "gwhnho"),
    ("fnv1a-64", "8yn0iYCKYHlIj4-BwPqk", "GReLUrM4wMqfg9yzV3KQ"),
    ("fnv1", "ejnavd", "savyhw"),
    ("djb2", "Ez", "FY"),
    ("djb2-xor", "4wwSBH3", "LSvWSiz"),
    ("times-31", "Aa", "BB"),
    ("sdbm", "arwqgu", "zcvone"),
    ("times-131", "afhlao", "ylyjmd"),
    ("one-at-a-time", "shjybz", "sdouvz"),
    ("murmur3", "rkojqi", "mmcgrv"),
    ("fx", "fxgamofdAaaAaaad", "qzjhtivn1256dC/9"),
    ("fnv1a-of-words", "oncybsjgdaaAAFda", "tymdgjsnyBA279xc"),
    ("golden-ratio", "txwqrbqcgeaaAaAa", "joekweqw$ZQZ441k"),
    ("golden-ratio-and-length", "xtglznbkaadAaAaa", "elgyphqudpx5u-EY"),
];

/// Further pairs of names, each after the wrong comparison that treats the two names as equal.
const PAIRS: [(&str, &str, &str); 53] = [
    ("sum-of-bytes", "ab", "ba"),
    ("xor-of-bytes", "abcc", "ab"),
    ("low-8-bits", "a", "\u{161}"),
    ("low-8-bits-of-two", "\u{161}", "\u{261}"),
    ("low-16-bits", "a", "\u{10061}"),
    ("low-16-bits-of-two", "\u{10061}", "\u{20061}"),
    ("high-surrogate", "\u{1F600}", "\u{1F601}"),
    ("low-7-bits", "i", "\u{E9}"),
    ("ascii-question-mark", "?", "\u{E9}"),
    ("replacement-character", "\u{FFFD}", "\u{FFFE}"),
    ("case-ascii", "./A.js", "./a.js"),
    ("case-latin", "\u{C9}", "\u{E9}"),
    ("case-greek-sigma", "\u{3C3}", "\u{3C2}"),
    ("case-sharp-s", "\u{DF}", "ss"),
    ("case-dotless-i", "\u{131}", "i"),
    ("case-kelvin", "\u{212A}", "k"),
    ("nfc", "e\u{301}", "\u{E9}"),
    ("nfc-hangul", "\u{1100}\u{1161}", "\u{AC00}"),
    ("nfc-angstrom", "\u{212B}", "\u{C5}"),
    ("nfc-order-of-marks", "a\u{323}\u{301}", "a\u{301}\u{323}"),
    ("nfkc-ligature", "\u{FB01}", "fi"),
    ("nfkc-full-width", "\u{FF41}", "a"),
    ("nfkc-digit", "\u{B2}", "2"),
    ("trim-space-before", " ./a.js", "./a.js"),
    ("trim-space-behind", "./a.js ", "./a.js"),
    ("trim-line-break", "./a.js\n", "./a.js"),
    ("trim-next-line", "./a.js\u{85}", "./a.js"),
    ("trim-no-break-space", "\u{A0}./a.js", "./a.js"),
    ("trim-byte-order-mark", "\u{FEFF}./a.js", "./a.js"),
    ("ignored-joiner", "a\u{200D}b", "ab"),
    ("up-to-zero", "./a.js\0", "./a.js"),
    ("up-to-zero-and-more", "./a.js\0x", "./a.js\0y"),
    ("query", "./a.js?v=1", "./a.js"),
    ("fragment", "./a.js#x", "./a.js"),
    ("extension", "./a.js", "./a"),
    ("slash", "./a/", "./a"),
    ("dot-segment", "././a.js", "./a.js"),
    ("percent", "./%61.js", "./a.js"),
    ("prefix-node", "node:fs", "fs"),
    ("empty", "", "\0"),
    ("number", "1", "1.0"),
    ("low-7-bits-of-bytes", "C)", "\u{E9}"),
    ("zero-before", "\0a", "a"),
    ("zero-behind", "a\0", "a"),
    ("two-letters-in-16-bits", "a\u{161}", "aa"),
    ("one-letter-in-16-bits", "\u{6162}", "ab"),
    ("backslash", ".\\a.js", "./a.js"),
    ("escape-of-slash", "a\\/b", "a/b"),
    ("escape-of-letter", "\\u0061", "a"),
    ("escape-of-line-break", "\\n", "\n"),
    ("quoted", "\"a\"", "a"),
    ("line-breaks", "\r\n", "\n"),
    ("carriage-return", "\r", "\n"),
];

/// The lengths in bytes of the equal beginnings and ends of two names.
const LENGTHS: [usize; 10] = [8, 16, 32, 64, 128, 255, 256, 512, 1024, 4096];

/// Returns every pair. New pairs must come last, because the index of a pair determines which list of a record its
/// cases use.
pub(super) fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    let pair = |how: &str, one: &str, other: &str, what: &str| Pair {
        how: how.into(),
        one: one.into(),
        other: other.into(),
        what: what.into(),
    };
    for (how, one, other) in HASHES {
        pairs.push(pair(
            &format!("hash-{how}"),
            one,
            other,
            &format!("the hash {} is the same", how.replace('-', " ")),
        ));
    }
    for (how, one, other) in PAIRS {
        pairs.push(pair(how, one, other, &how.replace('-', " ")));
    }
    for (how, symbols) in THUE_MORSE {
        let [one, other] = [false, true].map(|turned| thue_morse(symbols, turned));
        let what = "a polynomial of their bytes or words, modulo 2^64, is the same";
        pairs.push(pair(how, &one, &other, what));
    }
    for length in LENGTHS {
        let [one, other] = long_pair(length);
        pairs.push(pair(
            &format!("ends-of-{length}"),
            &one,
            &other,
            &format!("the first {length} bytes, the last {length} bytes and the length are the same"),
        ));
    }
    for (how, what, [one, other]) in sums::pairs() {
        pairs.push(pair(&format!("sums-{how}"), one, other, what));
    }
    pairs
}

/// The two symbols of a Thue-Morse sequence, after the kind of hash that the sequence defeats. If such a sequence has
/// 1,024 symbols or more, an exchange of the two symbols does not change its polynomial hash modulo 2^64, for every odd
/// factor of the hash.
const THUE_MORSE: [(&str, [&str; 2]); 3] = [
    ("polynomial-of-bytes", ["a", "b"]),
    ("polynomial-of-words", ["aaaaaaaa", "bbbbbbbb"]),
    ("polynomial-of-half-words", ["aaaa", "bbbb"]),
];

/// Returns a Thue-Morse sequence of 2,048 symbols. `turned` exchanges the two symbols.
fn thue_morse(symbols: [&str; 2], turned: bool) -> String {
    let symbol = |place: u32| symbols[usize::from((place.count_ones() % 2 == 1) != turned)];
    (0..2048).map(symbol).collect()
}

/// Returns two names with equal beginnings and ends of this length, and one byte between them.
fn long_pair(length: usize) -> [String; 2] {
    let [start, end] = ["abcdefg", "tuvwxyz"].map(|text| text.chars().cycle().take(length).collect::<String>());
    ["1", "2"].map(|middle| format!("{start}{middle}{end}"))
}

/// Returns all names that are used in one list together: the names of the pairs, and more.
pub(super) fn names() -> Vec<String> {
    let of_pairs = pairs().into_iter().filter(|pair| pair.one.len() <= 2048).flat_map(|pair| [pair.one, pair.other]);
    // Names of 136 bytes that differ in one byte each. A hash of only some bytes, or a hash modulo 2^61 - 1, misses
    // most of the differences.
    let one_byte = (0..136).map(|place| (0..136).map(|at| if at == place { 'y' } else { 'x' }).collect());
    // Each name is the beginning of the next one.
    let beginnings = (0..=40).map(|length| "p".repeat(length));
    let more = [
        "./a.js?v=1#x",
        "./a.js?v=2",
        "./a.js/",
        "a.js",
        "./b/../a.js",
        "01",
        "+1",
        "1e0",
        "0x1",
        "a\\u0062",
        "\\n",
        "\n",
        "&amp;",
        "&",
    ];
    let objects =
        ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "null", "undefined", "true", "NaN"];
    let every = names_of_code_points();
    let mut names: Vec<String> = of_pairs.chain(one_byte).chain(beginnings).collect();
    names.extend(more.into_iter().chain(objects).map(String::from));
    names.extend(every);
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// Returns a name for each unusual code point: controls, separators, noncharacters, private use, and one of every
/// plane.
fn names_of_code_points() -> Vec<String> {
    let controls = (0..0x20).chain(0x7F..0xA1);
    let separators = [0xAD, 0x180E, 0x2000, 0x200B, 0x200C, 0x200E, 0x2028, 0x2029, 0x202E, 0x2060, 0x2066, 0x3000];
    let noncharacters =
        (0xFDD0..0xFDF0).chain((0..=16).flat_map(|plane| [(plane << 16) | 0xFFFE, (plane << 16) | 0xFFFF]));
    let planes = (1..=16).map(|plane| (plane << 16) | 0x1234);
    let others = [0xD7FF, 0xE000, 0xF8FF, 0xFE0F, 0xFEFF, 0xFFFC, 0xE0001, 0xE0100, 0xF0000, 0x10_0000];
    let all = controls.chain(separators).chain(noncharacters).chain(planes).chain(others);
    all.filter_map(char::from_u32).map(|character| format!("c{character}")).collect()
}

/// Returns unusual names. Even an implementation that drops or replaces characters must treat each name as equal to
/// itself.
pub(super) fn unusual() -> [(&'static str, &'static str); 20] {
    [
        ("next-line", "\u{85}"),
        ("line-separator", "a\u{2028}b"),
        ("paragraph-separator", "\u{2029}"),
        ("byte-order-mark", "\u{FEFF}"),
        ("noncharacter-fdd0", "\u{FDD0}"),
        ("noncharacter-fffe", "a\u{FFFE}"),
        ("noncharacter-ffff", "\u{FFFF}"),
        ("noncharacter-1fffe", "\u{1FFFE}"),
        ("noncharacter-10ffff", "\u{10FFFF}"),
        ("private-use-e000", "\u{E000}"),
        ("private-use-f0000", "\u{F0000}"),
        ("private-use-10fffd", "\u{10FFFD}"),
        ("zero", "\0"),
        ("space", " "),
        ("line-break", "\r\n"),
        ("replacement-character", "\u{FFFD}"),
        ("not-normalised", "e\u{301}"),
        ("right-to-left", "\u{202E}a"),
        ("language-tag", "\u{E0001}"),
        ("proto", "__proto__"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the hash that `step` computes from `start` and from the bytes of `text`, one after the other.
    fn by_byte(start: u32, text: &str, step: impl Fn(u32, u32) -> u32) -> u64 {
        u64::from(text.bytes().fold(start, |state, byte| step(state, byte.into())))
    }

    fn adler32(text: &str) -> u64 {
        let step = |(a, b): (u64, u64), byte: u8| {
            let a = (a + u64::from(byte)) % 65521;
            (a, (b + a) % 65521)
        };
        let (a, b) = text.bytes().fold((1, 0), step);
        b << 16 | a
    }

    fn one_at_a_time(text: &str) -> u64 {
        let mixed = by_byte(0, text, |state, byte| {
            let state = state.wrapping_add(byte);
            let state = state.wrapping_add(state << 10);
            state ^ (state >> 6)
        });
        let state = u32::try_from(mixed).unwrap();
        let state = state.wrapping_add(state << 3);
        let state = state ^ (state >> 11);
        u64::from(state.wrapping_add(state << 15))
    }

    fn murmur3(text: &str) -> u64 {
        let scrambled = |bytes: &[u8]| {
            let word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
            word.wrapping_mul(0xCC9E_2D51).rotate_left(15).wrapping_mul(0x1B87_3593)
        };
        let words = text.as_bytes().chunks_exact(4);
        let rest = words.remainder();
        let state = words.fold(0, |state: u32, word| {
            (state ^ scrambled(word)).rotate_left(13).wrapping_mul(5).wrapping_add(0xE654_6B64)
        });
        let state = state ^ scrambled(rest) ^ u32::try_from(text.len()).unwrap();
        let state = (state ^ (state >> 16)).wrapping_mul(0x85EB_CA6B);
        let state = (state ^ (state >> 13)).wrapping_mul(0xC2B2_AE35);
        u64::from(state ^ (state >> 16))
    }

    fn golden_ratio(state: u64, word: u64) -> u64 {
        let mixed = (state ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ mixed >> 32
    }

    /// Returns the hash that `step` computes from `start` and from groups of eight bytes of `text`, one after the
    /// other.
    fn by_word(start: u64, text: &str, step: impl Fn(u64, u64) -> u64) -> u64 {
        let words = text.as_bytes().chunks_exact(8);
        words.fold(start, |state, word| step(state, u64::from_le_bytes(word.try_into().unwrap())))
    }

    fn hash(how: &str, text: &str) -> u64 {
        const FNV: u32 = 16_777_619;
        const FNV_START: u32 = 2_166_136_261;
        let times = |factor: u32| move |state: u32, byte: u32| state.wrapping_mul(factor).wrapping_add(byte);
        match how {
            "crc32" | "crc32-long" => sums::crc(sums::CRC_32, text),
            "crc32c" => sums::crc(sums::CRC_32C, text),
            "adler32" => adler32(text),
            "fnv1a" => u64::from(sums::fnv1a(text)),
            "fnv1a-64" => text
                .bytes()
                .fold(0xCBF2_9CE4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)),
            "fnv1" => by_byte(FNV_START, text, |state, byte| state.wrapping_mul(FNV) ^ byte),
            "djb2" => by_byte(5381, text, times(33)),
            "djb2-xor" => by_byte(5381, text, |state, byte| state.wrapping_mul(33) ^ byte),
            "times-31" => by_byte(0, text, times(31)),
            "sdbm" => by_byte(0, text, times(65599)),
            "times-131" => by_byte(0, text, times(131)),
            "one-at-a-time" => one_at_a_time(text),
            "murmur3" => murmur3(text),
            "fx" => by_word(0, text, |state, word| (state.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95)),
            "fnv1a-of-words" => {
                by_word(0xCBF2_9CE4_8422_2325, text, |state, word| (state ^ word).wrapping_mul(0x0100_0000_01B3))
            }
            "golden-ratio" => by_word(0, text, golden_ratio),
            "golden-ratio-and-length" => by_word(text.len() as u64, text, golden_ratio),
            _ => panic!("{how}: unknown hash function"),
        }
    }

    #[test]
    fn hashes_are_those_of_their_definitions() {
        assert_eq!(hash("adler32", "Wikipedia"), 0x11E6_0398);
        assert_eq!(hash("fnv1a-64", "a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(hash("one-at-a-time", "a"), 0xCA2E_9442);
        assert_eq!(hash("murmur3", "hello"), 0x248B_FA47);
    }

    #[test]
    fn each_pair_of_a_hash_collides() {
        for (how, one, other) in HASHES {
            assert!(one != other && hash(how, one) == hash(how, other), "{how}");
        }
    }

    #[test]
    fn thue_morse_sequences_have_the_same_polynomials() {
        let polynomial = |text: &str, size: usize, factor: u64| {
            let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            let words = text.as_bytes().chunks(size).map(word);
            words.fold(0_u64, |state, word| state.wrapping_mul(factor).wrapping_add(word))
        };
        for ((how, symbols), size) in THUE_MORSE.into_iter().zip([1, 8, 4]) {
            for factor in [31, 131, 0x0100_0000_01B3, 0x9E37_79B9_7F4A_7C15] {
                let [one, other] = [false, true].map(|turned| polynomial(&thue_morse(symbols, turned), size, factor));
                assert_eq!(one, other, "{how} with the factor {factor}");
            }
        }
    }

    #[test]
    fn each_pair_is_two_names() {
        for pair in pairs() {
            assert_ne!(pair.one, pair.other, "{}", pair.how);
        }
    }

    #[test]
    fn ends_of_long_pairs_are_equal() {
        for length in LENGTHS {
            let [one, other] = long_pair(length);
            assert!(one.len() == other.len() && one[..length] == other[..length], "{length}");
            assert_eq!(one[length + 1..], other[length + 1..], "{length}");
        }
    }
}

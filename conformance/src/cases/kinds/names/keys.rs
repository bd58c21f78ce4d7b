//! Cases for the order in which a writer sorts attributes: by all bytes of the keys, as unsigned numbers. The keys have
//! common beginnings of many lengths, and a request has few or many of them.

use bmes::Version;

use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept};

const CLAUSES: &[&str] = &["writer-attributes", "attributes-kept", "writer-accepts"];

pub(super) fn cases(version: Version) -> Vec<Described> {
    vec![
        accept(
            "keys-behind-short-prefixes",
            "requests with two keys that share their first 0 to 72 bytes, in an order that a writer must reverse",
            CLAUSES,
            requests(version, (0..=72).collect::<Vec<_>>().as_slice(), &PAIRS),
        ),
        accept(
            "keys-behind-long-prefixes",
            "requests with two keys that share up to 4,097 first bytes, in an order that a writer must reverse",
            CLAUSES,
            requests(version, &[95, 96, 127, 128, 129, 255, 256, 257, 511, 512, 1023, 1024, 4095, 4097], &PAIRS[..6]),
        ),
        accept(
            "keys-of-every-number",
            "requests with 1 to 70, and with 127 to 130 attributes, of which the last in order comes first",
            CLAUSES,
            of_every_number(version),
        ),
        {
            let module = of_one_request(version);
            let number = module.record.requests[0].attributes.len();
            let title = format!("a request with {number} keys that share prefixes of many lengths");
            accept("keys-of-one-request", &title, CLAUSES, module)
        },
        accept(
            "keys-behind-one-character",
            "requests with 100 keys that are equal up to a character, and differ after it",
            CLAUSES,
            behind_characters(version),
        ),
    ]
}

/// Pairs of ends for two keys that begin alike. The first end belongs to the key that a writer sorts later, the second
/// end to the key that it sorts earlier.
const PAIRS: [(&str, &str); 20] = [
    ("b", "a"),
    ("b", "aa"),
    ("baaaaaaaaaaaaaaaa", "abbbbbbbbbbbbbbbb"),
    ("baaa", "abbbbbbbbbbbbbbbbbbb"),
    ("x", ""),
    ("\0", ""),
    ("\u{80}", "~"),
    ("\u{10000}", "\u{E000}"),
    ("\u{1F600}", "\u{FF5E}"),
    ("\u{FF}", "f"),
    ("a", "Z"),
    ("_", "A"),
    ("9", "10"),
    ("a\0", "a"),
    ("\0\0", "\0"),
    ("ab", "a\u{1}"),
    ("\u{E9}", "e\u{301}"),
    // After the first different byte, these ends have enough bytes for a comparison of whole machine words.
    ("\u{80}aaaaaaaaaaaaaaaa", "~bbbbbbbbbbbbbbbbb"),
    ("\u{10000}aaaaaaaaaaaaaaaa", "\u{E000}bbbbbbbbbbbbbbbbb"),
    ("a\0baaaaaaaaaaaaaaaa", "a\0abbbbbbbbbbbbbbbb"),
];

fn requests(version: Version, lengths: &[usize], pairs: &[(&str, &str)]) -> Module {
    let mut start = module(version);
    for (index, (later, earlier)) in pairs.iter().enumerate() {
        for length in lengths {
            let prefix = "p".repeat(*length);
            let [later, earlier] = [later, earlier].map(|end| format!("{prefix}{end}"));
            start = start.request_with(&format!("./{index}-{length}"), &[(&later, "1"), (&earlier, "2")]);
        }
    }
    start
}

fn of_every_number(version: Version) -> Module {
    (1..=70).chain(127..=130).fold(module(version), |module, number| {
        let keys: Vec<_> = (0..number).map(|key| format!("k{:03}", (key * 37 + number - 1) % number)).collect();
        let mut keys: Vec<_> = keys.iter().map(|key| (key.as_str(), "v")).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.rotate_right(1);
        module.request_with(&format!("./{number}"), &keys)
    })
}

/// Returns a module with one request whose keys are neither in ascending nor in descending order.
fn of_one_request(version: Version) -> Module {
    /// A prime, so that steps of this size reach every key once.
    const STEP: usize = 311;
    let ends = PAIRS.iter().flat_map(|(later, earlier)| [*later, *earlier]);
    let mut keys: Vec<_> = ends.flat_map(|end| (0..=40).map(move |length| "p".repeat(length) + end)).collect();
    keys.sort_unstable();
    keys.dedup();
    let number = keys.len();
    assert!(
        !number.is_multiple_of(STEP),
        "the number of keys must not be a multiple of STEP, so that each key is used once"
    );
    let places = (0..number).map(|place| place * STEP % number);
    let attributes: Vec<_> = places.map(|place| (keys[place].as_str(), "v")).collect();
    module(version).request_with("./m.js", &attributes)
}

/// Characters that a wrong sort may take for the end of a key.
const CHARACTERS: [&str; 14] =
    ["\0", "\0\0", "\u{1}", "\n", " ", "\"", ",", "/", "=", "\u{7F}", "\u{80}", "\u{FF}", "\u{FFFF}", "\u{10FFFF}"];

fn behind_characters(version: Version) -> Module {
    CHARACTERS.iter().enumerate().fold(module(version), |module, (index, character)| {
        let keys: Vec<_> = (0..100).map(|number| format!("k{character}{:02}", number * 37 % 100)).collect();
        let attributes: Vec<_> = keys.iter().map(|key| (key.as_str(), "v")).collect();
        module.request_with(&format!("./{index}"), &attributes)
    })
}

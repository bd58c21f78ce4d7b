//! Cases for readers that validate strings in pieces of a fixed size. Some strings are not UTF-8 where a piece of the
//! string or of the file may end. Other strings are valid, with characters of every length across every such position.

use bmes::Version;

use super::super::large::Large;
use super::super::{in_turn, shared_out, version_index};
use super::LONG;
use crate::cases::Described;
use crate::cases::builder::module;

const FIRST: &str = "exports[0].export_name";
const SECOND: &str = "exports[0].local_name";

/// A sequence that is not UTF-8: its name as a part of an id, and its bytes. A reader must report the offset of its
/// first byte.
type IllFormed = (&'static str, &'static [u8]);

const ILL_FORMED: [IllFormed; 12] = [
    ("two-bytes-then-ascii", b"\xC3a"),
    ("three-bytes-then-ascii", b"\xE2\x82a"),
    ("four-bytes-then-ascii", b"\xF0\x9F\x98a"),
    ("lead-then-lead", b"\xE2\xE2\x82\xAC"),
    ("late-continuation", b"\xE2\x82aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xAC"),
    ("too-many-continuations", b"\xA9\xA9"),
    ("overlong-two", b"\xC0\xAF"),
    ("overlong-three", b"\xE0\x9F\xBF"),
    ("overlong-four", b"\xF0\x8F\xBF\xBF"),
    ("high-surrogate", b"\xED\xA0\x80"),
    ("surrogate-pair", b"\xED\xA0\xBD\xED\xB8\x80"),
    ("beyond-unicode", b"\xF4\x90\x80\x80"),
];

/// The bytes of characters of two, three and four bytes, each without the last byte.
const CUT: [IllFormed; 3] = [("one", b"\xC3"), ("two", b"\xE2\x82"), ("three", b"\xF0\x9F\x98")];

/// The positions where pieces of a string may end: the sizes of registers and buffers.
const PIECES: [usize; 10] = [8, 16, 32, 64, 256, 1024, 4096, 8192, 32_768, 65_536];

pub(super) fn cases(version: Version) -> Vec<Described> {
    let shared = [cut_off(version), ends(version), resumed(version), multiples(version), among(version)].concat();
    [ill_formed(version), shared_out(version, shared), whole(version)].concat()
}

/// Returns cases in which a string has a fault across the end of a piece. Each string begins where a buffer of the file
/// begins. The version determines how many bytes of the fault are before the end of the piece.
fn ill_formed(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for fault in ILL_FORMED {
        for (index, piece) in PIECES.into_iter().enumerate() {
            let (start, behind) = if piece < 4096 { (4096, 100) } else { (65_536, LONG) };
            cases.push(across(version, fault, version_index(version) + index, piece, start, behind));
        }
    }
    cases
}

/// Returns cases with faults at common multiples of many piece sizes. Some of these sizes are not powers of two.
/// 983,040 is 15 times 65,536, and so a multiple of 48 KiB. 1,000,000 is a power of ten, and 720,720 is a multiple of
/// every number up to 16.
fn multiples(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for piece in [983_040, 1_000_000, 720_720, 1_290_240] {
        for (index, fault) in ILL_FORMED.into_iter().enumerate().filter(|(index, _)| index % 3 != 1) {
            cases.push(across(version, fault, index, piece, 4096, LONG));
        }
    }
    cases
}

/// Returns a case with the fault across byte `piece` of a string. The string begins at byte `start` of the file and has
/// `behind` letters after the fault. `turn` determines how many bytes of the fault are before byte `piece`.
fn across(
    version: Version,
    (how, bytes): IllFormed,
    turn: usize,
    piece: usize,
    start: usize,
    behind: usize,
) -> Described {
    let before = 1 + turn % (bytes.len().min(4) - 1);
    not_utf8(
        version,
        &format!("{how}-at-{piece}"),
        &format!("a string has invalid UTF-8 across its byte {piece}: {}", how.replace('-', " ")),
        start,
        &[(b"a", piece - before), (bytes, 1), (b"b", behind)],
    )
}

/// Returns cases with faults in the middle of a run of characters of the same length. A reader may have a fast path for
/// such runs.
fn among(version: Version) -> Vec<Described> {
    const RUNS: [(&str, &str, &str); 4] = [
        ("two", "two bytes", "\u{E9}"),
        ("three", "three bytes", "\u{20AC}"),
        ("three-of-all-kinds", "three bytes, of three kinds", "\u{E01}\u{D7FF}\u{FEFF}"),
        ("four", "four bytes", "\u{1F600}"),
    ];
    let mut cases = Vec::new();
    for (index, (how, bytes)) in ILL_FORMED.into_iter().enumerate() {
        for (run, kind, characters) in RUNS {
            cases.push(not_utf8(
                version,
                &format!("{how}-among-{run}"),
                &format!(
                    "a string has invalid UTF-8 in the middle of a run of characters of {kind}: {}",
                    how.replace('-', " ")
                ),
                4096,
                &[
                    (&characters.repeat(100).into_bytes(), 1),
                    (bytes, 1),
                    (&characters.repeat(100 + index).into_bytes(), 1),
                ],
            ));
        }
    }
    cases
}

/// Returns cases in which ASCII letters interrupt a character. It begins at the end of a piece, and its other bytes
/// follow after one or two pieces of letters.
fn resumed(version: Version) -> Vec<Described> {
    const CHARACTERS: [(&str, &[u8], &[u8]); 3] =
        [("two", b"\xC3", b"\xA9"), ("three", b"\xE2\x82", b"\xAC"), ("four", b"\xF0\x9F", b"\x98\x80")];
    let mut cases = Vec::new();
    for piece in [16, 32, 64, 128, 4096, 8192, 65_536] {
        for (how, lead, rest) in CHARACTERS {
            for pieces in [1, 2] {
                cases.push(not_utf8(
                    version,
                    &format!("{how}-bytes-resumed-after-{pieces}-of-{piece}"),
                    &format!(
                        "a character begins at the end of {piece} bytes, and {pieces} × {piece} letters interrupt it"
                    ),
                    65_536,
                    &[(b"a", piece - lead.len()), (lead, 1), (b"b", pieces * piece), (rest, 1)],
                ));
            }
        }
    }
    cases
}

/// Returns cases with a string that ends inside a character. The length of the string, or the length before that
/// character, is a multiple of a piece.
fn cut_off(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for length in [64, 4096, 8192, 65_536, 131_072, 1 << 20] {
        for (how, bytes) in CUT {
            for (suffix, letters, title) in
                [("", length - bytes.len(), "its length"), ("-and-more", length, "the length before the character")]
            {
                cases.push(not_utf8(
                    version,
                    &format!("ends-after-{how}-of-{length}{suffix}"),
                    &format!("a string ends inside a character, and {title} is {length} bytes"),
                    4096,
                    &[(b"a", letters), (bytes, 1)],
                ));
            }
        }
    }
    cases
}

/// Returns cases with a string that ends inside a character, at a position where a piece of the file ends, too.
fn ends(version: Version) -> Vec<Described> {
    let mut cases = Vec::new();
    for (index, place) in [4096, 8192, 16_384, 32_768, 65_536, 131_072, 983_040].into_iter().enumerate() {
        for (how, bytes) in in_turn(CUT, index) {
            let letters = 100 - bytes.len();
            cases.push(not_utf8(
                version,
                &format!("ends-after-{how}-at-byte-{place}"),
                &format!("a string ends inside a character and at byte {place} of the file"),
                place - 100,
                &[(b"a", letters), (bytes, 1)],
            ));
        }
    }
    cases
}

/// Returns a file whose second string begins at byte `start`. The string consists of `pieces`, each repeated as many
/// times as its number says. The fault begins with the second piece.
fn not_utf8(version: Version, name: &str, title: &str, start: usize, pieces: &[(&[u8], usize)]) -> Described {
    let text = pieces.iter().map(|(piece, _)| *piece).collect::<Vec<_>>().concat();
    let module = module(version).local("n", &"x".repeat(text.len()));
    let bytes = &format!("{SECOND}.bytes");
    let before = module.layout().range(bytes).start - 1;
    let mut large = Large::of(module).text_times(FIRST, 0..1, start - before);
    large = large.changed(|file| file.overwrite(bytes, &text));
    let mut end = 0;
    for (piece, times) in pieces {
        let range = end..end + piece.len();
        end = range.end;
        if *times > 1 {
            large = large.text_times(SECOND, range, *times);
        }
    }
    let fault = pieces[0].0.len();
    large.reject(name, title, &["string-utf8", "all-or-nothing"], "bad-utf8", (bytes, fault))
}

/// Characters of 1, 2, 3 and 4 bytes: together ten bytes, five UTF-16 code units, four code points.
const EVERY_LENGTH: &str = "a\u{E9}\u{20AC}\u{1F600}";

/// Returns cases with long valid strings. Each begins with another number of one-byte characters, so that longer
/// characters lie across every position.
fn whole(version: Version) -> Vec<Described> {
    const CLAUSES: &[&str] =
        &["limit-accept", "string", "string-utf8", "string-verbatim", "check-accepts", "writer-accepts"];
    let repeated = |start: usize, unit: &str, times: usize| {
        let text = "x".repeat(start) + unit;
        let path = "exports[0].export_name";
        let large = Large::of(module(version).local(&text, "l").bytecode(b"code"));
        large.text_times(path, start..text.len(), times)
    };
    let mut cases = vec![];
    for start in 0..10 {
        cases.push(repeated(start, EVERY_LENGTH, LONG / 5).accept(
            &format!("characters-of-every-length-behind-{start}"),
            "a string of 140,000 bytes with characters of every length",
            CLAUSES,
        ));
    }
    for (start, times) in [(0, 110_000), (3, 110_000), (6, 110_000)] {
        cases.push(repeated(start, EVERY_LENGTH, times).accept(
            &format!("characters-of-every-length-behind-{start}-to-one-mib"),
            "a string of more than 1 MiB with characters of every length",
            CLAUSES,
        ));
    }
    let units = [
        ("zeros", "\0"),
        ("two-bytes", "\u{E9}"),
        ("three-bytes", "\u{20AC}"),
        ("four-bytes", "\u{1F600}"),
        ("line-breaks", "a\r"),
        ("line-breaks-of-two", "\r\n"),
        ("backslashes", "\\"),
        ("quotes", "\\\""),
        ("byte-order-marks", "\u{FEFF}"),
    ];
    let long = |(how, unit): (&str, &str)| {
        let title = format!("a string that repeats {unit:?} {LONG} times");
        repeated(1, unit, LONG).accept(&format!("long-{how}"), &title, CLAUSES)
    };
    cases.extend(units.map(long));
    // JSON writes each control character in six characters, so the line of the request has 45 MiB.
    cases.push(repeated(1, &"\u{1}".repeat(1000), 7_800).accept(
        "long-controls",
        "a string of 7,800,000 control characters",
        CLAUSES,
    ));
    // Characters that some writers of JSON escape without need.
    let escaped =
        [("line-separators", "a\u{2028}"), ("paragraph-separators", "ab\u{2029}"), ("last-controls", "\u{7F}a\u{9F}")];
    cases.extend(escaped.map(long));
    // More than 2^20 UTF-16 code units, with a surrogate pair across each position.
    cases.extend([0, 1].map(|start| {
        repeated(start, "\u{1F600}", 600_000).accept(
            &format!("pairs-behind-{start}-to-two-mib"),
            "a string of 600,000 characters of four bytes",
            CLAUSES,
        )
    }));
    shared_out(version, cases)
}

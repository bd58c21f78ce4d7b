//! What versions 2 and 3 can get wrong about their headers: the two numbers that say where the bytecode is.

use super::reader::read;
use super::{How, Idea, Identify, rejection};
use crate::plain;
use crate::plain::rules::{Header, Number, Rules, Where, Wrong};

pub(super) fn all(version: u32) -> Vec<Idea> {
    let alignments = match version {
        2 => loose(),
        _ => strict(),
    };
    [identifiers(), whole(), offsets(), alignments, sizes(), ends(), layouts(), checkers()].concat()
}

fn header(id: &str, clause: &'static str, what: &str, header: Header) -> Idea {
    read(id, clause, what, Wrong::Header(header))
}

fn slack(id: &str, clause: &'static str, what: &str, by: i64) -> Idea {
    read(id, clause, what, Wrong::Slack(clause, Where::Everywhere, by))
}

/// The clause is kept, but for files without bytecode.
fn unless_empty(id: &str, clause: &'static str, what: &str) -> Idea {
    read(id, clause, what, Wrong::Unchecked(clause, Where::EmptyBytecode))
}

/// Identifiers that look beyond the eight bytes that are theirs.
fn identifiers() -> Vec<Idea> {
    let identifier = |id: &str, what: &str, identify: Identify| {
        Idea::new(format!("identifier/{id}"), "identify-alone", what, How::Identify(identify))
    };
    vec![
        identifier("header-whole", "The header has to be there, all of it.", |_, file| match file.len() {
            8..16 => plain::identify(file).and(Err(rejection("truncated", 8))),
            _ => plain::identify(file),
        }),
        identifier("header-judged", "The whole header has to be right.", |_, file| match plain::decode(file) {
            Err(error) if error.offset.is_some_and(|offset| offset < 16) => Err(error),
            _ => plain::identify(file),
        }),
    ]
}

fn whole() -> Vec<Idea> {
    const CLAUSE: &str = "header-whole";
    let late = |id: &str, clause, what: &str| read(id, "first-error", what, Wrong::Late(clause));
    vec![
        header("header-offset-first", CLAUSE, "The offset is judged before the size is read.", Header::OffsetFirst),
        read(
            "header-cut",
            CLAUSE,
            "Of a header that is cut, what is missing counts as zero.",
            Wrong::Unchecked(CLAUSE, Where::Everywhere),
        ),
        read(
            "header-without-size",
            CLAUSE,
            "A header of twelve bytes says that there is no bytecode.",
            Wrong::Slack(CLAUSE, Where::Field("bytecode_size"), 4),
        ),
        read(
            "header-one-byte-missing",
            CLAUSE,
            "The size may lack its last byte.",
            Wrong::Slack(CLAUSE, Where::Field("bytecode_size"), 1),
        ),
        read(
            "header-needs-seventeen",
            CLAUSE,
            "The header needs a byte after it.",
            Wrong::Slack(CLAUSE, Where::Field("bytecode_size"), -1),
        ),
        read(
            "header-cut-is-layout",
            CLAUSE,
            "A header that is cut is answered as one that is wrong.",
            Wrong::Class(CLAUSE, "bad-layout"),
        ),
        header(
            "header-bounds-first",
            "first-error",
            "Whether the bytecode ends the file is judged before where it begins.",
            Header::BoundsFirst,
        ),
        late("offset-late", "bytecode-offset", "That the offset is behind the header is judged after the metadata."),
        late("bounds-late", "bytecode-bounds", "That the bytecode is in the file is judged after the metadata."),
        late("trailing-late", "end", "That nothing follows the bytecode is judged after the metadata."),
    ]
}

fn offsets() -> Vec<Idea> {
    const CLAUSE: &str = "bytecode-offset";
    vec![
        read(
            "offset-unchecked",
            CLAUSE,
            "The bytecode may begin inside the header.",
            Wrong::Unchecked(CLAUSE, Where::Everywhere),
        ),
        unless_empty("offset-unchecked-if-empty", CLAUSE, "Where there is no bytecode, its offset can be anything."),
        slack("offset-from-8", CLAUSE, "The bytecode may begin at byte 8.", 8),
        slack("offset-beyond-16", CLAUSE, "The bytecode must not begin at byte 16.", -1),
        slack(
            "offset-from-32",
            CLAUSE,
            "An offset that leaves no room for four counts is refused as `bad-layout`.",
            -16,
        ),
        header(
            "offset-zero-is-none",
            CLAUSE,
            "An offset of 0 and a size of 0 say that there is no bytecode.",
            Header::ZeroIsNone,
        ),
        read(
            "offset-in-header-is-truncated",
            CLAUSE,
            "An offset inside the header is answered as a file that is cut.",
            Wrong::Class(CLAUSE, "truncated"),
        ),
        header("offset-signed", "u32", "The offset is signed.", Header::OffsetSigned),
        read(
            "header-offset-from-metadata",
            "bytecode-place",
            "The offset in the header is counted from behind the header.",
            Wrong::Number(Where::Field("bytecode_offset"), Number::Plus(16)),
        ),
    ]
}

/// Version 2, in which the bytecode can begin anywhere behind the header.
fn loose() -> Vec<Idea> {
    let more = |id: &str, what: &str, to| header(id, "padding-length", what, Header::MoreAligned(to));
    vec![
        slack("offset-from-12", "bytecode-offset", "The bytecode may begin at byte 12.", 4),
        slack("offset-from-15", "bytecode-offset", "The bytecode may begin at byte 15.", 1),
        more("aligned-to-2", "An odd offset is refused.", 2),
        more("aligned-to-4", "An offset that is not a multiple of 4 is refused.", 4),
        more("aligned-to-8", "An offset that is not a multiple of 8 is refused.", 8),
    ]
}

/// Version 3, in which it is aligned: bytes 12 and 15 are not.
fn strict() -> Vec<Idea> {
    const CLAUSE: &str = "bytecode-offset-aligned";
    vec![
        read("alignment-unchecked", CLAUSE, "The offset can be any.", Wrong::Unchecked(CLAUSE, Where::Everywhere)),
        unless_empty("alignment-unchecked-if-empty", CLAUSE, "Where there is no bytecode, its offset can be any."),
        header("alignment-of-2", CLAUSE, "The offset has to be even.", Header::LessAligned(2)),
        header("alignment-of-4", CLAUSE, "The offset has to be a multiple of 4.", Header::LessAligned(4)),
        header("alignment-of-16", CLAUSE, "The offset has to be a multiple of 16.", Header::MoreAligned(16)),
        read(
            "alignment-late",
            "first-error",
            "That the offset is aligned is judged after the metadata.",
            Wrong::Late(CLAUSE),
        ),
        read(
            "alignment-is-trailing",
            CLAUSE,
            "An offset that is not aligned is answered as one that leaves bytes behind the bytecode.",
            Wrong::Class(CLAUSE, "trailing-bytes"),
        ),
    ]
}

fn sizes() -> Vec<Idea> {
    let aligned = |id: &str, what: &str, to| header(id, "bytecode-place", what, Header::SizeAligned(to));
    vec![
        aligned("size-aligned-to-4", "A size that is not a multiple of 4 is refused.", 4),
        aligned("size-aligned-to-8", "A size that is not a multiple of 8 is refused.", 8),
    ]
}

fn ends() -> Vec<Idea> {
    const BOUNDS: &str = "bytecode-bounds";
    vec![
        header("sum-wraps", "arithmetic", "Offset and size are added in 32 bits.", Header::SumWraps),
        header("size-signed", "u32", "The size is signed.", Header::SizeSigned),
        header("size-is-end", "bytecode-place", "The size is taken for the bytecode's end.", Header::SizeIsEnd),
        header("offset-alone", BOUNDS, "Only the offset is compared with the file's length.", Header::OffsetAlone),
        header(
            "each-alone",
            BOUNDS,
            "Offset and size are each compared with the file's length, and their sum is not.",
            Header::EachAlone,
        ),
        unless_empty("bounds-unchecked-if-empty", BOUNDS, "Empty bytecode may begin behind the end of the file."),
        slack("bounds-eight-bytes", BOUNDS, "Up to eight bytes of the bytecode may be missing.", 8),
        slack("bounds-header", BOUNDS, "The length of the file is taken to be that of what follows the header.", -16),
        read(
            "bounds-are-layout",
            BOUNDS,
            "An offset and a size that lead out of the file are answered as a wrong layout.",
            Wrong::Class(BOUNDS, "bad-layout"),
        ),
        unless_empty("trailing-if-empty", "end", "Where there is no bytecode, anything may follow."),
        header("trailing-zeros", "end", "Zeros may follow the bytecode.", Header::TrailingZeros),
        header(
            "trailing-aligned",
            "end",
            "Bytes may follow the bytecode, up to a multiple of eight.",
            Header::TrailingAligned,
        ),
        read(
            "trailing-is-layout",
            "end",
            "An offset and a size that end before the file are answered as a wrong layout.",
            Wrong::Class("end", "bad-layout"),
        ),
    ]
}

fn layouts() -> Vec<Idea> {
    vec![header("header-swapped", "layout", "The size is read before the offset.", Header::Swapped)]
}

/// Checkers that do not begin with a reader's answer.
fn checkers() -> Vec<Idea> {
    [
        ("header", "bytecode-offset", "Where the bytecode begins is no concern of a checker."),
        ("gap", "gap", "How far the bytecode is from the metadata is no concern of a checker."),
        ("padding", "padding", "What is between metadata and bytecode is no concern of a checker."),
    ]
    .map(|(id, clause, what)| {
        let rules = Rules::but(Wrong::Unchecked(clause, Where::Everywhere));
        Idea::new(format!("checker/{id}-unread"), "check-decode-first", what, How::CheckRead(rules))
    })
    .into()
}

//! What versions 2 and 3 can get wrong between the header and the bytecode: the bounds of the metadata, the gap, the padding, and what is reported
//! of the bytecode's place.

use super::Idea;
use super::reader::read;
use super::report::{moved, whole};
use crate::case::Bytecode;
use crate::plain::rules::{Header, Metadata, Padding, Reach, Where, Wrong};

pub(super) fn all() -> Vec<Idea> {
    [bounds(), gaps(), paddings(), places()].concat()
}

fn bounds() -> Vec<Idea> {
    let metadata = |id: &str, what: &str, metadata| read(id, "metadata-bounds", what, Wrong::Metadata(metadata));
    vec![
        metadata("metadata-to-the-end", "The metadata goes on to the end of the file.", Metadata::ToFileEnd),
        metadata(
            "metadata-numbers-to-the-end",
            "Numbers may reach into the bytecode.",
            Metadata::Reaches(Reach::Numbers),
        ),
        metadata(
            "metadata-strings-to-the-end",
            "Strings may reach into the bytecode.",
            Metadata::Reaches(Reach::Strings),
        ),
        metadata(
            "metadata-counts-to-the-end",
            "Counts are compared with the bytes up to the end of the file.",
            Metadata::Reaches(Reach::Counts),
        ),
        metadata("metadata-one-more", "The metadata may take the bytecode's first byte.", Metadata::EndsOff(1)),
        metadata(
            "metadata-eight-more",
            "The metadata may take the bytecode's first eight bytes.",
            Metadata::EndsOff(8),
        ),
        metadata("metadata-one-less", "The metadata ends a byte before the bytecode.", Metadata::EndsOff(-1)),
        metadata("metadata-from-8", "The metadata begins behind the version.", Metadata::From(8)),
        metadata("metadata-from-12", "The metadata begins behind the offset.", Metadata::From(12)),
        metadata("metadata-from-20", "The metadata begins four bytes behind the header.", Metadata::From(20)),
        metadata("metadata-from-24", "The metadata begins eight bytes behind the header.", Metadata::From(24)),
    ]
}

fn gaps() -> Vec<Idea> {
    const CLAUSE: &str = "gap";
    let slack = |id: &str, clause, what: &str, by| read(id, clause, what, Wrong::Slack(CLAUSE, Where::Everywhere, by));
    vec![
        read("gap-unchecked", CLAUSE, "Any number of zeros is padding.", Wrong::Unchecked(CLAUSE, Where::Everywhere)),
        read(
            "gap-unchecked-if-empty",
            CLAUSE,
            "Where there is no bytecode, any number of zeros may follow the metadata.",
            Wrong::Unchecked(CLAUSE, Where::EmptyBytecode),
        ),
        slack("gap-of-8", CLAUSE, "Eight bytes can be padding.", 1),
        slack("gap-of-15", CLAUSE, "Fifteen bytes can be padding.", 8),
        slack("gap-of-6", CLAUSE, "No more than six bytes are padding.", -1),
        slack("gap-of-3", CLAUSE, "No more than three bytes are padding.", -4),
        slack("gap-of-0", CLAUSE, "No padding is accepted.", -7),
        read(
            "gap-of-0-if-empty",
            CLAUSE,
            "Where there is no bytecode, no padding is accepted.",
            Wrong::Slack(CLAUSE, Where::EmptyBytecode, -7),
        ),
        read(
            "gap-is-trailing",
            CLAUSE,
            "A gap is answered as bytes behind the metadata's end.",
            Wrong::Class(CLAUSE, "trailing-bytes"),
        ),
    ]
}

fn paddings() -> Vec<Idea> {
    const CLAUSE: &str = "padding";
    let padding = |id: &str, what: &str, padding| read(id, CLAUSE, what, Wrong::Padding(padding));
    let mut all = vec![
        read("padding-unchecked", CLAUSE, "Padding can be anything.", Wrong::Unchecked(CLAUSE, Where::Everywhere)),
        read(
            "padding-unchecked-if-empty",
            CLAUSE,
            "Where there is no bytecode, padding can be anything.",
            Wrong::Unchecked(CLAUSE, Where::EmptyBytecode),
        ),
        padding("padding-first-alone", "Only the first byte of padding is looked at.", Padding::Alone(0)),
        padding("padding-last-alone", "Only the last byte of padding is looked at.", Padding::LastAlone),
        padding("padding-all-but-last", "The last byte of padding is not looked at.", Padding::AllButLast),
        padding("padding-low-bit", "Only the lowest bit of each byte of padding is looked at.", Padding::Bits(0x01)),
        padding("padding-low-bits", "The highest bit of a byte of padding is not looked at.", Padding::Bits(0x7F)),
        padding("padding-high-bit", "Only the highest bit of each byte of padding is looked at.", Padding::Bits(0x80)),
        padding("padding-ones", "Padding has to be bytes of ones.", Padding::Filled(0xFF)),
        padding("padding-or-ones", "Padding can be bytes of ones, too.", Padding::OrFilled(0xFF)),
        padding("padding-or-spaces", "Padding can be spaces, too.", Padding::OrFilled(b' ')),
        padding("padding-alike", "All bytes of padding have to be alike.", Padding::Alike),
        padding("padding-sum", "The sum of the padding's bytes has to be zero, in eight bits.", Padding::SumIsZero),
        padding("padding-xor", "The padding's bytes have to cancel each other out.", Padding::XorIsZero),
        padding("padding-words", "Only whole groups of four bytes of padding are looked at.", Padding::Words),
        padding("padding-first-four", "Only the first four bytes of padding are looked at.", Padding::FirstFour),
        read(
            "padding-is-trailing",
            CLAUSE,
            "Padding that is not zero is answered as bytes behind the metadata's end.",
            Wrong::Class(CLAUSE, "trailing-bytes"),
        ),
    ];
    all.extend((0..7).map(|index| {
        let what = format!("Byte {} of padding is not looked at.", index + 1);
        padding(&format!("padding-all-but/{}", index + 1), &what, Padding::AllBut(index))
    }));
    all
}

/// Readers that find the bytecode and say that it is elsewhere.
fn places() -> Vec<Idea> {
    const CLAUSE: &str = "bytecode-place";
    let header = |id: &str, what: &str, header| read(id, CLAUSE, what, Wrong::Header(header));
    vec![
        whole(
            "offset-from-metadata",
            CLAUSE,
            "The offset of the bytecode is counted from behind the header.",
            |_, _, read| read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset - 16, ..at })),
        ),
        header("place-of-padding", "The bytecode is said to begin with its padding.", Header::PlaceOfPadding),
        header(
            "place-from-metadata-end",
            "The bytecode's offset is the length of its padding.",
            Header::PlaceFromPadding,
        ),
        header("place-with-padding", "The bytecode's length counts its padding.", Header::SizeWithPadding),
        // Not in version 3, where it is aligned.
        whole("place-aligned", "padding-length", "The bytecode's offset is rounded up to eight.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset.next_multiple_of(8), ..at }))
        }),
        whole(
            "place-rounded-down",
            "padding-length",
            "The bytecode's offset is rounded down to eight.",
            |_, _, read| read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset / 8 * 8, ..at })),
        ),
        whole("place-aligned-to-16", CLAUSE, "The bytecode's offset is rounded up to sixteen.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset.next_multiple_of(16), ..at }))
        }),
        whole("length-aligned", CLAUSE, "The bytecode's length is rounded up to eight.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { length: at.length.next_multiple_of(8), ..at }))
        }),
        whole("place-swapped", CLAUSE, "The bytecode's offset and length are reported as each other.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.length, length: at.offset }))
        }),
        whole("place-16-bits", CLAUSE, "The bytecode's offset is reported with 16 bits.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset & 0xFFFF, ..at }))
        }),
        whole("length-16-bits", CLAUSE, "The bytecode's length is reported with 16 bits.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { length: at.length & 0xFFFF, ..at }))
        }),
    ]
}

//! What only version 1 can get wrong: its bytecode has its size before it, and begins where the metadata ends.

use super::Idea;
use super::reader::read;
use super::report::{moved, whole};
use super::writer::bytes;
use crate::case::Bytecode;
use crate::plain::rules::{Layout, Narrow, Where, Writing, Wrong};

pub(super) fn all() -> Vec<Idea> {
    vec![
        read(
            "bytecode-wraps",
            "arithmetic",
            "The end of the bytecode wraps at 32 bits.",
            Wrong::Narrow("bytecode-bounds", Where::Everywhere, Narrow::Wraps32),
        ),
        read(
            "bytecode-size-signed",
            "u32",
            "The size of the bytecode is signed.",
            Wrong::Narrow("bytecode-bounds", Where::Everywhere, Narrow::Signed32),
        ),
        read(
            "bytecode-aligned",
            "layout",
            "The bytecode is taken to begin at a multiple of eight.",
            Wrong::Layout(Layout::BytecodeAligned),
        ),
        whole(
            "offset-from-metadata",
            "bytecode-place",
            "The offset of the bytecode is counted from behind the header.",
            |_, _, read| read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset - 8, ..at })),
        ),
        whole("offset-of-size", "bytecode-place", "The offset of the bytecode is that of its size.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset - 4, ..at }))
        }),
        whole(
            "offset-aligned",
            "bytecode-place",
            "The offset of the bytecode is rounded up to eight.",
            |_, _, read| {
                read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset.next_multiple_of(8), ..at }))
            },
        ),
        bytes(
            "bytecode-aligned",
            "writer-bytecode",
            "Zero bytes are put before the bytecode.",
            Writing::BytecodeAligned,
        ),
        bytes(
            "size-counts-itself",
            "writer-bytecode",
            "The size of the bytecode counts its own four bytes.",
            Writing::SizeCountsItself,
        ),
    ]
}

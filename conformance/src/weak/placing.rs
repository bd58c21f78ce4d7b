//! Writers that get wrong what versions 2 and 3 have beyond the sections: the header's numbers and the padding.

use super::Idea;
use super::writer::bytes;
use crate::plain::rules::Writing;

pub(super) fn all(version: u32) -> Vec<Idea> {
    [paddings(), headers(), versions(version)].concat()
}

fn paddings() -> Vec<Idea> {
    let padding = |id: &str, what: &str, writing| bytes(id, "writer-padding", what, writing);
    vec![
        padding("unpadded", "No padding is written.", Writing::PaddedTo(1)),
        padding("padded-to-2", "The bytecode is written at a multiple of 2.", Writing::PaddedTo(2)),
        padding("padded-to-4", "The bytecode is written at a multiple of 4.", Writing::PaddedTo(4)),
        padding("padded-to-16", "The bytecode is written at a multiple of 16.", Writing::PaddedTo(16)),
        padding("padded-to-128", "The bytecode is written at a multiple of 128.", Writing::PaddedTo(128)),
        padding("padded-always", "Eight bytes are written where none are needed.", Writing::PaddedAlways),
        padding("unpadded-if-empty", "No padding is written for empty bytecode.", Writing::PaddedUnlessEmpty),
        padding(
            "padded-by-remainder",
            "As many bytes are written as the metadata is behind a multiple of 8.",
            Writing::PaddedByRemainder,
        ),
        padding("padded-behind-magic", "Alignment is counted from behind the magic.", Writing::PaddedBehindMagic),
        padding("padded-with-ones", "Padding is written as bytes of ones.", Writing::PaddedWith(0xFF)),
        padding("padded-with-spaces", "Padding is written as spaces.", Writing::PaddedWith(b' ')),
        padding("padding-and-offset", "The offset is where the padding begins.", Writing::OffsetUnpadded),
        padding("size-with-padding", "The size counts the padding.", Writing::SizeWithPadding),
    ]
}

fn headers() -> Vec<Idea> {
    vec![
        bytes("place-swapped", "layout", "The size is written before the offset.", Writing::PlaceSwapped),
        bytes(
            "offset-from-metadata",
            "layout",
            "The offset is counted from behind the header.",
            Writing::OffsetFromMetadata,
        ),
        bytes(
            "offset-zero-if-empty",
            "writer-padding",
            "The offset of empty bytecode is written as 0.",
            Writing::OffsetZeroIfEmpty,
        ),
        bytes("size-is-end", "writer-bytecode", "The size is written as the bytecode's end.", Writing::SizeWithOffset),
        bytes("size-rounded", "writer-bytecode", "The size is rounded up to 8.", Writing::SizeRounded),
    ]
}

fn versions(version: u32) -> Vec<Idea> {
    (0..5)
        .filter(|number| *number != version)
        .map(|number| {
            let what = format!("The version is written as {number}.");
            bytes(&format!("version-{number}"), "layout", &what, Writing::Version(number))
        })
        .collect()
}

//! What a writer can do instead.

/// A way to write something else than the specification says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// The length of a string counts UTF-16 code units.
    LengthInUtf16,
    /// The length of a string counts code points.
    LengthInCodePoints,
    /// The flag is 1 also without attributes, and a count of 0 follows.
    FlagAlways,
    /// The flag is 0 also with attributes, and no more of them is written.
    FlagNever,
    /// The flag is 1 and the count is 0, whatever attributes there are.
    CountZero,
    /// Numbers are written with their most significant byte first.
    BigEndian,
    /// A zero byte follows each string.
    StringsTerminated,
    /// Zero bytes are put before the bytecode, up to a multiple of eight.
    BytecodeAligned,
    /// Zero bytes follow the bytecode, up to a multiple of eight.
    BytecodePadded,
    /// The bytecode is left out, and its size is 0.
    BytecodeDropped,
    /// The size of the bytecode counts its own four bytes.
    SizeCountsItself,
    /// This version's number stands in the file.
    Version(u32),
    /// The bytecode begins at a multiple of this, and not of eight.
    PaddedTo(usize),
    /// Zero bytes are put before the bytecode also where the metadata ends at a multiple of eight.
    PaddedAlways,
    /// Empty bytecode is not padded for.
    PaddedUnlessEmpty,
    /// As many zero bytes are put before the bytecode as the metadata is behind a multiple of eight.
    PaddedByRemainder,
    /// Alignment is counted from behind the magic.
    PaddedBehindMagic,
    /// This is put before the bytecode, and not zeros.
    PaddedWith(u8),
    /// The offset is where the padding begins.
    OffsetUnpadded,
    /// The offset is counted from the first byte of the metadata.
    OffsetFromMetadata,
    /// The offset of empty bytecode is 0.
    OffsetZeroIfEmpty,
    /// The size counts the padding.
    SizeWithPadding,
    /// The size is where the bytecode ends.
    SizeWithOffset,
    /// The size is rounded up to eight.
    SizeRounded,
    /// The size stands before the offset.
    PlaceSwapped,
    /// The bits of a variable stand before its name.
    BitsFirst,
    /// `code_features` stands before the variables.
    FeaturesFirst,
    /// `code_features` is left out.
    FeaturesDropped,
}

impl Writing {
    /// How much padding there is behind metadata that ends there, before so much bytecode.
    pub(crate) fn padding(self, end: usize, bytecode: usize) -> usize {
        let up_to = |to, end: usize| end.next_multiple_of(to) - end;
        match self {
            Self::PaddedTo(to) => up_to(to, end),
            Self::PaddedAlways => 8 - end % 8,
            Self::PaddedUnlessEmpty if bytecode == 0 => 0,
            Self::PaddedByRemainder => end % 8,
            Self::PaddedBehindMagic => up_to(8, end - 4),
            _ => up_to(8, end),
        }
    }

    /// The two numbers of the header, in their order, from those that are right.
    pub(crate) fn numbers(self, [offset, size]: [usize; 2], padding: usize) -> [usize; 2] {
        match self {
            Self::PlaceSwapped => [size, offset],
            Self::OffsetUnpadded => [offset - padding, size],
            Self::OffsetFromMetadata => [offset - 16, size],
            Self::OffsetZeroIfEmpty if size == 0 => [0, size],
            Self::SizeWithPadding => [offset, size + padding],
            Self::SizeWithOffset => [offset, size + offset],
            Self::SizeRounded => [offset, size.next_multiple_of(8)],
            _ => [offset, size],
        }
    }
}

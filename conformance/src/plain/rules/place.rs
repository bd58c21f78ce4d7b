//! What can be wrong about where things are, in versions 2 and 3: the header's two numbers, the metadata's bounds, the padding.

/// How the header is read and judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The offset is judged before the size is read.
    OffsetFirst,
    /// Whether the bytecode ends the file is judged before where it begins.
    BoundsFirst,
    /// The size comes before the offset.
    Swapped,
    /// Two zeros say that there is no bytecode: the metadata goes on to the file's end.
    ZeroIsNone,
    /// The offset is a signed number.
    OffsetSigned,
    /// The size is a signed number.
    SizeSigned,
    /// The sum has 32 bits.
    SumWraps,
    /// The size is the position of the bytecode's end.
    SizeIsEnd,
    /// Only the offset is compared with the file's length.
    OffsetAlone,
    /// Offset and size are compared with the file's length, and their sum is not.
    EachAlone,
    /// Zeros may follow the bytecode.
    TrailingZeros,
    /// Bytes may follow the bytecode, up to a multiple of eight.
    TrailingAligned,
    /// The offset has to be a multiple of this, too.
    MoreAligned(u64),
    /// The size has to be a multiple of this.
    SizeAligned(u64),
    /// The offset has to be a multiple of this, and not of 8.
    LessAligned(u64),
    /// The bytecode is reported to begin with its padding.
    PlaceOfPadding,
    /// The bytecode is reported by its distance from the metadata.
    PlaceFromPadding,
    /// The bytecode is reported to be as long as it and its padding.
    SizeWithPadding,
}

/// Where the metadata is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// It begins at this byte.
    From(usize),
    /// It ends so much behind `bytecode_offset`, or before it.
    EndsOff(i64),
    /// It goes on to the file's end.
    ToFileEnd,
    /// It goes on to the file's end for fields of this kind.
    Reaches(Reach),
}

/// What the bytes that are left are needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The four bytes of a number, a length and a count included.
    Numbers,
    /// The bytes of a string.
    Strings,
    /// The entries that a count promises.
    Counts,
    /// What is left behind the last field.
    Padding,
}

/// Which padding is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Only this byte of it is looked at.
    Alone(usize),
    /// Only the last byte is looked at.
    LastAlone,
    /// All bytes but this are looked at.
    AllBut(usize),
    /// All bytes but the last are looked at.
    AllButLast,
    /// Only these bits of each byte are looked at.
    Bits(u8),
    /// Each byte has to be this.
    Filled(u8),
    /// Each byte can also be this.
    OrFilled(u8),
    /// All bytes are alike.
    Alike,
    /// The sum of the bytes is zero, in eight bits.
    SumIsZero,
    /// The bytes are zero when each is exclusively or'ed with the others.
    XorIsZero,
    /// Only whole groups of four bytes are looked at.
    Words,
    /// Only the first four bytes are looked at.
    FirstFour,
}

impl Padding {
    /// The first byte of the padding that is refused.
    pub(crate) fn wrong(self, padding: &[u8]) -> Option<usize> {
        let first = |is_wrong: &dyn Fn(usize, u8) -> bool| {
            padding.iter().enumerate().position(|(index, byte)| is_wrong(index, *byte))
        };
        let whole = |holds: bool| (!holds).then_some(0);
        let last = padding.len().saturating_sub(1);
        match self {
            Self::Alone(this) => first(&|index, byte| index == this && byte != 0),
            Self::LastAlone => first(&|index, byte| index == last && byte != 0),
            Self::AllBut(this) => first(&|index, byte| index != this && byte != 0),
            Self::AllButLast => first(&|index, byte| index != last && byte != 0),
            Self::Bits(bits) => first(&|_, byte| byte & bits != 0),
            Self::Filled(with) => first(&|_, byte| byte != with),
            Self::OrFilled(with) => first(&|_, byte| byte != 0 && byte != with),
            Self::Alike => whole(padding.windows(2).all(|pair| pair[0] == pair[1])),
            Self::SumIsZero => whole(padding.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) == 0),
            Self::XorIsZero => whole(padding.iter().fold(0, |all, byte| all ^ byte) == 0),
            Self::Words => first(&|index, byte| index < padding.len() / 4 * 4 && byte != 0),
            Self::FirstFour => first(&|index, byte| index < 4 && byte != 0),
        }
    }
}

//! What can be wrong about the environment, in version 3: its layout, and the words that only the engine understands.

use super::Where;
use crate::plain::v3::Part;

/// How the environment is laid out or judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variables {
    /// Its parts come in this order, and are no others.
    Parts(&'static [Part]),
    /// The count of the declared variables is that of the lexical variables, too.
    OneCount,
    /// Both counts come before both lists.
    CountsFirst,
    /// The bits of a variable come before its name.
    BitsFirst,
    /// A variable must have a name.
    NameRequired,
    /// This word has so many bytes.
    Bytes(&'static str, u64),
    /// Words of the engine's there are refused that are such.
    Refuses(Where, Words),
}

/// Words of the engine's that somebody believes to understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Those with any of these bits.
    Any(u32),
    /// Those with all of these bits.
    All(u32),
    /// Those with the first bits and without the second.
    Without(u32, u32),
    /// Those with more than one of these bits.
    Several(u32),
    /// Zero.
    Zero,
}

impl Words {
    pub(crate) fn has(self, word: u32) -> bool {
        match self {
            Self::Any(bits) => word & bits != 0,
            Self::All(bits) => word & bits == bits,
            Self::Without(with, without) => word & with == with && word & without == 0,
            Self::Several(bits) => (word & bits).count_ones() > 1,
            Self::Zero => word == 0,
        }
    }
}

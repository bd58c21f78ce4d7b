//! The rules, and ways to get one of them wrong.
//!
//! A decoder with one rule wrong is a *weakened implementation*: the suite must reject each. Which ones there are is data, in
//! [`weak`](crate::weak); here is what "wrong" can mean where the rule is enforced. [`Rules::RIGHT`] gets nothing wrong.

mod place;
mod semantics;
mod variables;
mod writing;

pub use super::v3::Part;
pub use place::{Header, Metadata, Padding, Reach};
pub use semantics::Semantics;
pub use variables::{Variables, Words};
pub use writing::Writing;

use super::Rejection;

/// The rules of the specification, all right or all but one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    wrong: Option<Wrong>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// What this clause requires is not looked at. A type or a flag beyond the last is then taken for the last.
    Unchecked(&'static str, Where),
    /// Nothing but what this clause requires is looked at.
    UncheckedBut(&'static str),
    /// The bound that a number must keep is so much too high, or too low.
    Slack(&'static str, Where, i64),
    /// The number that must keep a bound is computed too narrowly.
    Narrow(&'static str, Where, Narrow),
    /// The clause is judged when everything else has been read.
    Late(&'static str),
    /// The smallest entry that is counted by this field is taken to have so many bytes.
    Smallest(&'static str, u64),
    /// A number is read in another way.
    Number(Where, Number),
    /// Text is decoded in another way.
    Text(Where, Text),
    /// The fields are laid out in another way.
    Layout(Layout),
    /// A semantic rule is another one.
    Semantics(Semantics),
    /// The header is read or judged in another way.
    Header(Header),
    /// The metadata is elsewhere.
    Metadata(Metadata),
    /// Other padding is let through.
    Padding(Padding),
    /// The environment is laid out or judged in another way.
    Variables(Variables),
    /// A rule is answered by this class.
    Class(&'static str, &'static str),
    /// A version that is not known is taken for this one.
    AnyVersion(u32),
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Wherever it can be.
    Everywhere,
    /// In this field, such as `imports.type`, of every entry; for semantic rules, in this section.
    Field(&'static str),
    /// In every entry but the first of its section.
    AllButFirst,
    /// Where the bytecode is empty.
    EmptyBytecode,
}

/// How a number is computed that must keep a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrow {
    /// The sum with the position, or the product, wraps at 32 bits.
    Wraps32,
    /// The number is signed, and what is negative keeps every bound.
    Signed32,
}

/// How four bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Only so many bits of them.
    Low(u32),
    /// Most significant byte first.
    BigEndian,
    /// So much more.
    Plus(u64),
}

/// How text is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// What is not UTF-8 is read as Latin-1.
    Latin1,
    /// What is not UTF-8 becomes U+FFFD.
    Replaced,
    /// A string that is not UTF-8 becomes the empty string.
    Emptied,
    /// Surrogates are let through.
    Surrogates,
    /// Overlong forms are let through.
    Overlong,
    /// Code points above U+10FFFF are let through.
    Beyond,
    /// A sequence that the string's end cuts is dropped.
    CutDropped,
    /// Text that holds this character is refused.
    Refuses(char),
    /// Text of more than so many bytes is refused.
    LongerThan(usize),
}

/// How fields follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `attribute_count` is there whatever the flag says.
    CountAlways,
    /// `attribute_count` is never there.
    CountNever,
    /// A flag of 1 with a count of 0 is refused.
    EmptyAttributesRefused,
    /// Strings are padded to a multiple of four bytes.
    StringsPadded,
    /// A zero byte follows each string.
    StringsTerminated,
    /// The bytecode begins at a multiple of eight.
    BytecodeAligned,
    /// The bytecode goes on to the file's end, whatever its size says.
    BytecodeToTheEnd,
    /// More entries than this in a section are refused.
    MoreThan(u64),
    /// Memory is taken for a count before it is judged, and a count that asks for too much of it is refused as `limit`.
    CountReserved,
    /// Empty bytecode is refused.
    EmptyBytecodeRefused,
    /// The bytecode must not begin with a zero byte.
    BytecodeLookedAt,
    /// A count is compared with the length of the file, whatever of it is left.
    CountsOfFile,
    /// The length of a string is compared with that of the file, whatever of it is left.
    LengthsOfFile,
}

/// What is being looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Site {
    /// The version whose rules are applied.
    pub(super) version: u32,
    /// The field, such as `imports.type`; for semantic rules, the section.
    pub(super) field: &'static str,
    /// The number of the entry in its section.
    pub(super) entry: usize,
    /// Whether the header says that there is no bytecode.
    pub(super) empty_bytecode: bool,
}

impl Site {
    pub(super) fn new(version: u32) -> Self {
        Self { version, ..Self::default() }
    }
}

/// What comes of a requirement.
pub(super) enum Judgement {
    Kept,
    Broken,
    BrokenLater,
}

impl Rules {
    /// All right.
    pub const RIGHT: Self = Self { wrong: None };

    /// All right but this.
    pub const fn but(wrong: Wrong) -> Self {
        Self { wrong: Some(wrong) }
    }

    /// Whether `number`, added to or multiplied by what makes it `value`, keeps the bound of `clause`.
    pub(super) fn judge(self, clause: &str, site: Site, number: u64, value: u64, limit: u64) -> Judgement {
        let (value, limit) = match self.wrong {
            Some(Wrong::Unchecked(of, place)) if of == clause && place.is(site) => {
                return Judgement::Kept;
            }
            Some(Wrong::UncheckedBut(of)) if of != clause => return Judgement::Kept,
            Some(Wrong::Slack(of, place, by)) if of == clause && place.is(site) => {
                (value, limit.saturating_add_signed(by))
            }
            Some(Wrong::Narrow(of, place, narrow)) if of == clause && place.is(site) => match narrow {
                Narrow::Wraps32 => (value & 0xFFFF_FFFF, limit),
                Narrow::Signed32 if number > 0x7FFF_FFFF => return Judgement::Kept,
                Narrow::Signed32 => (value, limit),
            },
            _ => (value, limit),
        };
        match self.wrong {
            _ if value <= limit => Judgement::Kept,
            Some(Wrong::Late(of)) if of == clause => Judgement::BrokenLater,
            _ => Judgement::Broken,
        }
    }

    /// The same, where there is a yes and a no.
    pub(super) fn require(
        self,
        clause: &'static str,
        class: &'static str,
        site: Site,
        offset: Option<usize>,
        holds: bool,
    ) -> Result<(), Rejection> {
        match self.judge(clause, site, 0, u64::from(!holds), 0) {
            Judgement::Kept => Ok(()),
            Judgement::Broken | Judgement::BrokenLater => {
                Err(Rejection { class, offset, version: site.version, clause })
            }
        }
    }

    pub(super) fn smallest(self, field: &str, smallest: u64) -> u64 {
        match self.wrong {
            Some(Wrong::Smallest(of, wrong)) if of == field => wrong,
            _ => smallest,
        }
    }

    pub(super) fn number(self, site: Site, bytes: &[u8]) -> u64 {
        let right = || bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        match self.wrong {
            Some(Wrong::Number(place, Number::BigEndian)) if place.is(site) => {
                bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
            }
            Some(Wrong::Number(place, Number::Low(bits))) if place.is(site) => right() & ((1 << bits) - 1),
            Some(Wrong::Number(place, Number::Plus(more))) if place.is(site) => right() + more,
            // u32
            _ => right(),
        }
    }

    pub(super) fn text(self, site: Site) -> Option<Text> {
        match self.wrong {
            Some(Wrong::Text(place, text)) if place.is(site) => Some(text),
            _ => None,
        }
    }

    pub(super) fn layout(self, layout: Layout) -> bool {
        self.wrong == Some(Wrong::Layout(layout))
    }

    pub(super) fn most_entries(self) -> u64 {
        match self.wrong {
            Some(Wrong::Layout(Layout::MoreThan(most))) => most,
            _ => u64::MAX,
        }
    }

    /// The version that is meant by this number.
    pub(super) fn version(self, number: u64) -> u64 {
        let known = super::versions().any(|version| u64::from(version) == number);
        match self.wrong {
            Some(Wrong::AnyVersion(version)) if !known => version.into(),
            _ => number,
        }
    }

    pub(super) fn header(self) -> Option<Header> {
        match self.wrong {
            Some(Wrong::Header(header)) => Some(header),
            _ => None,
        }
    }

    /// Where the metadata begins and ends, of a file whose header ends here and says that.
    pub(super) fn metadata(self, header_end: usize, bytecode_offset: u64) -> (usize, u64) {
        match self.wrong {
            Some(Wrong::Metadata(Metadata::From(first))) => (first, bytecode_offset),
            Some(Wrong::Metadata(Metadata::EndsOff(by))) => (header_end, bytecode_offset.saturating_add_signed(by)),
            Some(Wrong::Metadata(Metadata::ToFileEnd)) => (header_end, u64::MAX),
            // metadata-bounds
            _ => (header_end, bytecode_offset),
        }
    }

    /// Whether what is left for fields of this kind ends with the file.
    pub(super) fn reaches_too_far(self, kind: Reach) -> bool {
        self.wrong == Some(Wrong::Metadata(Metadata::Reaches(kind)))
    }

    /// The first byte of the padding that is not what it has to be.
    pub(super) fn wrong_padding(self, padding: &[u8]) -> Option<usize> {
        match self.wrong {
            Some(Wrong::Padding(wrong)) => wrong.wrong(padding),
            // padding
            _ => padding.iter().position(|byte| *byte != 0),
        }
    }

    pub(super) fn variables(self) -> Option<Variables> {
        match self.wrong {
            Some(Wrong::Variables(variables)) => Some(variables),
            _ => None,
        }
    }

    /// The parts of the environment, in their order.
    pub(super) fn parts(self) -> &'static [Part] {
        match self.variables() {
            Some(Variables::Parts(parts)) => parts,
            _ => super::v3::PARTS,
        }
    }

    /// How many bytes a number takes.
    pub(super) fn size_of_number(self, field: &str) -> u64 {
        match self.variables() {
            Some(Variables::Bytes(of, bytes)) if of == field => bytes,
            _ => 4,
        }
    }

    pub(super) fn class(self, clause: &str, class: &'static str) -> &'static str {
        match self.wrong {
            Some(Wrong::Class(of, other)) if of == clause => other,
            _ => class,
        }
    }

    pub(super) fn semantics(self) -> Option<Semantics> {
        match self.wrong {
            Some(Wrong::Semantics(semantics)) => Some(semantics),
            _ => None,
        }
    }
}

impl Where {
    pub(super) fn is(self, site: Site) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Field(field) => field == site.field,
            Self::AllButFirst => site.entry > 0,
            Self::EmptyBytecode => site.empty_bytecode,
        }
    }
}

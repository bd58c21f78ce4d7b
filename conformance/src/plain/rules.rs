//! The rules, and ways to get one of them wrong.
//!
//! A decoder with one rule wrong is a *weakened implementation*: the suite must reject each. Which ones there are is data, in
//! [`weak`](crate::weak); here is what "wrong" can mean where the rule is enforced. [`Rules::RIGHT`] gets nothing wrong.

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
}

/// What a semantic rule compares or requires instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// The attributes of two requests are compared in their order.
    AttributesInOrder,
    /// The attributes of two requests are compared as sets.
    AttributesAsSet,
    /// Of the attributes of two requests only the keys are compared.
    KeysAlone,
    /// Of the attributes of two requests only the values are compared.
    ValuesAlone,
    /// Of two requests only the specifiers are compared.
    SpecifiersAlone,
    /// An attribute is a repetition only if its value is the same, too.
    RepeatedPairs,
    /// Only neighbours are compared: for duplicates of this clause.
    NeighboursAlone(&'static str),
    /// Export names are compared among entries of one type.
    ExportsByType,
    /// Local names are compared among imports of one module.
    ImportsByModule,
    /// Local names are compared among imports of one type.
    ImportsByType,
    /// A specifier that requests share is refused, named or not.
    SharedRefused,
    /// Whether a field of an export applies is told by whether it is empty.
    AppliesIfNotEmpty,
    /// An entry that names the empty specifier is taken to name none.
    EmptySpecifierIsNone,
    /// Of two equal empty names only one is seen.
    EmptyNameIsNone,
    /// Of the fields that do not apply only this one is looked at.
    MisplacedAlone(&'static str),
    /// The import name of a Namespace import must be `*`.
    NamespaceNameRequired,
    /// An export name must not be empty.
    ExportNameRequired,
    /// An import name must not be empty.
    ImportNameRequired,
    /// Two exports must not have one local name.
    LocalNamesExportedOnce,
    /// A Local export must not name what an import binds.
    ImportedNotLocal,
    /// A star export must not name what an import entry names.
    StarNotImported,
}

/// What is being looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Site {
    /// The field, such as `imports.type`; for semantic rules, the section.
    pub(super) field: &'static str,
    /// The number of the entry in its section.
    pub(super) entry: usize,
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
            Judgement::Broken | Judgement::BrokenLater => Err(Rejection { class, offset, clause }),
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
            // v1-u32
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

    pub(super) fn semantics(self) -> Option<Semantics> {
        match self.wrong {
            Some(Wrong::Semantics(semantics)) => Some(semantics),
            _ => None,
        }
    }
}

impl Where {
    fn is(self, site: Site) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Field(field) => field == site.field,
            Self::AllButFirst => site.entry > 0,
        }
    }
}

//! Derived cases. The runner makes their files from the valid files of the corpus, and each case has its own id.
//!
//! [`changes`] returns the derived cases of a file. [`Change::apply`] creates the bytes of one of them.
//! [`verdicts`](crate::verdicts) determines the expected answers.

mod record;
pub(crate) mod repair;
pub(crate) mod shuffle;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use bmes::Version;
use sha2::{Digest, Sha256};

use crate::case::{ExpectedResult, Record};
use crate::corpus::FileCase;
use crate::text::count;
pub use record::Operator;
pub use repair::repaired;

/// How many derived cases run: the value of `--depth`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Depth {
    /// No derived cases, only the cases of the corpus.
    Quick,
    /// Prefixes, the appended byte, metadata that ends early, changed records, and a sample of flips (inverted bits).
    #[default]
    Standard,
    /// The same as [`Depth::Standard`], but with all flips.
    Full,
}

impl Depth {
    /// Returns the name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The maximum length in bytes of metadata that is covered exhaustively: with every prefix, and with every flip that
/// the depth includes.
pub const EXHAUSTIVE: usize = 2 * 1024;

/// If the metadata is too large to try every offset, the seed chooses this number of offsets. The boundaries of the fields
/// and the offsets next to them are always tried as well.
pub const SAMPLED_OFFSETS: usize = 4096;

/// The number of flips that are derived from one file at standard depth.
pub const SAMPLED_FLIPS: usize = 64;

/// The maximum total size in bytes of all derived cases of one kind from one file, at standard depth. At least one case
/// remains. A file of 1 MiB is sent as 2 MiB of hex: without this maximum, its prefixes alone keep a testee in a
/// scripting language busy for an hour. All prefixes of [`EXHAUSTIVE`] bytes together have 2 MiB, so the maximum never
/// affects small files.
pub const BYTES_STANDARD: usize = 3 * 1024 * 1024;

/// The same maximum at full depth. It is enough for every flip of a file that has [`EXHAUSTIVE`] bytes of metadata and
/// as many bytes of bytecode.
pub const BYTES_FULL: usize = 64 * 1024 * 1024;

/// The maximum length in bytes of a file whose record is changed. A testee in a scripting language reads and writes
/// larger records too slowly.
const LARGEST_RECORD: usize = 16 * 1024;

/// The length in bytes of the header of versions 2 and 3, which states the position of the bytecode. The metadata comes
/// after this header.
const HEADER: usize = 16;

/// The name of [`Change::OtherVersion`], and of the section in which reports count its cases.
pub const OTHER_VERSION: &str = "other-version";

/// A change of a valid file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// Only the first bytes are left. The number is their length.
    Prefix(usize),
    /// A zero byte is appended.
    Append,
    /// The metadata ends at this byte, and the header says so. The rest of the metadata is removed, and the bytecode
    /// follows.
    ///
    /// This change applies only to files whose header states the position of the bytecode. A prefix of such a file does
    /// not test the metadata, because a reader rejects the prefix for its header.
    Metadata(usize),
    /// An operator changes the record. The number determines the choices of the operator. The changed record is written
    /// as a new file.
    Record(Operator, u32),
    /// The unchanged file, for a testee that does not offer the version of the file. The testee must reject it with
    /// `unsupported-version`.
    OtherVersion,
    /// One bit is inverted.
    Flip {
        /// The offset of the byte.
        offset: usize,
        /// The bit. 0 is the lowest.
        bit: u8,
    },
    /// One bit of a file of version 4 is inverted, and then all checksums are made right: those of the metadata, the text
    /// and the bytecode by the sizes of the changed header, and that of the header. So a reader must find the fault
    /// in the structure.
    Repair {
        /// The offset of the byte. It is not that of a checksum.
        offset: usize,
        /// The bit. 0 is the lowest.
        bit: u8,
    },
    /// The strings and the lists of a record of version 4 in another order, and some strings several times. The file is
    /// the same. The number determines the order.
    Shuffle(u32),
}

impl Change {
    /// Returns the changed file. For a change of the record, returns the unchanged file.
    pub fn apply(self, file: &[u8]) -> Vec<u8> {
        match self {
            Self::Prefix(length) => file[..length.min(file.len())].to_vec(),
            Self::Append => [file, &[0]].concat(),
            // The record is changed later, where the new file is written.
            Self::OtherVersion | Self::Record(..) | Self::Shuffle(_) => file.to_vec(),
            Self::Repair { offset, bit } => repaired(Self::Flip { offset, bit }.apply(file)),
            Self::Metadata(end) => {
                let Ok(bytecode) = bmes::bytecode_range(file) else { return file.to_vec() };
                let mut cut = [&file[..end.min(bytecode.start)], &file[bytecode]].concat();
                // These four bytes are bytecode_offset. The bytecode now begins where the metadata ends.
                cut[8..12].copy_from_slice(&u32::try_from(end).unwrap_or(u32::MAX).to_le_bytes());
                cut
            }
            Self::Flip { offset, bit } => {
                let mut flipped = file.to_vec();
                if let Some(byte) = flipped.get_mut(offset) {
                    *byte ^= 1 << bit;
                }
                flipped
            }
        }
    }

    /// Returns whether the change can be applied to this file.
    pub fn fits(self, Original { file, metadata, record, .. }: Original<'_>) -> bool {
        match self {
            Self::Record(operator, _) => record.and_then(Record::named).is_some_and(|record| operator.fits(record)),
            Self::Prefix(prefix) => prefix < file.len(),
            Self::Append | Self::OtherVersion => true,
            Self::Metadata(end) => (HEADER..metadata).contains(&end) && has_bytecode_offset(file),
            Self::Flip { offset, bit } => offset < metadata && bit < 8,
            Self::Repair { offset, bit } => {
                is_version_4(file) && offset < metadata && bit < 8 && !repair::CHECKSUMS.contains(&offset)
            }
            Self::Shuffle(_) => matches!(record, Some(Record::V4(_))),
        }
    }

    /// Parses the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text == OTHER_VERSION {
            return Some(Self::OtherVersion);
        }
        let (name, value) = text.split_once('=')?;
        let change = match name {
            "prefix" => Self::Prefix(value.parse().ok()?),
            "append" => Self::Append,
            "metadata" => Self::Metadata(value.parse().ok()?),
            "flip" | "repair" => {
                let (offset, bit) = value.split_once('.')?;
                let (offset, bit) = (offset.parse().ok()?, bit.parse().ok()?);
                if name == "flip" { Self::Flip { offset, bit } } else { Self::Repair { offset, bit } }
            }
            "shuffle" => Self::Shuffle(value.parse().ok()?),
            _ => Self::Record(Operator::from_name(name)?, value.parse().ok()?),
        };
        (change.to_string() == text).then_some(change)
    }

    /// Describes the change in words.
    pub fn explanation(self) -> String {
        match self {
            Self::Prefix(length) => format!("its first {}", count(length, "byte", "bytes")),
            Self::Append => "with one more byte, 00".into(),
            Self::OtherVersion => "for a testee that does not offer its version".into(),
            Self::Record(operator, _) => operator.explanation().into(),
            Self::Metadata(end) => format!("with metadata that ends at byte {end}"),
            Self::Flip { offset, bit } => format!("with bit {bit} of byte {offset} inverted"),
            Self::Repair { offset, bit } => {
                format!("with bit {bit} of byte {offset} inverted, and with right checksums")
            }
            Self::Shuffle(_) => "from a record whose strings and lists are in another order".into(),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(length) => write!(f, "prefix={length}"),
            Self::Append => f.write_str("append=00"),
            Self::OtherVersion => f.write_str(OTHER_VERSION),
            Self::Record(operator, number) => write!(f, "{}={number}", operator.name()),
            Self::Metadata(end) => write!(f, "metadata={end}"),
            Self::Flip { offset, bit } => write!(f, "flip={offset}.{bit}"),
            Self::Repair { offset, bit } => write!(f, "repair={offset}.{bit}"),
            Self::Shuffle(number) => write!(f, "shuffle={number}"),
        }
    }
}

/// A valid file, with the information that is necessary to derive cases from it.
#[derive(Clone, Copy, Debug)]
pub struct Original<'a> {
    /// The id of its case.
    pub id: &'a str,
    /// Its bytes.
    pub file: &'a [u8],
    /// The number of bytes that a bit is inverted in: those before the bytecode, because its content changes no result.
    /// In version 4, where it has a checksum, these are all bytes. In a pack, these are none: only a prefix and an
    /// appended byte make every pack invalid.
    pub metadata: usize,
    /// The record of the file. Without it, no change of the record applies. A pack has none.
    pub record: Option<&'a Record>,
}

impl<'a> Original<'a> {
    /// Returns the file of a case, if it is valid. A case with a recipe has no file yet.
    pub fn of(case: &'a FileCase) -> Option<Self> {
        let (id, file) = (&case.case.id, case.file.as_deref()?);
        if let Some(ExpectedResult::Index { .. }) = case.case.expect.open_pack {
            return Some(Self { id, file, metadata: 0, record: None });
        }
        let decoded = case.case.expect.record()?;
        let metadata = if is_version_4(file) { file.len() } else { decoded.bytecode.offset };
        Some(Self { id, file, metadata, record: Some(&decoded.record) })
    }
}

fn is_version_4(file: &[u8]) -> bool {
    bmes::identify(file) == Ok(Version::V4)
}

/// Returns true if the header of the file has the field `bytecode_offset`.
fn has_bytecode_offset(file: &[u8]) -> bool {
    bmes::identify(file).is_ok_and(Version::has_bytecode_offset) && bmes::bytecode_range(file).is_ok()
}

/// Returns the changes of `original` at this depth, sorted and without duplicates. The same seed gives the same
/// changes. The number of changes does not depend on the seed.
pub fn changes(original: Original<'_>, depth: Depth, seed: u64) -> Vec<Change> {
    let mut random = random_for(original.id, seed);
    let (flips, budget) = match depth {
        Depth::Quick => return Vec::new(),
        Depth::Standard => (flips_sampled(original, &mut random), BYTES_STANDARD),
        Depth::Full => (flips_all(original, &mut random), BYTES_FULL),
    };
    every_kind(original, flips, budget, &mut random)
}

fn every_kind(original: Original<'_>, flips: Vec<Change>, budget: usize, random: &mut fastrand::Rng) -> Vec<Change> {
    let length = original.file.len();
    let mut all = within(budget, prefixes(original, random), length / 2, random);
    all.push(Change::Append);
    all.extend(within(budget, cuts(original, random), length, random));
    let repairs = flips.iter().filter_map(|flip| match *flip {
        Change::Flip { offset, bit } => Some(Change::Repair { offset, bit }),
        _ => None,
    });
    let repairs = repairs.filter(|change| change.fits(original)).collect();
    all.extend(within(budget, repairs, length, random));
    all.extend(within(budget, flips, length, random));
    all.extend(records(original, random));
    all.extend(shuffles(original, random));
    all.sort_unstable();
    all
}

/// Returns the changes of the record, a few for each operator.
fn records(original: Original<'_>, random: &mut fastrand::Rng) -> Vec<Change> {
    let record = original.record.filter(|_| original.file.len() <= LARGEST_RECORD).and_then(Record::named);
    let Some(record) = record else { return Vec::new() };
    let mut changes = BTreeSet::new();
    for operator in Operator::ALL.into_iter().filter(|operator| operator.fits(record)) {
        let wanted = changes.len() + operator.times();
        while changes.len() < wanted {
            changes.insert(Change::Record(operator, random.u32(..)));
        }
    }
    changes.into_iter().collect()
}

/// Returns the changes that shuffle a record of version 4.
fn shuffles(original: Original<'_>, random: &mut fastrand::Rng) -> Vec<Change> {
    const TIMES: usize = 2;
    if original.file.len() > LARGEST_RECORD || !matches!(original.record, Some(Record::V4(_))) {
        return Vec::new();
    }
    let numbers: BTreeSet<_> = (0..TIMES).map(|_| random.u32(..)).collect();
    numbers.into_iter().map(Change::Shuffle).collect()
}

fn prefixes(original: Original<'_>, random: &mut fastrand::Rng) -> Vec<Change> {
    let Original { file, metadata, .. } = original;
    let mut lengths = sampled_offsets(original, 1, random);
    lengths.insert(metadata);
    if file.len() <= EXHAUSTIVE {
        lengths.extend(metadata..file.len());
    } else {
        lengths.extend([(metadata + 1).min(file.len()), file.len() - 1]);
    }
    lengths.into_iter().filter(|prefix| *prefix < file.len()).map(Change::Prefix).collect()
}

/// Returns the changes that end the metadata early. If the bytecode must be aligned, only aligned ends are used.
/// Readers reject the other ends for the alignment alone.
fn cuts(original: Original<'_>, random: &mut fastrand::Rng) -> Vec<Change> {
    if !has_bytecode_offset(original.file) {
        return Vec::new();
    }
    let aligned = bmes::identify(original.file) == Ok(bmes::Version::V3);
    let ends = sampled_offsets(original, if aligned { 8 } else { 1 }, random);
    ends.into_iter().filter(|end| *end >= HEADER).map(Change::Metadata).collect()
}

fn flips_sampled(original: Original<'_>, random: &mut fastrand::Rng) -> Vec<Change> {
    let bits = original.metadata * 8;
    if bits <= SAMPLED_FLIPS {
        return flips_of_bytes(0..original.metadata);
    }
    let mut chosen = BTreeSet::new();
    while chosen.len() < SAMPLED_FLIPS {
        chosen.insert(random.usize(..bits));
    }
    let flips = flips_of_bytes(chosen.iter().map(|bit| bit / 8).collect::<BTreeSet<_>>());
    let is_chosen = |offset: usize, bit: u8| chosen.contains(&(offset * 8 + usize::from(bit)));
    flips.into_iter().filter(|flip| matches!(flip, Change::Flip { offset, bit } if is_chosen(*offset, *bit))).collect()
}

fn flips_all(original: Original<'_>, random: &mut fastrand::Rng) -> Vec<Change> {
    flips_of_bytes(sampled_offsets(original, 1, random).into_iter().filter(|offset| *offset < original.metadata))
}

fn flips_of_bytes(offsets: impl IntoIterator<Item = usize>) -> Vec<Change> {
    offsets.into_iter().flat_map(|offset| (0..8).map(move |bit| Change::Flip { offset, bit })).collect()
}

/// Returns the offsets in the metadata that are multiples of `step`. If the metadata is small, these are all such
/// offsets. Otherwise, these are the boundaries of the fields, the offsets next to them, and [`SAMPLED_OFFSETS`] others
/// (divided by `step`) that the seed chooses.
fn sampled_offsets(original: Original<'_>, step: usize, random: &mut fastrand::Rng) -> BTreeSet<usize> {
    let metadata = original.metadata;
    if metadata <= EXHAUSTIVE {
        return (0..metadata).step_by(step).collect();
    }
    let inspection = bmes::inspect(original.file);
    let boundaries = inspection.spans().iter().map(|span| span.range.start);
    let mut offsets: BTreeSet<_> = boundaries.flat_map(|start| [start.saturating_sub(1), start, start + 1]).collect();
    offsets.retain(|offset| *offset < metadata && offset.is_multiple_of(step));
    let others: Vec<_> = (0..metadata).step_by(step).filter(|offset| !offsets.contains(offset)).collect();
    offsets.extend(random.choose_multiple(others, SAMPLED_OFFSETS / step));
    offsets
}

/// Returns as many of `changes` as fit in `budget` bytes if each file has `average` bytes, but at least one. They are
/// evenly spread over `changes`, and the seed chooses among neighbours.
fn within(budget: usize, changes: Vec<Change>, average: usize, random: &mut fastrand::Rng) -> Vec<Change> {
    let wanted = (budget / average.max(1)).max(1);
    if changes.len() <= wanted {
        return changes;
    }
    let bound = |part: usize| part * changes.len() / wanted;
    (0..wanted).map(|part| changes[random.usize(bound(part)..bound(part + 1))]).collect()
}

/// Returns a random generator that depends only on the id and the seed.
pub(crate) fn random_for(id: &str, seed: u64) -> fastrand::Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(id.as_bytes());
    let mut start = [0; 8];
    start.copy_from_slice(&hash.finalize()[..8]);
    fastrand::Rng::with_seed(u64::from_le_bytes(start))
}

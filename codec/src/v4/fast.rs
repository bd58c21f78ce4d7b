//! The fast validation of the strings and the lists. It accepts all valid strings and most of the valid lists. For all
//! others, the strict passes of `strings.rs` and `lists.rs` find the error, or that a list is valid. Fuzzing and tests
//! verify that everything that the fast validation accepts is valid.
//!
//! The loops over columns have no branch that depends on a value, so that the compiler can use vector instructions. They
//! collect faults in a number: its highest bit is set if a value is wrong. All counts are less than 2^30, because the
//! metadata has fewer than 2^32 bytes. So the difference of two values has this bit set if it is negative.

use crate::bytes::ascii::is_ascii;
use crate::v4::columns::{Cell, Column, Columns, Counts};
use crate::v4::lists::{EVALUATION, NONE};

/// Returns true if the strings keep all rules of section 4.4 of `spec/v4.md`.
#[inline(always)]
pub(crate) fn strings(counts: &Counts, columns: &Columns<'_>) -> bool {
    strings_ascend(columns.string_end.cells, columns.strings) == usize::try_from(counts.string_bytes).ok()
        && is_utf8(columns)
}

/// The number of bytes at the start of two strings that are compared as one number.
const PREFIX: usize = 16;

/// For each length of a string, the bits of its prefix that belong to the string.
#[allow(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const MASKS: [u128; PREFIX + 1] = {
    let mut masks = [u128::MAX; PREFIX + 1];
    let mut length = 0;
    let mut mask = 0;
    while length < PREFIX {
        masks[length] = mask;
        mask = mask >> 8 | 0xFF << 120;
        length += 1;
    }
    masks
};

/// Returns the end of the last string, if the ends do not descend and the strings ascend.
///
/// This is a separate function, so that all variables of the loop stay in registers. It gets slices, so that the other
/// columns need not be in memory.
#[inline(never)]
fn strings_ascend(ends: &[Cell], bytes: &[u8]) -> Option<usize> {
    let (mut before, mut start, mut prefix_before) = (NO_STRING, 0, 0);
    for end in ends {
        let end = usize::try_from(u32::from_le_bytes(*end)).ok()?;
        let prefix = prefix(bytes, start, end.checked_sub(start)?)?;
        if prefix <= prefix_before && !ascends(bytes, before, start, end) {
            return None;
        }
        (before, start, prefix_before) = (start, end, prefix);
    }
    Some(start)
}

/// The start of the string before the first one: there is no such string.
const NO_STRING: usize = usize::MAX;

/// Returns true if the string that begins at `start` is greater than the one that begins at `before`.
///
/// The prefixes of two strings can be equal if the strings differ later, or in their length: the bytes of a prefix that
/// do not belong to the string are 0, like U+0000.
#[cold]
#[inline(never)]
fn ascends(bytes: &[u8], before: usize, start: usize, end: usize) -> bool {
    // `None`, for no string, is less than every string.
    bytes.get(before..start) < bytes.get(start..end)
}

/// Returns the first bytes of a string as a number whose order is the order of the bytes. Returns `None` if the string
/// begins after the end of all bytes.
#[inline(always)]
fn prefix(bytes: &[u8], start: usize, length: usize) -> Option<u128> {
    let rest = bytes.get(start..)?;
    let first = rest.first_chunk().map_or_else(|| padded(rest), |first| u128::from_be_bytes(*first));
    Some(first & MASKS.get(length.min(PREFIX))?)
}

/// Returns the number of the first bytes if fewer than 16 are left.
#[cold]
#[inline(never)]
fn padded(rest: &[u8]) -> u128 {
    let mut first = [0; PREFIX];
    first.iter_mut().zip(rest).for_each(|(first, byte)| *first = *byte);
    u128::from_be_bytes(first)
}

/// Verifies that each string is UTF-8: all bytes together are UTF-8, and each string begins at a character.
#[inline(always)]
fn is_utf8(columns: &Columns<'_>) -> bool {
    let begins_character = |end: u32| {
        let byte = usize::try_from(end).ok().and_then(|end| columns.strings.get(end));
        byte.is_none_or(|byte| byte & 0xC0 != 0x80)
    };
    is_ascii(columns.strings)
        || (columns.string_end.values().all(begins_character) && simdutf8::basic::from_utf8(columns.strings).is_ok())
}

/// Returns true if the lists keep all rules of section 4.5 of `spec/v4.md`, no request has attributes, and every request is
/// evaluated. Other lists are rare, and left to the strict passes.
#[inline(always)]
pub(crate) fn lists(counts: &Counts, columns: &Columns<'_>) -> bool {
    // The strings ascend, so only the first one can be empty.
    let first_name = u32::from(columns.string_end.get(0) == Some(0));
    let faults = requests(counts, columns)
        | imports(counts, columns, first_name)
        | exports(counts, columns, first_name)
        | ascending(columns.star_request, counts.requests)
        | ascending(columns.declared_name, counts.strings)
        | ascending(columns.lexical_name, counts.strings);
    counts.attributes == 0 && faults >> 31 == 0 && specifiers_ascend(columns)
}

#[inline(always)]
fn requests(counts: &Counts, columns: &Columns<'_>) -> u32 {
    let specifiers = each(columns.specifier.cells, |specifier| below(specifier, counts.strings));
    pairs(columns.phase.cells, columns.attribute_end.cells, |phase, end| below(phase, EVALUATION + 1) | below(end, 1))
        | specifiers
}

/// Returns true if the specifiers ascend in the order of the column `order`. Then it has each request once.
#[inline(always)]
fn specifiers_ascend(columns: &Columns<'_>) -> bool {
    let mut before = None;
    columns.order.values().all(|request| {
        let specifier = columns.specifier.at(request);
        // `None` is less than every specifier.
        let ascends = specifier > before;
        before = specifier;
        ascends
    })
}

#[inline(always)]
fn imports(counts: &Counts, columns: &Columns<'_>, first_name: u32) -> u32 {
    let mut faults = ascending(columns.import_local_name, counts.strings);
    if let Some(first) = columns.import_local_name.get(0) {
        faults |= first.wrapping_sub(first_name);
    }
    faults |= pairs(columns.import_request.cells, columns.import_name.cells, |request, name| {
        below(request, counts.requests) | below_or_none(name, counts.strings)
    });
    faults |= ascending(columns.tolerant_import, counts.imports);
    for import in columns.tolerant_import.values() {
        let has_name = columns.import_name.at(import).is_some_and(|name| name != NONE);
        faults |= u32::from(has_name).wrapping_sub(1);
    }
    faults
}

#[inline(always)]
fn exports(counts: &Counts, columns: &Columns<'_>, first_name: u32) -> u32 {
    let kinds = pairs(columns.export_request.cells, columns.name.cells, |request, name| {
        let indices = below_or_none(request, counts.requests) | below_or_none(name, counts.strings);
        // Without a request, an export needs a name that is not empty. `NONE` has the highest bit.
        indices | request & name.wrapping_sub(first_name)
    });
    ascending(columns.export_name, counts.strings) | kinds
}

/// Returns a fault unless the values ascend and are less than `count`.
#[inline(always)]
fn ascending(column: Column<'_>, count: u32) -> u32 {
    let Some((last, before)) = column.cells.split_last() else { return 0 };
    let after = column.cells.get(1..).unwrap_or_default();
    below(u32::from_le_bytes(*last), count)
        | pairs(before, after, |before, after| before | after.wrapping_sub(before).wrapping_sub(1))
}

/// Returns the faults of all values of a column.
#[inline(always)]
fn each(column: &[Cell], fault: impl Fn(u32) -> u32) -> u32 {
    pairs(column, column, |value, _| fault(value))
}

/// Returns the faults of all pairs of values that two columns have at the same place.
///
/// It reads blocks of four pairs, for vector instructions. The last block overlaps the one before it, so that no pair is
/// left over.
#[inline(always)]
fn pairs(first: &[Cell], second: &[Cell], fault: impl Fn(u32, u32) -> u32) -> u32 {
    let fault = |first: &Cell, second: &Cell| fault(u32::from_le_bytes(*first), u32::from_le_bytes(*second));
    let mut lanes = [0; 4];
    let mut block = |first: &[Cell; 4], second: &[Cell; 4]| {
        for (lane, (first, second)) in lanes.iter_mut().zip(first.iter().zip(second)) {
            *lane |= fault(first, second);
        }
    };
    if let (Some(last_first), Some(last_second)) = (first.last_chunk(), second.last_chunk()) {
        for (first, second) in first.as_chunks().0.iter().zip(second.as_chunks().0) {
            block(first, second);
        }
        block(last_first, last_second);
        return lanes.iter().fold(0, |faults, lane| faults | lane);
    }
    let mut faults = 0;
    for (first, second) in first.iter().zip(second) {
        faults |= fault(first, second);
    }
    faults
}

/// Returns a fault unless the value is less than `count`.
#[inline(always)]
const fn below(value: u32, count: u32) -> u32 {
    value | count.wrapping_sub(1).wrapping_sub(value)
}

/// Returns a fault unless the value is less than `count`, or `NONE`.
#[inline(always)]
const fn below_or_none(value: u32, count: u32) -> u32 {
    // `NONE` becomes 0.
    below(value.wrapping_add(1), count.wrapping_add(1))
}

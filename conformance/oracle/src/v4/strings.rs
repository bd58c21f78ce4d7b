//! The strings: section 4.4 of the specification. Each pass is complete before the next one begins.

use super::metadata::{Metadata, STRING_BYTES};
use super::{Rejection, reject};
use crate::utf8;

pub(super) fn verify(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    ends(metadata)?;
    utf8(metadata)?;
    ascend(metadata)
}

fn ends(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    // The end before the first string is 0. Without strings, it must be the end of all strings.
    let (mut at, mut before) = (STRING_BYTES, 0);
    for (offset, end) in metadata.string_end.fields() {
        if end < before {
            return reject("bad-index", offset, "string-end");
        }
        (at, before) = (offset, end);
    }
    if super::place(before) != metadata.strings.len() {
        return reject("bad-index", at, "string-end");
    }
    Ok(())
}

fn utf8(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    for string in 0..metadata.string_end.count() {
        if let Some(index) = utf8::first_error(metadata.string(string)) {
            let first = metadata.strings_start + metadata.string_end.range(string).start;
            return reject("bad-utf8", first + index, "string-utf8");
        }
    }
    Ok(())
}

/// Slices compare by their bytes as unsigned numbers, as the clause requires.
fn ascend(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    for string in 1..metadata.string_end.count() {
        if metadata.string(string) <= metadata.string(string - 1) {
            return reject("bad-order", metadata.string_end.offset(string), "strings-ascend");
        }
    }
    Ok(())
}

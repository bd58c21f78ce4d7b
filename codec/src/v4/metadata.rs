//! The reading of the metadata: verifies it in the order of sections 4.3 to 4.5 of `spec/v4.md`.

use crate::format::error::{Error, ErrorKind};
use crate::v4::columns::{Columns, Counts, wrong_count};
use crate::v4::header::{self, Header};
use crate::v4::lists::Lists;
use crate::v4::{fast, strings};

/// Verifies the metadata of a file whose header is right. Returns its counts.
#[inline]
pub(crate) fn read(file: &[u8], header: &Header) -> Result<Counts, Error> {
    let computed = header::crc(file.get(header.metadata()).unwrap_or_default());
    let stored = header.metadata_crc;
    if stored != computed {
        return Err(header::wrong("metadata_crc", 96, "metadata-crc", ErrorKind::BadChecksum { stored, computed }));
    }
    let counts = counts(file, header)?;
    if !header.flags().typescript && counts.tolerant_imports != 0 {
        let kind = ErrorKind::WithoutFlag { found: counts.tolerant_imports, flag: 3 };
        return Err(wrong_count("tolerant_import_count", 156, "tolerant-flag", kind));
    }
    if !header.has_environment() && counts.has_environment() {
        return Err(without_environment(&counts));
    }
    let columns = Columns::split(file, header, &counts);
    let are_strings_valid = fast::strings(&counts, &columns);
    if !(are_strings_valid && fast::lists(&counts, &columns)) {
        verify(file, header, &counts, are_strings_valid)?;
    }
    debug_assert!(verify(file, header, &counts, false).is_ok(), "the fast validation accepts only what is valid");
    Ok(counts)
}

/// Returns the error of the first count of an environment that is not 0, in a file without an environment.
#[cold]
fn without_environment(counts: &Counts) -> Error {
    let numbers = [
        ("declared_variable_count", 140, counts.declared_variables),
        ("lexical_variable_count", 144, counts.lexical_variables),
        ("code_features", 148, counts.code_features),
        ("lexical_features", 152, counts.lexical_features),
    ];
    let (field, offset, found) = numbers.into_iter().find(|(.., found)| *found != 0).unwrap_or_default();
    wrong_count(field, offset, "environment", ErrorKind::WithoutFlag { found, flag: 0 })
}

/// Verifies the strings and the lists in strict passes, which find the first error.
#[cold]
#[inline(never)]
fn verify(file: &[u8], header: &Header, counts: &Counts, are_strings_valid: bool) -> Result<(), Error> {
    let columns = &Columns::split(file, header, counts);
    if !are_strings_valid {
        strings::verify(counts, columns)?;
    }
    Lists { counts, columns }.verify()
}

/// Reads the counts, if they give the size of the metadata.
#[inline(always)]
pub(crate) fn counts(file: &[u8], header: &Header) -> Result<Counts, Error> {
    let counts = Counts::read(file);
    let expected = counts.metadata_size();
    if u64::from(header.metadata_size) != expected {
        let kind = ErrorKind::OtherMetadataSize { found: header.metadata_size, expected };
        return Err(header::wrong("metadata_size", 16, "equation", kind));
    }
    Ok(counts)
}

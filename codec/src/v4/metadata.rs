//! The reading of the metadata: verifies it in the order of sections 4.3 to 4.5 of `spec/v4.md`.

use crate::format::error::{Error, ErrorKind};
use crate::v4::columns::{Columns, Counts, wrong_count};
use crate::v4::header::{self, Header};
use crate::v4::lists::Lists;
use crate::v4::strings;

/// Verifies the metadata of a file whose header is right. Returns its counts and columns.
pub(crate) fn read<'a>(file: &'a [u8], header: &Header) -> Result<(Counts, Columns<'a>), Error> {
    let computed = header::crc(file.get(header.metadata()).unwrap_or_default());
    let stored = header.metadata_crc;
    if stored != computed {
        return Err(header::wrong("metadata_crc", 96, "metadata-crc", ErrorKind::BadChecksum { stored, computed }));
    }
    let (counts, columns) = split(file, header)?;
    if !header.flags().typescript && counts.tolerant_imports != 0 {
        let kind = ErrorKind::WithoutFlag { found: counts.tolerant_imports, flag: 3 };
        return Err(wrong_count("tolerant_import_count", 156, "tolerant-flag", kind));
    }
    if !header.has_environment() {
        let numbers = [
            ("declared_variable_count", 140, counts.declared_variables),
            ("lexical_variable_count", 144, counts.lexical_variables),
            ("code_features", 148, counts.code_features),
            ("lexical_features", 152, counts.lexical_features),
        ];
        for (field, offset, found) in numbers {
            if found != 0 {
                return Err(wrong_count(field, offset, "environment", ErrorKind::WithoutFlag { found, flag: 0 }));
            }
        }
    }
    strings::verify(&counts, &columns)?;
    Lists { counts: &counts, columns: &columns }.verify()?;
    Ok((counts, columns))
}

/// Splits the metadata into its columns, if its size is the one that its counts give.
pub(crate) fn split<'a>(file: &'a [u8], header: &Header) -> Result<(Counts, Columns<'a>), Error> {
    let counts = Counts::read(file);
    let expected = counts.metadata_size();
    if u64::from(header.metadata_size) != expected {
        let kind = ErrorKind::OtherMetadataSize { found: header.metadata_size, expected };
        return Err(header::wrong("metadata_size", 16, "equation", kind));
    }
    Ok((counts, Columns::split(file, header, &counts)))
}

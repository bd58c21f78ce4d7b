//! Opening: sections 3.1, 4.1 and 4.2 of the specification.

use std::ops::Range;

use super::crc::crc;
use super::{Rejection, VERSION, reject, up};
use crate::header::version;
use crate::reader::Reader;

/// Number of bytes of the header.
pub(super) const SIZE: usize = 112;

// Where each field of the header after the version begins.
const FLAGS: usize = 8;
const ALIGNMENT: usize = 12;
pub(super) const METADATA_SIZE: usize = 16;
pub(super) const SOURCE_SIZE: usize = 20;
pub(super) const TEXT_SIZE: usize = 24;
const BYTECODE_SIZE: usize = 28;
pub(super) const PRODUCER: usize = 32;
pub(super) const SOURCE_DIGEST: usize = 64;
pub(super) const METADATA_CRC: usize = 96;
pub(super) const TEXT_CRC: usize = 100;
pub(super) const BYTECODE_CRC: usize = 104;
const HEADER_CRC: usize = 108;

/// The fields of a header that an opener accepts, and where the parts of the file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The bits 0 to 3. The others are 0.
    pub flags: u32,
    /// The alignment of the bytecode in the file.
    pub alignment: u32,
    /// The range of the metadata in the file.
    pub metadata: Range<usize>,
    /// Number of bytes of the source.
    pub source_size: u32,
    /// The range of the text in the file. It is empty if there is no text.
    pub text: Range<usize>,
    /// The range of the bytecode in the file. It is empty if there is no bytecode.
    pub bytecode: Range<usize>,
    /// The digest of all that the record and the bytecode depend on, except the source.
    pub producer: [u8; 32],
    /// The SHA-256 digest of the source.
    pub source_digest: [u8; 32],
    /// The checksum of the metadata. An opener does not compare it, nor the two after it.
    pub metadata_crc: u32,
    /// The checksum of the text.
    pub text_crc: u32,
    /// The checksum of the bytecode.
    pub bytecode_crc: u32,
}

/// Verifies the header and the length of the file. The order of the checks is that of the clauses (open-order). Reads
/// the header alone (open-alone).
pub(super) fn open(file: &[u8]) -> Result<Header, Rejection> {
    let mut reader = Reader::new(file);
    reader.version = VERSION;
    version(&mut reader, [VERSION].into_iter())?;
    let Some(header) = file.first_chunk::<SIZE>() else {
        return reject("truncated", file.len(), "header-whole");
    };
    let field = |offset| number(header, offset);

    if field(HEADER_CRC) != crc(&header[..HEADER_CRC]) {
        return reject("bad-checksum", HEADER_CRC, "header-crc");
    }
    let flags = field(FLAGS);
    if flags > 0b1111 {
        return reject("bad-flag", FLAGS, "flags");
    }
    let alignment = field(ALIGNMENT);
    if !is_alignment(alignment, field(BYTECODE_SIZE) != 0) {
        return reject("bad-layout", ALIGNMENT, "alignment");
    }
    if field(METADATA_SIZE) < 48 {
        return reject("bad-layout", METADATA_SIZE, "metadata-size");
    }
    if field(TEXT_SIZE) == 0 && field(TEXT_CRC) != 0 {
        return reject("bad-layout", TEXT_CRC, "absent-crc");
    }
    if field(BYTECODE_SIZE) == 0 && field(BYTECODE_CRC) != 0 {
        return reject("bad-layout", BYTECODE_CRC, "absent-crc");
    }

    // Every offset has 64 bits, so that no sum can wrap (arithmetic).
    let size = |offset| u64::from(field(offset));
    let metadata_end = SIZE as u64 + size(METADATA_SIZE);
    let text_start = up(metadata_end, 8);
    let text_end = text_start + size(TEXT_SIZE);
    let bytecode_start = up(text_end, alignment.into());
    let bytecode_end = bytecode_start + size(BYTECODE_SIZE);
    if bytecode_end > 4_294_967_295 {
        return reject("bad-layout", BYTECODE_SIZE, "file-size");
    }
    if bytecode_end > file.len() as u64 {
        return reject("truncated", BYTECODE_SIZE, "bytecode-bounds");
    }
    if bytecode_end < file.len() as u64 {
        return reject("trailing-bytes", BYTECODE_SIZE, "end");
    }

    let place = |offset: u64| usize::try_from(offset).expect("the offset is at most the file's length");
    Ok(Header {
        flags,
        alignment,
        metadata: SIZE..place(metadata_end),
        source_size: field(SOURCE_SIZE),
        text: place(text_start)..place(text_end),
        bytecode: place(bytecode_start)..place(bytecode_end),
        producer: digest(header, PRODUCER),
        source_digest: digest(header, SOURCE_DIGEST),
        metadata_crc: field(METADATA_CRC),
        text_crc: field(TEXT_CRC),
        bytecode_crc: field(BYTECODE_CRC),
    })
}

/// Returns whether the clause alignment allows this alignment.
pub(super) fn is_alignment(alignment: u32, has_bytecode: bool) -> bool {
    if has_bytecode { alignment.is_power_of_two() && (8..=65536).contains(&alignment) } else { alignment == 8 }
}

/// Returns the number at this offset: its least significant byte comes first (u32).
fn number(header: &[u8; SIZE], offset: usize) -> u32 {
    let bytes = header[offset..].first_chunk().expect("the field lies in the header");
    u32::from_le_bytes(*bytes)
}

fn digest(header: &[u8; SIZE], offset: usize) -> [u8; 32] {
    *header[offset..].first_chunk().expect("the field lies in the header")
}

//! The header of version 4, and where the other parts of the file are.

use core::ops::Range;

use crate::bytes::count::wide;
use crate::format::digest::Digest;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::Version;
use crate::v4::record::{Flags, Source};
use crate::versions;
use crate::versions::fields::Fields;

/// The size of the header, in bytes. The metadata begins here.
pub(crate) const SIZE: usize = 112;
/// The size of the smallest metadata, in bytes: twelve numbers.
pub(crate) const SMALLEST_METADATA: u32 = 48;
/// The largest alignment of the bytecode, in bytes. The smallest one is [`SMALLEST_ALIGNMENT`].
const LARGEST_ALIGNMENT: u32 = 65536;
const SMALLEST_ALIGNMENT: u32 = 8;
/// The bits of `flags`.
pub(crate) const ENVIRONMENT: u32 = 1;
pub(crate) const TOP_LEVEL_AWAIT: u32 = 1 << 1;
pub(crate) const IMPORT_META: u32 = 1 << 2;
pub(crate) const TYPESCRIPT: u32 = 1 << 3;
const KNOWN_FLAGS: u32 = ENVIRONMENT | TOP_LEVEL_AWAIT | IMPORT_META | TYPESCRIPT;

/// The header of a file: what it was made from, and the sizes of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    flags: u32,
    alignment: u32,
    pub(crate) metadata_size: u32,
    source: Source,
    text_size: u32,
    bytecode_size: u32,
    producer: Digest,
    pub(crate) metadata_crc: u32,
    pub(crate) text_crc: u32,
    pub(crate) bytecode_crc: u32,
}

/// Returns the error of a field of the header at `offset`.
pub(crate) fn wrong(field: &'static str, offset: usize, clause: &'static str, kind: ErrorKind) -> Error {
    Error::in_file(kind, Version::V4, clause, FieldPath::new(Section::Header, field), offset)
}

/// Reads the header of a file of `file_len` bytes that begins with `head`. Decides by the first 112 bytes and by
/// `file_len` alone. Pass at least 112 bytes, or the whole file if it is shorter.
#[inline]
pub fn open(head: &[u8], file_len: usize) -> Result<Header, Error> {
    let first = head.first_chunk().and_then(|first| Version::identified_by(*first));
    let Some(bytes) = head.first_chunk::<SIZE>().filter(|_| first == Some(Version::V4)) else {
        return Err(not_a_header(head));
    };
    let stored = u32_at(bytes, 108);
    let computed = crc(bytes.get(..108).unwrap_or_default());
    if stored != computed {
        return Err(wrong("header_crc", 108, "header-crc", ErrorKind::BadChecksum { stored, computed }));
    }
    let header = Header::read(bytes);
    header.verify(file_len)?;
    Ok(header)
}

/// Returns the error of bytes that are not the header of a file of version 4, whatever its fields are.
#[cold]
fn not_a_header(head: &[u8]) -> Error {
    let mut ignore = |_: crate::versions::fields::Field<'_>| {};
    let fields = &mut Fields::new(head, &mut ignore);
    match versions::identify(fields) {
        Err(error) => error,
        Ok(Version::V4) => {
            let kind = ErrorKind::Truncated { needed: wide(SIZE), left: head.len() };
            wrong("header", head.len(), "header-whole", kind)
        }
        Ok(found) => fields.wrong("version", "version", ErrorKind::OtherVersion { found, expected: "4" }),
    }
}

fn u32_at(bytes: &[u8; SIZE], offset: usize) -> u32 {
    let field = bytes.get(offset..).and_then(<[u8]>::first_chunk);
    field.map_or(0, |field: &[u8; 4]| u32::from_le_bytes(*field))
}

fn digest_at(bytes: &[u8; SIZE], offset: usize) -> Digest {
    let field = bytes.get(offset..).and_then(<[u8]>::first_chunk);
    Digest(field.copied().unwrap_or([0; 32]))
}

impl Header {
    /// The size of the header of every file, in bytes.
    pub const SIZE: usize = SIZE;

    /// Reads the fields, right or wrong.
    #[inline(always)]
    pub(crate) fn read(bytes: &[u8; SIZE]) -> Self {
        Self {
            flags: u32_at(bytes, 8),
            alignment: u32_at(bytes, 12),
            metadata_size: u32_at(bytes, 16),
            source: Source { size: u64::from(u32_at(bytes, 20)), sha256: digest_at(bytes, 64) },
            text_size: u32_at(bytes, 24),
            bytecode_size: u32_at(bytes, 28),
            producer: digest_at(bytes, 32),
            metadata_crc: u32_at(bytes, 96),
            text_crc: u32_at(bytes, 100),
            bytecode_crc: u32_at(bytes, 104),
        }
    }

    #[inline]
    fn verify(&self, file_len: usize) -> Result<(), Error> {
        let Self { flags, alignment, metadata_size, .. } = *self;
        if flags & !KNOWN_FLAGS != 0 {
            return Err(wrong("flags", 8, "flags", ErrorKind::UnknownFlags { found: flags }));
        }
        let is_allowed = alignment.is_power_of_two()
            && (SMALLEST_ALIGNMENT..=LARGEST_ALIGNMENT).contains(&alignment)
            && (alignment == SMALLEST_ALIGNMENT || self.bytecode_size > 0);
        if !is_allowed {
            return Err(wrong("alignment", 12, "alignment", ErrorKind::BadAlignment { found: alignment }));
        }
        if metadata_size < SMALLEST_METADATA {
            let kind = ErrorKind::SmallMetadata { found: metadata_size };
            return Err(wrong("metadata_size", 16, "metadata-size", kind));
        }
        if self.text_size == 0 && self.text_crc != 0 {
            let kind = ErrorKind::ChecksumOfNothing { found: self.text_crc };
            return Err(wrong("text_crc", 100, "absent-crc", kind));
        }
        if self.bytecode_size == 0 && self.bytecode_crc != 0 {
            let kind = ErrorKind::ChecksumOfNothing { found: self.bytecode_crc };
            return Err(wrong("bytecode_crc", 104, "absent-crc", kind));
        }
        let size = self.file_size();
        if size > u64::from(u32::MAX) {
            return Err(wrong("bytecode_size", 28, "file-size", ErrorKind::LargeFile { size }));
        }
        let kind = ErrorKind::OtherLength { size, file_len };
        match size.cmp(&wide(file_len)) {
            core::cmp::Ordering::Greater => Err(wrong("bytecode_size", 28, "bytecode-bounds", kind)),
            core::cmp::Ordering::Less => Err(wrong("bytecode_size", 28, "end", kind)),
            core::cmp::Ordering::Equal => Ok(()),
        }
    }

    /// Returns the offset at which the metadata ends. All offsets are less than 2^34, so the sums do not overflow.
    pub(crate) fn metadata_end(&self) -> u64 {
        wide(SIZE).saturating_add(u64::from(self.metadata_size))
    }

    /// Returns the offset at which the text begins: the first multiple of 8 after the metadata.
    pub(crate) fn text_start(&self) -> u64 {
        self.metadata_end().next_multiple_of(8)
    }

    pub(crate) fn text_end(&self) -> u64 {
        self.text_start().saturating_add(u64::from(self.text_size))
    }

    /// Returns the offset at which the bytecode begins: the first multiple of the alignment after the text.
    pub(crate) fn bytecode_start(&self) -> u64 {
        // The alignment is a power of two, except in a header that `verify` rejects before it adds sizes.
        let mask = u64::from(self.alignment).saturating_sub(1);
        self.text_end().wrapping_add(mask) & !mask
    }

    /// Returns the size of the file, in bytes.
    pub(crate) fn file_size(&self) -> u64 {
        self.bytecode_start().saturating_add(u64::from(self.bytecode_size))
    }

    /// Returns the range of the metadata, for a header that [`open`] returned for this file.
    pub(crate) fn metadata(&self) -> Range<usize> {
        SIZE..narrow(self.metadata_end())
    }

    pub(crate) fn text(&self) -> Range<usize> {
        narrow(self.text_start())..narrow(self.text_end())
    }

    pub(crate) fn bytecode(&self) -> Range<usize> {
        narrow(self.bytecode_start())..narrow(self.file_size())
    }

    /// Returns the two ranges of padding: after the metadata, and after the text.
    pub(crate) fn padding(&self) -> [Range<usize>; 2] {
        [self.metadata().end..self.text().start, self.text().end..self.bytecode().start]
    }

    /// Returns what the module is and uses.
    pub const fn flags(&self) -> Flags {
        Flags {
            top_level_await: self.flags & TOP_LEVEL_AWAIT != 0,
            import_meta: self.flags & IMPORT_META != 0,
            typescript: self.flags & TYPESCRIPT != 0,
        }
    }

    /// Returns true if the record has an environment.
    pub const fn has_environment(&self) -> bool {
        self.flags & ENVIRONMENT != 0
    }

    /// Returns the alignment of the bytecode in the file, in bytes.
    pub const fn alignment(&self) -> u32 {
        self.alignment
    }

    /// Returns the digest of everything except the source that the record and the bytecode depend on.
    pub const fn producer(&self) -> Digest {
        self.producer
    }

    /// Returns the size and the digest of the source.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Returns the size of the text in bytes. 0 means that there is no text.
    pub const fn text_size(&self) -> u32 {
        self.text_size
    }

    /// Returns the size of the bytecode in bytes. 0 means that there is no bytecode.
    pub const fn bytecode_size(&self) -> u32 {
        self.bytecode_size
    }
}

/// Returns an offset of a file in memory: it is at most the length of the file, so it fits a `usize`.
fn narrow(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Returns the CRC-32 checksum of bytes: that of zlib, PNG and ZIP.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

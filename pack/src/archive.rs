//! The ZIP structures of a pack: section 2 of `spec/pack.md`.

use std::io::Cursor;
use std::ops::Range;

use bmes::Digest;
use zip::ZipArchive;

use crate::error::{Class, Error};

/// The name of the last member.
pub(crate) const INDEX: &str = "index.json";
/// The bytes of an end record without a comment.
const END: usize = 22;
/// Every member begins at a multiple of this.
const ALIGNMENT: u64 = 8;

/// A member of `modules/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Digest,
    pub(crate) data: Range<usize>,
    pub(crate) crc: u32,
}

/// The members of a pack.
pub(crate) struct Members {
    /// The members of `modules/`, in their order.
    pub(crate) entries: Vec<Entry>,
    /// The index.
    pub(crate) index: Entry,
}

/// Returns the name of the member with this key.
pub(crate) fn name(key: &Digest) -> String {
    format!("modules/{key}.bmes")
}

fn zip(message: impl std::fmt::Display) -> Error {
    Error::new(Class::BadZip, message)
}

fn member(message: impl std::fmt::Display) -> Error {
    Error::new(Class::BadMember, message)
}

/// Reads and checks the ZIP structures. Memory grows with the number of members that are in the file.
pub(crate) fn read(bytes: &[u8]) -> Result<Members, Error> {
    let EndRecord { count, directory } = end_record(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(zip)?;
    if archive.offset() != 0 || !archive.comment().is_empty() {
        return Err(zip("the ZIP file has bytes before its first member, or a comment"));
    }
    if archive.has_duplicate_names() || archive.len() != count {
        return Err(member("two members have the same name"));
    }
    let mut entries = Vec::new();
    let mut index = None;
    let mut end = 0;
    let mut directory_end = directory;
    for number in 0..archive.len() {
        let file = archive.by_index_raw(number).map_err(zip)?;
        let name = std::str::from_utf8(file.name_raw()).map_err(|_| member("the name of a member is not UTF-8"))?;
        if index.is_some() {
            return Err(member(format_args!("{INDEX} is not the last member")));
        }
        let (local, central) = (file.header_start(), file.central_header_start());
        let headers = [(local, LOCAL), (central, CENTRAL)].map(|(start, layout)| plain(bytes, start, &layout, name));
        let [Some(local_sums), Some(sums)] = headers else {
            return Err(zip(format_args!(
                "{name} is compressed or encrypted, or has a header with more than a pack has"
            )));
        };
        if local_sums != sums {
            return Err(zip(format_args!(
                "{name} has another CRC-32 or size in its header than in the central directory"
            )));
        }
        if central != directory_end {
            return Err(zip(format_args!("the entry of {name} does not begin where the entry before it ends")));
        }
        directory_end += (CENTRAL.len + name.len()) as u64;
        if local != end {
            return Err(member(format_args!("{name} does not begin where the member before it ends")));
        }
        let start = file.data_start().ok_or_else(|| zip(format_args!("{name} has no data")))?;
        end = start.checked_add(file.size()).ok_or_else(|| member(format_args!("{name} ends outside of the file")))?;
        let data = range(start, end).ok_or_else(|| member(format_args!("{name} ends outside of the file")))?;
        let crc = file.crc32();
        if name == INDEX {
            index = Some(Entry { key: Digest([0; 32]), data, crc });
            continue;
        }
        let key = name.strip_prefix("modules/").and_then(|name| name.strip_suffix(".bmes")?.parse().ok());
        let key = key.ok_or_else(|| member(format_args!("{name:?} is not the name of a member")))?;
        if start % ALIGNMENT != 0 {
            return Err(member(format_args!("{name} does not begin at a multiple of {ALIGNMENT}")));
        }
        entries.push(Entry { key, data, crc });
    }
    let index = index.ok_or_else(|| member(format_args!("the last member is not {INDEX}")))?;
    if directory_end != (bytes.len() - END) as u64 {
        return Err(zip("the central directory does not end at the end record"));
    }
    if end != directory {
        return Err(member("the central directory does not begin where the last member ends"));
    }
    Ok(Members { entries, index })
}

/// The places of fields in a header, in bytes from its start.
struct Layout {
    signature: &'static [u8; 4],
    flags: usize,
    method: usize,
    /// The CRC-32, the compressed size and the size.
    sums: usize,
    name_len: usize,
    /// Numbers of two bytes that are 0: the lengths of the extra field and the comment, and the number of the disk.
    zeros: &'static [usize],
    len: usize,
}

const LOCAL: Layout =
    Layout { signature: b"PK\x03\x04", flags: 6, method: 8, sums: 14, name_len: 26, zeros: &[], len: 30 };
const CENTRAL: Layout =
    Layout { signature: b"PK\x01\x02", flags: 8, method: 10, sums: 16, name_len: 28, zeros: &[30, 32, 34], len: 46 };

/// Returns the CRC-32 and the sizes of a header that has this name and nothing that a pack does not have. The `zip` crate
/// accepts more.
fn plain<'f>(file: &'f [u8], start: u64, layout: &Layout, name: &str) -> Option<&'f [u8]> {
    let header = file.get(usize::try_from(start).ok()?..)?;
    let (header, rest) = header.split_at_checked(layout.len)?;
    let number = |position: usize| u16::from_le_bytes([header[position], header[position + 1]]);
    let sums = &header[layout.sums..layout.sums + 12];
    let is_plain = header.starts_with(layout.signature)
        && number(layout.flags) == 0
        && number(layout.method) == 0
        && sums[4..8] == sums[8..]
        && usize::from(number(layout.name_len)) == name.len()
        && rest.starts_with(name.as_bytes())
        && layout.zeros.iter().all(|position| number(*position) == 0);
    is_plain.then_some(sums)
}

/// What the end record says.
struct EndRecord {
    /// The number of members.
    count: usize,
    /// The offset of the central directory, which ends at the end record.
    directory: u64,
}

/// Reads the end record, which has no comment.
fn end_record(file: &[u8]) -> Result<EndRecord, Error> {
    let (rest, record) =
        file.split_last_chunk::<END>().ok_or_else(|| zip("the file is shorter than the end record of a ZIP file"))?;
    let u16_at = |position: usize| u16::from_le_bytes([record[position], record[position + 1]]);
    let u32_at = |position: usize| u64::from(u16_at(position)) | u64::from(u16_at(position + 2)) << 16;
    if !record.starts_with(b"PK\x05\x06") || u16_at(20) != 0 {
        return Err(zip("the file does not end with the end record of a ZIP file without a comment"));
    }
    let count = u16_at(8);
    if u16_at(4) != 0 || u16_at(6) != 0 || count != u16_at(10) || count == u16::MAX {
        return Err(zip("the end record is that of a ZIP file with several parts, or with more than 65,534 members"));
    }
    if file.len() >= u32::MAX as usize {
        return Err(zip("the file has 4,294,967,295 bytes or more"));
    }
    let (size, directory) = (u32_at(12), u32_at(16));
    if directory + size != rest.len() as u64 {
        return Err(zip("the central directory does not end at the end record"));
    }
    Ok(EndRecord { count: usize::from(count), directory })
}

fn range(start: u64, end: u64) -> Option<Range<usize>> {
    Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

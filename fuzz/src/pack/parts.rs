//! The members of a pack, and a writer of ZIP structures that writes any members: also those that a pack cannot have.

use std::ops::Range;

/// The size of an end record.
const END: usize = 22;

/// The members of a ZIP file, in the order of its central directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The members.
    pub members: Vec<Member>,
}

/// A member of a ZIP file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: Vec<u8>,
    /// The data.
    pub data: Vec<u8>,
    /// The data begins at a multiple of this.
    pub alignment: usize,
}

impl Member {
    /// Returns a member whose data begins at a multiple of eight.
    pub fn new(name: impl Into<Vec<u8>>, data: Vec<u8>) -> Self {
        Self { name: name.into(), data, alignment: 8 }
    }
}

/// A member that begins by chance at a larger multiple of a power of two is still aligned to this.
const MOST: usize = 4096;

impl Parts {
    /// Returns the members of a file. Reads only the names and the places of members: other fields can be wrong.
    pub fn of(file: &[u8]) -> Option<Self> {
        let member = |(_, header): (usize, usize)| {
            let data = data(file, header)?;
            let name = header + 30..header + 30 + u16_at(file, header + 26)?;
            let alignment = 1 << data.start.max(1).trailing_zeros();
            Some(Member {
                name: file.get(name)?.to_vec(),
                data: file.get(data)?.to_vec(),
                alignment: MOST.min(alignment),
            })
        };
        Some(Self { members: headers(file)?.into_iter().map(member).collect::<Option<_>>()? })
    }

    /// Returns a ZIP file with these members: stored, with right sizes and checksums. An extra field before the
    /// data of each member but the last aligns it.
    pub fn file(&self) -> Vec<u8> {
        let (mut file, mut directory) = (Vec::new(), Vec::new());
        for (number, Member { name, data, alignment }) in self.members.iter().enumerate() {
            let offset = file.len();
            let is_last = number + 1 == self.members.len();
            let data_start = offset + 30 + name.len();
            let padding = match data_start % alignment {
                _ if is_last => 0,
                0 => 0,
                // The crate `zip` writes at least six bytes: the header of the field, and the alignment.
                _ => (data_start + 6).next_multiple_of(*alignment) - data_start,
            };
            let common = common(name, data);
            file.extend_from_slice(b"PK\x03\x04\x0a\0");
            file.extend_from_slice(&common);
            push(&mut file, padding, 2);
            file.extend_from_slice(name);
            if padding > 0 {
                push(&mut file, 0xffff, 2);
                push(&mut file, padding - 4, 2);
                file.resize(data_start + padding, 0);
            }
            file.extend_from_slice(data);
            directory.extend_from_slice(b"PK\x01\x02\x0a\0\x0a\0");
            directory.extend_from_slice(&common);
            directory.extend_from_slice(&[0; 12]);
            push(&mut directory, offset, 4);
            directory.extend_from_slice(name);
        }
        let start = file.len();
        file.extend_from_slice(&directory);
        file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        push(&mut file, self.members.len(), 2);
        push(&mut file, self.members.len(), 2);
        push(&mut file, directory.len(), 4);
        push(&mut file, start, 4);
        push(&mut file, 0, 2);
        file
    }

    /// Returns the position at which [`Self::file`] puts the data of each member.
    pub fn starts(&self) -> Vec<usize> {
        let file = self.file();
        let headers = headers(&file).unwrap_or_default();
        headers.into_iter().filter_map(|(_, header)| Some(data(&file, header)?.start)).collect()
    }
}

/// Returns the fields that both headers of a member have: flags, method, time, CRC-32, both sizes, length of the name.
fn common(name: &[u8], data: &[u8]) -> Vec<u8> {
    let mut fields = vec![0, 0, 0, 0, 0, 0, 0x21, 0];
    fields.extend_from_slice(&crc32fast::hash(data).to_le_bytes());
    push(&mut fields, data.len(), 4);
    push(&mut fields, data.len(), 4);
    push(&mut fields, name.len(), 2);
    fields
}

/// Returns the file with the right CRC-32 of its last member, the index, in both headers.
pub(super) fn repaired(file: &[u8]) -> Vec<u8> {
    let mut repaired = file.to_vec();
    let last = headers(file).and_then(|headers| headers.last().copied());
    if let Some((central, local)) = last
        && let Some(bytes) = data(file, local).and_then(|data| file.get(data))
    {
        let crc = crc32fast::hash(bytes).to_le_bytes();
        for field in [central + 16..central + 20, local + 14..local + 18] {
            if let Some(field) = repaired.get_mut(field) {
                field.copy_from_slice(&crc);
            }
        }
    }
    repaired
}

/// Returns the positions of the fields of all headers: of the central directory, of each local header, of the end record.
pub(super) fn fields(file: &[u8]) -> Vec<Range<usize>> {
    let mut fields = vec![];
    let mut add = |start: usize, sizes: &[usize]| {
        let mut start = start;
        for size in sizes {
            fields.push(start..start + size);
            start += size;
        }
    };
    for (central, local) in headers(file).unwrap_or_default() {
        add(central, &[4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4]);
        add(local, &[4, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2]);
    }
    add(file.len().saturating_sub(END), &[4, 2, 2, 2, 2, 4, 4, 2]);
    fields.retain(|field| field.end <= file.len());
    fields
}

/// Returns the positions of the headers of each member: in the central directory, and before its data.
fn headers(file: &[u8]) -> Option<Vec<(usize, usize)>> {
    let end = file.len().checked_sub(END)?;
    let mut at = u32_at(file, end + 16)?;
    let mut headers = Vec::new();
    while file.get(at..)?.starts_with(b"PK\x01\x02") {
        headers.push((at, u32_at(file, at + 42)?));
        at += 46 + u16_at(file, at + 28)? + u16_at(file, at + 30)? + u16_at(file, at + 32)?;
    }
    Some(headers)
}

/// Returns the range of the data of the member whose local header begins at `header`.
fn data(file: &[u8], header: usize) -> Option<Range<usize>> {
    let start = header + 30 + u16_at(file, header + 26)? + u16_at(file, header + 28)?;
    Some(start..start + u32_at(file, header + 18)?)
}

fn u16_at(file: &[u8], position: usize) -> Option<usize> {
    file.get(position..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes).into())
}

fn u32_at(file: &[u8], position: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*file.get(position..)?.first_chunk()?)).ok()
}

fn push(bytes: &mut Vec<u8>, number: usize, size: usize) {
    bytes.extend_from_slice(&number.to_le_bytes()[..size]);
}

#[cfg(test)]
mod tests {
    use bmes_pack::{Class, Pack};
    use conformance::generate::choices::{Choices, bytes_of_seed};

    use super::*;
    use crate::pack::generate;

    #[test]
    fn the_members_of_a_pack_make_the_same_pack() {
        for seed in 0..200 {
            let file = generate::pack(&mut Choices::new(&bytes_of_seed(seed)));
            let parts = Parts::of(&file).unwrap();
            assert!(Parts::of(&parts.file()) == Some(parts.clone()), "seed {seed}");
            let (one, other) = (Pack::open(&file).unwrap(), parts.file());
            assert_eq!(Pack::open(&other).unwrap().index(), one.index(), "seed {seed}");
        }
    }

    #[test]
    fn the_checksum_of_a_changed_index_is_repaired() {
        let mut file = generate::pack(&mut Choices::new(&bytes_of_seed(1)));
        let at = file.windows(9).rposition(|bytes| bytes == b"freshness").unwrap();
        file[at..at + 9].copy_from_slice(b"FRESHNESS");
        assert_eq!(Pack::open(&file).unwrap_err().class(), Class::BadChecksum);
        assert_eq!(Pack::open(&repaired(&file)).unwrap_err().class(), Class::BadPackIndex);
    }
}

//! Makes the checksums of a changed file of version 4 right, by the sizes in its header.
//!
//! `PROTOCOL.md` names the derived cases that this module makes; the conformance README says how they are made.

use std::ops::Range;

/// The offsets of the four checksums.
pub(crate) const CHECKSUMS: Range<usize> = 96..112;

/// Returns the file with right checksums: of the metadata, the text, the bytecode and the header, in this order. A part
/// that is beyond the end of the file is cut there.
pub fn repaired(mut file: Vec<u8>) -> Vec<u8> {
    if file.len() < CHECKSUMS.end {
        return file;
    }
    let number = |offset: usize| file[offset..].first_chunk().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
    let [alignment, metadata_size, text_size, bytecode_size] = [12, 16, 24, 28].map(number);
    let metadata_end = 112 + metadata_size;
    let text_start = metadata_end.next_multiple_of(8);
    let text_end = text_start + text_size;
    let is_alignment = alignment.is_power_of_two() && (8..=65536).contains(&alignment);
    let bytecode_start = if is_alignment { text_end.next_multiple_of(alignment) } else { text_end };
    let parts = [
        (96, 112..metadata_end),
        (100, text_start..text_end),
        (104, bytecode_start..bytecode_start + bytecode_size),
        (108, 0..108),
    ];
    for (offset, part) in parts {
        let clamped = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(file.len());
        let checksum = crc32fast::hash(&file[clamped(part.start)..clamped(part.end)]);
        file[offset..offset + 4].copy_from_slice(&checksum.to_le_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use bmes::v4::{ModuleRecord, Source, encode};
    use bmes::{Digest, validate};

    use super::*;

    fn file() -> Vec<u8> {
        let source = Source { size: 4, sha256: Digest([2; 32]) };
        encode(&ModuleRecord::<String>::new(Digest([1; 32]), source), b"text", b"bytecode").unwrap()
    }

    #[test]
    fn a_file_with_right_checksums_stays_as_it_is() {
        assert_eq!(repaired(file()), file());
    }

    #[test]
    fn after_the_repair_the_fault_is_in_the_structure() {
        for (offset, class) in [(8, "bad-flag"), (12, "bad-layout"), (24, "truncated"), (112, "bad-layout")] {
            let mut changed = file();
            changed[offset] ^= 0x40;
            assert_eq!(validate(&repaired(changed)).unwrap_err().class(), class, "byte {offset}");
        }
    }

    #[test]
    fn a_change_of_the_content_is_a_valid_file_after_the_repair() {
        for offset in [20, 40, 70, 160, 168] {
            let mut changed = file();
            changed[offset] ^= 1;
            assert_eq!(validate(&repaired(changed)), Ok(bmes::Version::V4), "byte {offset}");
        }
    }
}

//! Damage of a valid file of version 4 is found: an inverted bit anywhere, a file that is cut, and a file with more
//! bytes.

use bmes::v4::{self, Header, ModuleView};
use conformance::generate::choices::Choices;

use super::layout::number;

/// The number of bits of a file that are inverted.
const FLIPS: usize = 16;

/// Inverts bits of a valid file, one at a time. Asserts that identify, validate and check find it, with the class that the
/// part of the file has.
pub fn flips_are_found(file: &[u8], choices: &mut Choices<'_>) {
    let view = ModuleView::parse(file).expect("the file is valid");
    let metadata_end = Header::SIZE + usize::try_from(number(file, 16)).expect("the metadata is in the file");
    let decoded = v4::decode(file);
    let mut flipped = file.to_vec();
    for _ in 0..FLIPS {
        let (offset, bit) = (choices.below(file.len()), choices.below(8));
        let is_content = view.text_range().contains(&offset) || view.bytecode_range().contains(&offset);
        let class = match offset {
            0..4 => "bad-magic",
            4..8 => "unsupported-version",
            _ if offset < metadata_end || is_content => "bad-checksum",
            _ => "bad-layout",
        };
        flipped[offset] ^= 1 << bit;
        assert_eq!(
            bmes::validate(&flipped).map_err(|error| error.class()),
            Err(class),
            "validate, flip of {offset}.{bit}"
        );
        assert_eq!(bmes::identify(&flipped).is_ok(), offset >= 8, "identify, flip of {offset}.{bit}");
        let read = v4::decode(&flipped);
        assert_eq!(read.is_ok(), offset >= metadata_end, "decode, flip of {offset}.{bit}");
        if read.is_ok() {
            assert_eq!(read, decoded, "decode reads only the metadata, flip of {offset}.{bit}");
        }
        let checked = ModuleView::parse(&flipped).and_then(|view| view.check());
        assert!(checked.is_err(), "check accepts the file, flip of {offset}.{bit}");
        flipped[offset] ^= 1 << bit;
    }
}

/// Asserts that no function accepts a valid file after a cut or with more bytes, and that an opener gives the reason.
pub fn length_is_found(file: &[u8], other: &[u8]) {
    let class = if other.len() < file.len() { "truncated" } else { "trailing-bytes" };
    let opened = v4::open(other, other.len()).map_err(|error| error.class());
    assert_eq!(opened.map(drop), Err(class), "open of {} bytes of a file of {} bytes", other.len(), file.len());
    assert_eq!(bmes::validate(other).map_err(|error| error.class()), Err(class));
    assert_eq!(ModuleView::parse(other).map(drop).map_err(|error| error.class()), Err(class));
}

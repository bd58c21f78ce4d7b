//! A lower bound for the time of a reader: the minimum work that every reader of the format must do.
//!
//! The functions read only valid files of version 1, and do not validate them.

/// Reads the lengths of all strings in a file of version 1 whose requests have no attributes. Returns the offset after the last
/// string.
///
/// The position of a string is known only after the length of the previous string is loaded. So no pass over the strings can be
/// faster than this chain of loads. The function checks only that no read passes the end of the file.
pub fn chain(file: &[u8]) -> Option<usize> {
    let mut rest = file.get(8..)?;
    rest = entries::<0, 1>(rest, 4)?;
    rest = entries::<4, 3>(rest, 0)?;
    rest = entries::<4, 4>(rest, 0)?;
    rest = entries::<0, 1>(rest, 0)?;
    Some(file.len() - rest.len())
}

/// Skips the entries of a section. Each entry has `BEFORE` bytes, then `STRINGS` strings, then `behind` bytes.
#[inline]
fn entries<const BEFORE: usize, const STRINGS: usize>(section: &[u8], behind: usize) -> Option<&[u8]> {
    let (count, mut rest) = number(section)?;
    for _ in 0..count {
        rest = rest.get(BEFORE..)?;
        for _ in 0..STRINGS {
            let (length, string) = number(rest)?;
            rest = string.get(length..)?;
        }
        rest = rest.get(behind..)?;
    }
    Some(rest)
}

#[inline]
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number) as usize, rest))
}

#[cfg(test)]
mod tests {
    use super::chain;
    use crate::workloads::{Shape, Workload};
    use bmes::{ModuleView, Version};

    #[test]
    fn the_chain_ends_where_the_bytecode_begins() {
        for shape in Shape::ALL {
            let file = Workload::new(shape, Version::V1).file;
            let bytecode = ModuleView::parse(&file).unwrap().bytecode_range();
            // The 4 bytes before the bytecode are its size.
            assert_eq!(chain(&file), Some(bytecode.start - 4));
        }
    }
}

//! What no reader of the format can do without, and nothing else: lower bounds to hold the codec against.
//!
//! These read files of version 1 that are known to be good, and find out nothing about them.

/// Follows the lengths of a file of version 1 whose requests have no attributes: no string's place is known before the length of the
/// one before it has been loaded, so this chain of loads is the least that a walk takes. What comes back is where it ended.
///
/// The one thing that it checks is that there is something to load.
pub fn chain(file: &[u8]) -> Option<usize> {
    let mut rest = file.get(8..)?;
    rest = entries::<0, 1>(rest, 4)?;
    rest = entries::<4, 3>(rest, 0)?;
    rest = entries::<4, 4>(rest, 0)?;
    rest = entries::<0, 1>(rest, 0)?;
    Some(file.len() - rest.len())
}

/// Entries of a section: `BEFORE` bytes, `STRINGS`, and `behind` bytes each.
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
            // In front of the bytecode is its size.
            assert_eq!(chain(&file), Some(bytecode.start - 4));
        }
    }
}

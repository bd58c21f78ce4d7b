//! Choices that bytes determine: the generated files and records are a function of these bytes. A fuzzer supplies its
//! own bytes; [`bytes_of_seed`] derives bytes from a number.
//!
//! When no bytes are left, every choice is the first option, so fewer bytes make smaller files and records.

use arbitrary::Unstructured;

/// A number of bytes that is enough for the choices of one file.
const ENOUGH: usize = 1024;

/// A source of choices.
pub struct Choices<'b>(Unstructured<'b>);

impl<'b> Choices<'b> {
    /// Returns the choices that `bytes` determines.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Returns a number below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or_default()
    }

    /// Returns true with a probability of one in `of`, and false when no bytes are left.
    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) + 1 == of
    }

    /// Returns one of `items`, which must not be empty.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    /// Returns the index of one of the items for which `is_meant` returns true, or `None` if there is no such item.
    pub fn pick_index<T>(&mut self, items: &[T], is_meant: impl Fn(&T) -> bool) -> Option<usize> {
        let places: Vec<_> = (0..items.len()).filter(|place| is_meant(&items[*place])).collect();
        if places.is_empty() { None } else { Some(*self.pick(&places)) }
    }

    /// Returns any number.
    pub fn number(&mut self) -> u32 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// Returns the next bytes, at most `most` of them.
    pub fn bytes(&mut self, most: usize) -> &'b [u8] {
        let length = self.below(most + 1).min(self.0.len());
        self.0.bytes(length).unwrap_or_default()
    }
}

/// Returns as many bytes as a generated file needs. They are a function of the seed.
pub fn bytes_of_seed(seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; ENOUGH];
    fastrand::Rng::with_seed(seed).fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_have_run_out_choose_the_first() {
        let mut choices = Choices::new(&[]);
        assert_eq!((choices.below(7), *choices.pick(&["a", "b"]), choices.number()), (0, "a", 0));
        assert!(!choices.one_in(2));
        assert_eq!(choices.bytes(9), b"");
    }

    #[test]
    fn the_same_seed_is_the_same_bytes() {
        assert_eq!(bytes_of_seed(7), bytes_of_seed(7));
        assert_ne!(bytes_of_seed(7), bytes_of_seed(8));
    }
}

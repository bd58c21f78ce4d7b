//! Choices out of bytes: what is generated is a function of them. A fuzzer brings its own; [`bytes_of_seed`] makes some of a number.
//!
//! Bytes that have run out choose the first of everything, so that fewer bytes make smaller things.

use arbitrary::Unstructured;

/// So many bytes are enough for the choices of one file.
const ENOUGH: usize = 1024;

/// A supply of choices.
pub struct Choices<'b>(Unstructured<'b>);

impl<'b> Choices<'b> {
    /// The choices that these bytes make.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or_default()
    }

    /// True in one of `of` cases, and not when the bytes have run out.
    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) + 1 == of
    }

    /// One of `items`, which are not empty.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    /// The place of one of the items that `is_meant` holds for.
    pub fn place<T>(&mut self, items: &[T], is_meant: impl Fn(&T) -> bool) -> Option<usize> {
        let places: Vec<_> = (0..items.len()).filter(|place| is_meant(&items[*place])).collect();
        if places.is_empty() { None } else { Some(*self.pick(&places)) }
    }

    /// Any number.
    pub fn number(&mut self) -> u32 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// The next bytes, at most so many.
    pub fn bytes(&mut self, most: usize) -> &'b [u8] {
        let length = self.below(most + 1).min(self.0.len());
        self.0.bytes(length).unwrap_or_default()
    }
}

/// As many bytes as a generated file needs, which are a function of the seed.
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

//! The names that the quick look must treat specially. Nearly all names of a program are not among
//! them.

use crate::common_js;

/// The special meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A reserved word, which is not allowed as a name in a module.
    Reserved,
    /// `eval` or `arguments`, which a module may not declare or assign to.
    Restricted,
    /// A name of CommonJS, such as `require`, as its index in [`common_js::NAMES`].
    CommonJs(usize),
}

const RESERVED: [&str; 10] =
    ["await", "implements", "interface", "let", "package", "private", "protected", "public", "static", "yield"];
pub(super) const ARGUMENTS: &str = "arguments";
pub(super) const EVAL: &str = "eval";

const LONGEST: usize = 10;
/// For each length in bytes, a bit set of the first letters of all special words with this length.
/// This quickly rules out nearly all other names.
const FIRST_LETTERS: [u32; LONGEST + 1] = first_letters();

const fn first_letters() -> [u32; LONGEST + 1] {
    let lists: [&[&str]; 3] = [&RESERVED, &[ARGUMENTS, EVAL], &common_js::NAMES];
    let mut letters = [0; LONGEST + 1];
    let mut list = 0;
    while list < lists.len() {
        let mut index = 0;
        while index < lists[list].len() {
            let word = lists[list][index].as_bytes();
            letters[word.len()] |= bit(word[0]);
            index += 1;
        }
        list += 1;
    }
    letters
}

const fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

pub(super) fn look_up(name: &str) -> Option<Word> {
    let first = name.as_bytes().first()?;
    if FIRST_LETTERS.get(name.len())? & bit(*first) == 0 {
        return None;
    }
    if RESERVED.contains(&name) {
        return Some(Word::Reserved);
    }
    if name == ARGUMENTS || name == EVAL {
        return Some(Word::Restricted);
    }
    common_js::NAMES.iter().position(|known| name == *known).map(Word::CommonJs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_found() {
        assert!(RESERVED.iter().all(|name| look_up(name) == Some(Word::Reserved)));
        assert!([ARGUMENTS, EVAL].iter().all(|name| look_up(name) == Some(Word::Restricted)));
        for (index, name) in common_js::NAMES.iter().enumerate() {
            assert_eq!(look_up(name), Some(Word::CommonJs(index)));
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in ["", "a", "é", "awaiT", "argument", "modulE", "a_longer_name"] {
            assert_eq!(look_up(name), None, "{name}");
        }
    }
}

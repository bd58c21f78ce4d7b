//! `cargo xtask text`: checks that no text of the project uses a word that the rules of language in CONTRIBUTING.md forbid, and
//! that no line of Markdown is longer than 100 columns.

use crate::run::{Failure, Outcome, Report, files, root};
use std::fs;
use std::path::Path;

/// The forbidden words and phrases, in lower case, each with advice on what to write instead.
const REPLACED: &[(&str, &str)] = &[
    ("nobody", "name who or what does not do it"),
    ("somebody", "name who does it"),
    ("anybody", "name who does it"),
    ("whoever", "name who does it"),
    ("is said of", "say what the thing is or does"),
    ("is put to", "`run against`"),
    ("asked of", "`run against`, or name who answers"),
    ("is content with", "`needs … or newer`"),
    ("are content with", "`need … or newer`"),
    ("no word on", "say what is returned"),
    ("mended", "`repaired`, `corrected`"),
    ("made up", "`invented`, `supplied`"),
    ("weakening", "`mutant`"),
    ("weakened implementation", "`mutant`"),
    ("the house", "`repository layout`"),
    ("stranger", "`untrusted`, or name who it is"),
    ("strangers", "`untrusted`, or name who it is"),
    ("farewell", "`shutdown`"),
    ("must answer", "`must reject with`, `must report`"),
    ("answers a class", "`reports an error class`"),
    ("believed", "`used without a check`"),
    ("blames", "`reports`, `attributes`"),
    ("in vain", "say what failed"),
    ("swift", "`fast`"),
];

/// The longest line of Markdown, in characters. Tables, code, pictures and lines without a space may be longer.
const COLUMNS: usize = 100;

/// The beginnings of paths whose words are not checked: this file, which lists the forbidden words, and files that must keep
/// their exact bytes.
const FIXED: &[&str] =
    &["xtask/src/text.rs", "conformance/corpus/", "conformance/real/modules/", "conformance/real/bun/", "Cargo.lock"];

/// Prints each line of the project's texts that breaks a rule. Fails if there is one.
pub(crate) fn check() -> Report {
    let mut found = Vec::new();
    for path in &files()? {
        // Binary files and deleted files are skipped.
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        if !FIXED.iter().any(|fixed| path.starts_with(fixed)) {
            found.extend(replaced(path, &text));
        }
        if Path::new(path).extension().is_some_and(|extension| extension == "md") {
            found.extend(long(path, &text));
        }
    }
    if found.is_empty() {
        return Ok(Outcome::Ran);
    }
    eprintln!("{}", found.join("\n"));
    Err(Failure::new(format!(
        "{} lines break the rules of language in CONTRIBUTING.md; the output above lists them",
        found.len()
    )))
}

/// Returns a message for each line of a page that is too long, with the position of the line.
fn long(path: &str, page: &str) -> Vec<String> {
    let mut in_code = false;
    let mut found = Vec::new();
    for (index, line) in page.lines().enumerate() {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        let may_be_long =
            is_fence || in_code || ["|", "![", "<"].iter().any(|start| line.trim_start().starts_with(start));
        let length = line.chars().count();
        // A list item may consist of one link or path, which cannot be wrapped.
        let words = line.split_whitespace().filter(|word| word.len() > 2).count();
        if length > COLUMNS && !may_be_long && words > 1 {
            found.push(format!("{path}:{}: the line has {length} characters; the limit is {COLUMNS}", index + 1));
        }
    }
    found
}

/// Returns a message for each forbidden word in a text: the position of its line, the word, and what to write instead.
fn replaced(path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().enumerate().flat_map(|(index, line)| {
        let lower = line.to_lowercase();
        let words = REPLACED.iter().filter(move |(words, _)| has(&lower, words));
        words.map(move |(words, instead)| (index + 1, *words, *instead))
    });
    lines.map(|(line, words, instead)| format!("{path}:{line}: {words}: {instead}")).collect()
}

/// Returns true if a line contains these words as whole words, not only as parts of other words.
fn has(line: &str, words: &str) -> bool {
    let is_part =
        |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    line.match_indices(words).any(|(start, _)| {
        let (before, after) = (line.get(..start), line.get(start + words.len()..));
        !is_part(before.and_then(|text| text.chars().next_back()))
            && !is_part(after.and_then(|text| text.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::{REPLACED, long, replaced};

    #[test]
    fn a_word_is_found_in_any_case_with_its_line() {
        let found = replaced("a.md", "One.\nNobody knows.\n");
        assert_eq!(found, ["a.md:2: nobody: name who or what does not do it"]);
    }

    #[test]
    fn a_part_of_a_word_is_none() {
        assert!(replaced("a.md", "amended, strangerhood, is_put_to_x").is_empty());
    }

    #[test]
    fn a_long_line_is_found_outside_of_tables_and_code() {
        let words = "word ".repeat(30);
        assert_eq!(
            long("a.md", &format!("short\n{words}\n")),
            ["a.md:2: the line has 150 characters; the limit is 100"]
        );
        assert!(long("a.md", &format!("| {words} |\n```\n{words}\n```\n- {}\n", "x".repeat(150))).is_empty());
    }

    #[test]
    fn every_entry_is_in_lower_case() {
        assert!(REPLACED.iter().all(|(words, _)| words.to_lowercase() == *words));
    }
}

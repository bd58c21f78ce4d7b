//! Converts an offset in a source to a line and a column, and cuts out the text of the line for
//! messages.

use std::fmt;

use unicode_width::UnicodeWidthChar;

/// A position in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1. Lines end as in ECMA-262: at LF, CR, CR LF, U+2028 and U+2029.
    pub line: u32,
    /// The column, counted from 1, in UTF-16 code units, as engines, editors and source maps count.
    /// A byte order mark at the beginning of the file is not counted.
    pub column: u32,
}

impl Position {
    /// Returns the position of the byte at `offset`. An offset beyond the end gives the position of
    /// the end.
    pub fn at(source: &str, offset: usize) -> Self {
        let before = until(source, offset);
        let lines = before.char_indices().filter(|(index, character)| is_line_end(before, *index, *character)).count();
        let column: usize = before[line_start(before)..].chars().map(char::len_utf16).sum();
        let saturated = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        Self { line: saturated(lines), column: saturated(column) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The part of a source line that an error message shows, and the column of the caret under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    text: String,
    caret: usize,
}

impl Excerpt {
    /// The numbers of characters that are shown before the position, and from the position on.
    const BEFORE: usize = 60;
    const AFTER: usize = 40;

    /// Returns the excerpt around the byte at `offset`. Characters that could disturb a terminal are
    /// replaced.
    pub fn at(source: &str, offset: usize) -> Self {
        let before = until(source, offset);
        let line = &source[line_start(before)..];
        let (before, after) = line.split_at(before.len() - line_start(before));
        let after = &after[..after.find(is_line_terminator).unwrap_or(after.len())];

        let cut = before.char_indices().rev().nth(Self::BEFORE - 1).map_or(0, |(index, _)| index);
        let mut text = String::new();
        if cut > 0 {
            text.push('…');
        }
        text.extend(before[cut..].chars().map(harmless));
        let caret = text.chars().map(|character| character.width().unwrap_or(0)).sum();
        let rest = after.char_indices().nth(Self::AFTER).map_or(after.len(), |(index, _)| index);
        text.extend(after[..rest].chars().map(harmless));
        if rest < after.len() {
            text.push('…');
        }
        Self { text, caret }
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the lines that show the excerpt: an empty one, the text with the number of its line,
    /// and a caret under the position.
    pub fn frame(&self, line: u32) -> String {
        let Self { text, caret } = self;
        let margin = line.to_string().len();
        format!(" {:margin$} |\n {line} | {text}\n {:margin$} | {:caret$}^", "", "", "")
    }
}

/// Returns the text as one line of at most 300 characters that is safe to print on a terminal.
pub(crate) fn printable(text: &str) -> String {
    const LIMIT: usize = 300;
    let mut printable: String = text.chars().take(LIMIT).map(harmless).collect();
    if text.chars().nth(LIMIT).is_some() {
        printable.push('…');
    }
    printable
}

/// Returns the character, or a replacement if it could disturb a terminal. A source is untrusted,
/// and so are its names and lines. Terminal escapes, and characters that change the direction of
/// text, become U+FFFD.
fn harmless(character: char) -> char {
    match character {
        '\t' | '\n' => ' ',
        '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        character if character.is_control() => '\u{fffd}',
        character => character,
    }
}

const fn is_line_terminator(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Returns whether a line ends with this character. In CR LF, only the LF ends the line.
fn is_line_end(text: &str, index: usize, character: char) -> bool {
    is_line_terminator(character) && !(character == '\r' && text.as_bytes().get(index + 1) == Some(&b'\n'))
}

fn line_start(before: &str) -> usize {
    let start = before.char_indices().rev().find(|(_, character)| is_line_terminator(*character));
    match start {
        Some((index, character)) => index + character.len_utf8(),
        None if before.starts_with('\u{feff}') => '\u{feff}'.len_utf8(),
        None => 0,
    }
}

/// Returns the text before an offset. An offset inside of a character counts as the beginning of
/// that character. An offset inside of a byte order mark counts as its end.
fn until(source: &str, offset: usize) -> &str {
    let offset = source.floor_char_boundary(offset.min(source.len()));
    let mark = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    &source[..offset.max(mark)]
}

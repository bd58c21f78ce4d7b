//! Makes untrusted text safe and short enough for a terminal.

use bmes::Printable;

/// The maximum number of characters of a line that are shown.
const EXCERPT: usize = 300;

/// Returns `text` with escapes for control characters and for characters that change the direction of text. A tab
/// becomes four spaces.
pub fn printable(text: &str) -> String {
    Printable(&text.replace('\t', "    ")).to_string()
}

/// Returns the beginning of a line of bytes in printable form.
pub fn excerpt(line: &[u8]) -> String {
    shortened(&printable(&String::from_utf8_lossy(&line[..line.len().min(EXCERPT * 4)])), line.len())
}

fn shortened(text: &str, bytes: usize) -> String {
    if text.is_empty() {
        return "(an empty line)".into();
    }
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}… ({bytes} bytes)", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the candidate that is most similar to `word`, if it is similar enough for a misspelling.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    let alike = candidates.into_iter().map(|candidate| (strsim::jaro_winkler(word, candidate), candidate));
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// Formats a number with its noun: `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// Formats a number with commas between its thousands: `24,576`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a time in seconds, rounded to tenths.
pub fn tenths(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_harm_a_terminal_is_escaped() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}é\t"), "a\\u{1b}[31m\\u{202e}é    ");
    }

    #[test]
    fn long_lines_are_cut() {
        let text = excerpt(&[b'x'; 5000]);
        assert!(text.ends_with("… (5000 bytes)") && text.len() < 400, "{text}");
        assert_eq!(excerpt(b""), "(an empty line)");
    }

    #[test]
    fn the_nearest_word_is_one_that_is_alike() {
        let ids = ["v1/imports/type-unknown", "v1/exports/type-unknown", "v1/header/magic"];
        assert_eq!(nearest("v1/import/type-unknown", ids), Some(ids[0]));
        assert_eq!(nearest("v1/headers/magik", ids), Some(ids[2]));
        assert_eq!(nearest("zzz", ids), None);
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}

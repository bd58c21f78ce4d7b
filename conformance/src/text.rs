//! Untrusted text, made safe and short enough for a terminal.

use bmes::Printable;

/// The most that is shown of a line.
const EXCERPT: usize = 300;

/// `text` with control characters, and those that change the direction of text, as escapes. A tab is four blanks.
pub fn printable(text: &str) -> String {
    Printable(&text.replace('\t', "    ")).to_string()
}

/// The beginning of a line of bytes, printable.
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

/// The candidate that `word` is most likely a misspelling of.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    let alike = candidates.into_iter().map(|candidate| (strsim::jaro_winkler(word, candidate), candidate));
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with its thousands apart: `24,576`.
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

/// A time in seconds, to a tenth.
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

//! Writes the pages that show two versions of the specification side by side. They mark the clauses that differ.

use super::page::{Block, Kind, blocks};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

/// The mark before the content of a page that compares versions, in its Markdown and in its HTML.
pub(super) const BEGIN: &str = "<!-- two versions -->";
/// The mark after the content of a page that compares versions.
pub(super) const END: &str = "<!-- end of two versions -->";

/// Returns all pairs of versions, each with the older version first. `versions` must begin with the oldest version.
fn pairs<T>(versions: &[T]) -> impl Iterator<Item = (&T, &T)> {
    versions
        .iter()
        .enumerate()
        .flat_map(|(index, older)| versions.iter().skip(index + 1).map(move |newer| (older, newer)))
}

/// Returns the lines for `SUMMARY.md`, mdBook's list of contents, that link to the comparison pages.
pub(super) fn summary(versions: &[u32]) -> String {
    let mut lines = "- [Two versions side by side](compare/README.md)\n".to_owned();
    for (a, b) in pairs(versions) {
        let _ = writeln!(lines, "  - [Versions {a} and {b}](compare/{a}-{b}.md)");
    }
    lines
}

/// Returns the comparison pages, each as its path and its Markdown: one for each pair of versions, and one that lists them.
/// `versions` are the versions' numbers and the Markdown of their pages.
pub(super) fn pages(versions: &[(u32, String)]) -> Vec<(String, String)> {
    let mut list =
        format!("{BEGIN}\n\n# Two versions side by side\n\n| versions | changed | new | gone |\n|---|--:|--:|--:|\n");
    let mut pages = Vec::new();
    for ((a, older), (b, newer)) in pairs(versions) {
        let rows = rows(&Side::new(*a, older), &Side::new(*b, newer));
        let count = |state: State| clauses(&rows, state).count();
        let (changed, new, gone) = (count(State::Changed), count(State::New), count(State::Gone));
        let _ = writeln!(list, "| [{a} and {b}]({a}-{b}.md) | {changed} | {new} | {gone} |");
        pages.push((format!("compare/{a}-{b}.md"), markdown(*a, *b, &rows)));
    }
    list +=
        "\nThe numbers count clauses. A clause is changed if its words differ in more than the version's number.\n\n";
    pages.push(("compare/README.md".to_owned(), list + END));
    pages
}

/// One of the two versions that a page compares: its number, and the blocks of its page.
struct Side<'p> {
    version: u32,
    blocks: Vec<Block<'p>>,
}

impl<'p> Side<'p> {
    fn new(version: u32, page: &'p str) -> Self {
        let blocks = blocks(page).into_iter().filter(|block| !matches!(block.kind, Kind::Heading(1, _)));
        Self { version, blocks: blocks.collect() }
    }

    /// Replaces this version's number in a text by `*`, so that equal texts of two versions become equal: `v2-magic` becomes
    /// `v*-magic`.
    fn neutral(&self, text: &str) -> String {
        let number = self.version;
        text.replace(&format!("v{number}"), "v*").replace(&format!("ersion {number}"), "ersion *")
    }

    /// Returns a key for each block. If blocks of two versions have equal keys, they are shown beside each other.
    fn keys(&self) -> Vec<String> {
        let key = |block: &Block<'p>| match block.kind {
            Kind::Heading(_, title) => format!("# {}", unnumbered(title)),
            Kind::Clause(name, _) => self.neutral(name),
            Kind::Text => self.neutral(block.text),
        };
        self.blocks.iter().map(key).collect()
    }
}

fn unnumbered(title: &str) -> &str {
    title.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.').trim_start()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Same,
    Changed,
    New,
    Gone,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }
}

/// A row of the page: a block of the older version on the left, and the block of the newer version that belongs beside it on
/// the right. One side may be empty.
struct Row {
    state: State,
    /// The heading as Markdown, if the row is a heading. It spans both sides.
    heading: Option<String>,
    /// The name of the clause without its version (`magic` for `v2-magic`), if the row is a clause.
    name: Option<String>,
    left: String,
    right: String,
}

/// Returns the names of the clauses in the rows of a state.
fn clauses(rows: &[Row], state: State) -> impl Iterator<Item = &String> {
    rows.iter().filter(move |row| row.state == state).filter_map(|row| row.name.as_ref())
}

/// A row as indices into the blocks of the older and the newer version. `None` if that version has no block in the row.
type Pair = (Option<usize>, Option<usize>);

/// Returns the rows of the page that compares version `a`, the older one, with version `b`.
fn rows(a: &Side<'_>, b: &Side<'_>) -> Vec<Row> {
    let pairs = align(a, b)
        .into_iter()
        .map(|(old, new)| (old.and_then(|index| a.blocks.get(index)), new.and_then(|index| b.blocks.get(index))));
    pairs
        .filter_map(|pair| match pair {
            (Some(old), Some(new)) => Some(both(a, b, old, new)),
            (Some(old), None) => Some(one(a, old, State::Gone)),
            (None, Some(new)) => Some(one(b, new, State::New)),
            (None, None) => None,
        })
        .collect()
}

/// Returns which blocks of two versions belong beside each other, in the order of the page. If the versions have a clause at
/// different positions, its row is at the position in the newer version.
fn align(a: &Side<'_>, b: &Side<'_>) -> Vec<Pair> {
    let (keys_a, keys_b) = (a.keys(), b.keys());
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &keys_a, &keys_b) {
        match op {
            DiffOp::Equal { .. } => pairs.extend(op.old_range().map(Some).zip(op.new_range().map(Some))),
            _ => pairs.extend(beside(a, b, op.old_range(), op.new_range())),
        }
    }
    let is_clause = |index: &usize| a.blocks.get(*index).is_some_and(|block| matches!(block.kind, Kind::Clause(..)));
    let alone = pairs.iter().filter_map(|pair| if let (Some(old), None) = pair { Some(*old) } else { None });
    let mut moved: BTreeMap<&String, usize> =
        alone.filter(is_clause).filter_map(|old| Some((keys_a.get(old)?, old))).collect();
    moved.retain(|key, _| keys_b.contains(key));
    pairs.retain(|(old, new)| new.is_some() || !old.is_some_and(|old| moved.values().any(|moved| *moved == old)));
    for (old, new) in &mut pairs {
        if let (None, Some(new)) = (&old, new) {
            *old = keys_b.get(*new).and_then(|key| moved.get(key)).copied();
        }
    }
    pairs
}

/// Returns the rows for two ranges of blocks, where `new` replaces `old`. A row has a text block on each side, or only one
/// block of any kind.
fn beside(a: &Side<'_>, b: &Side<'_>, mut old: Range<usize>, mut new: Range<usize>) -> Vec<Pair> {
    let is_text = |side: &Side<'_>, range: &Range<usize>| {
        !range.is_empty() && side.blocks.get(range.start).is_some_and(|block| block.kind == Kind::Text)
    };
    let mut pairs = Vec::new();
    while !old.is_empty() || !new.is_empty() {
        pairs.push(match (is_text(a, &old), is_text(b, &new)) {
            (true, true) => (old.next(), new.next()),
            (true, false) if !new.is_empty() => (None, new.next()),
            _ if !old.is_empty() => (old.next(), None),
            _ => (None, new.next()),
        });
    }
    pairs
}

/// Returns the row of two blocks of the same kind, one of each version.
fn both(a: &Side<'_>, b: &Side<'_>, left: &Block<'_>, right: &Block<'_>) -> Row {
    match (left.kind, right.kind) {
        (Kind::Heading(level, old), Kind::Heading(_, new)) => {
            let number = old.split(' ').next().unwrap_or_default();
            let title = if old == new { new.to_owned() } else { format!("{new} (version {}: {number})", a.version) };
            Row::heading(State::Same, level, &title)
        }
        (Kind::Clause(old_name, old), Kind::Clause(new_name, new)) => {
            let is_same = a.neutral(old) == b.neutral(new);
            let (old, new) = if is_same { (old.to_owned(), new.to_owned()) } else { marked(a, b, old, new) };
            Row {
                name: unversioned(new_name),
                left: a.clause(old_name, &old),
                right: b.clause(new_name, &new),
                ..Row::text(if is_same { State::Same } else { State::Changed })
            }
        }
        _ => Row { left: a.linked(left.text), right: b.linked(right.text), ..Row::text(State::Same) },
    }
}

/// Returns the name of a clause without its version: `magic` for `v2-magic`.
fn unversioned(name: &str) -> Option<String> {
    name.split_once('-').map(|(_, name)| name.to_owned())
}

/// Returns the row of a `block` that only the version of `side` has.
fn one(side: &Side<'_>, block: &Block<'_>, state: State) -> Row {
    let (text, name) = match block.kind {
        Kind::Heading(level, title) => {
            return Row::heading(state, level, &format!("{title} (only version {})", side.version));
        }
        Kind::Clause(name, text) => (side.clause(name, text), unversioned(name)),
        Kind::Text => (side.linked(block.text), None),
    };
    let (left, right) = if state == State::Gone { (text, String::new()) } else { (String::new(), text) };
    Row { name, left, right, ..Row::text(state) }
}

impl Row {
    fn text(state: State) -> Self {
        Self { state, heading: None, name: None, left: String::new(), right: String::new() }
    }

    fn heading(state: State, level: usize, title: &str) -> Self {
        Self { heading: Some(format!("{} {title}", "#".repeat(level))), ..Self::text(state) }
    }
}

impl Side<'_> {
    /// Returns the Markdown of a clause: its name, as a link to the clause on the version's page, and its text.
    fn clause(&self, name: &str, text: &str) -> String {
        format!("**[{name}](../v{}.md#{name})** · {}", self.version, self.linked(text))
    }

    /// Returns a text from the version's page, with its links changed so that they work on a page in the folder `compare/`.
    fn linked(&self, text: &str) -> String {
        let text = text.replace("](#", &format!("](v{}.md#", self.version));
        text.replace("](", "](../").replace("](../https://", "](https://")
    }
}

/// Returns the two texts, with `<del>` around the words that only `old` has, and `<ins>` around the words that only `new` has.
fn marked(a: &Side<'_>, b: &Side<'_>, old: &str, new: &str) -> (String, String) {
    let (old, new) = (words(old), words(new));
    let neutral = |side: &Side<'_>, words: &[(&str, &str)]| -> Vec<String> {
        words.iter().map(|(_, word)| side.neutral(word)).collect()
    };
    let (mut left, mut right) = (String::new(), String::new());
    let write = |out: &mut String, words: &[(&str, &str)], mark: Option<&str>| {
        for (space, word) in words {
            let _ = match mark.filter(|_| !word.is_empty()) {
                Some(mark) => write!(out, "{space}<{mark}>{word}</{mark}>"),
                None => write!(out, "{space}{word}"),
            };
        }
    };
    for op in capture_diff_slices(Algorithm::Patience, &neutral(a, &old), &neutral(b, &new)) {
        let is_equal = matches!(op, DiffOp::Equal { .. });
        write(&mut left, old.get(op.old_range()).unwrap_or_default(), (!is_equal).then_some("del"));
        write(&mut right, new.get(op.new_range()).unwrap_or_default(), (!is_equal).then_some("ins"));
    }
    (left, right)
}

/// Returns the words of a text, each with the white space before it. A code span or a link is one word. The mark of a list item
/// (`- `) counts as white space.
fn words(text: &str) -> Vec<(&str, &str)> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let space = rest.len() - rest.trim_start().len();
        let space = if rest.get(space..).is_some_and(|rest| rest.starts_with("- ")) { space + 2 } else { space };
        let (before, from) = rest.split_at(space);
        let mut is_code = false;
        let mut in_link = false;
        let end = from.find(|letter: char| {
            match letter {
                '`' => is_code = !is_code,
                '[' => in_link = true,
                ')' => in_link = false,
                _ => {}
            }
            letter.is_whitespace() && !is_code && !in_link
        });
        let (word, after) = from.split_at(end.unwrap_or(from.len()));
        words.push((before, word));
        rest = after;
    }
    words
}

/// Returns the Markdown of the page that compares version `a` with version `b`.
fn markdown(a: u32, b: u32, rows: &[Row]) -> String {
    let names = |state: State| -> String {
        let names: Vec<String> = clauses(rows, state).map(|name| format!("[{name}](#{name})")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let mut page = format!(
        "{BEGIN}\n\n# Versions {a} and {b}\n\nChanged clauses: {}.\n\nNew in version {b}: {}.\n\nOnly in version {a}: {}.\n\n\
         <label class=\"only-changes\"><input type=\"checkbox\"> Show only the clauses that differ</label>\n\n\
         <div class=\"versions\">\n<div class=\"row columns\"><div class=\"side\">Version {a}</div><div class=\"side\">Version {b}</div></div>\n\n",
        names(State::Changed),
        names(State::New),
        names(State::Gone)
    );
    for row in rows {
        if let Some(heading) = &row.heading {
            let _ = write!(page, "{heading}\n\n");
            continue;
        }
        let kind = row.name.as_ref().map_or_else(|| "text\"".to_owned(), |name| format!("requirement\" id=\"{name}\""));
        let _ = write!(
            page,
            "<div class=\"row {} {kind}>\n<div class=\"side\">\n\n{}\n\n</div>\n<div class=\"side\">\n\n{}\n\n</div>\n</div>\n\n",
            row.state.word(),
            row.left,
            row.right
        );
    }
    page + "</div>\n\n" + END
}

#[cfg(test)]
mod tests {
    use super::{END, pages, summary, words};

    fn two() -> Vec<(u32, String)> {
        let one = "# V\n\n## 1. A\n\n<a id=\"v1-a\"></a>**v1-a** · Same in v1.\n\n<a id=\"v1-b\"></a>**v1-b** · One `a b` word.\n\n<a id=\"v1-c\"></a>**v1-c** · Old.\n";
        let two = "# V\n\n## 1. A\n\n<a id=\"v2-a\"></a>**v2-a** · Same in v2.\n\n<a id=\"v2-b\"></a>**v2-b** · Two `a b` words.\n\n## 2. N\n\nText.\n";
        vec![(1, one.to_owned()), (2, two.to_owned())]
    }

    fn page() -> String {
        pages(&two()).swap_remove(0).1
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        let page = page();
        assert!(page.contains("· <del>One</del> `a b` <del>word.</del>"), "{page}");
        assert!(page.contains("· <ins>Two</ins> `a b` <ins>words.</ins>"), "{page}");
    }

    #[test]
    fn a_clause_that_only_its_version_changes_is_the_same() {
        assert!(page().contains("<div class=\"row same requirement\" id=\"a\">"));
    }

    #[test]
    fn the_page_names_the_clauses_that_differ() {
        let page = page();
        assert!(
            page.contains("Changed clauses: [b](#b).\n\nNew in version 2: none.\n\nOnly in version 1: [c](#c)."),
            "{page}"
        );
        assert!(page.contains("## 2. N (only version 2)") && page.ends_with(END));
    }

    #[test]
    fn the_list_counts_them() {
        let list = pages(&two()).pop().unwrap().1;
        assert!(list.contains("| [1 and 2](1-2.md) | 1 | 0 | 1 |"), "{list}");
        assert!(summary(&[1, 2, 3]).contains("  - [Versions 1 and 3](compare/1-3.md)\n"));
    }

    #[test]
    fn a_code_span_a_link_and_the_mark_of_an_item_are_not_split() {
        assert_eq!(words("a `b c`\n- [d e](#f),"), [("", "a"), (" ", "`b c`"), ("\n- ", "[d e](#f),")]);
    }
}

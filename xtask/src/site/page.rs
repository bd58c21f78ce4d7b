//! Splits a page of the specification into blocks, and returns its Markdown for the site.

/// A part of a page between two blank lines. A code block is one block, even if it contains blank lines.
pub(super) struct Block<'p> {
    pub(super) text: &'p str,
    pub(super) kind: Kind<'p>,
}

/// The kind of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'p> {
    /// A heading: the number of its `#` signs, and its text.
    Heading(usize, &'p str),
    /// A clause: its name with its version (`v1-magic`), and its text without the name.
    Clause(&'p str, &'p str),
    /// A paragraph, a table, a list or a code block.
    Text,
}

/// Returns the blocks of a page.
pub(super) fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    let mut end = 0;
    let mut in_code = false;
    for line in page.split_inclusive('\n') {
        in_code ^= line.starts_with("```");
        let next = end + line.len();
        if line.trim().is_empty() && !in_code {
            blocks.extend(page.get(start..end).and_then(Block::new));
            start = next;
        }
        end = next;
    }
    blocks.extend(page.get(start..end).and_then(Block::new));
    blocks
}

impl<'p> Block<'p> {
    fn new(text: &'p str) -> Option<Self> {
        let text = text.trim_end();
        let kind = heading(text).or_else(|| clause(text)).unwrap_or(Kind::Text);
        (!text.is_empty()).then_some(Self { text, kind })
    }
}

fn heading(text: &str) -> Option<Kind<'_>> {
    let title = text.trim_start_matches('#');
    let level = text.len() - title.len();
    (level > 0 && !text.contains('\n')).then(|| Kind::Heading(level, title.trim()))
}

fn clause(text: &str) -> Option<Kind<'_>> {
    let (name, rest) = text.strip_prefix("<a id=\"")?.split_once("\"></a>**")?;
    let text = rest.strip_prefix(name)?.strip_prefix("** · ")?;
    Some(Kind::Clause(name, text))
}

/// Returns the Markdown of a page for the site, with only the blocks for which `is_shown` returns true. `pictures` are pairs of
/// a path and HTML: a block that shows the picture at the path is replaced by the HTML.
pub(super) fn for_site(page: &str, pictures: &[(String, String)], is_shown: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    for block in blocks(page) {
        let text = match block.kind {
            // The heading is HTML, not Markdown: mdBook would list a Markdown heading for each clause in its list of contents.
            Kind::Clause(name, text) => format!(
                "<div class=\"clause\">\n<h5 id=\"{name}\"><code><a href=\"#{name}\">{name}</a></code></h5>\n\n{text}\n\n</div>"
            ),
            Kind::Heading(..) | Kind::Text => pictures
                .iter()
                .find(|(path, _)| block.text.contains(&format!("]({path})")))
                .map_or_else(|| block.text.to_owned(), |(_, picture)| picture.trim_end().to_owned()),
        };
        if is_shown(&text) {
            out += &text;
            out += "\n\n";
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Kind, blocks, for_site};

    const PAGE: &str = "# Title\n\n<a id=\"v1-a\"></a>**v1-a** · One\ntwo.\n\n```hex\n00\n\n01\n```\n\n![A](a.svg)\n";

    #[test]
    fn a_page_has_headings_clauses_and_text() {
        let kinds: Vec<Kind<'_>> = blocks(PAGE).iter().map(|block| block.kind).collect();
        assert!(kinds == [Kind::Heading(1, "Title"), Kind::Clause("v1-a", "One\ntwo."), Kind::Text, Kind::Text]);
    }

    #[test]
    fn a_code_block_with_a_blank_line_is_one_block() {
        assert!(blocks(PAGE).iter().any(|block| block.text == "```hex\n00\n\n01\n```"));
    }

    #[test]
    fn a_clause_is_a_heading_and_a_picture_is_part_of_the_page() {
        let text = for_site(PAGE, &[("a.svg".to_owned(), "<svg/>\n".to_owned())], |block| !block.starts_with("```"));
        assert!(text.contains("<h5 id=\"v1-a\">") && text.ends_with("<svg/>\n\n") && !text.contains("00"), "{text}");
    }
}

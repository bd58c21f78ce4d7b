//! A page of the specification, parsed into paragraphs and code blocks.

use std::fs;
use std::path::{Path, PathBuf};

/// A page, parsed.
pub(crate) struct Page {
    /// The file's name, such as `v1.md`.
    pub(crate) name: String,
    /// The paragraphs, in the order of the page.
    pub(crate) paragraphs: Vec<Paragraph>,
    /// The code blocks, in the order of the page.
    pub(crate) blocks: Vec<Block>,
}

/// Consecutive lines that are not blank, outside code blocks.
pub(crate) struct Paragraph {
    /// The number of the first line, from 1.
    pub(crate) line: usize,
    /// The lines, joined by `\n`.
    pub(crate) text: String,
}

/// A code block.
pub(crate) struct Block {
    /// The number of the line with the opening fence, from 1.
    pub(crate) line: usize,
    /// The number of the line with the closing fence, from 1.
    pub(crate) end: usize,
    /// The text after the opening fence.
    pub(crate) info: String,
    /// The lines between the fences, each with its `\n`.
    pub(crate) text: String,
}

/// Returns the folder `spec/`.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

/// Writes a file in one step, so that a test that runs at the same time reads either the old text or the new text.
pub(crate) fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

/// Returns all pages, by name.
pub(crate) fn pages() -> Vec<Page> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "the specification is missing");
    files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            Page::parse(name, &fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Returns the page with this name.
pub(crate) fn page(name: &str) -> Page {
    pages().into_iter().find(|page| page.name == name).unwrap_or_else(|| panic!("there is no page {name}"))
}

impl Page {
    /// Parses the text of a page.
    pub(crate) fn parse(name: &str, text: &str) -> Self {
        let mut page = Self { name: name.into(), paragraphs: Vec::new(), blocks: Vec::new() };
        let mut in_block = false;
        let mut in_paragraph = false;
        for (index, content) in text.lines().enumerate() {
            let line = index + 1;
            if let Some(info) = content.strip_prefix("```") {
                if in_block {
                    page.blocks.last_mut().unwrap().end = line;
                } else {
                    page.blocks.push(Block { line, end: line, info: info.into(), text: String::new() });
                }
                in_block = !in_block;
                in_paragraph = false;
            } else if in_block {
                let block = page.blocks.last_mut().unwrap();
                block.text.push_str(content);
                block.text.push('\n');
            } else if content.trim().is_empty() {
                in_paragraph = false;
            } else if in_paragraph {
                let paragraph = page.paragraphs.last_mut().unwrap();
                paragraph.text.push('\n');
                paragraph.text.push_str(content);
            } else {
                let text = content.to_owned();
                page.paragraphs.push(Paragraph { line, text });
                in_paragraph = true;
            }
        }
        assert!(!in_block, "{name} ends inside a code block");
        page
    }

    /// Returns the position of a line in the form that editors open.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("spec/{}:{line}", self.name)
    }

    /// Returns the clauses, each as its name and its paragraph.
    pub(crate) fn clauses(&self) -> impl Iterator<Item = (&str, &Paragraph)> {
        self.paragraphs.iter().filter_map(|paragraph| Some((clause_name(&paragraph.text)?, paragraph)))
    }

    /// Returns the rows of the first table whose heading begins with these columns.
    pub(crate) fn table<'p>(&'p self, columns: &str) -> Vec<Vec<&'p str>> {
        let table = self.paragraphs.iter().find(|paragraph| paragraph.text.starts_with(columns));
        let table = table.unwrap_or_else(|| panic!("{}: no table {columns}", self.name));
        let cells = |row: &'p str| row.trim_matches('|').split('|').map(str::trim).collect();
        table.text.lines().skip(2).map(cells).collect()
    }
}

/// Returns the name of the clause that the paragraph states, if it states one.
pub(crate) fn clause_name(paragraph: &str) -> Option<&str> {
    let (anchor, rest) = paragraph.strip_prefix("<a id=\"")?.split_once("\"></a>**")?;
    rest.strip_prefix(anchor)?.strip_prefix("** · ").map(|_| anchor)
}

/// Returns the targets of a text's links within the specification: `(page, anchor)`, either of which can be empty.
pub(crate) fn links(text: &str) -> Vec<(&str, &str)> {
    let inline = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let reference = text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: ")).map(|(_, target)| target);
    inline
        .chain(reference)
        .filter(|target| !target.contains("://"))
        .map(|target| target.split_once('#').unwrap_or((target, "")))
        .collect()
}

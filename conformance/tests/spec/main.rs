//! Tests that the specification is consistent: requirements are in clauses, links have targets, and examples agree with the text.

mod examples;
mod implementing;
mod list;
mod list4;
mod page;
mod versions;

use std::collections::BTreeSet;

use page::{Block, Page, Paragraph, clause_name, folder, links, page, pages};

/// Returns the key words in capitals in a text, except those in double quotes: the text only mentions these.
fn key_words(text: &str) -> Vec<&str> {
    const KEY_WORDS: [&str; 9] =
        ["MUST", "SHALL", "SHOULD", "MAY", "REQUIRED", "RECOMMENDED", "OPTIONAL", "MUSTN'T", "FORBIDDEN"];
    text.split(|c: char| !c.is_alphanumeric() && c != '"' && c != '\'')
        .filter(|word| KEY_WORDS.contains(word))
        .collect()
}

/// Returns the anchors of a page: those of its clauses, and those that Markdown generates from its headings.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings =
        page.paragraphs.iter().flat_map(|paragraph| paragraph.text.lines()).filter(|line| line.starts_with('#')).map(
            |line| {
                let title = line.trim_start_matches('#').trim().to_lowercase();
                let kept = title.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-');
                kept.map(|c| if c == ' ' { '-' } else { c }).collect()
            },
        );
    let clauses = page.clauses().map(|(name, _)| name.to_owned());
    clauses.chain(headings).collect()
}

fn hex_bytes(text: &str) -> Vec<u8> {
    hex::decode(text.split_whitespace().collect::<String>()).expect("a block of hexadecimal bytes")
}

/// Returns the bytes of an annotated block: its second column.
fn annotated_bytes(block: &Block) -> Vec<u8> {
    let bytes = block.text.lines().map(|line| &line[10..line.len().min(33)]);
    hex_bytes(&bytes.collect::<Vec<_>>().join(" "))
}

#[test]
fn every_clause_states_one_requirement_in_its_first_sentence() {
    for page in pages() {
        for (name, paragraph) in page.clauses() {
            let place = page.place(paragraph.line);
            assert_eq!(key_words(&paragraph.text).len(), 1, "{place}: {name} does not have exactly one key word");
            let clause = conformance::clauses::Clauses::standard().get(name);
            let clause = clause
                .unwrap_or_else(|| panic!("{place}: the runner does not know {name}; Clauses::standard() lacks it"));
            assert_eq!(
                key_words(&clause.text).len(),
                1,
                "{place}: the first sentence of {name} does not have exactly one key word"
            );
        }
    }
}

#[test]
fn no_requirement_stands_outside_a_clause() {
    for page in pages() {
        // A block quote repeats a clause. `versions.rs` compares the quote with the clause.
        let quotes = |paragraph: &Paragraph| paragraph.text.lines().all(|line| line.starts_with("> "));
        let others = page.paragraphs.iter().filter(|it| clause_name(&it.text).is_none() && !quotes(it));
        for paragraph in others {
            let words = key_words(&paragraph.text);
            let place = page.place(paragraph.line);
            assert!(words.is_empty(), "{place}: key words {words:?} outside a clause:\n{}", paragraph.text);
        }
    }
}

#[test]
fn every_anchor_is_the_name_of_one_clause_of_its_version() {
    let mut seen = BTreeSet::new();
    for page in pages() {
        let text: String = page.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(
            text.matches("<a id=").count(),
            page.clauses().count(),
            "{}: the page has an anchor `<a id=` that does not begin a clause",
            page.name
        );
        for (name, paragraph) in page.clauses() {
            let place = page.place(paragraph.line);
            assert!(seen.insert(name.to_owned()), "{place}: the clause {name} occurs twice");
            let version = page.name.trim_end_matches(".md");
            assert!(
                name.starts_with(&format!("{version}-")),
                "{place}: the name {name} does not begin with this page's version"
            );
        }
    }
    assert!(seen.len() >= 60, "only {} clauses were found", seen.len());
}

#[test]
fn the_names_of_clauses_are_those_that_were_given() {
    let listed = include_str!("../../../spec/clauses.txt").lines().map(str::to_owned);
    let pages = pages();
    let there = pages.iter().flat_map(|page| page.clauses().map(|(name, _)| name.to_owned()));
    let (listed, there): (BTreeSet<_>, BTreeSet<_>) = (listed.collect(), there.collect());
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(
        gone.is_empty(),
        "clauses of spec/clauses.txt are missing on the pages; a name never changes and is never removed: {gone:?}"
    );
    let new: Vec<_> = there.difference(&listed).collect();
    assert!(new.is_empty(), "add these new clauses to spec/clauses.txt: {new:?}");
}

#[test]
fn every_link_leads_somewhere() {
    examples::update();
    let pages = pages();
    for page in &pages {
        for paragraph in &page.paragraphs {
            for (target, anchor) in links(&paragraph.text) {
                let name = if target.is_empty() { &page.name } else { target };
                let place = page.place(paragraph.line);
                let Some(there) = pages.iter().find(|page| page.name == name) else {
                    assert!(folder().join(target).exists() && anchor.is_empty(), "{place}: no page {target}");
                    continue;
                };
                assert!(anchor.is_empty() || anchors(there).contains(anchor), "{place}: no anchor {target}#{anchor}");
            }
        }
    }
}

#[test]
fn the_worked_example_is_the_module_that_it_says() {
    examples::update();
    for version in 1..=3 {
        worked_example(&page(&format!("v{version}.md")));
    }
}

fn worked_example(page: &Page) {
    let block = page.blocks.iter().find(|block| block.info == "hex annotated").unwrap();
    let file = annotated_bytes(block);
    let module = bmes::decode(&file).unwrap();
    assert_eq!(bmes::encode(&module.record, module.bytecode).unwrap(), file, "the example is canonical");
    let specifiers: Vec<&str> = module.record.requests.iter().map(|request| request.specifier.as_str()).collect();
    let source = page.blocks.iter().find(|block| block.info == "js").unwrap();
    let mut at = 0;
    for specifier in specifiers {
        let quoted = format!("\"{specifier}\"");
        at += source.text[at..].find(&quoted).unwrap_or_else(|| panic!("{specifier} is not next in the source"));
    }
}

#[test]
fn the_page_of_errors_has_every_class_of_the_code_and_no_other() {
    let errors = page("errors.md");
    let classes =
        errors.paragraphs.iter().filter_map(|paragraph| paragraph.text.strip_prefix("#### `")?.strip_suffix('`'));
    let listed: BTreeSet<&str> = classes.collect();
    let structural = [
        "truncated",
        "bad-magic",
        "unsupported-version",
        "bad-flag",
        "bad-type",
        "bad-utf8",
        "bad-layout",
        "trailing-bytes",
        "bad-checksum",
        "bad-index",
        "bad-order",
        "bad-entry",
    ];
    let semantic = bmes::Rule::ALL.iter().map(|rule| rule.class()).chain(["unused-string"]);
    let others = ["too-large", "limit", "other-producer", "stale-source"];
    let of_packs = ["bad-zip", "bad-member", "bad-pack-index"];
    assert_eq!(listed, structural.into_iter().chain(semantic).chain(others).chain(of_packs).collect());
}

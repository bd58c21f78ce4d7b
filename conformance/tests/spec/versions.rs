//! What the front page says of the versions: its lists of clauses and fields are those of their pages.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Paragraph, page};

const PAGE: &str = "README.md";

/// Returns the clauses of a version's page by their names without the version, each text as it would stand in any version.
fn clauses_of(version: u32) -> BTreeMap<String, String> {
    let page = page(&format!("v{version}.md"));
    let prefix = format!("v{version}-");
    let text = |paragraph: &Paragraph| paragraph.text.replace(&prefix, "").replace(&page.name, "");
    page.clauses().map(|(name, paragraph)| (name[prefix.len()..].to_owned(), text(paragraph))).collect()
}

/// Returns the clauses that the page lists behind `what` for the step to `version`.
fn listed(version: u32, what: &str) -> BTreeSet<String> {
    let page = page(PAGE);
    let heading = format!("### From {} to {version}", version - 1);
    let mut below = page.paragraphs.iter().skip_while(|paragraph| paragraph.text != heading).skip(1);
    let list = below.find(|paragraph| paragraph.text.starts_with("- ")).unwrap();
    let items = list.text.replace("\n  ", " ");
    let line = items.lines().find_map(|line| line.strip_prefix(&format!("- {what}: ")));
    let names = line.into_iter().flat_map(|line| line.trim_end_matches('.').split(", "));
    names.map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn a_clause_that_versions_share_is_word_for_word_the_same_unless_it_is_listed() {
    for version in [2, 3] {
        let (before, now) = (clauses_of(version - 1), clauses_of(version));
        let changed = now.iter().filter(|(name, text)| before.get(*name).is_some_and(|before| before != *text));
        let changed: BTreeSet<String> = changed.map(|(name, _)| name.clone()).collect();
        let names = |clauses: &BTreeMap<String, String>| clauses.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(changed, listed(version, "Changed"), "changed in version {version}");
        assert_eq!(&names(&now) - &names(&before), listed(version, "New"), "new in version {version}");
        assert_eq!(&names(&before) - &names(&now), listed(version, "Gone"), "gone in version {version}");
    }
}

#[test]
fn the_table_of_fields_is_that_of_every_version() {
    let all = page(PAGE);
    let rows = all.table("| section | field | kind | 1 | 2 | 3 |");
    for version in 1..=3 {
        let of_version = rows.iter().filter(|row| row[2 + version] == "●").map(|row| (row[1], row[2]));
        let page = page(&format!("v{version}.md"));
        let own = page.table("| section | field | kind | value |");
        let own: Vec<_> = own.iter().map(|row| (row[1], row[2])).collect();
        assert_eq!(of_version.collect::<Vec<_>>(), own, "version {version}");
    }
}

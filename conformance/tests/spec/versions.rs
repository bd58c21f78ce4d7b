//! Tests `all-versions.md`: its lists of clauses, fields and sections agree with the pages of the versions.
//!
//! `UPDATE_PAGES=1 cargo test -p conformance --test spec` writes the table of clauses in `all-versions.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use super::page::{Page, Paragraph, folder, page, replace};

const PAGE: &str = "all-versions.md";
const FIELDS: &str = "| section | field | kind | value | clauses |";
const CLAUSES: &str = "| clause | 1 | 2 | 3 |";

/// Returns the texts of the clauses of a version's page, by name. Names and texts do not have the version, so that versions can
/// be compared.
fn clauses_of(version: u32) -> BTreeMap<String, String> {
    let page = page(&format!("v{version}.md"));
    let prefix = format!("v{version}-");
    let text = |paragraph: &Paragraph| paragraph.text.replace(&prefix, "").replace(&page.name, "");
    page.clauses().map(|(name, paragraph)| (name[prefix.len()..].to_owned(), text(paragraph))).collect()
}

/// Returns the clauses that `all-versions.md` lists after `what`, such as `New`, in the section about the step to `version`.
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

/// Returns the table of clauses. Its row for a clause has a letter for each version. Two letters are equal if the clause has
/// the same words in both versions.
fn table_of_clauses() -> String {
    let clauses = [1, 2, 3].map(clauses_of);
    // The rows have the order of the newest page. Clauses that the newest page does not have come last.
    let names = page("v3.md").clauses().map(|(name, _)| name["v3-".len()..].to_owned()).collect::<Vec<_>>();
    let newest: BTreeSet<&String> = names.iter().collect();
    let older = clauses[..2].iter().flat_map(BTreeMap::keys).filter(|name| !newest.contains(name));
    let older: BTreeSet<&String> = older.collect();

    let mut table = format!("{CLAUSES}\n|---|:-:|:-:|:-:|");
    for name in names.iter().chain(older) {
        let mut texts: Vec<&String> = Vec::new();
        let _ = write!(table, "\n| `{name}` |");
        for (version, clauses) in (1..).zip(&clauses) {
            let Some(text) = clauses.get(name) else {
                table += " |";
                continue;
            };
            let index = texts.iter().position(|known| *known == text).unwrap_or_else(|| {
                texts.push(text);
                texts.len() - 1
            });
            let _ = write!(table, " [{}](v{version}.md#v{version}-{name}) |", ["a", "b", "c"][index]);
        }
    }
    table
}

#[test]
fn the_table_of_clauses_is_that_of_the_pages() {
    let expected = table_of_clauses();
    let page = page(PAGE);
    let shown = page.paragraphs.iter().find(|paragraph| paragraph.text.starts_with(CLAUSES)).unwrap();
    if std::env::var_os("UPDATE_PAGES").is_some() {
        let path = folder().join(PAGE);
        let text = fs::read_to_string(&path).unwrap();
        replace(&path, &text.replace(&shown.text, &expected));
    } else {
        assert!(
            shown.text == expected,
            "{}: the table of clauses is out of date; run UPDATE_PAGES=1 cargo test -p conformance --test spec",
            page.place(shown.line)
        );
    }
}

/// Returns the name of a clause that a page quotes, and its text on one line.
fn quoted(paragraph: &Paragraph) -> Option<(String, String)> {
    let lines: Option<Vec<&str>> = paragraph.text.lines().map(|line| line.strip_prefix("> ")).collect();
    let words = lines?.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, text) = words.strip_prefix("**")?.split_once("** · ")?;
    Some((name.to_owned(), text.to_owned()))
}

/// Returns the text of a clause without its name, on one line. Its links are changed to the form that another page must use.
fn words(page: &Page, name: &str) -> String {
    let (_, paragraph) = page.clauses().find(|(own, _)| *own == name).unwrap();
    let (_, text) = paragraph.text.split_once("** · ").unwrap();
    text.replace("](#", &format!("]({}#", page.name)).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_clause_that_version_3_does_not_have_is_quoted() {
    let newest = clauses_of(3);
    let mut needed = BTreeMap::new();
    let mut texts = BTreeSet::new();
    for version in [2, 1] {
        let page = page(&format!("v{version}.md"));
        for (name, text) in clauses_of(version) {
            if newest.get(&name) != Some(&text) && texts.insert((name.clone(), text)) {
                let name = format!("v{version}-{name}");
                let words = words(&page, &name);
                needed.insert(name, words);
            }
        }
    }
    let quoted: BTreeMap<String, String> = page(PAGE).paragraphs.iter().filter_map(quoted).collect();
    assert_eq!(quoted, needed);
}

/// Returns the name of a field from a cell that links to the field's first clause.
fn field_name(cell: &str) -> &str {
    cell.strip_prefix('[').and_then(|cell| cell.split_once("](")).unwrap_or_else(|| panic!("{cell} is no link")).0
}

#[test]
fn the_table_of_fields_is_that_of_every_version() {
    let all = page(PAGE);
    let rows = all.table("| section | field | kind | 1 | 2 | 3 |");
    for version in 1..=3 {
        let of_version = rows.iter().filter(|row| row[2 + version] == "●").map(|row| (field_name(row[1]), row[2]));
        let page = page(&format!("v{version}.md"));
        let own = page.table(FIELDS);
        let own: Vec<_> = own.iter().map(|row| (row[1], row[2])).collect();
        assert_eq!(of_version.collect::<Vec<_>>(), own, "version {version}");
    }
}

/// Returns the names of the clauses that a cell links to. Each link shows the name without its version.
fn linked<'p>(page: &Page, cell: &'p str) -> Vec<&'p str> {
    let prefix = page.name.replace(".md", "-");
    let shown = |link: &'p str| {
        let (name, target) = link.strip_prefix('[')?.strip_suffix(')')?.split_once("](#")?;
        (target.strip_prefix(&prefix) == Some(name)).then_some(name)
    };
    cell.split(", ").map(|link| shown(link).unwrap_or_else(|| panic!("{}: {link}", page.name))).collect()
}

#[test]
fn every_field_links_to_its_clauses_the_same_in_all_versions() {
    let newest = clauses_of(3);
    let mut known: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for version in [3, 2, 1] {
        let page = page(&format!("v{version}.md"));
        let clauses = clauses_of(version);
        let mut section = "";
        for row in page.table(FIELDS) {
            section = if row[0].is_empty() { section } else { row[0] };
            // Version 3 cannot link to a clause that it does not have.
            let names = linked(&page, row[4]).into_iter().filter(|name| newest.contains_key(*name));
            let names: BTreeSet<String> = names.map(str::to_owned).collect();
            let of_newer = known.entry((section.to_owned(), row[1].to_owned())).or_insert_with(|| names.clone());
            let expected = of_newer.iter().filter(|name| clauses.contains_key(*name)).cloned();
            assert_eq!(names, expected.collect(), "version {version}: {section}, {}", row[1]);
        }
    }
}

/// Returns the sections of a version's page, as a map from the title to the number.
fn sections(version: u32) -> BTreeMap<String, String> {
    let page = page(&format!("v{version}.md"));
    let headings =
        page.paragraphs.iter().filter_map(|paragraph| paragraph.text.trim_start_matches('#').strip_prefix(' '));
    let numbered = headings.filter_map(|heading| heading.split_once(' '));
    let numbered = numbered.filter(|(number, _)| number.starts_with(|first: char| first.is_ascii_digit()));
    numbered.map(|(number, title)| (title.to_owned(), number.trim_end_matches('.').to_owned())).collect()
}

#[test]
fn the_table_of_sections_has_every_section_whose_number_differs() {
    let sections = [1, 2, 3].map(sections);
    let titles: BTreeSet<&String> = sections.iter().flat_map(BTreeMap::keys).collect();
    let numbers = |title: &str| sections.each_ref().map(|of_version| of_version.get(title).map_or("", String::as_str));
    let differing: BTreeMap<&str, [&str; 3]> = titles
        .into_iter()
        .map(|title| (title.as_str(), numbers(title)))
        .filter(|(_, [a, b, c])| a != b || b != c)
        .collect();
    let page = page(PAGE);
    let rows = page.table("| section | 1 | 2 | 3 |");
    let shown = rows.iter().map(|row| (row[0], [row[1], row[2], row[3]]));
    assert_eq!(shown.collect::<BTreeMap<_, _>>(), differing);
}

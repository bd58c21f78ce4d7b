//! The table at the top of the page. For one run, its rows are sections, and its columns are versions. For several
//! runs, its rows are versions and their sections, and its columns are implementations.

use super::super::document::Document;
use super::super::{Tallies, Tally};
use crate::text::{count, thousands};

/// The sections in the order of the parts of a file that they are about. Other sections follow.
const ORDER: [&str; 15] = [
    "header",
    "layout",
    "requests",
    "imports",
    "exports",
    "star-exports",
    "variables",
    "bytecode",
    "order",
    "position",
    "names",
    "size",
    "state",
    "real",
    "other-version",
];

/// The table at the top of the page.
pub(super) struct Matrix {
    pub(super) columns: Vec<Column>,
    pub(super) groups: Vec<Group>,
    pub(super) total: Vec<Cell>,
}

/// The head of a column.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) detail: String,
}

/// The rows under a heading.
pub(super) struct Group {
    pub(super) name: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// A row for a section.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) cells: Vec<Cell>,
}

/// The results of the cases of a section.
pub(super) struct Cell {
    /// The class: `good`, `known`, `bad` or `none`. Empty if there are no cases.
    pub(super) class: &'static str,
    /// The section that the list of failures shows after a click on the cell. Only if the cell has failures.
    pub(super) section: Option<String>,
    pub(super) testee: Option<String>,
    pub(super) symbol: &'static str,
    pub(super) number: String,
    pub(super) of: String,
    /// All numbers of the cell in a sentence.
    pub(super) title: String,
}

impl Matrix {
    pub(super) fn of(reports: &[&Document]) -> Self {
        match reports {
            [report] => of_one(report),
            _ => of_several(reports),
        }
    }
}

fn of_one(report: &Document) -> Matrix {
    let versions = versions(&[report]);
    let group = Group {
        name: None,
        rows: in_order(report.sections.iter().map(|section| name_of(&section.section)))
            .into_iter()
            .map(|name| Row {
                cells: versions.iter().map(|version| cell(report, &format!("{version}/{name}"), None)).collect(),
                name,
            })
            .collect(),
    };
    let total = |version: &String| {
        let of_version = report.sections.iter().filter(|section| version_of(&section.section) == version);
        let sum = of_version.fold(Tallies::default(), |sum, section| sum.and(section.tallies));
        shown(&format!("version {}", &version[1..]), sum, Some(format!("{version}/")), None)
    };
    Matrix {
        total: versions.iter().map(total).collect(),
        columns: versions
            .iter()
            .map(|version| Column { name: format!("version {}", &version[1..]), detail: String::new() })
            .collect(),
        groups: vec![group],
    }
}

fn of_several(reports: &[&Document]) -> Matrix {
    let sections = || reports.iter().flat_map(|report| &report.sections);
    let groups = versions(reports).into_iter().map(|version| Group {
        rows: in_order(
            sections()
                .filter(|section| version_of(&section.section) == version)
                .map(|section| name_of(&section.section)),
        )
        .into_iter()
        .map(|name| Row {
            cells: named(reports).map(|(report, of)| cell(report, &format!("{version}/{name}"), Some(of))).collect(),
            name,
        })
        .collect(),
        name: Some(format!("Version {}", &version[1..])),
    });
    Matrix {
        groups: groups.collect(),
        columns: named(reports)
            .map(|(report, name)| Column {
                name,
                detail: format!("{} {}", report.testee.language, report.testee.version),
            })
            .collect(),
        total: named(reports)
            .map(|(report, name)| {
                shown(&format!("{name}, all sections"), report.total, Some(String::new()), Some(name))
            })
            .collect(),
    }
}

/// Returns each report with a name. If several testees have the same name, later ones get a number: `bmes.py (2)`.
pub(super) fn named<'a>(reports: &'a [&Document]) -> impl Iterator<Item = (&'a Document, String)> {
    reports.iter().enumerate().map(|(place, report)| {
        let name = &report.testee.name;
        let before = reports[..place].iter().filter(|other| other.testee.name == *name).count();
        (*report, if before == 0 { name.clone() } else { format!("{name} ({})", before + 1) })
    })
}

fn cell(report: &Document, section: &str, testee: Option<String>) -> Cell {
    let tallies = report.sections.iter().find(|listed| listed.section == section).map(|listed| listed.tallies);
    let name = testee.as_ref().map_or_else(|| section.to_owned(), |testee| format!("{testee}, {section}"));
    shown(&name, tallies.unwrap_or_default(), Some(section.to_owned()), testee)
}

fn shown(name: &str, tallies: Tallies, section: Option<String>, testee: Option<String>) -> Cell {
    let tally @ Tally { pass, fail, expected, skip, not_run } = tallies.all();
    let total = tally.total();
    let (class, symbol, number) = match tally {
        _ if total == 0 => ("", "", 0),
        _ if fail > 0 => ("bad", "✗", fail),
        _ if expected > 0 => ("known", "≈", expected),
        _ if not_run > 0 => ("none", "–", not_run),
        _ if pass > 0 => ("good", "✓", pass),
        _ => ("none", "–", skip),
    };
    let parts =
        [(pass, "passed"), (fail, "failed"), (expected, "failed as expected"), (skip, "skipped"), (not_run, "not run")];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", thousands(number)))
        .collect();
    let files = tallies.files.total();
    Cell {
        class,
        section: section.filter(|_| fail + expected > 0),
        testee,
        symbol,
        number: thousands(number),
        of: if class == "none" && not_run > 0 {
            "not run".into()
        } else if number == total || class == "none" {
            String::new()
        } else {
            format!("of {}", thousands(total))
        },
        title: format!(
            "{name}: {}; {}, {} derived",
            parts.join(", "),
            count(files, "file", "files"),
            thousands(total - files)
        ),
    }
}

fn version_of(section: &str) -> &str {
    section.split_once('/').map_or(section, |(version, _)| version)
}

fn name_of(section: &str) -> String {
    section.split_once('/').map_or(section, |(_, name)| name).to_owned()
}

fn versions(reports: &[&Document]) -> Vec<String> {
    let sections = reports.iter().flat_map(|report| &report.sections);
    let mut versions: Vec<_> = sections.map(|section| version_of(&section.section).to_owned()).collect();
    versions.sort();
    versions.dedup();
    // A section's name is `v<N>/<name>`. The table leaves out a section with another name.
    versions.retain(|version| version.len() > 1 && version.starts_with('v'));
    versions
}

fn in_order(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<_> = names.collect();
    let place = |name: &String| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len());
    names.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
    names.dedup();
    names
}

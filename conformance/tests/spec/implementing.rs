//! Tests `implementing.md`: its pseudo-code names every clause, and its table of fields agrees with a checker.

use std::collections::BTreeSet;

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord as Record, ModuleRequest};

use super::page::{Block, Page, Paragraph, page, pages};

fn code<'p>(page: &'p Page, operation: &str) -> &'p Block {
    let opening = format!("{operation}:\n");
    page.blocks.iter().find(|block| block.text.starts_with(&opening)).unwrap()
}

#[test]
fn the_reader_in_pseudocode_fits_two_screens() {
    let page = page("implementing.md");
    let lines = code(&page, "read(file)").text.lines().count();
    assert!(lines <= 100, "{lines} lines");
}

/// Returns the words between backquotes in a text.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_pseudocode_names_every_clause_or_the_page_says_why_not() {
    let page = page("implementing.md");
    // The page has such a paragraph for versions 1 to 3, and then one for version 4.
    let whole: Vec<&Paragraph> =
        page.paragraphs.iter().filter(|it| it.text.starts_with("Some clauses are about the whole")).collect();
    let [old, new] = whole.as_slice() else { panic!("{} paragraphs", whole.len()) };
    clauses_are_named(
        &page,
        &["v1.md", "v2.md", "v3.md"],
        old,
        &["read(file)", "check(file)", "write(record, bytecode)"],
    );
    let operations = [
        "open_v4(file)",
        "read_v4(file)",
        "check_v4(file)",
        "match_v4(file, producer, source)",
        "write_v4(record, text, bytecode)",
    ];
    clauses_are_named(&page, &["v4.md"], new, &operations);
}

/// Verifies that the pseudo-code of the operations, or the paragraph `of_the_whole`, names every clause of the pages
/// `versions`.
fn clauses_are_named(page: &Page, versions: &[&str], of_the_whole: &Paragraph, operations: &[&str]) {
    let clauses: BTreeSet<String> = pages()
        .iter()
        .filter(|page| versions.contains(&page.name.as_str()))
        .flat_map(|page| page.clauses().map(|(name, _)| name.split_once('-').unwrap().1.to_owned()).collect::<Vec<_>>())
        .collect();
    let of_the_whole: BTreeSet<&str> =
        code_spans(&of_the_whole.text).filter(|span| !span.contains([' ', '='])).collect();
    let mut of_lines = BTreeSet::new();
    for operation in operations {
        let block = code(page, operation);
        for (index, line) in block.text.lines().enumerate() {
            assert!(line.chars().count() <= 100, "{}: longer than 100", page.place(block.line + 1 + index));
            let Some((_, comment)) = line.split_once(" # ") else { continue };
            // A comment either explains in words or consists only of clause names.
            let names: Vec<&str> = comment.split(", ").collect();
            if names.iter().any(|name| clauses.contains(*name)) {
                of_lines.extend(names);
            } else {
                assert!(comment.contains(' '), "{}: {comment} is no clause", page.place(block.line + 1 + index));
            }
        }
    }
    let named: BTreeSet<String> = of_lines.union(&of_the_whole).map(|name| (*name).to_owned()).collect();
    assert_eq!(named, clauses);
    assert_eq!(of_lines.intersection(&of_the_whole).collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// The fields of an entry, in the order of the columns of the table: module, import name, export name, local name.
#[derive(Clone, Copy)]
struct Fields<'a>([&'a str; 4]);

/// Returns a record with two requests, `m` and the empty string, and the entry that a row of the table names.
fn record(row: &str, Fields([module, import_name, export_name, local_name]): Fields<'_>) -> Record {
    let mut record = Record::new(bmes::VersionFields::V3(bmes::Environment::new()));
    let request =
        |specifier: &str| ModuleRequest { specifier: specifier.to_owned(), attributes: Vec::<Attribute>::new() };
    record.requests = vec![request("m"), request("")];
    let import = |import_type| ImportEntry {
        import_type,
        module_request: module.to_owned(),
        import_name: import_name.to_owned(),
        local_name: local_name.to_owned(),
    };
    let export = |export_type| ExportEntry {
        export_type,
        export_name: export_name.to_owned(),
        module_name: module.to_owned(),
        import_name: import_name.to_owned(),
        local_name: local_name.to_owned(),
    };
    match row {
        "import Single" => record.imports.push(import(ImportType::Single)),
        "import SingleTypeScript" => record.imports.push(import(ImportType::SingleTypeScript)),
        "import Namespace" => record.imports.push(import(ImportType::Namespace)),
        "export Local" => record.exports.push(export(ExportType::Local)),
        "export Indirect" => record.exports.push(export(ExportType::Indirect)),
        "export Namespace" => record.exports.push(export(ExportType::Namespace)),
        "star export" => record.star_exports.push(module.to_owned()),
        other => panic!("no entry {other}"),
    }
    record
}

#[test]
fn the_table_of_fields_is_what_a_checker_does() {
    let page = page("implementing.md");
    let rows = page.table("| entry | `module_request` or `module_name` |");
    assert_eq!(rows.len(), 7);
    for row in &rows {
        let (entry, cells) = (row[0], &row[1..5]);
        let right = |cell: &str| match cell {
            "must name a request" => "m",
            "must not be empty" | "free" => "x",
            "must be empty" | "" => "",
            other => panic!("no rule {other}"),
        };
        let valid = Fields([right(cells[0]), right(cells[1]), right(cells[2]), right(cells[3])]);
        let class = |column: usize, value| {
            let mut fields = valid;
            fields.0[column] = value;
            bmes::check(&record(entry, fields)).err().map(|error| error.class())
        };
        for (column, cell) in cells.iter().enumerate() {
            let expected = match *cell {
                "must name a request" => [None, Some("unrequested-module")],
                "must not be empty" => [Some("missing-local-name"), None],
                "must be empty" => [None, Some("misplaced-field")],
                "free" => [None, None],
                _ => continue,
            };
            assert_eq!([class(column, ""), class(column, "other")], expected, "{entry}, column {column}");
        }
    }
}

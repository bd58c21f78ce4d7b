//! Draws the file layout of each version as an SVG picture, from the table of fields in the version's page (`spec/v1.md`).

use crate::run::{Failure, root};
use std::fmt::Write as _;

/// The header row of the table of fields in a version's page.
const TABLE: &str = "| section | field | kind | value | clauses |\n";

/// Writes the picture of each version into `spec/diagrams`.
pub(crate) fn write_all() -> Result<(), Failure> {
    for version in super::VERSIONS {
        let spec = root().join("spec");
        let page = super::read(&spec.join(format!("v{version}.md")))?;
        let sections = sections(&page).ok_or_else(|| {
            Failure::new(format!("spec/v{version}.md: the table of fields is missing, or a row is incomplete"))
        })?;
        let path = spec.join(format!("diagrams/v{version}.svg"));
        super::write(&path, &draw(*version, &sections))?;
    }
    Ok(())
}

/// A section of the file, or a part of a section that is repeated or optional.
struct Group {
    /// The name of the section. For a part, when it occurs, such as `each import: import_count times`.
    caption: String,
    is_optional: bool,
    items: Vec<Item>,
}

enum Item {
    Field(Field),
    Group(Group),
}

struct Field {
    name: String,
    kind: String,
    /// The anchor of the field's first clause, such as `v1-magic`.
    clause: String,
}

/// Returns the sections that the tables of a page describe, or `None` if the page has no valid table. In the first column,
/// "each …" begins a repeated part, and "only if it …" begins an optional part. Any other text begins a section, and an empty
/// cell continues the current section or part.
fn sections(page: &str) -> Option<Vec<Group>> {
    let tables: Vec<&str> = page.split(TABLE).skip(1).collect();
    if tables.is_empty() {
        return None;
    }
    let rows = tables.iter().flat_map(|table| table.lines().skip(1).take_while(|line| line.starts_with('|')));
    // The open groups, outermost first: a section, and the parts that are open in it, each inside the group before it.
    let mut open: Vec<Group> = Vec::new();
    let mut closed = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [label, name, kind, _, clauses] = cells.as_slice() else { return None };
        let last_field = || open.last().and_then(Group::last_field).unwrap_or_default().to_owned();
        if label.starts_with("each ") {
            let caption = format!("{label}: {} times", last_field());
            while open.len() > 1 && !open.last().is_some_and(|group| group.is_optional) {
                close(&mut open, &mut closed);
            }
            open.push(Group { caption, is_optional: false, items: Vec::new() });
        } else if let Some(condition) = label.strip_prefix("only if it ") {
            let caption = format!("only if {} {condition}", last_field());
            open.push(Group { caption, is_optional: true, items: Vec::new() });
        } else if !label.is_empty() {
            while !open.is_empty() {
                close(&mut open, &mut closed);
            }
            open.push(Group { caption: label.replace('`', ""), is_optional: false, items: Vec::new() });
        }
        let clause = clauses.split_once("](#").and_then(|(_, rest)| rest.split_once(')')).map(|(anchor, _)| anchor)?;
        let field = Field {
            name: name.trim_matches('`').to_owned(),
            kind: kind.trim_matches('`').to_owned(),
            clause: clause.to_owned(),
        };
        open.last_mut()?.items.push(Item::Field(field));
    }
    while !open.is_empty() {
        close(&mut open, &mut closed);
    }
    Some(closed)
}

/// Closes the innermost open group. A part becomes an item of the group around it. A section moves to `closed`.
fn close(open: &mut Vec<Group>, closed: &mut Vec<Group>) {
    if let Some(group) = open.pop() {
        match open.last_mut() {
            Some(around) => around.items.push(Item::Group(group)),
            None => closed.push(group),
        }
    }
}

impl Group {
    fn last_field(&self) -> Option<&str> {
        self.items.iter().rev().find_map(|item| match item {
            Item::Field(field) => Some(field.name.as_str()),
            Item::Group(_) => None,
        })
    }

    /// Returns how many levels of parts are nested in this group; 0 if it has only fields. The picture draws a frame around
    /// each part.
    fn depth(&self) -> usize {
        self.items.iter().map(Item::depth).max().unwrap_or(0)
    }

    fn width(&self) -> usize {
        let items: usize = self.items.iter().map(|item| item.width() + GAP).sum();
        (items + GAP).max(self.caption.len() * LETTER + 2 * GAP)
    }
}

impl Item {
    fn depth(&self) -> usize {
        match self {
            Self::Field(_) => 0,
            Self::Group(group) => group.depth() + 1,
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Field(field) => (field.name.len() * LETTER + 16).max(48),
            Self::Group(group) => group.width(),
        }
    }
}

// All lengths are in pixels.
/// The width of a letter, in a monospaced font of 11 or 12 pixels, rounded up.
const LETTER: usize = 7;
const GAP: usize = 8;
const BOX: usize = 28;
/// The height of a line of small text.
const LINE: usize = 16;

const STYLE: &str = "\
.layout{--ink:#1f2328;--frame:#8c959f;--number:#ddf4ff;--text:#dafbe1;--bytes:#fff8c5}
@media (prefers-color-scheme:dark){.layout{--ink:#e6edf3;--frame:#6e7681;--number:#12324f;--text:#133a21;--bytes:#3d3200}}
.layout text{font-family:ui-monospace,Consolas,Menlo,monospace;font-size:12px;fill:var(--ink)}
.layout .small{font-size:11px}
.layout .name{font-weight:bold}
.layout rect{stroke:var(--frame);fill:none}
.layout .u32,.layout .crc,.layout .digest{fill:var(--number)}
.layout .string{fill:var(--text)}
.layout .bytes{fill:var(--bytes)}
.layout a:hover text,.layout a:focus text{text-decoration:underline}";

/// Returns the SVG picture of a version's files, with the sections one below the other.
fn draw(version: u32, sections: &[Group]) -> String {
    let mut body = String::new();
    let mut y = 0;
    // The offset of the next field in the file; `None` once the offset differs between files.
    let mut offset = Some(0);
    for section in sections {
        let top = y + LINE + LINE * section.depth().max(1);
        text(&mut body, "name", 0, y + 12, &section.caption);
        items(&mut body, &section.items, 0, top, &mut offset);
        // Columns follow the counts of version 4. A column has as many values as its list has entries.
        offset = offset.filter(|_| section.caption != "counts");
        y = top + BOX + LINE + 6 * section.depth() + 10;
    }
    let legend = [
        ("u32", "4 bytes: a number"),
        ("crc", "4 bytes: a checksum"),
        ("digest", "32 bytes: a digest"),
        ("string", "4 + n bytes: a length n, then n bytes of UTF-8"),
        ("bytes", "bytes"),
    ];
    let has_kind = |kind: &str| body.contains(&format!("class=\"{kind}\""));
    let legend: Vec<_> = legend.into_iter().filter(|(kind, _)| has_kind(kind)).collect();
    let mut x = 0;
    for (class, words) in legend {
        let _ = writeln!(body, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\"/>");
        text(&mut body, "small", x + 20, y + 11, words);
        x += 20 + words.len() * LETTER + 3 * GAP;
    }
    let width = sections.iter().map(Group::width).max().unwrap_or(0).max(x);
    let height = y + LINE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"layout\" viewBox=\"-1 0 {} {height}\" width=\"{}\" height=\"{height}\">\n\
         <title>The bytes of a file of version {version}</title>\n<style>\n{STYLE}\n</style>\n{body}</svg>\n",
        width + 2,
        width + 2
    )
}

/// Draws items from left to right, beginning at `x`. `y` is the upper side of the boxes. `offset` is the file offset of the
/// next field, if it is the same in all files.
fn items(body: &mut String, items: &[Item], mut x: usize, y: usize, offset: &mut Option<usize>) {
    for item in items {
        match item {
            Item::Field(field) => draw_field(body, field, (x, y, item.width()), offset),
            Item::Group(group) => {
                *offset = None;
                let above = LINE * (group.depth() + 1);
                let below = LINE + 6 * group.depth() + 4;
                let _ = writeln!(
                    body,
                    "<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" stroke-dasharray=\"{}\"/>",
                    y - above,
                    group.width(),
                    above + BOX + below,
                    if group.is_optional { "2 3" } else { "none" },
                );
                text(body, "small", x + GAP, y - above + 12, &group.caption);
                self::items(body, &group.items, x + GAP, y, offset);
            }
        }
        x += item.width() + GAP;
    }
}

/// Draws a field: a box with its name, and below the box its size. If the field has the same `offset` in all files, the offset
/// is above the box. Then advances `offset` to the next field.
fn draw_field(body: &mut String, field: &Field, (x, y, width): (usize, usize, usize), offset: &mut Option<usize>) {
    let (kind, name) = (&field.kind, &field.name);
    if let Some(at) = offset {
        text(body, "small", x, y - 4, &format!("at {at}"));
    }
    let _ = writeln!(
        body,
        "<a href=\"#{}\"><rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BOX}\" rx=\"2\"/>\
         <text x=\"{}\" y=\"{}\">{name}</text></a>",
        field.clause,
        x + 8,
        y + 18,
    );
    let size = match kind.as_str() {
        "u32" | "crc" => "4",
        "digest" => "32",
        "string" => "4 + n",
        _ => "n",
    };
    text(body, "small", x + 2, y + BOX + 12, size);
    *offset = offset.zip(size.parse::<usize>().ok()).map(|(at, size)| at + size);
}

fn text(body: &mut String, class: &str, x: usize, y: usize, words: &str) {
    let _ = writeln!(body, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>");
}

#[cfg(test)]
mod tests {
    use super::{Item, draw, sections};

    const PAGE: &str = "Text.\n\n| section | field | kind | value | clauses |\n|---|---|---|---|---|\n\
        | header | `magic` | `u32` | | [magic](#v9-magic) |\n\
        | requests | `count` | `u32` | | [count](#v9-count), [x](#v9-x) |\n\
        | each request | `flag` | `u32` | | [flag](#v9-flag) |\n\
        | only if it is 1 | `more` | `u32` | | [more](#v9-more) |\n\
        | each attribute | `key` | `string` | | [key](#v9-key) |\n\
        | bytecode | `bytecode` | bytes | | [end](#v9-end) |\n\nMore text.\n";

    #[test]
    fn parts_are_in_the_section_that_they_follow() {
        let sections = sections(PAGE).unwrap();
        let captions: Vec<&str> = sections.iter().map(|section| section.caption.as_str()).collect();
        assert_eq!(captions, ["header", "requests", "bytecode"]);
        let inner = |item: &Item| match item {
            Item::Group(group) => (group.caption.clone(), group.items.len()),
            Item::Field(field) => (field.name.clone(), 0),
        };
        let requests = &sections[1];
        let found: Vec<_> = requests.items.iter().map(inner).collect();
        assert_eq!(found, [("count".to_owned(), 0), ("each request: count times".to_owned(), 2)]);
        assert_eq!(requests.depth(), 3);
    }

    #[test]
    fn each_box_is_a_link_to_the_first_clause_of_its_field() {
        let picture = draw(9, &sections(PAGE).unwrap());
        assert_eq!(picture.matches("<a href=\"#v9-").count(), 6);
        assert!(picture.contains("<a href=\"#v9-count\">") && !picture.contains("v9-x"), "{picture}");
    }

    #[test]
    fn an_offset_is_shown_while_it_is_the_same_in_all_files() {
        let picture = draw(9, &sections(PAGE).unwrap());
        assert!(picture.contains(">at 0<") && picture.contains(">at 4<") && !picture.contains(">at 8<"));
    }
}

//! Builds the site of the specification from the pages in `spec/`, with mdBook.
//!
//! Each clause becomes a heading, so that the search lists it by its name. The pictures of the file layout become part of the
//! HTML, so that their boxes are links. For each pair of versions 1 to 3, a page shows the two versions side by side.

mod compare;
pub(crate) mod diagram;
mod page;

use crate::run::{Failure, Outcome, Report, Step, files, root, target_dir};
use crate::tools::Tool;
use std::fs;
use std::path::{Path, PathBuf};

/// The release of mdBook that `spec/book.toml` is written for.
const MDBOOK: Tool = Tool {
    name: "mdbook",
    asks_version: &["--version"],
    series: "mdbook v0.5.",
    version: "0.5.4",
    features: "--no-default-features --features search",
};

/// The format versions that have a page in `spec/` (`v1.md`), oldest first.
pub(crate) const VERSIONS: &[u32] = &[1, 2, 3, 4];

/// The versions that have one layout. The site compares only these with each other: version 4 has another layout, and section
/// 13 of its page states the differences.
const COMPARED: &[u32] = &[1, 2, 3];

/// Builds the site of the specification, and prints the path of its first page.
pub(crate) fn book() -> Report {
    let book = build()?;
    println!("{}", book.join("index.html").display());
    Ok(Outcome::Ran)
}

/// Builds the site in `target/book`, and returns that folder.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let target = target_dir()?;
    let mdbook = MDBOOK.find()?;
    let render = |pages: &str, book: &Path, is_shown: &dyn Fn(&str) -> bool| {
        let source = target.join(pages);
        write_source(&source, is_shown)?;
        Step::new(&mdbook).args(["build"]).arg(&source).arg("--dest-dir").arg(book).run()
    };
    let book = target.join("book");
    render("site/pages", &book, &|_| true)?;
    // A second site is built without the bytes of examples and the words of pictures. The first site gets its search index, so
    // that searches do not find these.
    let searched = target.join("site/searched");
    render("site/words", &searched, &|block| {
        !block.starts_with("```hex") && !block.starts_with("<div class=\"diagram\">")
    })?;
    replace_index(&book, &searched)?;
    remove_comparisons(&book.join("print.html"))?;
    Ok(book)
}

/// Writes the Markdown that mdBook renders into `folder`: the pages of `spec/` with only the blocks for which `is_shown`
/// returns true, the pages that compare two versions, and copies of all other files.
fn write_source(folder: &Path, is_shown: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
    let spec = root().join("spec");
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    }
    let mut summary = String::new();
    let paths = files()?.into_iter().filter_map(|path| path.strip_prefix("spec/").map(PathBuf::from));
    // A file that was deleted and not yet committed is skipped.
    for name in paths.filter(|name| spec.join(name).exists()) {
        let (path, to) = (spec.join(&name), folder.join(&name));
        if name.extension().is_none_or(|extension| extension != "md") {
            create_parent(&to)?;
            fs::copy(&path, &to).map_err(|error| Failure::at(&path, &error))?;
        } else if name == Path::new("SUMMARY.md") {
            summary = read(&path)?;
        } else {
            let text = read(&path)?;
            write(&to, &page::for_site(&text, &pictures(&text)?, is_shown))?;
        }
    }
    let pages: Vec<(u32, String)> = COMPARED
        .iter()
        .map(|version| Ok((*version, read(&spec.join(format!("v{version}.md")))?)))
        .collect::<Result<_, Failure>>()?;
    for (name, text) in compare::pages(&pages) {
        write(&folder.join(name), &text)?;
    }
    summary += &compare::summary(COMPARED);
    write(&folder.join("SUMMARY.md"), &summary)
}

/// Returns the pictures that a page shows, each as its path from `spec/` and its HTML.
fn pictures(page: &str) -> Result<Vec<(String, String)>, Failure> {
    let paths = page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(path, _)| path);
    let paths = paths.filter(|path| path.starts_with("diagrams/"));
    let picture = |path: &str| {
        let version = path.trim_start_matches("diagrams/").trim_end_matches(".svg");
        let text = read(&root().join("spec").join(path))?;
        // Links in the picture lead to clauses. The page of the picture's version has these clauses.
        let text = text.replace("<a href=\"#", &format!("<a href=\"{version}.html#"));
        Ok((path.to_owned(), format!("<div class=\"diagram\">\n{}\n</div>", text.trim_end())))
    };
    paths.map(picture).collect()
}

/// Replaces the search index of the site in `book` by the search index of the site in `other`. Both sites must have the same
/// pages and headings.
fn replace_index(book: &Path, other: &Path) -> Result<(), Failure> {
    let index = |folder: &Path| {
        let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))?;
        let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let mut indices = paths.filter(|path| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("searchindex"))
        });
        match (indices.next(), indices.next()) {
            (Some(index), None) => Ok(index),
            _ => Err(Failure::new(format!("{}: there must be exactly one file called searchindex…", folder.display()))),
        }
    };
    let (to, from) = (index(book)?, index(other)?);
    fs::copy(&from, &to).map(|_| ()).map_err(|error| Failure::at(&from, &error))
}

/// Removes the comparisons of versions from `print.html`, the page that contains all other pages: they repeat its text.
fn remove_comparisons(print: &Path) -> Result<(), Failure> {
    let text = read(print)?;
    let mut parts = text.split(compare::BEGIN);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, after) = part.split_once(compare::END).ok_or_else(|| {
            Failure::new(format!("{}: a comparison of versions has no mark at its end", print.display()))
        })?;
        kept += after;
    }
    write(print, &kept)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::at(path, &error))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    create_parent(path)?;
    fs::write(path, text).map_err(|error| Failure::at(path, &error))
}

fn create_parent(path: &Path) -> Result<(), Failure> {
    path.parent().map_or(Ok(()), |parent| fs::create_dir_all(parent).map_err(|error| Failure::at(parent, &error)))
}

//! Link errors of a program, with their places in the sources.

use std::io::Write as _;
use std::path::Path;

use bmes_analyzer::{Excerpt, Position};
use bmes_pack::build::places;
use bmes_pack::link::{Entry, LinkError, Reason};
use bmes_pack::{Index, locate};
use serde::Serialize;

use super::shown;
use crate::style::ERROR;
use crate::text::{path, printable};

/// A link error with its message and its place.
#[derive(Serialize)]
pub(super) struct BrokenLink<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    /// `request`, `import` or `export`.
    entry: &'static str,
    /// The local name of an import, or the name that is exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_name: Option<&'a str>,
    name: &'a str,
    specifier: &'a str,
    /// `no-module`, `no-json-type`, `missing`, `ambiguous` or `circular`.
    reason: &'static str,
    /// The URLs of the modules that the reason is about.
    modules: Vec<&'a str>,
    message: String,
    #[serde(skip)]
    frame: String,
}

/// Finds the places of all link errors. Returns the errors of each module in the order of its source.
pub(super) fn broken_links<'a>(errors: &'a [LinkError], index: &'a Index, root: &Path) -> Vec<BrokenLink<'a>> {
    let mut broken = Vec::new();
    for errors in errors.chunk_by(|one, next| one.module == next.module) {
        let module = errors.first().and_then(|error| index.modules.get(error.module));
        let file = module.and_then(|module| locate(root, &module.url)).unwrap_or_default();
        let source = std::fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&source);
        let offsets = places(&text, &file, &errors.iter().collect::<Vec<_>>());
        let mut placed: Vec<_> = offsets.into_iter().zip(errors).collect();
        placed.sort_by_key(|(offset, _)| *offset);
        broken.extend(placed.into_iter().map(|(offset, error)| BrokenLink::new(error, index, &file, &text, offset)));
    }
    broken
}

impl<'a> BrokenLink<'a> {
    fn new(error: &'a LinkError, index: &'a Index, file: &Path, text: &str, offset: Option<usize>) -> Self {
        let url = |module: usize| index.modules.get(module).map_or("", |module| &module.url);
        let place = offset.map(|offset| {
            let position = Position::at(text, offset);
            (position, Excerpt::at(text, offset).frame(position.line))
        });
        let (position, frame) = place.unzip();
        let LinkError { name, specifier, .. } = error;
        let (reason, modules, message) = match error.reason {
            Reason::Missing { module } => {
                let message = format!("'{name}' is not exported by '{specifier}' (looked in {})", url(module));
                ("missing", vec![url(module)], message)
            }
            Reason::Ambiguous { modules: [one, other] } => {
                let [one, other] = [url(one), url(other)];
                let message = format!("'{name}' is ambiguous in '{specifier}': {one} and {other} both export it");
                ("ambiguous", vec![one, other], message)
            }
            Reason::Circular { module } => {
                let message = format!("'{name}' from '{specifier}' leads back to itself in {}", url(module));
                ("circular", vec![url(module)], message)
            }
            Reason::NoJsonType { module } => {
                let message = format!("'{specifier}' is JSON: add the attribute `with {{ type: \"json\" }}`");
                ("no-json-type", vec![url(module)], message)
            }
            // `Reason::NoModule`, and reasons that a later version of the crate may add.
            _ => ("no-module", Vec::new(), format!("'{specifier}' resolves to nothing")),
        };
        let (entry, entry_name) = match &error.entry {
            Entry::Request => ("request", None),
            Entry::Import(local) => ("import", Some(local.as_str())),
            Entry::Export(exported) => ("export", Some(exported.as_str())),
        };
        Self {
            file: shown(file).to_string_lossy().into_owned(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            entry,
            entry_name,
            name,
            specifier,
            reason,
            modules,
            message,
            frame: frame.unwrap_or_default(),
        }
    }

    /// Prints the error to standard error, with its code frame.
    pub(super) fn print(&self) {
        let file = path(Path::new(&self.file));
        let place = self.line.zip(self.column).map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        // If printing fails, only the exit status reports the error.
        let _ = writeln!(anstream::stderr(), "{ERROR}error:{ERROR:#} {file}{place}: {}", printable(&self.message));
        print_lines(&self.frame);
    }
}

/// Prints the lines of a code frame to standard error.
pub(super) fn print_lines(frame: &str) {
    for line in frame.lines() {
        let _ = writeln!(anstream::stderr(), "{}", printable(line));
    }
}

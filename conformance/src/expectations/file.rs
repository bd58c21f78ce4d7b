//! The file of expected failures in TOML, with one table for each reason.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::{Entry, Expectations};
use crate::corpus::Corpus;
use crate::plan::Work;
use crate::select::Filter;

const HEADING: &str = "\
# Known failures, for `bmes-conformance --xfail`: which cases fail, how, why, and the link to the issue.
# `ids` are ids of cases, or patterns. `--bless` writes this file: it keeps the reasons and the links, not the comments.
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expected: Vec<Spanned<Entry>>,
}

/// The requirements on a file of expected failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// The file must exist, and every entry needs a reason and a link.
    Run,
    /// `--bless` will rewrite the file. The file need not exist, and entries may have no reason and no link.
    Bless,
}

impl Expectations {
    /// Reads the expected failures in the file at `path`, which are about cases of `corpus`. The error is one line.
    pub fn read(path: &Path, corpus: &Corpus, strictness: Strictness) -> Result<Self, String> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && strictness == Strictness::Bless => String::new(),
            Err(error) => return Err(format!("cannot read the expected failures: {}: {error}", path.display())),
        };
        Self::parse(&text, corpus, strictness).map_err(|(line, why)| format!("{}:{line}: {why}", path.display()))
    }

    /// Parses the text of such a file. The error is the number of the wrong line and a message.
    fn parse(text: &str, corpus: &Corpus, strictness: Strictness) -> Result<Self, (usize, String)> {
        let line = |offset: usize| text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1);
        let file: File = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            (line(offset), error.message().lines().collect::<Vec<_>>().join(" "))
        })?;
        let mut expectations = Self::default();
        for entry in file.expected {
            let at = line(entry.span().start);
            expectations.add(entry.into_inner(), corpus, strictness).map_err(|why| (at, why))?;
        }
        Ok(expectations)
    }

    fn add(&mut self, entry: Entry, corpus: &Corpus, strictness: Strictness) -> Result<(), String> {
        complete(&entry, strictness)?;
        let place = self.entries.len();
        for id in &entry.ids {
            if id.contains(['*', '?', '[', '{']) {
                let pattern = Filter::parse(id).map_err(|why| format!("`{id}` is not a pattern: {why}"))?;
                if self.patterns.iter().any(|(other, _)| other.pattern() == id) {
                    return Err(format!("`{id}` occurs twice"));
                }
                // The options of a run determine which cases it derives. So for the id of a derived case, only its file
                // case must exist.
                let base = id.split_once('#').map_or(id.as_str(), |(base, _)| base);
                let files = Filter::parse(base).map_err(|why| format!("`{base}` is not a pattern: {why}"))?;
                if !corpus.cases().iter().any(|case| files.matches(&case.case.id)) {
                    return Err(format!("`{id}` matches no case of this corpus"));
                }
                self.patterns.push((pattern, place));
            } else {
                Work::find(corpus, id)?;
                if self.exact.insert(id.clone(), place).is_some() {
                    return Err(format!("`{id}` occurs twice"));
                }
            }
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Returns the expectations in the form of the `--xfail` file.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let mut file = HEADING.to_owned();
        for Entry { reason, link, fails, ids } in &self.entries {
            let fails: Vec<_> = fails.iter().map(|(operation, status)| format!("{operation} = \"{status}\"")).collect();
            let _ = write!(file, "\n[[expected]]\nreason = {}\nlink = {}\n", quoted(reason), quoted(link));
            let _ = write!(file, "fails = {{ {} }}\nids = [\n", fails.join(", "));
            for id in ids {
                let _ = writeln!(file, "    {},", quoted(id));
            }
            file.push_str("]\n");
        }
        file
    }

    /// Creates expectations that can only be written to a file: the indexes of their ids and patterns stay empty.
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        Self { entries, exact: HashMap::new(), patterns: Vec::new() }
    }
}

fn complete(entry: &Entry, strictness: Strictness) -> Result<(), String> {
    if entry.ids.is_empty() {
        return Err("`ids` is empty: list the ids of the cases that fail".into());
    }
    if entry.fails.is_empty() {
        return Err(
            "`fails` must have the status of each operation that fails, such as { decode = \"wrong-answer\" }".into()
        );
    }
    if let Some((operation, status)) = entry.fails.iter().find(|(_, status)| !status.is_failure()) {
        return Err(format!("`fails` says that {operation} is `{status}`, which is not a failure"));
    }
    if strictness == Strictness::Bless {
        return Ok(());
    }
    if entry.reason.trim().is_empty() {
        return Err("`reason` is empty: say in a sentence why these cases fail".into());
    }
    let link = &entry.link;
    if !(link.starts_with("https://") || link.starts_with("http://")) || link.contains(char::is_whitespace) {
        return Err("`link` must be the URL of the issue, with http:// or https://".into());
    }
    Ok(())
}

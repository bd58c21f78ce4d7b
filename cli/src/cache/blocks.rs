//! Prints the result of `cache explain`: the verdict, and a block of lines for each key that was looked up and for each
//! file that was found instead.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write as _};

use bmes::{Digest, Quoted};
use bmes_store::{Difference, Producer};
use serde::Serialize;

use super::explain::{Found, Lookup, Question};
use super::verdict::Verdict;
use super::{Cache, ago, seconds};
use crate::failure::{Result, Status, after_printing};
use crate::json::Object;
use crate::output::Out;
use crate::style::{ERROR, FAINT, OK, STRONG};
use crate::text::{count, printable};
use crate::value::MOST;

/// The maximum number of found files that are shown as text.
const SHOWN: usize = 8;

/// Prints the result. The status is 0 for a hit, and 1 for a miss.
pub(super) fn print(
    cache: &Cache,
    question: &Question,
    verdict: &Verdict,
    lookups: &[Lookup],
    found: &[Found],
    json: bool,
) -> Result<Status> {
    let blocks = lookups.iter().map(Block::looked_up).chain(found.iter().map(Block::found));
    let mut blocks: Vec<_> = blocks.collect();
    let mut pairs = BTreeMap::new();
    for block in &blocks {
        pairs.entry(block.producer).or_insert_with(|| cache.store.producer(&block.producer));
    }
    for block in &mut blocks {
        block.add_pairs(question, pairs.get(&block.producer).and_then(Option::as_ref));
    }
    let mut out = if json { Out::plain() } else { Out::styled() };
    let printed = if json {
        let (lookups, found) = blocks.split_at(lookups.len());
        let tip = verdict.tip(cache.location());
        out.write_all(&Object::answer(Some(&question.file), Answer::new(question, verdict, tip, lookups, found)).line())
    } else {
        write(&mut out, question, verdict, &blocks, lookups.len())
    };
    let status = if verdict.is_hit() { Status::Ok } else { Status::Invalid };
    let status = after_printing(printed.and_then(|()| out.flush()), status)?;
    if let Some(tip) = verdict.tip(cache.location()).filter(|_| !json) {
        // If the tip cannot be printed, the verdict already contains the most important information.
        let _ = writeln!(anstream::stderr(), "  {STRONG}tip:{STRONG:#} {}", printable(&tip));
    }
    Ok(status)
}

/// The JSON of the command.
#[derive(Serialize)]
struct Answer<'a> {
    hit: bool,
    verdict: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<String>,
    source: Digest,
    urls: &'a [String],
    lookups: &'a [Block<'a>],
    found: &'a [Block<'a>],
}

impl<'a> Answer<'a> {
    fn new(
        question: &'a Question,
        verdict: &Verdict,
        tip: Option<String>,
        lookups: &'a [Block<'a>],
        found: &'a [Block<'a>],
    ) -> Self {
        Self {
            hit: verdict.is_hit(),
            verdict: verdict.name(),
            message: verdict.message(),
            tip,
            source: question.source.sha256,
            urls: &question.urls,
            lookups,
            found,
        }
    }
}

/// A key that was looked up, or a file that was found.
#[derive(Serialize)]
struct Block<'a> {
    key: Digest,
    /// `None` for a URL that is not known. An empty text is no URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    producer: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs: Option<BTreeMap<&'a str, &'a str>>,
    #[serde(flatten)]
    file: Option<File>,
    verdict: &'static str,
    message: String,
    /// The pairs of the wanted producer that differ. `None` if it is the same producer, or if pairs are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<Difference<'a>>>,
}

/// What the header and the system say of a file.
#[derive(Serialize)]
struct File {
    source: Digest,
    size: u64,
    used: u64,
    #[serde(skip)]
    ago: String,
}

impl<'a> Block<'a> {
    fn looked_up(lookup: &'a Lookup) -> Self {
        let Lookup { key, url, producer, verdict } = lookup;
        let block = Self::new(key.0, Some(url), *producer, verdict, None);
        match verdict {
            // The message of the verdict is about all keys.
            Verdict::Absent => Self { message: "the cache has no file with this key".into(), ..block },
            _ => block,
        }
    }

    fn found(found: &'a Found) -> Self {
        let Found { key, url, producer, source, len, used, verdict } = found;
        let file = File { source: *source, size: *len, used: seconds(*used), ago: ago(*used) };
        Self::new(key.0, url.as_deref(), *producer, verdict, Some(file))
    }

    fn new(key: Digest, url: Option<&'a str>, producer: Digest, verdict: &Verdict, file: Option<File>) -> Self {
        let (verdict, message) = (verdict.name(), verdict.message());
        Self { key, url, producer, pairs: None, file, verdict, message, differences: None }
    }

    /// Adds the pairs of the producer, and how they differ from those of the question.
    fn add_pairs(&mut self, question: &'a Question, stored: Option<&'a Producer>) {
        let is_other = question.producer.is_some_and(|wanted| wanted != self.producer);
        let own = question.pairs.as_ref().filter(|_| question.producer == Some(self.producer));
        if is_other {
            self.differences = question.pairs.as_ref().zip(stored).map(|(wanted, other)| wanted.differences(other));
        }
        self.pairs = own.or(stored).map(|pairs| pairs.pairs().collect());
    }

    /// Returns the lines of the block, each as its label and its text.
    fn lines(&self, question: &Question) -> Vec<(&'static str, String)> {
        let url = self.url.map_or("another".into(), url_in_words);
        let mut lines = vec![("key", self.key.to_string()), ("url", url.into_owned()), ("producer", self.producer())];
        if let Some(file) = &self.file {
            if file.source != question.source.sha256 {
                lines.push(("source", file.source.to_string()));
            }
            lines.push(("used", file.ago.clone()));
        }
        let is_other = question.producer.is_some_and(|wanted| wanted != self.producer);
        match &self.differences {
            Some(differences) => lines.extend(differences.iter().map(|difference| ("differs", in_words(difference)))),
            None if is_other && self.pairs.is_none() => {
                lines.push(("differs", "not known: the cache does not have the pairs of this producer".into()));
            }
            None if is_other => {
                lines.push(("differs", "not known: pass the pairs of the producer as a JSON file".into()));
            }
            None => {}
        }
        lines
    }

    /// Returns the producer with its engine and version, if they are known.
    fn producer(&self) -> String {
        let pairs = self.pairs.iter();
        let main: Vec<_> =
            pairs.flat_map(|pairs| ["engine", "version"].map(|name| pairs.get(name))).flatten().collect();
        match main.as_slice() {
            [] => self.producer.to_string(),
            main => {
                let main: Vec<_> = main.iter().map(|value| printable(value)).collect();
                format!("{} ({})", self.producer, main.join(" "))
            }
        }
    }
}

fn url_in_words(url: &str) -> Cow<'_, str> {
    if url.is_empty() { "none".into() } else { printable(url) }
}

fn in_words(difference: &Difference<'_>) -> String {
    let value =
        |value: Option<&str>| value.map_or("absent".to_owned(), |text| Quoted { text, most: Some(MOST) }.to_string());
    let (this, other) = (value(difference.this), value(difference.other));
    format!("{} is {this} here, {other} in the cache", printable(difference.name))
}

/// Writes the text for people. The first blocks are those of the `lookups`.
fn write(
    out: &mut Out,
    question: &Question,
    verdict: &Verdict,
    blocks: &[Block<'_>],
    lookups: usize,
) -> io::Result<()> {
    let (style, word) = if verdict.is_hit() { (OK, "hit") } else { (ERROR, "miss") };
    let message = verdict.message();
    writeln!(out, "{style}{word}{style:#}: {}: {}", question.file, printable(&message))?;
    if blocks.is_empty() {
        let urls: Vec<_> = question.urls.iter().map(|url| url_in_words(url)).collect();
        writeln!(out, "\n{STRONG}searched{STRONG:#}\n  {FAINT}{:<10}{FAINT:#}{}", "url", urls.join(", or "))?;
        writeln!(out, "  {FAINT}{:<10}{FAINT:#}{}", "source", question.source.sha256)?;
    }
    for (index, block) in blocks.iter().take(lookups + SHOWN).enumerate() {
        let what = if index < lookups { "looked up" } else { "found" };
        let message = if block.message == message { String::new() } else { format!(": {}", printable(&block.message)) };
        writeln!(out, "\n{STRONG}{what}{STRONG:#}{message}")?;
        for (label, line) in block.lines(question) {
            writeln!(out, "  {FAINT}{label:<10}{FAINT:#}{line}")?;
        }
    }
    match blocks.len().saturating_sub(lookups + SHOWN) {
        0 => Ok(()),
        left_out => writeln!(out, "\n{} not shown; --json shows all", count(left_out, "found file")),
    }
}

//! The error map of `--error-map`. It maps each error name of an implementation to an error class of the specification.
//!
//! [`ErrorMap::read`] reads the file. [`Command::with_error_map`](crate::testee::Command::with_error_map) applies the
//! map to a testee's answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use toml::Spanned;

use crate::protocol::Refusal;
use crate::text::nearest;

/// Error names of an implementation, each with its class.
#[derive(Debug, Default)]
pub struct ErrorMap {
    names: BTreeMap<String, Name>,
}

#[derive(Debug)]
struct Name {
    class: String,
    /// True if an answer contained this name.
    is_seen: AtomicBool,
}

impl ErrorMap {
    /// Reads the TOML file at `path`. The error is one line.
    pub fn read(path: &Path) -> Result<Self, String> {
        let place = path.display();
        let text = fs::read_to_string(path).map_err(|error| format!("cannot read the error map: {place}: {error}"))?;
        Self::parse(&text).map_err(|(line, why)| format!("{place}:{line}: {why}"))
    }

    /// Parses the text of such a file. The error is the number of the wrong line and a message.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let line = |offset: usize| text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1);
        let read: BTreeMap<String, Spanned<toml::Value>> = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            (line(offset), error.message().lines().collect::<Vec<_>>().join(" "))
        })?;
        let mut names = BTreeMap::new();
        for (name, class) in read {
            let at = line(class.span().start);
            let toml::Value::String(class) = class.into_inner() else {
                let why = format!("expected {name:?} = \"CLASS\"; a name with a dot needs quotation marks");
                return Err((at, why));
            };
            if name.is_empty() {
                return Err((at, "a name is empty".into()));
            }
            if !classes().contains(&class.as_str()) {
                return Err((at, unknown(&class)));
            }
            names.insert(name, Name { class, is_seen: AtomicBool::new(false) });
        }
        Ok(Self { names })
    }

    /// If the class of `refusal` is a name of this map, replaces the name by its class. Also puts the name at the
    /// beginning of the refusal's message, so that reports show it.
    pub fn apply(&self, refusal: &mut Refusal) {
        let Some(Name { class, is_seen }) = self.names.get(&refusal.class) else { return };
        is_seen.store(true, Ordering::Relaxed);
        let own = std::mem::replace(&mut refusal.class, class.clone());
        refusal.message = Some(match refusal.message.take() {
            Some(message) => format!("{own}: {message}"),
            None => own,
        });
    }

    /// Returns the names that have occurred in no answer so far.
    pub fn unseen(&self) -> Vec<&str> {
        let unseen = self.names.iter().filter(|(_, name)| !name.is_seen.load(Ordering::Relaxed));
        unseen.map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the class of each name.
    pub fn to_classes(&self) -> BTreeMap<String, String> {
        self.names.iter().map(|(name, Name { class, .. })| (name.clone(), class.clone())).collect()
    }
}

/// Returns the error classes of the specification: each has a heading in `spec/errors.md`.
fn classes() -> &'static [&'static str] {
    static CLASSES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let lines = include_str!("../spec/errors.md").lines();
        lines.filter_map(|line| line.strip_prefix("#### `")?.strip_suffix('`')).collect()
    });
    &CLASSES
}

fn unknown(class: &str) -> String {
    let tip = match nearest(&class.to_lowercase(), classes().iter().copied()) {
        Some(nearest) => format!("did you mean \"{nearest}\"?"),
        None => format!("the classes are {}", classes().join(", ")),
    };
    format!("{class:?} is not an error class of the specification; {tip}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(class: &str, message: Option<&str>) -> Refusal {
        Refusal { class: class.into(), offset: None, message: message.map(Into::into) }
    }

    #[test]
    fn a_name_becomes_its_class_and_stays_in_the_message() {
        let map = ErrorMap::parse("EOF = \"truncated\"\n\"bad type\" = \"bad-type\"\n").unwrap();
        let (mut mapped, mut other) = (refused("EOF", Some("at 3")), refused("bad-flag", None));
        map.apply(&mut mapped);
        map.apply(&mut other);
        assert_eq!(mapped, refused("truncated", Some("EOF: at 3")));
        assert_eq!(other, refused("bad-flag", None));
        assert_eq!(map.unseen(), ["bad type"]);
    }

    #[test]
    fn every_class_of_the_codec_is_known() {
        for class in bmes::Rule::ALL.iter().map(|rule| rule.class()).chain(["truncated", "trailing-bytes"]) {
            assert!(classes().contains(&class), "{class}");
        }
        assert_eq!(classes().len(), 30);
    }

    #[test]
    fn a_map_that_cannot_be_used_is_an_error_with_its_line() {
        let why = |text: &str| ErrorMap::parse(text).unwrap_err();
        assert_eq!(
            why("A = \"truncated\"\nB = \"BadType\"\n"),
            (2, "\"BadType\" is not an error class of the specification; did you mean \"bad-type\"?".into())
        );
        assert_eq!(
            why("io.Eof = \"truncated\"\n"),
            (1, "expected \"io\" = \"CLASS\"; a name with a dot needs quotation marks".into())
        );
        assert_eq!(why("A = \"truncated\"\nA = \"bad-flag\"\n").0, 2);
        assert!(why("A = \"oops\"").1.contains("the classes are truncated, bad-magic, "));
    }
}

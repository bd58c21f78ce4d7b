//! `producer`: computes the digest of a producer from a JSON file of its pairs. The option `--producer` of other commands
//! takes such a file, too.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;

use bmes::{Digest, Quoted};
use bmes_store::Producer as Pairs;
use serde::Serialize;

use crate::args;
use crate::failure::{Failure, Result, Status, after_printing};
use crate::input::{Entries, Source};
use crate::json::Object;
use crate::output::Out;
use crate::value::MOST;

/// An example of the expected JSON, which error messages show.
const SHAPE: &str = "{\"engine\": \"quickjs-ng\", \"version\": \"0.11.0\"}";

/// Runs `bmes producer`: prints the digest of a producer.
pub(crate) fn producer(arguments: &args::Producer, json: bool) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer {
        producer: Digest,
    }
    let pairs = Source::from(arguments.pairs.as_path());
    let (producer, _) = read(&pairs)?;
    let mut out = Out::plain();
    let printed = if json {
        out.write_all(&Object::answer(Some(&pairs), Answer { producer }).line())
    } else {
        writeln!(out, "{producer}")
    };
    after_printing(printed.and_then(|()| out.flush()), Status::Ok)
}

/// The value of `--producer`.
pub(crate) enum Producer {
    Digest(Digest),
    Pairs(Source),
}

impl From<&Path> for Producer {
    fn from(path: &Path) -> Self {
        match path.to_str().map(str::parse) {
            Some(Ok(digest)) => Self::Digest(digest),
            _ => Self::Pairs(path.into()),
        }
    }
}

impl Producer {
    /// Returns the file of the pairs, if the value is not a digest.
    pub(crate) const fn file(&self) -> Option<&Source> {
        match self {
            Self::Digest(_) => None,
            Self::Pairs(source) => Some(source),
        }
    }

    pub(crate) fn digest(&self) -> Result<Digest> {
        self.read().map(|(digest, _)| digest)
    }

    /// Returns the digest and, if the value is not a digest, the pairs.
    pub(crate) fn read(&self) -> Result<(Digest, Option<Pairs>)> {
        match self {
            Self::Digest(digest) => Ok((*digest, None)),
            Self::Pairs(source) => read(source).map(|(digest, pairs)| (digest, Some(pairs))).map_err(|failure| {
                let is_meant_as_digest = source.name().bytes().all(|byte| byte.is_ascii_hexdigit());
                match failure.error().class() {
                    "unread" if is_meant_as_digest => failure.tip("a digest has 64 lowercase hexadecimal digits"),
                    _ => failure,
                }
            }),
        }
    }
}

/// Reads the pairs in a JSON file, and computes their digest.
fn read(source: &Source) -> Result<(Digest, Pairs)> {
    let Entries(pairs): Entries<String> = source.read_json(SHAPE)?;
    let mut names = HashSet::new();
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !names.insert(name)) {
        let name = Quoted { text: name, most: Some(MOST) };
        return Err(Failure::invalid("bad-json", format_args!("the name {name} occurs twice"))
            .of(source)
            .tip("give each name one value"));
    }
    let pairs: Pairs = pairs.into_iter().collect();
    let digest = pairs.digest().map_err(|error| Failure::invalid("bad-json", error).of(source))?;
    Ok((digest, pairs))
}

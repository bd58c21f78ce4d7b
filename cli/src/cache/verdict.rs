//! The verdicts of `cache explain`: a hit, or the reason of a miss.

use std::path::Path;

use bmes_store::Miss;

use crate::failure::Failure;
use crate::text::word;

/// What the cache has for a module.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The file that a program uses.
    Hit,
    /// A file under the right key that cannot be used.
    Unusable(Miss),
    /// A file of the same URL and producer, made from another source.
    StaleSource,
    /// A file of the same source and producer, made for another URL.
    OtherUrl,
    /// A file of the same source, made by another producer.
    OtherProducer,
    /// A file of the same URL, made by another producer from another source.
    BothDiffer,
    /// No file.
    Absent,
    /// The cache itself cannot be used.
    NoCache(Failure),
}

impl Verdict {
    /// Returns the place of this verdict in the order of importance. The first verdict is the result.
    pub(super) fn rank(&self) -> usize {
        match self {
            Self::Hit => 0,
            Self::Unusable(_) => 1,
            Self::NoCache(_) => 2,
            Self::StaleSource => 3,
            Self::OtherUrl => 4,
            Self::OtherProducer => 5,
            Self::BothDiffer => 6,
            Self::Absent => 7,
        }
    }

    /// Returns whether the cache has a file with the key, even one that cannot be used.
    pub(super) fn has_file(&self) -> bool {
        matches!(self, Self::Hit | Self::Unusable(_))
    }

    pub(super) fn is_hit(&self) -> bool {
        matches!(self, Self::Hit)
    }

    /// Returns the name of the verdict in JSON. The reasons of the store keep their names.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Unusable(miss) => miss.reason(),
            Self::NoCache(_) => Miss::NoCache.reason(),
            Self::StaleSource | Self::BothDiffer => Miss::StaleSource.reason(),
            Self::OtherUrl => "other-url",
            Self::OtherProducer => Miss::OtherProducer.reason(),
            Self::Absent => Miss::Absent.reason(),
        }
    }

    /// Returns a sentence about the module.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Hit => "the cache has the file of this module".into(),
            Self::Unusable(miss) => miss.to_string(),
            Self::NoCache(failure) => failure.error().message().to_owned(),
            Self::StaleSource => "the source has changed since the file was stored".into(),
            Self::OtherUrl => "the cache has a file of this source, but for another URL".into(),
            Self::OtherProducer => "the cache has a file of this source, but another producer made it".into(),
            Self::BothDiffer => "the cache has a file of this URL, but from another source and another producer".into(),
            Self::Absent => "the cache has no file of this module: it was never stored, or it was deleted since".into(),
        }
    }

    /// Returns what the user can do. `location` is the folder of the cache.
    pub(super) fn tip(&self, location: &Path) -> Option<String> {
        let location = word(location);
        match self {
            Self::NoCache(failure) => failure.error().tip().map(ToOwned::to_owned),
            Self::OtherUrl => Some("if the program uses another URL for this module, add --url URL".into()),
            Self::Unusable(Miss::Damaged(_)) => {
                Some(format!("to delete all damaged files, run: bmes cache verify --remove --dir {location}"))
            }
            Self::Unusable(Miss::OtherOwner | Miss::OthersMayWrite) => {
                Some(format!("to delete all files of the cache, run: bmes cache clear --dir {location}"))
            }
            _ => None,
        }
    }
}

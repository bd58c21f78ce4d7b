//! Matching: section 7 of the specification. The order of the checks is that of the clauses (match-order).

use super::header::{Header, PRODUCER, SOURCE_DIGEST, SOURCE_SIZE, TEXT_SIZE};
use super::{Rejection, reject};

/// What the caller of a matcher knows about the source of the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownSource {
    /// The size and the SHA-256 digest of the source.
    Source {
        /// The size in bytes.
        size: u64,
        /// The digest.
        sha256: [u8; 32],
    },
    /// The text in the file stands for the source, and the caller trusts the file.
    EmbeddedText,
    /// The caller knows by other means that the source is the right one.
    Trusted,
    /// Nothing is known.
    Nothing,
}

/// Verifies the producer and the source. All 32 bytes of a digest are compared (match-digests).
pub(super) fn verify(header: &Header, producer: &[u8; 32], source: KnownSource) -> Result<(), Rejection> {
    if header.producer != *producer {
        return reject("other-producer", PRODUCER, "match-producer");
    }
    match source {
        // The sizes are compared as numbers of 64 bits, so that no larger source has this size.
        KnownSource::Source { size, .. } if size != u64::from(header.source_size) => {
            reject("stale-source", SOURCE_SIZE, "match-size")
        }
        KnownSource::Source { sha256, .. } if sha256 != header.source_digest => {
            reject("stale-source", SOURCE_DIGEST, "match-digest")
        }
        KnownSource::EmbeddedText if header.text.is_empty() => reject("stale-source", TEXT_SIZE, "match-text"),
        KnownSource::Nothing => reject("stale-source", SOURCE_DIGEST, "match-nothing"),
        KnownSource::Source { .. } | KnownSource::EmbeddedText | KnownSource::Trusted => Ok(()),
    }
}

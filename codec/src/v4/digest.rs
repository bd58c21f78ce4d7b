//! The digests of a source, a producer, a key and a signature's input: section 10 of `spec/v4.md`.

use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::format::digest::Digest;
use crate::v4::record::Source;

/// The reason why pairs or a URL have no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestError {
    /// A name occurs in two pairs.
    RepeatedName,
    /// A text has 4 GiB or more.
    TooLarge,
}

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RepeatedName => "two pairs of the producer have the same name",
            Self::TooLarge => "a name, a value or a URL has 4 GiB or more",
        })
    }
}

impl core::error::Error for DigestError {}

/// Returns the digest of a producer from its pairs of name and value, in any order.
///
/// The pairs name everything except the source that the record, the environment or the bytecode depends on: the engine,
/// its version and its build, flags at run time, and the transform before the compiler.
///
/// ```
/// let producer = bmes::v4::producer([("version", "0.11.0"), ("engine", "quickjs-ng")])?;
/// assert_eq!(producer.to_string(), "471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2e");
/// # Ok::<(), bmes::v4::DigestError>(())
/// ```
pub fn producer<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Digest, DigestError> {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_unstable();
    if pairs.iter().zip(pairs.iter().skip(1)).any(|(before, after)| before.0 == after.0) {
        return Err(DigestError::RepeatedName);
    }
    let mut hash = Sha256::new_with_prefix(b"BMES producer 1\0");
    for text in pairs.into_iter().flat_map(|(name, value)| [name, value]) {
        update(&mut hash, text)?;
    }
    Ok(finish(hash))
}

/// Returns the key of a file in a store. `url` is the module's own URL, as the URL standard serialises it, without its
/// fragment.
pub fn key(url: &str, producer: &Digest, source: &Digest) -> Result<Digest, DigestError> {
    let mut hash = Sha256::new_with_prefix(b"BMES key 1\0");
    update(&mut hash, url)?;
    hash.update(producer.0);
    hash.update(source.0);
    Ok(finish(hash))
}

/// Returns the size and the digest of a source: of its bytes as they were read.
pub fn source(bytes: &[u8]) -> Source {
    Source { size: crate::bytes::count::wide(bytes.len()), sha256: Digest(Sha256::digest(bytes).into()) }
}

/// Returns the digest that a signature of a file covers.
pub fn signature_input(key: &Digest, file: &[u8]) -> Digest {
    let mut hash = Sha256::new_with_prefix(b"BMES file 1\0");
    hash.update(key.0);
    hash.update(file);
    finish(hash)
}

fn update(hash: &mut Sha256, text: &str) -> Result<(), DigestError> {
    hash.update(u32::try_from(text.len()).map_err(|_| DigestError::TooLarge)?.to_le_bytes());
    hash.update(text);
    Ok(())
}

fn finish(hash: Sha256) -> Digest {
    Digest(hash.finalize().into())
}

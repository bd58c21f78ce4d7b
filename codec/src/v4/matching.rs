//! `match`: whether a file was made from this source and for this engine. `Verified` is the proof that it was, and that
//! its bytes are those that were written.

use core::ops::Range;

use crate::format::digest::Digest;
use crate::format::error::{Error, ErrorKind};
use crate::v4::header::{self, Header};
use crate::v4::record::Source;
use crate::v4::view::ModuleView;

/// What the caller knows of the source of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnownSource {
    /// The size and the digest of the source.
    Source(Source),
    /// The text in the file stands for the source. This trusts the file.
    EmbeddedText,
    /// The caller knows by other means that the source is the right one.
    Trusted,
    /// The caller knows nothing. No file matches.
    Nothing,
}

/// Opens a file, and compares its producer and its source with those of the caller. Reads the first 112 bytes.
///
/// `file` must be in memory that no other process can change: a private copy, not a mapping.
pub fn match_file<'a>(file: &'a [u8], producer: &Digest, source: KnownSource) -> Result<Matched<'a>, Error> {
    let header = header::open(file, file.len())?;
    compare(&header, producer, source)?;
    Ok(Matched { file, header })
}

fn compare(header: &Header, producer: &Digest, source: KnownSource) -> Result<(), Error> {
    let stale = |field, offset, clause, why| Err(header::wrong(field, offset, clause, ErrorKind::StaleSource { why }));
    if header.producer() != *producer {
        return Err(header::wrong("producer", 32, "match-producer", ErrorKind::OtherProducer));
    }
    let own = header.source();
    match source {
        KnownSource::Source(source) if source.size != own.size => {
            stale("source_size", 20, "match-size", "the source has another size")
        }
        KnownSource::Source(source) if source.sha256 != own.sha256 => {
            stale("source_digest", 64, "match-digest", "the source has another digest")
        }
        KnownSource::EmbeddedText if header.text_size() == 0 => {
            stale("text_size", 24, "match-text", "the file has no text that could stand for the source")
        }
        KnownSource::Nothing => stale("source_digest", 64, "match-nothing", "the caller gave no source"),
        KnownSource::Source(_) | KnownSource::EmbeddedText | KnownSource::Trusted => Ok(()),
    }
}

/// A file that was made for the caller's engine and from the caller's source. Its content is not verified.
#[derive(Clone, Copy, Debug)]
#[must_use = "a file that matches can still be damaged: call `check`"]
pub struct Matched<'a> {
    file: &'a [u8],
    header: Header,
}

impl<'a> Matched<'a> {
    /// Returns the header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Verifies everything else: the metadata, the record, the padding, the text and the bytecode.
    pub fn check(self) -> Result<Verified<'a>, Error> {
        let view = ModuleView::opened(self.file, self.header)?;
        view.check()?;
        Ok(Verified { view })
    }
}

/// A file that [`match_file`] and then [`Matched::check`] have accepted: a writer made it for the caller's engine from the
/// caller's source, and it is not damaged.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'a> {
    view: ModuleView<'a>,
}

impl<'a> Verified<'a> {
    /// Returns the view of the file.
    pub const fn view(&self) -> &ModuleView<'a> {
        &self.view
    }

    /// Returns the text. It is empty if there is none.
    pub fn text(&self) -> &'a [u8] {
        self.view.unverified_text()
    }

    /// Returns the bytecode. It is empty if there is none.
    ///
    /// Its address has the alignment that the file's buffer gives it: copy it to an aligned buffer if the engine needs
    /// one.
    pub fn bytecode(&self) -> &'a [u8] {
        self.view.unverified_bytecode()
    }

    /// Returns the range of the bytecode in the file, in bytes.
    pub fn bytecode_range(&self) -> Range<usize> {
        self.view.bytecode_range()
    }
}

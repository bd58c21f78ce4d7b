//! Writes a pack.

use std::io::{Cursor, Write as _};

use bmes::v4;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::archive::{self, INDEX};
use crate::index::{Index, Member};

/// Members begin at no larger multiple than this. A host copies a member whose bytecode needs a larger one.
const MOST: u32 = 4096;

/// The size of both headers of a member with its name twice, and of a usual gap before its data.
const HEADERS: usize = 256;

/// Writes a pack. `files` has the file of each module of the index, or `None` if the module has no member. The places of
/// the members in `index` are replaced by those in the pack. The same arguments always give the same bytes.
///
/// Fails if the pack would have 4 GiB or more, or more than 65,534 members, or if a URL has 4 GiB or more.
pub fn write(mut index: Index, files: &[Option<Vec<u8>>]) -> Result<Vec<u8>, WriteError> {
    let size = files.iter().flatten().map(|file| file.len() + HEADERS).sum();
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(zip::System::Dos);
    for (module, file) in index.modules.iter_mut().zip(files) {
        module.member = None;
        let (Some(file), Some(source)) = (file, module.source) else { continue };
        let key = v4::key(&module.url, &index.producer, &source.sha256).map_err(|_| WriteError::TooLarge)?;
        let alignment = v4::open(file, file.len()).map_or(8, |header| header.alignment().min(MOST));
        let alignment = u16::try_from(alignment).unwrap_or(8);
        zip.start_file(archive::name(&key), options.with_alignment(alignment))?;
        zip.write_all(file).map_err(zip::result::ZipError::from)?;
        let size = file.len() as u64;
        let end = zip.get_ref().map_or(0, Cursor::position);
        module.member = Some(Member { offset: end - size, size });
    }
    zip.start_file(INDEX, options)?;
    let json = serde_json::to_vec(&index).map_err(std::io::Error::from).map_err(zip::result::ZipError::from)?;
    zip.write_all(&json).map_err(zip::result::ZipError::from)?;
    let file = zip.finish()?.into_inner();
    let members = 1 + index.modules.iter().filter(|module| module.member.is_some()).count();
    if file.len() >= u32::MAX as usize || members >= usize::from(u16::MAX) {
        return Err(WriteError::TooLarge);
    }
    Ok(file)
}

/// The reason why a pack was not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The pack would have 4 GiB or more, or more than 65,534 members.
    TooLarge,
    /// The ZIP file could not be made.
    Zip(zip::result::ZipError),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the pack would have 4 GiB or more, or more than 65,534 members"),
            Self::Zip(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<zip::result::ZipError> for WriteError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Zip(error)
    }
}

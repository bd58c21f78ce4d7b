//! Reads the source of a module, and notices if it changes meanwhile.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use bmes::v4;

/// The source of a module: the bytes that a program compiles.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The size and the digest of the bytes.
    pub source: v4::Source,
    /// The file was the same before and after it was read. If not, the module must not be stored.
    pub is_stable: bool,
}

impl SourceFile {
    /// Reads a source.
    pub fn read(path: &Path) -> io::Result<Self> {
        Self::read_with(path, || {})
    }

    /// Reads a source, and calls `meanwhile` after the last byte.
    fn read_with(path: &Path, meanwhile: impl FnOnce()) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let before = State::of(&file.metadata()?);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        meanwhile();
        let is_stable = before == State::of(&file.metadata()?) && before.len == bytes.len() as u64;
        Ok(Self { source: v4::source(&bytes), bytes, is_stable })
    }
}

/// What changes if a file is written.
#[derive(PartialEq, Eq)]
struct State {
    len: u64,
    modified: Option<SystemTime>,
    changed: (i64, i64),
}

impl State {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let changed = (0, 0);
        Self { len: metadata.len(), modified: metadata.modified().ok(), changed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_source_that_does_not_change_is_stable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mjs");
        fs::write(&path, "export {}").unwrap();
        let read = SourceFile::read(&path).unwrap();
        assert!(read.is_stable);
        assert_eq!(read.source, v4::source(b"export {}"));
    }

    #[test]
    fn a_source_that_changes_while_it_is_read_is_not_stable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mjs");
        for other in ["export {};", "export []"] {
            fs::write(&path, "export {}").unwrap();
            // The clock of some file systems has steps of 4 ms.
            std::thread::sleep(std::time::Duration::from_millis(10));
            let read = SourceFile::read_with(&path, || fs::write(&path, other).unwrap()).unwrap();
            assert!(!read.is_stable, "{other}");
        }
    }
}

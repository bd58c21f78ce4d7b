//! The destination of a report. The runner checks before the run that it can write the file. After the run, the file is
//! either complete or unchanged.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that the run will write.
#[derive(Debug)]
pub struct Destination {
    path: PathBuf,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    /// A new file, or one that replaces an existing file.
    File(PathBuf),
    /// A device or a pipe. The report is written to it; it is not replaced by a file.
    Special(File),
    /// Standard output.
    Output,
}

impl Destination {
    /// Checks that `path` can be written. No file is created or changed before [`Destination::write`]. The error is
    /// one line. `-` is standard output.
    pub fn open(path: &Path) -> Result<Self, String> {
        if path == Path::new("-") {
            return Ok(Self { path: path.to_owned(), sink: Sink::Output });
        }
        // If `path` is a symbolic link, the file that it points to is replaced, not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let sink = match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => Err(io::Error::other("it is a folder; give the path of a file")),
            Ok(metadata) if metadata.permissions().readonly() => Err(io::Error::other("the file is read-only")),
            Ok(metadata) if !metadata.is_file() => OpenOptions::new().write(true).open(&target).map(Sink::Special),
            // This only tests that a file can be created. The temporary file is removed at once, so that an interrupted
            // run leaves no file behind.
            _ => temporary_beside(&target).map(|_| Sink::File(target)),
        };
        match sink {
            Ok(sink) => Ok(Self { path: path.to_owned(), sink }),
            Err(error) => Err(cannot(path, &error)),
        }
    }

    /// Returns the path as the user gave it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the destination is standard output.
    pub const fn is_output(&self) -> bool {
        matches!(self.sink, Sink::Output)
    }

    /// Writes the file. The error is one line.
    pub fn write(self, text: &str) -> Result<(), String> {
        let written = match self.sink {
            Sink::Special(mut file) => file.write_all(text.as_bytes()),
            Sink::Output => match io::stdout().write_all(text.as_bytes()) {
                // The program that reads standard output has closed it. This is no error.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written,
            },
            Sink::File(target) => replace(&target, text.as_bytes()),
        };
        written.map_err(|error| cannot(&self.path, &error))
    }
}

/// Writes a temporary file beside the target, and then replaces the target by it.
fn replace(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = temporary_beside(target)?;
    temporary.write_all(bytes)?;
    temporary.persist(target).map_err(|error| error.error)?;
    Ok(())
}

fn temporary_beside(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bmes-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The `umask` of the process removes some of these permissions.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(io::Error::other(format!("there is no folder {}", folder.display())));
    }
    builder.tempfile_in(folder).map_err(|error| match error.kind() {
        // An error with the temporary file's name would confuse the user.
        io::ErrorKind::PermissionDenied => io::Error::other("no permission"),
        kind => io::Error::other(kind.to_string()),
    })
}

fn cannot(path: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_changes_before_all_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        fs::write(&path, "old").unwrap();
        drop(Destination::open(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        Destination::open(&path).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_device_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (link, path) = (folder.path().join("link"), folder.path().join("file"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        Destination::open(&link).unwrap().write("new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        Destination::open(Path::new("/dev/null")).unwrap().write("gone").unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}

//! Writes files and standard output.
//!
//! A regular file is written completely or not at all. The bytes go into a temporary file in the same folder, and a
//! rename gives it the final name in one step. If a signal such as SIGINT ends the process, the temporary file is
//! removed. A device, a pipe or an open descriptor is written to directly.

mod pager;
mod signals;
mod standard;
mod target;

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

pub(crate) use standard::Out;

use crate::failure::Failure;
use crate::identity::Identity;
use crate::input::Source;
use crate::text;
use signals::Signals;
use target::Target;

/// The number of bytes that are written between two checks for a signal.
const CHUNK: usize = 1 << 20;

/// The output of a command: a file, a device, a pipe or standard output. It is never one of the command's inputs.
pub(crate) struct Output {
    path: PathBuf,
    target: Target,
}

impl Output {
    /// Finds the target that `path` leads to; `-` is standard output. Returns an error if the target is one of `inputs`
    /// or cannot be written.
    pub(crate) fn new(path: &Path, inputs: &[&Source]) -> Result<Self, Failure> {
        let target = target::find(path).and_then(|target| {
            reject_input(path, &target, inputs)?;
            Ok(target)
        });
        Ok(Self { path: path.to_owned(), target: target.map_err(|failure| failure.of_output(path))? })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns true if both outputs are the same file or pipe.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.target.is_same(&other.target)
    }

    /// Returns true if this output and standard output are the same file or pipe. Then the command must print nothing
    /// else.
    pub(crate) fn is_standard_output(&self) -> bool {
        self.target.is_standard_output()
    }

    /// Writes `bytes`. They replace the content of a regular file.
    pub(crate) fn write(self, bytes: &[u8]) -> Result<(), Failure> {
        let Self { path, target } = self;
        let is_standard_output = target.is_standard_output();
        let written = match target {
            Target::Open(file) => to_stream(&file, bytes),
            Target::Direct(target) => OpenOptions::new()
                .write(true)
                .open(target)
                .map_err(|error| Failure::unwritable(&error))
                .and_then(|file| to_stream(&file, bytes)),
            Target::File { path, before } => {
                let written = match before {
                    None => replace(&path, bytes, None),
                    Some(before) => overwrite(&path, bytes, &before),
                };
                written.map_err(|error| Failure::unwritable(&error))
            }
        };
        match written {
            // `bmes … -o - | head`: a reader that closes the pipe is not an error.
            Err(failure) if is_standard_output && failure.is_silent() => Ok(()),
            written => written.map_err(|failure| failure.of_output(&path)),
        }
    }
}

fn reject_input(path: &Path, target: &Target, inputs: &[&Source]) -> Result<(), Failure> {
    let Some(metadata) = target.metadata().filter(Metadata::is_file) else { return Ok(()) };
    let identity = Identity::of(&metadata);
    if let Some(input) = inputs.iter().find(|input| identity.is_some() && input.identity() == identity) {
        let other = if input.path() == Some(path) { String::new() } else { format!(" {input}") };
        let message = format!("the output is also the input{other}");
        return Err(Failure::usage(message).tip("write to another file"));
    }
    if let Target::File { .. } = target {
        if target.is_standard_output() {
            return Err(Failure::usage("standard output is redirected to this file")
                .tip("to write to standard output, pass - as the output file"));
        }
        if metadata.permissions().readonly() {
            return Err(Failure::unwritten("cannot be written: the file is read-only").tip(format_args!(
                "write to another file, or make this file writable: chmod u+w {}",
                text::word(path)
            )));
        }
    }
    Ok(())
}

fn to_stream(mut file: &File, bytes: &[u8]) -> Result<(), Failure> {
    if file.is_terminal() {
        return Err(Failure::usage("is a terminal, but the output is binary").tip("write to a file or a pipe"));
    }
    file.write_all(bytes).map_err(|error| Failure::unwritable(&error))
}

/// Replaces the existing file by a new one, or writes into the existing file if replacing it would change more than its
/// content.
fn overwrite(path: &Path, bytes: &[u8], before: &Metadata) -> io::Result<()> {
    if target::is_more_than_bytes(path, before) {
        return in_place(path, bytes);
    }
    match replace(path, bytes, Some(before)) {
        // These errors mean that the folder does not allow a new file, that the new file cannot get the old owner, or
        // that the file is a mount point.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied
                    | io::ErrorKind::ReadOnlyFilesystem
                    | io::ErrorKind::ResourceBusy
                    | io::ErrorKind::Unsupported
            ) =>
        {
            in_place(path, bytes)
        }
        written => written,
    }
}

fn in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Writes a temporary file and renames it to `path` at the end. If `path` exists, `before` is its metadata, and the new
/// file gets its mode and its owner.
fn replace(path: &Path, bytes: &[u8], before: Option<&Metadata>) -> io::Result<()> {
    Signals::hold(|signals| {
        let mut temporary = temporary_beside(path, before.is_some()).map_err(without_path)?;
        if let Some(before) = before {
            target::keep_owner(temporary.as_file(), before)?;
        }
        for chunk in bytes.chunks(CHUNK) {
            signals.check()?;
            temporary.as_file_mut().write_all(chunk)?;
        }
        if let Some(before) = before {
            temporary.as_file().set_permissions(before.permissions())?;
        }
        signals.check()?;
        // The bytes must be on the disk before the rename. Otherwise the name could lead to an incomplete file if the
        // machine crashes.
        temporary.as_file().sync_all()?;
        signals.check()?;
        temporary.persist(path).map_err(|error| without_path(error.error))?;
        Ok(())
    })
}

/// Creates a temporary file in the folder of `path`. If `is_private` is true, only its owner can access it, because it
/// replaces a file that may be private. Otherwise it has the usual mode of a new file.
fn temporary_beside(path: &Path, is_private: bool) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bmes-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system removes the bits of the user's umask from this mode.
        let mode = if is_private { 0o600 } else { 0o666 };
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = is_private;
    builder.tempfile_in(target::folder_of(path))
}

/// Removes the path of the temporary file from an error, because the user does not know that file.
fn without_path(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.source()).and_then(|inner| inner.downcast_ref::<io::Error>());
    inner.and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error)
}

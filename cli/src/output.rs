//! Writing: a file is there whole, or it is not there.
//!
//! The bytes go into a temporary file beside the one that is meant, which takes its place in one step at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use crate::stop::Stop;
use crate::text;

/// Writes `bytes` to the file at `path`, new or in place of the one that is there; to standard output, where it is `-`.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    if path.as_os_str() == "-" {
        return to_standard_output(bytes);
    }
    // What a link points to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let written = match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => {
            let example = path.join("main.bmes");
            return Err(Stop::usage(format_args!("{}: is a folder, and a file is to be written", text::path(path)))
                .tip(format_args!("name a file in it: -o {}", text::word(&example))));
        }
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(Stop::usage(format_args!("{}: is there and may not be written to", text::path(path)))
                .tip("remove it, or change its mode, or name another file"));
        }
        // A device or a pipe: it stays what it is.
        Ok(metadata) if !metadata.is_file() => {
            OpenOptions::new().write(true).open(&target).and_then(|mut file| file.write_all(bytes))
        }
        Ok(metadata) => replace(&target, bytes, Some(&metadata)),
        Err(_) => replace(&target, bytes, None),
    };
    written.map_err(|error| failure(path, &error))
}

fn replace(target: &Path, bytes: &[u8], before: Option<&fs::Metadata>) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bmes-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Less what the user's mask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder_of(target))?;
    temporary.write_all(bytes)?;
    if let Some(before) = before {
        temporary.as_file().set_permissions(before.permissions())?;
    }
    // The name must not be there before the bytes are, also where the machine stops in between.
    File::sync_all(temporary.as_file())?;
    temporary.persist(target).map_err(|error| error.error)?;
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    }
}

fn to_standard_output(bytes: &[u8]) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        return Err(Stop::usage("standard output: is a terminal, and the file is not text")
            .tip("send it into a file or a pipe, or give -o a name"));
    }
    out.write_all(bytes).and_then(|()| out.flush()).map_err(Stop::printing)
}

fn failure(path: &Path, error: &io::Error) -> Stop {
    let folder = folder_of(path);
    let (reason, tip) = match error.kind() {
        io::ErrorKind::NotFound if !folder.is_dir() => {
            let reason = format!("there is no folder {}", text::path(&folder));
            (reason, format!("make it first: mkdir -p {}", text::word(&folder)))
        }
        io::ErrorKind::NotADirectory => {
            ("a part of the path is a file and no folder".into(), "name a file in a folder".into())
        }
        io::ErrorKind::PermissionDenied => {
            ("no permission to write it".into(), "name a file in a folder that you may write to".into())
        }
        io::ErrorKind::StorageFull => ("the disk is full".into(), "make room, or name a file on another disk".into()),
        _ => (error.to_string(), "nothing was left behind; try again, or name another file".into()),
    };
    Stop::usage(format_args!("{}: cannot be written: {reason}", text::path(path))).tip(tip)
}

//! Finds the files that the arguments name. An argument is a file, a folder (it stands for all wanted files in it), a
//! glob that the shell has not expanded, or `-` for standard input. A list (`--files-from`) can name more files and
//! folders.

use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use globset::GlobBuilder;
use walkdir::WalkDir;

use crate::args::Work;
use crate::failure::{Failure, Result};
use crate::input::{BYTE_ORDER_MARK, Source, Unread, other_encoding};

/// The criterion for the files that are taken from a folder.
pub(crate) struct Wanted {
    /// The extensions of wanted files, for messages.
    pub(crate) extensions: &'static [&'static str],
    /// Returns true if a file with this name is wanted.
    pub(crate) is_wanted: fn(&Path) -> bool,
}

/// A file, or the reason why it could not be found.
pub(crate) type Found = std::result::Result<Source, Failure>;

/// Returns the files that `arguments` name, then the files that the list names, in their order. A folder or a glob
/// without any files is an error; an empty list is not an error.
pub(crate) fn find(arguments: &[PathBuf], work: &Work, wanted: &Wanted) -> Result<Vec<Found>> {
    let mut files = Vec::new();
    for argument in arguments {
        let before = files.len();
        if argument.as_os_str() == "-" {
            files.push(Ok(Source::Standard));
        } else if is_glob(argument) && !argument.exists() {
            glob(argument, &mut files);
            if files.len() == before {
                files.push(Err(Unread::no_match(argument).into()));
            }
        } else {
            find_path(argument, wanted, &mut files);
        }
    }
    let list = work.files_from.as_deref().map(Source::from);
    let inputs = list.iter().chain(files.iter().flatten());
    if inputs.filter(|file| **file == Source::Standard).count() > 1 {
        return Err(Source::Standard.named_twice());
    }
    if let Some(list) = list {
        let bytes = list.read()?;
        if let Some(encoding) = other_encoding(&bytes).filter(|_| !work.null) {
            return Err(Failure::unread(format_args!("the list is {encoding}, not UTF-8")).of(&list));
        }
        let names = if work.null { &bytes } else { bytes.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap_or(&bytes) };
        if !work.null && names.contains(&0) {
            let failure = Failure::unread("a name in the list contains a zero byte").of(&list);
            return Err(failure.tip("if each name ends with a zero byte, add -0"));
        }
        let end = if work.null { b'\0' } else { b'\n' };
        for name in names.split(|byte| *byte == end) {
            // A line may end with CR LF, as on Windows.
            let name = if work.null { name } else { name.strip_suffix(b"\r").unwrap_or(name) };
            if !name.is_empty() {
                find_path(&path_of(name).map_err(|failure| failure.of(&list))?, wanted, &mut files);
            }
        }
    }
    Ok(files)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "on other systems, not all bytes are a name")]
fn path_of(name: &[u8]) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(std::ffi::OsStr::from_bytes(name).into())
}

#[cfg(not(unix))]
fn path_of(name: &[u8]) -> Result<PathBuf> {
    let name = std::str::from_utf8(name).map_err(|_| Failure::unread("a name in the list is not UTF-8"))?;
    Ok(name.into())
}

fn find_path(path: &Path, wanted: &Wanted, files: &mut Vec<Found>) {
    if !path.is_dir() {
        return files.push(Ok(Source::File(path.to_owned())));
    }
    let before = files.len();
    walk(WalkDir::new(path), files, |path| path, wanted.is_wanted);
    if files.len() == before {
        files.push(Err(Unread::empty(path, wanted.extensions).into()));
    }
}

/// Searches a folder and adds its files in the order of their paths. `named` returns the name under which a path is
/// listed.
fn walk(walk: WalkDir, files: &mut Vec<Found>, named: fn(&Path) -> &Path, is_wanted: impl Fn(&Path) -> bool) {
    let mut found = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) => {
                // A symbolic link to a file counts as a file; links to folders are not followed. Pipes and devices are
                // skipped, because reading one might never end: they are read only if an argument names them.
                let file_type = entry.file_type();
                let is_other = if file_type.is_symlink() {
                    fs::metadata(entry.path()).is_ok_and(|metadata| !metadata.is_file())
                } else {
                    !file_type.is_file()
                };
                let path = named(entry.path());
                if !is_other && is_wanted(path) {
                    found.push((path.to_owned(), None));
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(Path::new(".")).to_owned();
                found.push((path, Some(io::Error::from(error))));
            }
        }
    }
    // The paths are compared as bytes, because comparing their components takes longer than reading small files.
    found.sort_unstable_by(|(a, _), (b, _)| a.as_os_str().cmp(b.as_os_str()));
    files.extend(found.into_iter().map(|(path, error)| match error {
        None => Ok(Source::File(path)),
        Some(error) => Err(Unread::new(Source::File(path), error).into()),
    }));
}

fn glob(pattern: &Path, files: &mut Vec<Found>) {
    // `components` removes doubled slashes: the paths that are matched against the glob have none.
    let components: PathBuf = pattern.components().collect();
    let glob = components.to_string_lossy();
    let matcher = match GlobBuilder::new(&glob).literal_separator(true).build() {
        Ok(matcher) => matcher,
        Err(error) => return files.push(Err(Unread::no_glob(pattern, error.kind()).into())),
    };
    let matcher = matcher.compile_matcher();
    let is_literal = |component: &Component<'_>| !is_glob(Path::new(component.as_os_str()));
    let base: PathBuf = components.components().take_while(is_literal).collect();
    let depth = components.components().count() - base.components().count();
    let is_deep = glob.contains("**") || glob.contains('{');
    let depth = if is_deep { usize::MAX } else { depth };
    if base.as_os_str().is_empty() {
        walk(WalkDir::new(".").max_depth(depth), files, without_dot, |path| matcher.is_match(path));
    } else if base.is_dir() {
        walk(WalkDir::new(base).max_depth(depth), files, |path| path, |path| matcher.is_match(path));
    }
}

fn without_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

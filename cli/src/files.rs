//! The files that arguments name: paths, folders with all that is in them, globs for shells that leave them alone, and `-`.

use std::io;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use crate::input::{Source, Unread};
use crate::stop::Stop;

/// What arguments may name.
pub(crate) struct Wanted {
    /// The extensions that files in folders must have, in lower case.
    pub(crate) extensions: &'static [&'static str],
    /// Those that they must not have.
    pub(crate) except: &'static [&'static str],
}

/// A file, or why one could not be found, in the order of the arguments.
pub(crate) type Found = Result<Source, Unread>;

/// The files that `arguments` name. A folder or a glob without any is an error.
pub(crate) fn find(arguments: &[PathBuf], wanted: &Wanted) -> Result<Vec<Found>, Stop> {
    let mut files = Vec::new();
    for argument in arguments {
        let before = files.len();
        if argument.as_os_str() == "-" {
            files.push(Ok(Source::Standard));
        } else if argument.is_dir() {
            let folder = WalkDir::new(argument);
            walk(folder, &mut files, |path| path, |path| wanted.has_extension(path));
            if files.len() == before {
                files.push(Err(Unread::empty(argument, wanted.extensions)));
            }
        } else if is_glob(argument) && !argument.exists() {
            glob(argument, &mut files);
            if files.len() == before {
                files.push(Err(Unread::no_match(argument)));
            }
        } else {
            files.push(Ok(Source::File(argument.clone())));
        }
    }
    if files.iter().flatten().filter(|file| **file == Source::Standard).count() > 1 {
        return Err(Stop::usage("-: is named twice, and can be read once").tip("name it once"));
    }
    Ok(files)
}

impl Wanted {
    fn has_extension(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        let ends_in = |extension: &&str| {
            let dot = name.len().checked_sub(extension.len() + 1).filter(|dot| *dot > 0 && name[*dot] == b'.');
            dot.is_some_and(|dot| name[dot + 1..].eq_ignore_ascii_case(extension.as_bytes()))
        };
        self.extensions.iter().any(ends_in) && !self.except.iter().any(ends_in)
    }
}

/// Goes through a folder, in the order of the paths. `named` makes of a path what it is to be called.
fn walk(walk: WalkDir, files: &mut Vec<Found>, named: fn(&Path) -> &Path, is_wanted: impl Fn(&Path) -> bool) {
    let mut found = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) => {
                // A link is a file if it leads to one; folders behind links are not entered.
                let is_link = entry.file_type().is_symlink();
                let is_folder = entry.file_type().is_dir() || (is_link && entry.path().is_dir());
                let path = named(entry.path());
                if !is_folder && is_wanted(path) {
                    found.push((path.to_owned(), None));
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(Path::new(".")).to_owned();
                found.push((path, Some(io::Error::from(error))));
            }
        }
    }
    // By their bytes: comparing paths by their parts takes longer than reading small files.
    found.sort_unstable_by(|(a, _), (b, _)| a.as_os_str().cmp(b.as_os_str()));
    files.extend(found.into_iter().map(|(path, error)| match error {
        None => Ok(Source::File(path)),
        Some(error) => Err(Unread::new(Source::File(path), error)),
    }));
}

fn glob(pattern: &Path, files: &mut Vec<Found>) {
    // Without doubled slashes, as the paths that it is compared with.
    let components: PathBuf = pattern.components().collect();
    let glob = components.to_string_lossy();
    let matcher = match GlobBuilder::new(&glob).literal_separator(true).build() {
        Ok(matcher) => matcher,
        Err(error) => return files.push(Err(Unread::no_glob(pattern, error.kind()))),
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

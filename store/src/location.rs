//! Opens the folder of a cache, if it is safe: no other user can have written what it contains.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use crate::cache::Cache;
use crate::folder::{self, Folder, Owners, Status};
use crate::layout::LAYOUT;
use crate::problem::{Problem, Setting};

/// The file that tells backup programs to leave a cache out: <https://bford.info/cachedir/>.
const TAG: &str = "CACHEDIR.TAG";
const TAG_TEXT: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55\n\
    # This folder is a cache of the program bmes. It can be deleted at any time.\n";
/// A path with more links is taken for a circle.
const LINKS: usize = 40;

/// How a folder is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The user's own cache: it is created if it does not exist.
    Write,
    /// The user's own cache, which stays as it is.
    Read,
    /// The second cache, which may also belong to root.
    ReadLower,
}

/// Opens the cache at `location`. Returns `None` if there is no cache yet, and it may not be created.
pub(crate) fn open(location: &Path, access: Access) -> Result<Option<Cache>, Problem> {
    Walk { location, access }.open()
}

/// Follows the path of a location, part by part. A folder on the way may belong only to the user or to root, and no other
/// user may write to it: otherwise another user could replace what comes after it, also if that is a link.
struct Walk<'a> {
    location: &'a Path,
    access: Access,
}

impl Walk<'_> {
    fn open(&self) -> Result<Option<Cache>, Problem> {
        let Some((path, is_new)) = self.follow()? else { return Ok(None) };
        let unusable = |error| self.unusable(&path, &error);
        let outer = Folder::open(&path).map_err(unusable)?;
        let owners = Owners::new(self.access == Access::ReadLower);
        self.check(&path, outer.own_status().map_err(unusable)?, owners)?;
        if is_new {
            // If the tag cannot be written, backups contain the cache, and nothing else happens.
            let _ = outer.create_file(TAG).and_then(|mut tag| tag.write_all(TAG_TEXT));
        }
        let path = path.join(LAYOUT);
        let unusable = |error| self.unusable(&path, &error);
        let mut opened = outer.subfolder(LAYOUT);
        if opened.as_ref().is_err_and(is_not_found) {
            if self.access != Access::Write {
                return Ok(None);
            }
            outer.create_subfolder(LAYOUT).map_err(unusable)?;
            opened = outer.subfolder(LAYOUT);
        }
        let folder = opened.map_err(unusable)?;
        self.check(&path, folder.own_status().map_err(unusable)?, owners)?;
        Ok(Some(Cache { folder, owners }))
    }

    /// Returns the path without links, and whether its last folder was created. `None`: the own cache does not exist yet.
    fn follow(&self) -> Result<Option<(PathBuf, bool)>, Problem> {
        let path = std::path::absolute(self.location).map_err(|error| self.unusable(self.location, &error))?;
        let mut rest = parts(&path);
        let (mut real, mut is_new, mut links) = (PathBuf::new(), false, 0);
        while let Some(part) = rest.pop() {
            let next = real.join(&part);
            match Path::new(&part).components().next() {
                Some(Component::Normal(_)) => self.check_passed(&real)?,
                Some(Component::ParentDir) => {
                    real.pop();
                    continue;
                }
                _ => {
                    real = next;
                    continue;
                }
            }
            match folder::status_of(&next) {
                Ok(status) if status.is_link => {
                    links += 1;
                    if links > LINKS {
                        return Err(self.unusable(&next, &io::Error::other("too many links")));
                    }
                    self.check_owner(&next, status, Owners::new(true))?;
                    let target = std::fs::read_link(&next).map_err(|error| self.unusable(&next, &error))?;
                    rest.extend(parts(&target));
                    if target.has_root() {
                        real = PathBuf::new();
                    }
                }
                Ok(_) => (real, is_new) = (next, false),
                Err(error) if is_not_found(&error) && self.access == Access::Write => {
                    is_new = folder::create(&next).map_err(|error| self.unusable(&next, &error))?;
                    real = next;
                }
                Err(error) if is_not_found(&error) && self.access == Access::Read => return Ok(None),
                Err(error) => return Err(self.unusable(&next, &error)),
            }
        }
        Ok(Some((real, is_new)))
    }

    /// Checks a folder that the path goes through.
    fn check_passed(&self, path: &Path) -> Result<(), Problem> {
        let status = folder::status_of(path).map_err(|error| self.unusable(path, &error))?;
        self.check_owner(path, status, Owners::new(true))?;
        // In a sticky folder, another user cannot replace what is there; `follow` checks who owns it.
        if status.others_may_write && !status.is_sticky {
            return Err(self.others_may_write(path));
        }
        Ok(())
    }

    /// Checks a folder of the cache itself.
    fn check(&self, path: &Path, status: Status, owners: Owners) -> Result<(), Problem> {
        self.check_owner(path, status, owners)?;
        if status.others_may_write { Err(self.others_may_write(path)) } else { Ok(()) }
    }

    fn check_owner(&self, path: &Path, status: Status, owners: Owners) -> Result<(), Problem> {
        if owners.contain(&status) {
            return Ok(());
        }
        let (location, folder, setting) = (self.location.to_owned(), path.to_owned(), self.setting());
        Err(Problem::OtherOwner { location, folder, setting, owner: status.owner.unwrap_or_default() })
    }

    fn others_may_write(&self, path: &Path) -> Problem {
        let (location, folder, setting) = (self.location.to_owned(), path.to_owned(), self.setting());
        Problem::OthersMayWrite { location, folder, setting }
    }

    fn unusable(&self, path: &Path, error: &io::Error) -> Problem {
        let (location, path, reason) = (self.location.to_owned(), path.to_owned(), error.to_string());
        Problem::Unusable { location, path, reason }
    }

    fn setting(&self) -> Setting {
        if self.access == Access::ReadLower { Setting::Lower } else { Setting::Dir }
    }
}

/// Returns the parts of a path, the last one first.
fn parts(path: &Path) -> Vec<OsString> {
    path.components().rev().map(|part| part.as_os_str().to_owned()).collect()
}

fn is_not_found(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

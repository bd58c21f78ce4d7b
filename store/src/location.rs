//! Opens the folder of a cache, if it is safe: no other user can have written what it contains.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::folder::{self, Folder, Status, status_of};
use crate::layout::LAYOUT;
use crate::problem::Problem;

/// The file that tells backup programs to leave a cache out: <https://bford.info/cachedir/>.
const TAG: &str = "CACHEDIR.TAG";
const TAG_TEXT: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55\n\
    # This folder is a cache of the program bmes. It can be deleted at any time.\n";

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

/// Opens the layout's folder of the cache at `location`. Returns `None` if there is no cache yet, and it may not be
/// created.
pub(crate) fn open(location: &Path, access: Access) -> Result<Option<Folder>, Problem> {
    let unusable = |error: io::Error| Problem::Unusable { location: location.to_owned(), reason: error.to_string() };
    let path = std::path::absolute(location).map_err(unusable)?;
    if access == Access::Write && status_of(&path).is_err() {
        let above = path.ancestors().skip(1).find(|above| status_of(above).is_ok()).unwrap_or(&path);
        check(location, &above.canonicalize().map_err(unusable)?, None)?;
        folder::create_all(&path).map_err(unusable)?;
    }
    // A path without links: what is checked is what is opened.
    let path = match path.canonicalize() {
        Err(error) if access == Access::Read && error.kind() == io::ErrorKind::NotFound => return Ok(None),
        path => path.map_err(unusable)?,
    };
    let opened = Folder::open(&path).map_err(unusable)?;
    let status = opened.own_status().map_err(unusable)?;
    check(location, &path, Some((status, access)))?;
    if access == Access::Write && opened.create_subfolder(LAYOUT).map_err(unusable)? {
        // If the tag cannot be written, backups contain the cache, and nothing else happens.
        let _ = opened.create_file(TAG).and_then(|mut tag| tag.write_all(TAG_TEXT));
    }
    match opened.subfolder(LAYOUT) {
        Ok(layout) => {
            let status = layout.own_status().map_err(unusable)?;
            check_own(location, &path.join(LAYOUT), status, access)?;
            Ok(Some(layout))
        }
        Err(error) if access != Access::Write && error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(error)),
    }
}

/// Checks the owners and the modes of a folder and of all folders above it. `path` has no links. `own` is `None` if
/// the folder is one above the cache.
fn check(location: &Path, path: &Path, own: Option<(Status, Access)>) -> Result<(), Problem> {
    if let Some((status, access)) = own {
        check_own(location, path, status, access)?;
    }
    for above in path.ancestors().skip(usize::from(own.is_some())) {
        let unusable =
            |error: io::Error| Problem::Unusable { location: location.to_owned(), reason: error.to_string() };
        let status = status_of(above).map_err(unusable)?;
        if !status.has_safe_owner(true) {
            return Err(other_owner(location, above, status));
        }
        if status.others_may_write && !status.is_sticky {
            return Err(others_may_write(location, above));
        }
    }
    Ok(())
}

fn check_own(location: &Path, path: &Path, status: Status, access: Access) -> Result<(), Problem> {
    if !status.is_folder {
        let reason = format!("{} is not a folder", path.display());
        return Err(Problem::Unusable { location: location.to_owned(), reason });
    }
    if !status.has_safe_owner(access == Access::ReadLower) {
        return Err(other_owner(location, path, status));
    }
    if status.others_may_write {
        return Err(others_may_write(location, path));
    }
    Ok(())
}

fn other_owner(location: &Path, folder: &Path, status: Status) -> Problem {
    let (location, folder) = (PathBuf::from(location), PathBuf::from(folder));
    Problem::OtherOwner { location, folder, owner: status.owner.unwrap_or_default() }
}

fn others_may_write(location: &Path, folder: &Path) -> Problem {
    Problem::OthersMayWrite { location: location.to_owned(), folder: folder.to_owned() }
}

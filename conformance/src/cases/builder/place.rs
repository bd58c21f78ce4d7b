//! Places in a file, by the names of its fields.
//!
//! [`at`] is the start of a field, [`after`] its end. `at("bytecode")` is the same place in every file, whatever its offset is.

use super::File;

/// A place in a file, relative to a field.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    path: &'a str,
    from: From,
}

#[derive(Clone, Copy, Debug)]
enum From {
    Start(usize),
    Before(usize),
    End,
}

/// The first byte of a field. A string begins with its length.
pub fn at(path: &str) -> At<'_> {
    inside(path, 0)
}

/// The byte that `bytes` bytes of a field precede.
pub fn inside(path: &str, bytes: usize) -> At<'_> {
    At { path, from: From::Start(bytes) }
}

/// The byte that is `bytes` bytes before the first byte of a field.
pub fn before(path: &str, bytes: usize) -> At<'_> {
    At { path, from: From::Before(bytes) }
}

/// The byte after a field.
pub fn after(path: &str) -> At<'_> {
    At { path, from: From::End }
}

impl<'a> At<'a> {
    /// The field that the place is relative to.
    pub fn path(self) -> &'a str {
        self.path
    }

    /// The number of bytes before this place in `file`.
    #[track_caller]
    pub fn offset(self, file: &File) -> usize {
        let range = file.range(self.path);
        match self.from {
            From::Start(0) => range.start,
            From::Start(bytes) => {
                assert!(bytes < range.len(), "{}: {bytes} bytes are not a part of its {}", self.path, range.len());
                range.start + bytes
            }
            From::Before(bytes) => range.start - bytes,
            From::End => range.end,
        }
    }
}

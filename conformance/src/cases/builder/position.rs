//! Positions in a file, by the names of its fields.
//!
//! [`at`] is the start of a field, and [`after`] is its end. `at("bytecode")` means the same field in every file, at
//! any offset.

use super::File;

/// A position in a file, relative to a field.
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

/// Returns the position of the first byte of a field. A string begins with its length.
pub fn at(path: &str) -> At<'_> {
    inside(path, 0)
}

/// Returns the position `bytes` bytes after the first byte of a field.
pub fn inside(path: &str, bytes: usize) -> At<'_> {
    At { path, from: From::Start(bytes) }
}

/// Returns the position `bytes` bytes before the first byte of a field.
pub fn before(path: &str, bytes: usize) -> At<'_> {
    At { path, from: From::Before(bytes) }
}

/// Returns the position of the byte after a field.
pub fn after(path: &str) -> At<'_> {
    At { path, from: From::End }
}

impl<'a> At<'a> {
    /// Returns the path of the field that the position is relative to.
    pub fn path(self) -> &'a str {
        self.path
    }

    /// Returns the number of bytes before this position in `file`.
    #[track_caller]
    pub fn offset(self, file: &File) -> usize {
        let range = file.range(self.path);
        match self.from {
            From::Start(0) => range.start,
            From::Start(bytes) => {
                assert!(
                    bytes < range.len(),
                    "{}: byte {bytes} is not inside the field, which has {} bytes",
                    self.path,
                    range.len()
                );
                range.start + bytes
            }
            From::Before(bytes) => range.start - bytes,
            From::End => range.end,
        }
    }
}

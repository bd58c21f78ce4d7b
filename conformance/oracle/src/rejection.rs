//! The only error type of the oracle.

use std::fmt;

/// The reason why the oracle rejects a file or a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The error class, as in `spec/errors.md`.
    pub class: &'static str,
    /// The offset of the first byte of the field at fault, from the start of the file. A record has no bytes, so its
    /// rejection has no offset.
    pub offset: Option<usize>,
    /// The version of the specification that contains the clause. It is 1 if the version of the file is not known yet,
    /// and always 4 in the module `v4`.
    pub version: u32,
    /// The broken clause without its version, such as `string-bounds`.
    pub clause: &'static str,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class)?;
        if let Some(offset) = self.offset {
            write!(f, " at byte {offset}")?;
        }
        write!(f, " (v{}-{})", self.version, self.clause)
    }
}

impl std::error::Error for Rejection {}

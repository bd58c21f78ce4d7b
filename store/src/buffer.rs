//! Memory that a file is read into.

use std::fs::File;
use std::io;

use bmes::v4::{self, Header};

use crate::folder::read_spare;

/// The alignment of a file in memory that costs nothing: that of a cache line.
const ALIGNMENT: usize = 64;
/// The members of a pack are placed at multiples of their alignment, and of this at most.
const PACK_ALIGNMENT: usize = 4096;
/// The bytes of a header.
const HEADER: usize = 112;
/// The header of a longer file is checked before the memory for the file is taken.
const LONG: u64 = 1 << 20;

/// Memory for one lookup. A buffer that is used for many lookups takes memory only for the longest file.
///
/// The result of a lookup borrows the buffer. A program that keeps several modules keeps one buffer for each.
#[derive(Debug, Default)]
pub struct Buffer {
    /// One copy for each of the two caches: what the first one gave is still borrowed when the second one is read.
    pub(crate) copies: [Copy; 2],
}

impl Buffer {
    /// Creates a buffer without memory.
    pub fn new() -> Self {
        Self::default()
    }
}

/// A private copy of a file. The file begins at an address that is a multiple of its alignment.
#[derive(Debug, Default)]
pub(crate) struct Copy {
    memory: Vec<u8>,
    start: usize,
}

/// The reason why a file was not read.
#[derive(Debug)]
pub(crate) enum ReadError {
    Io(io::Error),
    /// The header of a long file is invalid.
    Damaged(bmes::Error),
    OutOfMemory,
}

/// How a file is read: [`Copy::read`] or [`Copy::read_pack`].
pub(crate) type Read = fn(&mut Copy, &File, u64) -> Result<(), ReadError>;

impl Copy {
    /// Reads the header of a file of `len` bytes, and checks it.
    pub(crate) fn read_header(&mut self, file: &File, len: u64) -> Result<Header, ReadError> {
        let len = usize::try_from(len).map_err(|_| ReadError::OutOfMemory)?;
        self.read_start(file)?;
        v4::open(self.bytes(), len).map_err(ReadError::Damaged)
    }

    /// Reads the first bytes of a file: those of a header and perhaps a few more.
    pub(crate) fn read_start(&mut self, file: &File) -> Result<(), ReadError> {
        self.reserve(HEADER, ALIGNMENT)?;
        self.fill(file, HEADER)
    }

    /// Reads a file of `len` bytes.
    pub(crate) fn read(&mut self, file: &File, len: u64) -> Result<(), ReadError> {
        let len = usize::try_from(len).map_err(|_| ReadError::OutOfMemory)?;
        self.memory.clear();
        self.start = 0;
        if len as u64 > LONG {
            self.read_header(file, len as u64)?;
        }
        self.read_all(file, len, ALIGNMENT)?;
        match v4::open(self.bytes(), self.bytes().len()) {
            Ok(header) if header.alignment() as usize > ALIGNMENT => self.reserve(len, header.alignment() as usize),
            // An invalid header is found again when the file is matched.
            _ => Ok(()),
        }
    }

    /// Reads a pack of `len` bytes, or the stamps of one.
    pub(crate) fn read_pack(&mut self, file: &File, len: u64) -> Result<(), ReadError> {
        let len = usize::try_from(len).map_err(|_| ReadError::OutOfMemory)?;
        self.memory.clear();
        self.start = 0;
        self.read_all(file, len, PACK_ALIGNMENT)
    }

    /// Reads a file of `len` bytes at a multiple of `alignment`, after what was read before.
    fn read_all(&mut self, file: &File, len: usize, alignment: usize) -> Result<(), ReadError> {
        self.reserve(len, alignment)?;
        self.fill(file, len)?;
        // A file that became longer meanwhile is cut, so that its length is the one for which there is memory.
        self.memory.truncate(self.start.saturating_add(len));
        Ok(())
    }

    /// Returns the bytes that were read.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory[self.start..]
    }

    /// Takes memory for a file of `len` bytes at a multiple of `alignment`, and moves there what was read before.
    fn reserve(&mut self, len: usize, alignment: usize) -> Result<(), ReadError> {
        let old = self.start..self.memory.len();
        let needed = len.checked_add(alignment).ok_or(ReadError::OutOfMemory)?;
        let more = needed.saturating_sub(self.memory.len());
        self.memory.try_reserve_exact(more).map_err(|_| ReadError::OutOfMemory)?;
        self.start = self.memory.as_ptr().align_offset(alignment);
        let end = self.start + old.len();
        // The reserved memory is enough for this, so the address stays the same.
        self.memory.resize(end.max(old.end), 0);
        self.memory.copy_within(old, self.start);
        self.memory.truncate(end);
        Ok(())
    }

    /// Reads until the copy has `len` bytes, or until the file ends.
    fn fill(&mut self, file: &File, len: usize) -> Result<(), ReadError> {
        while self.bytes().len() < len {
            if read_spare(file, &mut self.memory).map_err(ReadError::Io)? == 0 {
                break;
            }
        }
        Ok(())
    }
}

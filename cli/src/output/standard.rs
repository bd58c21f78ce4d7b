//! Standard output, which is written in blocks. It has colours only if the user wants them.

use std::io::{self, IsTerminal as _, StdoutLock, Write};

use anstream::adapter::StripBytes;
use anstream::{AutoStream, ColorChoice};

use super::pager::Pager;

/// The size of a block, in bytes. Writing line by line would take longer than processing most files.
const BLOCK: usize = 1 << 16;

/// Standard output with a buffer. Call [`flush`](Write::flush) at the end: dropping an `Out` does not write the rest of
/// the buffer.
pub(crate) struct Out {
    stream: Stream,
    block: Vec<u8>,
    /// Removes the colours; `None` if colours are printed.
    strip: Option<StripBytes>,
}

enum Stream {
    Standard(AutoStream<StdoutLock<'static>>),
    Pager(Pager),
}

impl Out {
    /// Creates an output for long text with styles. On a terminal, the user's pager shows the text.
    pub(crate) fn paged() -> Self {
        let pager = if Self::is_terminal() { Pager::start() } else { None };
        match pager {
            Some(pager) => Self { stream: Stream::Pager(pager), ..Self::styled() },
            None => Self::styled(),
        }
    }

    /// Creates an output for text with styles.
    pub(crate) fn styled() -> Self {
        let strip = (!Self::has_colours()).then(StripBytes::new);
        Self { strip, ..Self::plain() }
    }

    /// Creates an output for text without styles, such as JSON.
    pub(crate) fn plain() -> Self {
        let stream = Stream::Standard(AutoStream::always(io::stdout().lock()));
        Self { stream, block: Vec::with_capacity(BLOCK), strip: None }
    }

    /// Returns true if styles are printed. If they are not, a command that prints many lines saves time by not adding
    /// them.
    pub(crate) fn has_colours() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Returns whether standard output is a terminal.
    pub(crate) fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Returns whether a block is full.
    pub(crate) fn is_full(&self) -> bool {
        self.block.len() >= BLOCK
    }

    /// Adds `bytes` to the block without writing them. Call `flush` when [`is_full`](Self::is_full) returns true.
    pub(crate) fn keep(&mut self, bytes: &[u8]) {
        match &mut self.strip {
            None => self.block.extend_from_slice(bytes),
            Some(strip) => strip.strip_next(bytes).for_each(|printed| self.block.extend_from_slice(printed)),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.keep(bytes);
        if self.is_full() {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let stream: &mut dyn Write = match &mut self.stream {
            Stream::Standard(stream) => stream,
            Stream::Pager(pager) => pager,
        };
        let written = stream.write_all(&self.block).and_then(|()| stream.flush());
        // Clear the block even if writing failed, so that it is not written again.
        self.block.clear();
        written
    }
}

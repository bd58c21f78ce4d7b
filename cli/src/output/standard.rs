//! Standard output, a block at a time and with colours only where they are wanted.

use std::io::{self, IsTerminal as _, StdoutLock, Write};

use anstream::adapter::StripBytes;
use anstream::{AutoStream, ColorChoice};

use super::pager::Pager;

/// What is written together. A line at a time would cost more than most files.
const BLOCK: usize = 1 << 16;

/// Standard output. What is left in it is only written by [`flush`](Write::flush).
pub(crate) struct Out {
    stream: Stream,
    block: Vec<u8>,
    /// Takes the colours out, where there are to be none.
    strip: Option<StripBytes>,
}

enum Stream {
    Standard(AutoStream<StdoutLock<'static>>),
    Pager(Pager),
}

impl Out {
    /// For long text with styles in it: a terminal shows it through the user's pager.
    pub(crate) fn paged() -> Self {
        let pager = if Self::is_terminal() { Pager::start() } else { None };
        match pager {
            Some(pager) => Self { stream: Stream::Pager(pager), ..Self::styled() },
            None => Self::styled(),
        }
    }

    /// For text with styles in it.
    pub(crate) fn styled() -> Self {
        let strip = (!Self::has_colours()).then(StripBytes::new);
        Self { strip, ..Self::plain() }
    }

    /// For what has no styles in it, such as JSON.
    pub(crate) fn plain() -> Self {
        let stream = Stream::Standard(AutoStream::always(io::stdout().lock()));
        Self { stream, block: Vec::with_capacity(BLOCK), strip: None }
    }

    /// Returns whether styles are printed. Where much is printed, they need not be made.
    pub(crate) fn has_colours() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Returns whether it is a terminal.
    pub(crate) fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Returns whether a block is full.
    pub(crate) fn is_full(&self) -> bool {
        self.block.len() >= BLOCK
    }

    /// Takes `bytes` without writing them: [`is_full`](Self::is_full) says when it is time to.
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
        // Also where it failed: it is not written again.
        self.block.clear();
        written
    }
}

//! Standard output, a block at a time and with colours only where they are wanted.

use std::io::{self, IsTerminal as _, StdoutLock, Write};

use anstream::adapter::StripBytes;
use anstream::{AutoStream, ColorChoice};

/// What is written together. A line at a time would cost more than most files.
const BLOCK: usize = 1 << 16;

/// Standard output. What is left in it is only written by [`flush`](Write::flush).
pub(crate) struct Out {
    stream: AutoStream<StdoutLock<'static>>,
    block: Vec<u8>,
    /// Takes the colours out, where there are to be none.
    strip: Option<StripBytes>,
}

impl Out {
    /// For text with styles in it.
    pub(crate) fn styled() -> Self {
        let strip = (!Self::has_colours()).then(StripBytes::new);
        Self { strip, ..Self::plain() }
    }

    /// For what has no styles in it, such as JSON.
    pub(crate) fn plain() -> Self {
        Self { stream: AutoStream::always(io::stdout().lock()), block: Vec::with_capacity(BLOCK), strip: None }
    }

    /// Whether styles reach whoever reads it. Whoever prints much need not make what is taken out again.
    pub(crate) fn has_colours() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether a person sees it come.
    pub(crate) fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a block is full.
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
        let written = self.stream.write_all(&self.block).and_then(|()| self.stream.flush());
        // Also where it failed: nobody writes it again.
        self.block.clear();
        written
    }
}

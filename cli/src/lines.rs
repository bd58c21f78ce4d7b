//! Lines on standard output, a file each, and a progress bar below them on a terminal.

use std::io::Write as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;
use crate::output::Out;

/// Lines that come within so long are printed together.
const LATEST: Duration = Duration::from_millis(50);
/// What takes less needs no bar.
const PATIENCE: Duration = Duration::from_millis(300);

/// Prints lines as they come.
pub(crate) struct Lines {
    out: Out,
    is_terminal: bool,
    printed: Instant,
    bar: ProgressBar,
    begun: Option<Instant>,
}

impl Lines {
    /// Lines about so many files.
    pub(crate) fn new(files: usize, out: Out) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {eta}") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self { out, is_terminal: Out::is_terminal(), printed: now, bar, begun: Some(now) }
    }

    /// One file more is done; `line` is what there is to say about it, if anything, with its line feed.
    pub(crate) fn done(&mut self, line: &[u8]) -> Result<(), Failure> {
        self.bar.inc(1);
        self.out.keep(line);
        let now = Instant::now();
        if self.begun.is_some_and(|begun| now.duration_since(begun) > PATIENCE) {
            self.begun = None;
            // Draws nothing where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.out.is_full() || now.duration_since(self.printed) >= LATEST {
            self.print()?;
        }
        Ok(())
    }

    /// One file more cannot be done; the message goes to standard error, behind the lines before it.
    pub(crate) fn failed(&mut self, failure: &Failure) -> Result<(), Failure> {
        self.bar.inc(1);
        self.said(failure)
    }

    /// Something more about the file that was done last, to standard error, behind the lines before it.
    pub(crate) fn said(&mut self, failure: &Failure) -> Result<(), Failure> {
        self.print()?;
        self.bar.suspend(|| failure.print());
        Ok(())
    }

    /// Prints the rest, and takes the bar away.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let printed = self.print();
        self.bar.finish_and_clear();
        printed
    }

    fn print(&mut self) -> Result<(), Failure> {
        let Self { out, bar, .. } = self;
        // Only where both are on one terminal does the bar have to make room.
        let printed = if self.is_terminal { bar.suspend(|| out.flush()) } else { out.flush() };
        self.printed = Instant::now();
        printed.map_err(Failure::printing)
    }
}

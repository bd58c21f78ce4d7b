//! Lines on standard output, one per file, and a progress bar below them on a terminal.

use std::io::Write as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;
use crate::output::Out;

/// The maximum time for which finished lines are collected before they are printed together.
const LATEST: Duration = Duration::from_millis(50);
/// The time after which the progress bar appears. A shorter run shows no bar.
const PATIENCE: Duration = Duration::from_millis(300);

/// A printer of lines, one per file, with a progress bar.
pub(crate) struct Lines {
    out: Out,
    is_terminal: bool,
    printed: Instant,
    bar: ProgressBar,
    begun: Option<Instant>,
}

impl Lines {
    /// Creates a printer for this number of files.
    pub(crate) fn new(files: usize, out: Out) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {eta}") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self { out, is_terminal: Out::is_terminal(), printed: now, bar, begun: Some(now) }
    }

    /// Records that one more file is done. `line` is its line with the line feed, or empty.
    pub(crate) fn done(&mut self, line: &[u8]) -> Result<(), Failure> {
        self.bar.inc(1);
        self.out.keep(line);
        let now = Instant::now();
        if self.begun.is_some_and(|begun| now.duration_since(begun) > PATIENCE) {
            self.begun = None;
            // This draws nothing if standard error is not a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.out.is_full() || now.duration_since(self.printed) >= LATEST {
            self.print()?;
        }
        Ok(())
    }

    /// Records that one more file failed. Its message goes to standard error, after the lines of the files before it.
    pub(crate) fn failed(&mut self, failure: &Failure) -> Result<(), Failure> {
        self.bar.inc(1);
        self.print_error(failure)
    }

    /// Prints a message about the last file to standard error, after the lines of the files before it.
    pub(crate) fn print_error(&mut self, failure: &Failure) -> Result<(), Failure> {
        self.print()?;
        self.bar.suspend(|| failure.print());
        Ok(())
    }

    /// Prints the remaining lines and removes the progress bar.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let printed = self.print();
        self.bar.finish_and_clear();
        printed
    }

    fn print(&mut self) -> Result<(), Failure> {
        let Self { out, bar, .. } = self;
        // If standard output is a terminal, it shows both the lines and the bar, so the bar is hidden while lines are
        // printed.
        let printed = if self.is_terminal { bar.suspend(|| out.flush()) } else { out.flush() };
        self.printed = Instant::now();
        printed.map_err(Failure::printing)
    }
}

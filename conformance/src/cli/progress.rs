//! Shows the progress of a run: a bar on a terminal, and otherwise a line from time to time.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::run;
use crate::text::{count, thousands};

/// The interval between lines if standard error is not a terminal. A shorter run prints no line.
const EVERY: Duration = Duration::from_secs(10);

/// Shows progress on standard error.
pub(super) struct Progress {
    start: Instant,
    bar: ProgressBar,
    /// The time of the last line that was printed. `None` if standard error is a terminal, which shows the bar instead.
    lines: Option<Mutex<Instant>>,
}

impl Progress {
    /// Creates the progress of a run that begins now.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len}, {eta} left {msg}") {
            bar.set_style(style);
        }
        let start = Instant::now();
        Self { start, bar, lines: (!std::io::stderr().is_terminal()).then_some(Mutex::new(start)) }
    }

    /// Shows the number of cases that are done.
    pub(super) fn cases(&self, progress: run::Progress) {
        self.bar.set_length(progress.total as u64);
        self.bar.set_position(progress.done as u64);
        if progress.failed > 0 {
            self.bar.set_message(format!("{} failed", thousands(progress.failed)));
        }
        self.line(|elapsed| cases(progress, elapsed));
    }

    /// Shows how much of `time` has passed, and `what`, the results so far.
    pub(super) fn time(&self, time: Duration, what: &str) {
        let elapsed = self.start.elapsed();
        self.bar.set_length(time.as_secs());
        self.bar.set_position(elapsed.as_secs());
        self.bar.set_message(what.to_owned());
        self.line(|elapsed| format!("{} of {} s: {what}", elapsed.as_secs(), time.as_secs()));
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: impl FnOnce(Duration) -> String) {
        // If another thread holds the lock, that thread prints the line.
        if let Some(Ok(mut last)) = self.lines.as_ref().map(Mutex::try_lock)
            && last.elapsed() >= EVERY
        {
            *last = Instant::now();
            // A closed standard error does not end the run.
            let _ = writeln!(std::io::stderr(), "{}", text(self.start.elapsed()));
        }
    }
}

fn cases(run::Progress { done, total, failed }: run::Progress, elapsed: Duration) -> String {
    let mut text = format!("{} of {}", thousands(done), count(total, "case", "cases"));
    if failed > 0 {
        let _ = write!(text, ", {} failed", thousands(failed));
    }
    if let (Ok(done), Ok(left)) = (u32::try_from(done), u32::try_from(total - done))
        && done > 0
        && left > 0
    {
        let seconds = (elapsed / done * left).as_secs();
        let estimate = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) };
        let _ = write!(text, ", about {estimate} left");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_done_what_failed_and_how_long_the_rest_takes() {
        let said =
            |done, failed, seconds| cases(run::Progress { done, total: 8_000, failed }, Duration::from_secs(seconds));
        assert_eq!(said(1_000, 0, 10), "1,000 of 8,000 cases, about 70 s left");
        assert_eq!(said(1_000, 3, 100), "1,000 of 8,000 cases, 3 failed, about 12 min left");
        assert_eq!(said(8_000, 3, 100), "8,000 of 8,000 cases, 3 failed");
    }
}

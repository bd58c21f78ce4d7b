//! The user's pager, which shows long text on a terminal a screen at a time.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

/// The options of `less` if the user sets none: quit if all fits on one screen, show colours, leave the text on the
/// screen.
const LESS: &str = "FRX";

/// A running pager. Dropping it waits until the pager ends.
pub(super) struct Pager(Child);

impl Pager {
    /// Starts the pager that the environment variable `BMES_PAGER` or, if it is not set, `PAGER` names. Returns `None`
    /// if neither is set, if the pager is `cat`, or if the pager does not start.
    pub(super) fn start() -> Option<Self> {
        let command = ["BMES_PAGER", "PAGER"].into_iter().find_map(|name| std::env::var(name).ok())?;
        let words = shell_words::split(&command).ok()?;
        let (program, arguments) = words.split_first().filter(|(program, _)| *program != "cat")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", LESS);
        }
        let child = command.spawn().ok()?;
        // While the pager runs, Ctrl-C must not end `bmes`: only the pager reacts to it.
        #[cfg(unix)]
        let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::default());
        Some(Self(child))
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0.stdin {
            Some(stdin) => stdin.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

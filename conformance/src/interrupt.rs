//! The signals that end a run. INT, TERM and HUP end every testee, and the run reports the results that it has so far.
//!
//! The command handles the signals from the start of its first testee. [`signal`] returns the first signal that the
//! process received.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicI32, Ordering};

/// The number of the first signal that the process received, or 0 if it received none.
static FIRST: AtomicI32 = AtomicI32::new(0);

/// A signal that ends the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(i32);

impl Signal {
    /// Returns the exit status that shells report for a process that this signal ended: 128 plus the number of the
    /// signal.
    pub fn exit_status(self) -> u8 {
        u8::try_from(self.0).map_or(u8::MAX, |number| number.saturating_add(128))
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[cfg(unix)]
        if let Some(name) = signal_hook::low_level::signal_name(self.0) {
            return f.write_str(name);
        }
        write!(f, "signal {}", self.0)
    }
}

/// Returns the first signal that the process received, or `None` if it received none.
pub fn signal() -> Option<Signal> {
    match FIRST.load(Ordering::SeqCst) {
        0 => None,
        number => Some(Signal(number)),
    }
}

/// Starts to handle INT, TERM and HUP. The first signal ends every testee. A second signal ends this process at once.
#[cfg(unix)]
pub(crate) fn watch() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        for number in signals.forever() {
            // The number is stored before the testees end. Otherwise, a worker would report the end of its testee as a
            // crash.
            let is_first = FIRST.compare_exchange(0, number, Ordering::SeqCst, Ordering::SeqCst).is_ok();
            crate::testee::end_all();
            if !is_first {
                std::process::exit(i32::from(Signal(number).exit_status()));
            }
        }
    });
    Ok(())
}

/// Does nothing: on a system without Unix signals, the system itself ends the process.
#[cfg(not(unix))]
pub(crate) fn watch() -> io::Result<()> {
    Ok(())
}

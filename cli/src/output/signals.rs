//! Handles signals that arrive while a temporary file exists: first the file is removed, then the signal has its
//! default effect.

use std::io;

/// Access to the signals that have arrived since [`Signals::hold`] began.
pub(super) struct Signals {
    #[cfg(unix)]
    unix: &'static unix::Held,
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::sync::{Arc, LazyLock};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
    use signal_hook::{flag, low_level};

    /// Signals that end the process.
    const ENDING: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

    pub(super) struct Held {
        /// True if signals have their default effect; false while [`Signals::hold`] delays it.
        is_default: Arc<AtomicBool>,
        /// The number of the last signal that has arrived; 0 if none has arrived.
        received: Arc<AtomicUsize>,
    }

    /// The handlers, installed at the first use. They stay installed, because restoring the earlier disposition needs
    /// `unsafe`.
    static HELD: LazyLock<Held> = LazyLock::new(|| {
        let (is_default, received) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
        let ignored = ignored();
        for signal in ENDING.into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0) {
            // If the registration fails, the signal ends the process, and the temporary file stays.
            let _ = flag::register_conditional_default(signal, is_default.clone());
            let _ = flag::register_usize(signal, received.clone(), usize::try_from(signal).unwrap_or(0));
        }
        // By default, SIGXFSZ ends the process. With a handler, the write returns an error instead.
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        Held { is_default, received }
    });

    /// Returns the signals that this process ignores, as a bit mask. For example, `nohup` makes it ignore SIGHUP.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        // If the system does not report the ignored signals, assume that the process ignores these three: `nohup` makes
        // it ignore SIGHUP, and a shell makes a command with `&` ignore SIGINT and SIGQUIT.
        let unknown = [SIGHUP, SIGINT, SIGQUIT].map(|signal| 1 << (signal - 1)).iter().sum();
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(unknown)
    }

    impl Held {
        pub(super) fn begin() -> &'static Self {
            HELD.is_default.store(false, Ordering::SeqCst);
            &HELD
        }

        pub(super) fn is_received(&self) -> bool {
            self.received.load(Ordering::SeqCst) != 0
        }

        /// Restores the default effect of signals. If a signal has arrived, applies its default effect now.
        pub(super) fn end(&self) {
            self.is_default.store(true, Ordering::SeqCst);
            let received = self.received.swap(0, Ordering::SeqCst);
            if let Some(signal) = i32::try_from(received).ok().filter(|signal| *signal != 0) {
                let _ = low_level::emulate_default_handler(signal);
            }
        }
    }
}

impl Signals {
    /// Runs `work`. While it runs, no signal ends the process. `work` removes its temporary file before it returns;
    /// after that, a signal that has arrived has its default effect.
    pub(super) fn hold<T>(work: impl FnOnce(&Self) -> io::Result<T>) -> io::Result<T> {
        #[cfg(unix)]
        {
            let signals = Self { unix: unix::Held::begin() };
            let done = work(&signals);
            signals.unix.end();
            done
        }
        #[cfg(not(unix))]
        work(&Self {})
    }

    /// Returns an error if a signal has arrived, so that `work` ends early.
    #[cfg_attr(not(unix), expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "Unix has signals"))]
    pub(super) fn check(&self) -> io::Result<()> {
        #[cfg(unix)]
        if self.unix.is_received() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    }
}

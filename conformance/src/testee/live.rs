//! The testees that run now, and the processes that they started and that left their process group, such as a daemon or
//! a program that `setsid` started.
//!
//! Each testee has its own value of an environment variable, which its children inherit. On Linux, the runner finds
//! these children by this value, in whatever process group they are.

use std::collections::BTreeSet;
use std::io;
use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The environment variable that marks a testee's processes. Its value is the runner's process id, a full stop and a number.
pub(super) const MARK: &str = "BMES_CONFORMANCE_TESTEE";

#[derive(Default)]
struct Live {
    /// The process ids of the testees that run. Each of them leads its process group.
    leaders: BTreeSet<u32>,
    /// The process ids of the leaders whose groups the runner killed.
    ended: BTreeSet<u32>,
    started: usize,
    is_over: bool,
    /// A description of each process outside these groups that the runner killed.
    strays: Vec<String>,
}

static LIVE: Mutex<Option<Live>> = Mutex::new(None);

fn with<T>(change: impl FnOnce(&mut Live) -> T) -> T {
    let mut live: MutexGuard<'_, Option<Live>> = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
    change(live.get_or_insert_default())
}

/// Starts a testee with `spawn`, unless [`end_all`] was called. `spawn` gets the value of [`MARK`].
pub(super) fn start(spawn: impl FnOnce(&str) -> io::Result<Child>) -> io::Result<(Child, String)> {
    // The lock is held until the testee is in the list, so that `end_all` misses no testee.
    with(|live| {
        if live.is_over {
            return Err(io::Error::other("the run is over"));
        }
        live.started += 1;
        let mark = format!("{}.{}", std::process::id(), live.started);
        let child = spawn(&mark)?;
        live.leaders.insert(child.id());
        Ok((child, mark))
    })
}

/// Kills the process group of `leader`.
pub(super) fn end(leader: u32) {
    with(|live| live.end(leader));
}

/// Kills the processes that have this `mark` and are in no testee's process group.
pub(super) fn end_strays(mark: &str) {
    with(|live| live.end_strays(&|value| value == mark));
}

/// Kills all testees of this process and all processes that they started. No testee can be started after this call.
pub(crate) fn end_all() {
    with(|live| {
        live.is_over = true;
        while let Some(leader) = live.leaders.pop_first() {
            live.end(leader);
        }
    });
    end_all_strays();
}

/// Kills the processes that left the process groups of testees. Returns the commands and ids of all processes that were
/// killed in this way so far.
pub(crate) fn end_all_strays() -> Vec<String> {
    let prefix = format!("{}.", std::process::id());
    with(|live| {
        live.end_strays(&|value| value.starts_with(&prefix));
        live.strays.clone()
    })
}

impl Live {
    fn end(&mut self, leader: u32) {
        self.leaders.remove(&leader);
        self.ended.insert(leader);
        #[cfg(unix)]
        if let Some(leader) = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw) {
            // This fails only if the group has already ended.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }

    #[cfg(target_os = "linux")]
    fn end_strays(&mut self, is_meant: &dyn Fn(&str) -> bool) {
        let Ok(entries) = std::fs::read_dir("/proc") else { return };
        for pid in entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()) {
            // A process in a group that was killed is about to end, so it is not killed again here.
            let is_stray = super::memory::group_of(pid)
                .is_some_and(|group| !self.leaders.contains(&group) && !self.ended.contains(&group));
            if is_stray && mark_of(pid).is_some_and(|mark| is_meant(&mark)) {
                self.strays.extend(end_stray(pid));
            }
        }
    }

    /// Systems other than Linux do not show the environment of a process.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "the version for Linux uses it")]
    fn end_strays(&mut self, _: &dyn Fn(&str) -> bool) {}
}

#[cfg(target_os = "linux")]
fn mark_of(pid: u32) -> Option<String> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mut variables = environment.split(|byte| *byte == 0).filter_map(|variable| std::str::from_utf8(variable).ok());
    variables.find_map(|variable| variable.strip_prefix(MARK)?.strip_prefix('=').map(str::to_owned))
}

/// Kills a process. Returns a text with its command and id.
#[cfg(target_os = "linux")]
fn end_stray(pid: u32) -> Option<String> {
    use rustix::process::{Pid, Signal, kill_process};
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    kill_process(Pid::from_raw(i32::try_from(pid).ok()?)?, Signal::KILL).ok()?;
    let words: Vec<_> = words.split(|byte| *byte == 0).filter(|word| !word.is_empty()).collect();
    Some(format!("`{}` (process {pid})", crate::text::excerpt(&words.join(&b' '))))
}

//! The testees that run now, and the processes that left their group, such as a daemon or a program that `setsid`
//! started.
//!
//! Each testee has its own value of an environment variable, which its children inherit. On Linux, this value finds
//! them in any group.

use std::collections::BTreeSet;
use std::io;
use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The environment variable that marks a testee's processes. Its value is the runner's process id, a full stop and a number.
pub(super) const MARK: &str = "BMES_CONFORMANCE_TESTEE";

#[derive(Default)]
struct Live {
    /// The process ids of the testees that run. Each leads a group.
    leaders: BTreeSet<u32>,
    /// The leaders of groups that were ended.
    ended: BTreeSet<u32>,
    started: usize,
    is_over: bool,
    /// The processes outside these groups that were ended.
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

/// Ends the group of `leader`.
pub(super) fn end(leader: u32) {
    with(|live| live.end(leader));
}

/// Ends the processes of the testee with this mark that are not in a group of a testee.
pub(super) fn end_strays(mark: &str) {
    with(|live| live.end_strays(&|value| value == mark));
}

/// Ends all testees of this process and all processes that they started. No testee can be started after this call.
pub(crate) fn end_all() {
    with(|live| {
        live.is_over = true;
        while let Some(leader) = live.leaders.pop_first() {
            live.end(leader);
        }
    });
    end_all_strays();
}

/// Ends the processes that left the groups of testees. Returns the commands and ids of all processes that were ended
/// in this way so far.
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
            // A group that has ended cannot be killed. No other error is possible.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }

    #[cfg(target_os = "linux")]
    fn end_strays(&mut self, is_meant: &dyn Fn(&str) -> bool) {
        let Ok(entries) = std::fs::read_dir("/proc") else { return };
        for pid in entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()) {
            // A member of a group that was ended is about to end.
            let is_stray = super::memory::group_of(pid)
                .is_some_and(|group| !self.leaders.contains(&group) && !self.ended.contains(&group));
            if is_stray && mark_of(pid).is_some_and(|mark| is_meant(&mark)) {
                self.strays.extend(end_stray(pid));
            }
        }
    }

    /// Other systems do not show the environment of a process.
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

/// Ends a process. Returns its command and id.
#[cfg(target_os = "linux")]
fn end_stray(pid: u32) -> Option<String> {
    use rustix::process::{Pid, Signal, kill_process};
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    kill_process(Pid::from_raw(i32::try_from(pid).ok()?)?, Signal::KILL).ok()?;
    let words: Vec<_> = words.split(|byte| *byte == 0).filter(|word| !word.is_empty()).collect();
    Some(format!("`{}` (process {pid})", crate::text::excerpt(&words.join(&b' '))))
}

//! Errors of system calls, injected by strace: each of 15 errors at each call that a store makes.

use std::collections::HashMap;
use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::{Scale, Seen};
use crate::modules::Module;
use crate::report::Report;
use crate::scene::{Scene, cache, temporary_files};
use crate::worker::{MARK, PHASES, Task};

const ERRORS: [&str; 15] = [
    "EACCES", "EPERM", "ENOENT", "EIO", "ENOSPC", "EMFILE", "ENFILE", "ENOMEM", "EINTR", "EAGAIN", "EROFS", "EDQUOT",
    "EBUSY", "ESTALE", "ENOSYS",
];

/// Calls that are left out. The first ones get memory, which a Rust program cannot go on without. POSIX says that the last
/// one always succeeds.
const LEFT_OUT: [&str; 6] = ["brk", "mmap", "munmap", "mremap", "madvise", "geteuid"];

/// With this limit, a folder may hold 8 KiB: the long module 3 is evicted, and the others stay.
const LIMIT: u64 = 4 << 20;

/// A system call that the worker makes while it uses the store.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Call {
    phase: &'static str,
    name: String,
    /// How many calls of this name the process has made, this one included.
    ordinal: usize,
}

/// Injects each error once at each call.
pub(super) fn run(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let calls = calls(scene, &[])?;
    let plans: Vec<_> = calls.iter().flat_map(|call| ERRORS.map(|error| vec![injection(call, error)])).collect();
    let mut seen = inject(scene, &plans)?;
    let counts = PHASES.map(|phase| (phase, calls.iter().filter(|call| call.phase == phase).count()));
    let counts: Vec<_> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(phase, count)| format!("{phase} {count}")).collect();
    seen.text = format!("{}; calls: {}", seen.text, counts.join(", "));
    Ok(seen)
}

/// Lets writing and renaming fail, and then each error at each call that cleans up.
pub(super) fn run_pairs(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut plans = Vec::new();
    for first in ["write", "renameat", "renameat2"] {
        let calls = calls(scene, &[])?;
        let Some(first) = calls.iter().find(|call| call.phase == "put" && call.name == first) else { continue };
        let first = injection(first, "EIO");
        let after = self::calls(scene, std::slice::from_ref(&first))?;
        let cleanup = after.iter().filter(|call| call.phase == "put" && !calls.contains(call));
        plans.extend(cleanup.flat_map(|call| ERRORS.map(|error| vec![first.clone(), injection(call, error)])));
    }
    inject(scene, &plans)
}

/// Runs workers on a system without the call `openat2`: an old kernel, or a container that forbids it.
pub(super) fn run_old_kernel(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    const MODULES: u64 = 20;
    let mut seen = Seen::new("missing calls");
    let mut total = Report::default();
    let log = scene.path("log");
    for error in ["ENOSYS", "EPERM"] {
        let dir = scene.path(error);
        for hits in [0, MODULES] {
            let injection = [format!("inject=openat2:error={error}")];
            let start = scene.worker(Task::Visit, &dir).with("count", MODULES);
            let report = seen.take(start.below(strace(&log, &injection)).run()).unwrap_or_default();
            seen.count += fs::read_to_string(&log)?.matches("(INJECTED)").count() as u64;
            seen.require(report.hits == hits && report.stored == MODULES - hits, || format!("{error}: {report}"));
            total.add(report);
        }
        // A link in place of a file is not followed there either.
        let path = dir.join(Module::new(0).path());
        fs::rename(&path, dir.join("elsewhere"))?;
        std::os::unix::fs::symlink(dir.join("elsewhere"), &path)?;
        let start = scene.worker(Task::Look, &dir).with("count", MODULES);
        let report = seen.take(start.below(strace(&log, &[format!("inject=openat2:error={error}")])).run());
        let report = report.unwrap_or_default();
        seen.require(report.missed("not-a-file") == 1, || format!("a link, {error}: {report}"));
    }
    seen.text = total.to_string();
    Ok(seen)
}

fn injection(call: &Call, error: &str) -> String {
    format!("inject={}:error={error}:when={}", call.name, call.ordinal)
}

/// Runs a worker with each list of injections, several at the same time, then a second worker without any.
fn inject(scene: &Scene, plans: &[Vec<String>]) -> io::Result<Seen> {
    let (next, seen) = (AtomicUsize::new(0), Mutex::new((Seen::new("errors"), Totals::default())));
    let jobs = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        for job in 0..jobs {
            let (next, seen) = (&next, &seen);
            scope.spawn(move || {
                while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = once(scene, &job.to_string(), plan);
                    let Ok(mut seen) = seen.lock() else { return };
                    let (seen, totals) = &mut *seen;
                    match result {
                        Err(fault) => seen.faults.push(format!("{}: {fault}", plan.join(" "))),
                        Ok(run) => {
                            seen.count += 1;
                            totals.hits += run.hits;
                            totals.not_stored += run.not_stored;
                        }
                    }
                }
            });
        }
    });
    let (mut seen, totals) = seen.into_inner().map_err(|_| io::Error::other("a thread panicked"))?;
    seen.text = format!("{} hits, {} not stored", totals.hits, totals.not_stored);
    Ok(seen)
}

#[derive(Default)]
struct Totals {
    hits: u64,
    not_stored: u64,
}

/// Runs a worker with these injections, then another without. Returns what the first one saw, or what is not as required.
fn once(scene: &Scene, name: &str, plan: &[String]) -> Result<Totals, String> {
    let dir = scene.path(&format!("cache-{name}"));
    let text = |error: io::Error| error.to_string();
    prepare(&dir).map_err(text)?;
    let log = scene.path(&format!("log-{name}"));
    let start = below_strace(scene, &dir, &log, plan);
    let report = start.run()?;
    let lines = fs::read_to_string(&log).map_err(text)?;
    let injected = lines.lines().filter(|line| line.contains("(INJECTED)")).count();
    if injected != plan.len() {
        return Err(format!("{injected} of {} errors were injected", plan.len()));
    }
    if report.wrong > 0 {
        return Err("an invalid file was served".to_owned());
    }
    // Only module 2 is damaged: no file was stored in part.
    if report.missed("damaged") > 1 {
        return Err("a file was stored in part".to_owned());
    }
    if report.stored == 1 && report.hits + report.missed("unreadable") + report.missed("absent") == 0 {
        return Err(format!("what was stored is not found: {report}"));
    }
    let files = temporary_files(&dir);
    let cannot_clean_up = plan.len() > 1;
    if files.len() > usize::from(cannot_clean_up) {
        return Err(format!("{} temporary files are left", files.len()));
    }
    // The fault has passed: a second process finds or stores everything.
    let healed = scene.worker(Task::Visit, &dir).with("count", 4).run()?;
    if healed.hits + healed.stored != 4 || healed.wrong > 0 || healed.missed("damaged") > 1 {
        return Err(format!("the cache does not recover: {healed}"));
    }
    Ok(Totals { hits: report.hits, not_stored: report.not_stored })
}

/// Lists the calls that a worker makes with these injections.
fn calls(scene: &Scene, plan: &[String]) -> io::Result<Vec<Call>> {
    let (dir, log) = (scene.path("cache-list"), scene.path("log-list"));
    prepare(&dir)?;
    below_strace(scene, &dir, &log, plan).run().map_err(io::Error::other)?;
    let mut counts = HashMap::new();
    let (mut phase, mut calls) = (None, Vec::new());
    let mut evicted = Vec::new();
    for line in fs::read_to_string(&log)?.lines() {
        // PID NAME(ARGUMENTS) = RESULT
        let call = line.split_once(' ').map_or("", |(_, call)| call.trim_start());
        let Some((name, arguments)) = call.split_once('(') else { continue };
        let ordinal = counts.entry(name.to_owned()).and_modify(|count| *count += 1).or_insert(1);
        if let Some((_, mark)) = arguments.split_once(MARK) {
            phase = PHASES.into_iter().find(|phase| mark.starts_with(phase));
            continue;
        }
        // What is between storing and evicting is another lookup.
        let Some(phase) = phase.filter(|phase| !["between", "end"].contains(phase)) else { continue };
        if LEFT_OUT.contains(&name) {
            continue;
        }
        // Eviction looks at 257 folders with the same calls: one call of each kind is enough.
        let failed = call.contains(" = -1 ");
        if phase == "evict" {
            if evicted.contains(&(name.to_owned(), failed)) {
                continue;
            }
            evicted.push((name.to_owned(), failed));
        }
        calls.push(Call { phase, name: name.to_owned(), ordinal: *ordinal });
    }
    Ok(calls)
}

fn below_strace<'a>(scene: &'a Scene, dir: &'a Path, log: &Path, plan: &[String]) -> crate::process::Start<'a> {
    scene.worker(Task::Once, dir).with("limit", LIMIT).below(strace(log, plan))
}

/// Returns the words that start a program below strace, with these injections.
fn strace(log: &Path, plan: &[String]) -> Vec<String> {
    let words = ["strace", "-f", "-o", log.to_str().unwrap_or_default(), "-e", "signal=none"].map(str::to_owned);
    let injections = plan.iter().flat_map(|injection| ["-e".to_owned(), injection.clone()]);
    words.into_iter().chain(injections).collect()
}

/// Creates a cache in which module 0 was not used for a day, and module 2 is damaged.
fn prepare(dir: &PathBuf) -> io::Result<()> {
    let _ = fs::remove_dir_all(dir);
    cache(dir, 3);
    let [used, absent, damaged] = [0, 1, 2].map(|number| dir.join(Module::new(number).path()));
    fs::remove_file(absent)?;
    let file = File::options().write(true).open(damaged)?;
    file.set_len(file.metadata()?.len() - 1)?;
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    File::options().write(true).open(used)?.set_times(FileTimes::new().set_accessed(yesterday).set_modified(yesterday))
}

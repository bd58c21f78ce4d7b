//! Counts the system calls of one lookup and of one store, with `strace`.
//!
//! A benchmark runs itself under `strace` ([`count`]). The second process does what [`perform_if_asked`] says, and marks the
//! beginning and the end of each series of operations by the path of a file that does not exist.

use super::caches::{Kind, Memory};
use super::modules::{Module, Size};
use super::{Scratch, node, writes};
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The argument that makes a benchmark perform operations instead of measuring them. The folder for caches follows, and
/// then the folder that Node.js has filled, if there is one.
const ARGUMENT: &str = "--system-calls";
/// The beginning of the paths that mark series of operations.
const MARK: &str = "mark of a benchmark:";
/// The number of operations in a series.
const OPERATIONS: usize = 64;
/// The reason why nothing was counted.
pub const NO_STRACE: &str = "`strace` is missing";

/// The system calls of a cache.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The calls of one lookup.
    pub lookup: Calls,
    /// The calls of one store.
    pub store: Calls,
}

/// The system calls of one operation: the name and the average number of each, in the order of their first use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calls(Vec<(String, f64)>);

impl Calls {
    /// Returns the number of all calls.
    pub fn total(&self) -> f64 {
        self.0.iter().map(|(_, number)| number).sum()
    }

    fn add(&mut self, name: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, number)) => *number += 1.0,
            None => self.0.push((name.to_owned(), 1.0)),
        }
    }

    /// Returns the calls of one operation of a series. Leaves out calls that fewer than one of twenty operations made: those
    /// of the allocator.
    fn per_operation(mut self, operations: usize) -> Self {
        self.0.iter_mut().for_each(|(_, number)| *number /= operations as f64);
        self.0.retain(|(_, number)| *number >= 0.05);
        self
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", rounded(self.total()))?;
        for (index, (name, number)) in self.0.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let times = rounded(*number);
            if times == "1" { write!(f, "{comma}{name}")? } else { write!(f, "{comma}{name} ×{times}")? }
        }
        Ok(())
    }
}

/// Formats a number with one decimal, or without if that is zero.
fn rounded(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Returns whether this machine has `strace`, and may use it.
pub fn has_strace() -> bool {
    let quiet = Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// Returns a command that runs the first thread of a program under `strace`.
pub fn traced(log: &Path, program: &Path) -> Command {
    let mut command = Command::new("strace");
    command.arg("-o").arg(log).arg(program);
    command
}

/// Counts the system calls of all caches. `node` is the folder that Node.js has filled. Returns the reason if nothing was
/// counted.
pub fn count(scratch: &Scratch, node: Option<&Path>) -> io::Result<Result<Vec<(Kind, Use)>, String>> {
    if !has_strace() {
        return Ok(Err(NO_STRACE.to_owned()));
    }
    let folder = scratch.folder()?;
    let log = folder.join("strace");
    let mut command = traced(&log, &std::env::current_exe()?);
    let output = command.arg(ARGUMENT).arg(&folder).args(node).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let log = fs::read_to_string(log)?;
    let used = |kind| Use { lookup: marked(&log, &mark(kind, "lookup")), store: marked(&log, &mark(kind, "store")) };
    Ok(Ok(Kind::ALL.map(|kind| (kind, used(kind))).into()))
}

/// Performs the operations whose system calls another process counts, if the arguments of this process say so. Returns
/// whether they do.
pub fn perform_if_asked() -> io::Result<bool> {
    let mut arguments = std::env::args_os().skip_while(|argument| argument != ARGUMENT).skip(1);
    let Some(scratch) = arguments.next() else { return Ok(false) };
    let modules = match arguments.next() {
        Some(node) => node::modules(Path::new(&node))?.map_err(io::Error::other)?,
        None => Size::Typical.modules(),
    };
    perform(&Scratch(tempfile::tempdir_in(scratch)?), &modules[..modules.len().min(OPERATIONS)])?;
    Ok(true)
}

fn perform(scratch: &Scratch, modules: &[Module]) -> io::Result<()> {
    let mut memory = Memory::default();
    for (cache, folder) in writes::caches(scratch, &Kind::ALL)? {
        let store = |module| assert!(cache.store(module), "{}: a module is not stored", cache.kind().name());
        let mut look_up = |module| assert!(cache.look_up(module, &mut memory), "{}: a miss", cache.kind().name());
        // The first time, folders are created and memory is allocated.
        modules.iter().for_each(store);
        modules.iter().for_each(&mut look_up);
        scratch.empty(&folder)?;
        between_marks(&mark(cache.kind(), "store"), || modules.iter().for_each(store));
        between_marks(&mark(cache.kind(), "lookup"), || modules.iter().for_each(look_up));
    }
    Ok(())
}

fn mark(kind: Kind, operation: &str) -> String {
    format!("{MARK} {operation}, {kind:?}")
}

fn between_marks(mark: &str, operations: impl FnOnce()) {
    let _ = fs::metadata(mark);
    operations();
    let _ = fs::metadata(mark);
}

/// Returns the calls between the two lines of a log that have a mark.
fn marked(log: &str, mark: &str) -> Calls {
    let mark = format!("\"{mark}\"");
    let mut calls = Calls::default();
    let inside = log.lines().skip_while(|line| !line.contains(&mark)).skip(1);
    inside.take_while(|line| !line.contains(&mark)).filter_map(name).for_each(|name| calls.add(name));
    calls.per_operation(OPERATIONS)
}

/// Returns the calls for one file of a folder: from the one that opens it, to the one that closes or renames it.
pub fn of_files(log: &str, folder: &Path) -> Calls {
    let prefix = format!("\"{}/", folder.display());
    let (mut calls, mut files) = (Calls::default(), 0);
    let mut descriptor = None;
    for line in log.lines() {
        let Some(name) = name(line) else { continue };
        let result = line.rsplit_once(" = ").map_or("", |(_, result)| result);
        let is_path = line.contains(&prefix);
        if is_path && name == "openat" && !result.starts_with('-') {
            files += 1;
            descriptor = Some(format!("({result}"));
        }
        let rest = &line[name.len()..];
        let is_descriptor = descriptor
            .as_ref()
            .is_some_and(|it| rest.strip_prefix(it.as_str()).is_some_and(|rest| rest.starts_with([',', ')'])));
        if descriptor.is_some() && (is_path || is_descriptor) || is_path && name == "rename" {
            calls.add(name);
        }
        if is_descriptor && name == "close" {
            descriptor = None;
        }
    }
    calls.per_operation(files)
}

/// Returns the name of the call in a line of a log.
fn name(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('(')?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Calls, MARK, OPERATIONS, marked, of_files};
    use std::path::Path;

    #[test]
    fn calls_between_marks_are_counted() {
        let mark = format!("{MARK} lookup, Bmes");
        let line = format!("statx(AT_FDCWD, \"{mark}\", 0) = -1 ENOENT (No such file or directory)\n");
        let inside = "openat2(3, \"a\") = 4\nread(4, \"\", 1) = 1\nread(4, \"\", 1) = 0\n".repeat(OPERATIONS);
        let log = format!("brk(0) = 0\n{line}{inside}mmap(0) = 0\n{line}close(4) = 0\n");
        assert_eq!(marked(&log, &mark).to_string(), "3: openat2, read ×2");
    }

    #[test]
    fn the_calls_of_files_in_a_folder_are_counted() {
        let log = "openat(AT_FDCWD, \"/other/x\", O_RDONLY) = 4\nread(4, \"\", 1) = 1\nclose(4) = 0\n\
                   openat(AT_FDCWD, \"/cache/a\", O_RDONLY) = -1 ENOENT (No such file or directory)\n\
                   openat(AT_FDCWD, \"/cache/a.X\", O_CREAT) = 21\nread(2, \"\", 1) = 1\npwritev(21, [], 2, 0) = 1\n\
                   close(21) = 0\nrename(\"/cache/a.X\", \"/cache/a\") = 0\nclose(21) = 0\n";
        assert_eq!(of_files(log, Path::new("/cache")).to_string(), "4: openat, pwritev, close, rename");
        assert_eq!(Calls::default().per_operation(1), Calls::default());
    }
}

//! Measures how much memory a testee takes for one question. Linux keeps two peaks for every process. `VmPeak` is the
//! largest size of its address space, and `VmHWM` is the most physical memory that it used. `reserve(4 GiB)` raises
//! only `VmPeak`, because untouched memory uses no physical memory.
//!
//! A limit of the system (`RLIMIT_AS`) is no alternative: sanitizers and JavaScript engines have terabytes of address
//! space before the first question. So the runner measures how much the peaks grow during a question.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use super::Memory;

/// The number of bytes by which the peak of physical memory may grow for any question, because a heap grows in large
/// steps.
pub const RESIDENT_ALLOWANCE: u64 = 64 * MIB;

/// The number of bytes by which the peak of address space may grow for any question. Address space costs nothing, and
/// runtimes take it in large pieces at any time. For example, a thread takes 128 MiB with glibc when it first
/// allocates. The garbage collector of a JavaScript engine starts such threads in the middle of a run. No file needs
/// more address space than this limit. A testee that reserves memory for an unchecked count takes at least twice as
/// much.
pub const VIRTUAL_ALLOWANCE: u64 = 1024 * MIB;

/// The number of bytes by which both peaks may grow for each byte of the file. This is enough for an object for each
/// string, a tree of JSON values, and the copy of both that a garbage collector makes.
pub const PER_BYTE: u64 = 64;

/// The largest growth that [`Peaks::forgive`] ignores after a first request. It is large because libraries start a
/// thread for each core.
const ONCE: Peak = Peak { reserved: 2 * VIRTUAL_ALLOWANCE, resident: 4 * RESIDENT_ALLOWANCE };

/// The growth of physical memory after `hello`, in bytes, from which the runner starts a testee again. All questions
/// together cause it.
const WORN_OUT: u64 = 8 * RESIDENT_ALLOWANCE;

/// The maximum number of a testee's processes that are watched. Most testees have one process; `npx` and similar
/// launchers have two or three.
const PROCESSES: usize = 4;

const MIB: u64 = 1024 * 1024;

/// The peaks of a testee's processes.
pub(super) struct Peaks {
    processes: Vec<Process>,
    worn_out: bool,
}

struct Process {
    /// The open file `/proc/PID/status`. It is read after every answer.
    status: File,
    after_hello: Peak,
    last: Peak,
}

/// The peaks of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peak {
    /// The peak of the address space.
    pub reserved: u64,
    /// The peak of the physical memory.
    pub resident: u64,
}

impl Peaks {
    /// Opens the peaks of the process `leader` and of the processes that are in its group now. If `leader` is a
    /// launcher such as `npx`, its child has already answered `hello` and is in the group.
    pub(super) fn of_group(leader: u32) -> Self {
        let others = members(leader).into_iter().filter(|pid| *pid != leader);
        let processes = [leader].into_iter().chain(others).filter_map(Process::of).take(PROCESSES);
        Self { processes: processes.collect(), worn_out: false }
    }

    /// Returns whether this system reports the peaks.
    pub(super) fn memory(&self) -> Memory {
        if self.processes.is_empty() {
            Memory::Unenforced("this system does not report the memory of a process")
        } else {
            Memory::Enforced
        }
    }

    /// Returns a sentence that says which peak grew beyond its limit since the last call, if one did. The last
    /// question had `input` bytes.
    pub(super) fn excess(&mut self, input: usize) -> Option<String> {
        let mut excess = None;
        for process in &mut self.processes {
            // A process that has ended has no peaks. If it is the process that answers, the missing answer shows its
            // end.
            let Some(peak) = read(&mut process.status) else { continue };
            let last = std::mem::replace(&mut process.last, peak);
            self.worn_out |= peak.resident.saturating_sub(process.after_hello.resident) > WORN_OUT;
            let figures = [
                ("resident memory (VmHWM)", last.resident, peak.resident, limit(RESIDENT_ALLOWANCE, input)),
                ("virtual memory (VmPeak)", last.reserved, peak.reserved, limit(VIRTUAL_ALLOWANCE, input)),
            ];
            let over = figures.into_iter().find(|(_, before, after, limit)| after.saturating_sub(*before) > *limit);
            if let Some((what, before, after, limit)) = over {
                excess.get_or_insert_with(|| {
                    format!(
                        "its peak of {what} grew by {}, from {} to {}; the limit for a question of {} is {}",
                        amount(after - before),
                        amount(before),
                        amount(after),
                        crate::text::count(input, "byte", "bytes"),
                        amount(limit),
                    )
                });
            }
        }
        excess
    }

    /// Returns the sum of the peaks of all processes.
    pub(super) fn now(&mut self) -> Option<Peak> {
        let peaks: Vec<_> = self.processes.iter_mut().filter_map(|process| read(&mut process.status)).collect();
        let add = |sum: Peak, peak: &Peak| Peak {
            reserved: sum.reserved.saturating_add(peak.reserved),
            resident: sum.resident.saturating_add(peak.resident),
        };
        if peaks.is_empty() { None } else { Some(peaks.iter().fold(Peak::default(), add)) }
    }

    /// Makes the current peaks the start of the next measurement. Leaves out a process whose peak grew by more than
    /// [`ONCE`], because one-time work does not explain such growth.
    pub(super) fn forgive(&mut self) {
        for process in &mut self.processes {
            let Some(peak) = read(&mut process.status) else { continue };
            let reserved = peak.reserved.saturating_sub(process.last.reserved);
            let resident = peak.resident.saturating_sub(process.last.resident);
            if reserved <= ONCE.reserved && resident <= ONCE.resident {
                process.last = peak;
            }
        }
    }

    /// Returns whether all questions together made the testee keep too much memory.
    pub(super) const fn is_worn_out(&self) -> bool {
        self.worn_out
    }
}

impl Process {
    fn of(pid: u32) -> Option<Self> {
        let mut status = File::open(format!("/proc/{pid}/status")).ok()?;
        let peak = read(&mut status)?;
        Some(Self { status, after_hello: peak, last: peak })
    }
}

/// Returns the number of bytes by which a question of `input` bytes may make a peak grow.
fn limit(allowance: u64, input: usize) -> u64 {
    let input = u64::try_from(input).unwrap_or(u64::MAX);
    allowance.saturating_add(input.saturating_mul(PER_BYTE))
}

/// Reads the first 4,096 bytes of `/proc/PID/status`. The lines with the peaks are near the beginning. The longest line
/// before them is the list of groups, which is long for a user in hundreds of groups.
fn read(status: &mut File) -> Option<Peak> {
    let mut text = [0; 4096];
    status.seek(SeekFrom::Start(0)).ok()?;
    let length = status.read(&mut text).ok()?;
    parse(&text[..length])
}

fn parse(status: &[u8]) -> Option<Peak> {
    let mut lines = status.split(|byte| *byte == b'\n');
    Some(Peak {
        reserved: kibibytes(lines.find_map(|line| line.strip_prefix(b"VmPeak:"))?)?,
        resident: kibibytes(lines.find_map(|line| line.strip_prefix(b"VmHWM:"))?)?,
    })
}

fn kibibytes(value: &[u8]) -> Option<u64> {
    let number = std::str::from_utf8(value).ok()?.trim().strip_suffix(" kB")?;
    number.parse::<u64>().ok()?.checked_mul(1024)
}

/// Returns the processes of the group that `leader` leads.
fn members(leader: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.filter(|pid| group_of(*pid) == Some(leader)).collect()
}

/// Returns the process's group. It is the third field after the program's name, which is in parentheses and may
/// contain any character.
pub(super) fn group_of(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    std::str::from_utf8(&stat[name_end + 1..]).ok()?.split_ascii_whitespace().nth(2)?.parse().ok()
}

/// Formats an amount of memory: `1.5 GiB`, `64 MiB`.
fn amount(bytes: u64) -> String {
    let (tenths, unit) =
        if bytes >= 1024 * MIB { (bytes / (1024 * MIB / 10), "GiB") } else { (bytes.saturating_mul(10) / MIB, "MiB") };
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, tenth) => format!("{whole}.{tenth} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_matter_are_found() {
        let status = b"Name:\tx\nVmPeak:\t   10 kB\nVmSize:\t 9 kB\nVmLck:\t0 kB\nVmHWM:\t     3 kB\nVmRSS:\t2 kB\n";
        let peak = Peak { reserved: 10 * 1024, resident: 3 * 1024 };
        assert_eq!(parse(status), Some(peak));
        assert_eq!(parse(b"Name:\tx\nState:\tZ (zombie)\n"), None);
        assert_eq!(parse(b"VmPeak:\tmuch\nVmHWM:\t3 kB\n"), None);
    }

    #[test]
    fn the_limit_grows_with_the_file() {
        assert_eq!(limit(RESIDENT_ALLOWANCE, 0), 64 * MIB);
        assert_eq!(limit(RESIDENT_ALLOWANCE, 1024 * 1024), 128 * MIB);
        assert_eq!(limit(VIRTUAL_ALLOWANCE, 1024 * 1024), 1088 * MIB);
        assert_eq!(limit(VIRTUAL_ALLOWANCE, usize::MAX), u64::MAX);
    }

    #[test]
    fn amounts_are_short() {
        let amounts = [0, 64 * MIB, 65 * MIB + MIB / 2, 1024 * MIB, 4506 * MIB];
        assert_eq!(amounts.map(amount), ["0 MiB", "64 MiB", "65.5 MiB", "1 GiB", "4.4 GiB"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_of_this_process_shows_and_shows_once() {
        let mut peaks = Peaks::of_group(std::process::id());
        assert_eq!(peaks.memory(), Memory::Enforced);
        let taken = vec![1_u8; usize::try_from(300 * MIB).unwrap()];
        assert_eq!(taken.iter().rposition(|byte| *byte == 1), Some(taken.len() - 1));
        let excess = peaks.excess(28).unwrap();
        assert!(excess.starts_with("its peak of resident memory (VmHWM) grew by"), "{excess}");
        assert!(excess.ends_with("the limit for a question of 28 bytes is 64 MiB"), "{excess}");
        assert_eq!(peaks.excess(28), None);
    }
}

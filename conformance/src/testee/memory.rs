//! How much memory a testee takes for one question, from the peaks that Linux keeps for every process: `VmPeak`, the most addresses it ever had,
//! and `VmHWM`, the most memory. `reserve(4 GiB)` shows in the first alone, for untouched memory is none.
//!
//! A limit of the system's (`RLIMIT_AS`) is no alternative: sanitizers and JavaScript engines have terabytes of addresses before they are asked
//! anything. The growth says what a question took.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use super::Memory;

/// A peak of memory may grow by so many bytes for any question: a heap grows in steps.
pub const RESIDENT_ALLOWANCE: u64 = 64 * MIB;

/// And one of addresses by so many. They cost nothing, and runtimes take them in large pieces at times of their own: with glibc, a thread takes 128 MiB
/// when it first allocates, as the collector's threads of a JavaScript engine do when there is garbage. No file needs more of them than this, and
/// a testee that reserves memory for an unchecked count takes at least twice as many.
pub const VIRTUAL_ALLOWANCE: u64 = 1024 * MIB;

/// And both by so many for each byte of the file: strings of objects, a tree from JSON, and the copy that a collector makes of both, are within it.
pub const PER_BYTE: u64 = 64;

/// What the first request may take in addition: libraries start a thread for each core.
const ONCE: Peak = Peak { reserved: 2 * VIRTUAL_ALLOWANCE, resident: 4 * RESIDENT_ALLOWANCE };

/// What a testee may keep of all questions together before it is started again.
const WORN_OUT: u64 = 8 * RESIDENT_ALLOWANCE;

/// The processes of a testee that are watched. Most have one; `npx` and the like have two or three.
const PROCESSES: usize = 4;

const MIB: u64 = 1024 * 1024;

/// The peaks of a testee's processes.
pub(super) struct Peaks {
    processes: Vec<Process>,
    worn_out: bool,
}

struct Process {
    /// `/proc/PID/status`, kept open: it is read after every answer.
    status: File,
    after_hello: Peak,
    last: Peak,
}

/// The most that a process ever had, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peak {
    /// Addresses.
    pub reserved: u64,
    /// Memory.
    pub resident: u64,
}

impl Peaks {
    /// Of the process `leader` and those of its group as they are now: a launcher's child that has answered `hello` is among them.
    pub(super) fn of_group(leader: u32) -> Self {
        let others = members(leader).into_iter().filter(|pid| *pid != leader);
        let processes = [leader].into_iter().chain(others).filter_map(Process::of).take(PROCESSES);
        Self { processes: processes.collect(), worn_out: false }
    }

    /// Whether they can be read here.
    pub(super) fn memory(&self) -> Memory {
        if self.processes.is_empty() {
            Memory::Unenforced("this system does not say how much a process takes")
        } else {
            Memory::Enforced
        }
    }

    /// What grew beyond its limit since the last call, in a sentence; the last question was of `input` bytes.
    pub(super) fn excess(&mut self, input: usize) -> Option<String> {
        let mut excess = None;
        for process in &mut self.processes {
            // A process that has ended has no peaks. If it was the one that answers, its silence will say so.
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
                        "its peak of {what} grew by {}, from {} to {}; a question of {} may make it grow by {}",
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

    /// The peaks of all processes together.
    pub(super) fn now(&mut self) -> Option<Peak> {
        let peaks: Vec<_> = self.processes.iter_mut().filter_map(|process| read(&mut process.status)).collect();
        let add = |sum: Peak, peak: &Peak| Peak {
            reserved: sum.reserved.saturating_add(peak.reserved),
            resident: sum.resident.saturating_add(peak.resident),
        };
        if peaks.is_empty() { None } else { Some(peaks.iter().fold(Peak::default(), add)) }
    }

    /// Counts from now, unless so much was taken since the last call that it cannot be what is taken once.
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

    /// Whether all questions together have left too much behind.
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

/// By how much a question of `input` bytes may make a peak grow.
fn limit(allowance: u64, input: usize) -> u64 {
    let input = u64::try_from(input).unwrap_or(u64::MAX);
    allowance.saturating_add(input.saturating_mul(PER_BYTE))
}

/// Of `/proc/PID/status`, the lines that matter are among the first; a user in hundreds of groups makes the one before them long.
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

/// The processes of the group that `leader` leads.
fn members(leader: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.filter(|pid| group_of(*pid) == Some(leader)).collect()
}

/// The group is the third field behind the program's name, which stands in parentheses and may have any character in it.
pub(super) fn group_of(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    std::str::from_utf8(&stat[name_end + 1..]).ok()?.split_ascii_whitespace().nth(2)?.parse().ok()
}

/// `1.5 GiB`, `64 MiB`.
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
        assert!(excess.ends_with("a question of 28 bytes may make it grow by 64 MiB"), "{excess}");
        assert_eq!(peaks.excess(28), None);
    }
}

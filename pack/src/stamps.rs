//! The file of stamps beside a pack: section 5 of `spec/pack.md`.
//!
//! A stamp says that a file had a digest when it was last read, and what the system said of the file then. If the system
//! still says the same, the file need not be read again.

use std::collections::HashMap;
use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

use bmes::Digest;
use serde::{Deserialize, Serialize};

/// The number of the layout of stamps.
const LAYOUT: u32 = 1;
/// A file that was changed less than this before its stamp was made, in nanoseconds, may have been changed again without
/// another time.
const RESOLUTION: i128 = 2_000_000_000;

/// Stamps by the path of their file, relative to the pack's root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    files: HashMap<String, Stamp>,
}

/// What the system said of a file, and the digest that the file had then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The digest.
    pub sha256: Digest,
    /// What the system said.
    pub state: State,
    /// When the system was asked for the state, before the file was read, in nanoseconds since 1970.
    pub made: i128,
}

/// What the system says of a file and what changes if the file changes. Times are in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// The size in bytes.
    pub size: u64,
    /// The time of the last modification.
    pub mtime: i128,
    /// The time of the last change of the content or of the status. 0 if the system has no such time.
    pub ctime: i128,
    /// The number of the file in its file system. 0 if the system has no such number.
    pub inode: u64,
}

impl State {
    /// Returns the state of a file.
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let time = |seconds: i64, nanoseconds: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
            Self {
                size: metadata.size(),
                mtime: time(metadata.mtime(), metadata.mtime_nsec()),
                ctime: time(metadata.ctime(), metadata.ctime_nsec()),
                inode: metadata.ino(),
            }
        }
        #[cfg(not(unix))]
        {
            let mtime = metadata.modified().map_or(0, nanoseconds);
            Self { size: metadata.len(), mtime, ctime: 0, inode: 0 }
        }
    }
}

/// Returns a time in nanoseconds since 1970.
pub(crate) fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    stamps: u32,
    files: Vec<Entry>,
}

/// Times are texts, because many programs read numbers of JSON as floating-point numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    sha256: Digest,
    size: u64,
    inode: u64,
    mtime: String,
    ctime: String,
    made: String,
}

impl Stamps {
    /// Reads stamps. Returns `None` if the file is damaged or does not have the form of stamps.
    pub fn read(file: &[u8]) -> Option<Self> {
        let (json, end) = file.split_at_checked(file.len().checked_sub(10)?)?;
        if end != format!("\n{:08x}\n", crc32fast::hash(json)).as_bytes() {
            return None;
        }
        let File { stamps, files } = serde_json::from_slice(json).ok()?;
        if stamps != LAYOUT {
            return None;
        }
        let entry = |entry: Entry| {
            let time = |text: &str| text.parse::<i128>().ok();
            let (mtime, ctime) = (time(&entry.mtime)?, time(&entry.ctime)?);
            let state = State { size: entry.size, mtime, ctime, inode: entry.inode };
            Some((entry.path, Stamp { sha256: entry.sha256, state, made: time(&entry.made)? }))
        };
        Some(Self { files: files.into_iter().map(entry).collect::<Option<_>>()? })
    }

    /// Returns the bytes of the file of stamps.
    pub fn write(&self) -> Vec<u8> {
        let mut files: Vec<Entry> = self.files.iter().map(|(path, stamp)| entry(path, stamp)).collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut file = serde_json::to_vec(&File { stamps: LAYOUT, files }).unwrap_or_default();
        let crc = crc32fast::hash(&file);
        file.extend(format!("\n{crc:08x}\n").bytes());
        file
    }

    /// Adds a stamp for a file that was read. `made` is when the system was asked for the state, before the file was read.
    pub fn add(&mut self, path: &str, sha256: Digest, state: State, made: SystemTime) {
        self.files.insert(path.to_owned(), Stamp { sha256, state, made: nanoseconds(made) });
    }

    /// Returns whether the file still has this digest, as far as its state shows it. False: the file must be read.
    pub fn vouch(&self, path: &str, sha256: &Digest, state: &State) -> bool {
        // The modification can have any time: programs that copy files set it. Then the status has another one.
        let changed = state.mtime.max(state.ctime);
        self.files.get(path).is_some_and(|stamp| {
            stamp.sha256 == *sha256 && stamp.state == *state && stamp.made.saturating_sub(changed) >= RESOLUTION
        })
    }
}

fn entry(path: &str, stamp: &Stamp) -> Entry {
    let Stamp { sha256, state, made } = stamp;
    Entry {
        path: path.to_owned(),
        sha256: *sha256,
        size: state.size,
        inode: state.inode,
        mtime: state.mtime.to_string(),
        ctime: state.ctime.to_string(),
        made: made.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: Digest = Digest([7; 32]);
    const STATE: State = State { size: 5, mtime: 1_700_000_000_123_456_789, ctime: 1, inode: u64::MAX };

    fn stamps() -> Stamps {
        let mut stamps = Stamps::default();
        stamps.add("a.mjs", DIGEST, STATE, SystemTime::now());
        stamps.add("ä\n.mjs", DIGEST, State { mtime: -1, ..STATE }, SystemTime::now());
        stamps
    }

    #[test]
    fn stamps_are_read_as_they_were_written() {
        let stamps = stamps();
        assert_eq!(Stamps::read(&stamps.write()), Some(stamps));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let file = stamps().write();
        for position in 0..file.len() {
            let mut changed = file.clone();
            changed[position] ^= 1;
            assert_eq!(Stamps::read(&changed), None, "byte {position}");
            assert_eq!(Stamps::read(&file[..position]), None, "{position} bytes");
        }
    }

    #[test]
    fn a_stamp_counts_only_for_the_same_file_digest_and_state() {
        let stamps = stamps();
        assert!(stamps.vouch("a.mjs", &DIGEST, &STATE));
        assert!(!stamps.vouch("b.mjs", &DIGEST, &STATE));
        assert!(!stamps.vouch("a.mjs", &Digest([8; 32]), &STATE));
        for state in [
            State { size: 6, ..STATE },
            State { mtime: STATE.mtime + 1, ..STATE },
            State { ctime: 2, ..STATE },
            State { inode: 1, ..STATE },
        ] {
            assert!(!stamps.vouch("a.mjs", &DIGEST, &state), "{state:?}");
        }
    }

    #[test]
    fn a_file_that_was_just_changed_is_read_again() {
        let time = SystemTime::now();
        let now = nanoseconds(time);
        let (new, old) = (now - 1_000_000_000, now - 3_000_000_000);
        for (mtime, ctime, is_old) in
            [(old, old, true), (new, old, false), (old, new, false), (old, 0, true), (now + 1, old, false)]
        {
            let state = State { mtime, ctime, ..STATE };
            let mut stamps = Stamps::default();
            stamps.add("a.mjs", DIGEST, state, time);
            assert_eq!(stamps.vouch("a.mjs", &DIGEST, &state), is_old, "{state:?}");
        }
    }
}

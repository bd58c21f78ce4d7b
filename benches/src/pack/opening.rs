//! Opening a pack, beside reading the same bytes and parsing the same index with `serde_json`.

use crate::measure::{Candidate, Effort, Time, in_turns};
use bmes_pack::{Index, Pack};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read as _};
use std::path::Path;

/// Opens, reads and closes the file. The length is known, and the memory is used again.
pub const READ: &str = "read the file";
/// Reads the file and opens the pack, which checks its index.
pub const OPEN: &str = "read the file + `Pack::open`";
/// Reads the file and parses the index into the type that `Pack::open` returns. Nothing is checked.
pub const TYPED: &str = "read the file + serde_json into `Index`";
/// Reads the file and parses the index into a tree of values.
pub const VALUE: &str = "read the file + serde_json into `Value`";

/// The times of opening a pack.
pub struct Opening {
    /// The size of the pack, in bytes.
    pub file: usize,
    /// The size of its index, in bytes.
    pub index: usize,
    /// The times of [`READ`], [`OPEN`], [`TYPED`] and [`VALUE`].
    pub times: Vec<Time>,
}

/// Measures opening the generated pack. `scratch` is a folder for temporary files.
pub fn measure(scratch: &Path, effort: Effort) -> io::Result<Opening> {
    let file = super::generated();
    let json = serde_json::to_vec(Pack::open(&file).map_err(io::Error::other)?.index())?;
    // The index is the last member, so it ends where the central directory begins.
    let end = file.last_chunk::<6>().expect("an end record has 22 bytes");
    let end = u32::from_le_bytes([end[0], end[1], end[2], end[3]]) as usize;
    let index = end - json.len()..end;
    assert!(file[index.clone()] == json, "the index is at its place");

    fs::create_dir_all(scratch)?;
    let path = scratch.join("opening.zip");
    fs::write(&path, &file)?;
    let candidate = |name, then: fn(&[u8], &[u8])| {
        let (path, index) = (&path, index.clone());
        let mut memory = vec![0; file.len()];
        Candidate::new(name, move |calls| {
            for _ in 0..calls {
                let read = File::open(path).and_then(|mut file| file.read_exact(&mut memory));
                read.expect("the file can be read");
                then(black_box(&memory), &memory[index.clone()]);
            }
        })
    };
    let candidates = vec![
        candidate(READ, |file, _| _ = black_box(file)),
        candidate(OPEN, |file, _| _ = black_box(Pack::open(file).is_ok())),
        candidate(TYPED, |_, json| _ = black_box(serde_json::from_slice::<Index>(json).is_ok())),
        candidate(VALUE, |_, json| _ = black_box(serde_json::from_slice::<serde_json::Value>(json).is_ok())),
    ];
    let times = in_turns(candidates, effort);
    fs::remove_file(&path)?;
    Ok(Opening { file: file.len(), index: json.len(), times })
}

//! A disk that is full.

use std::io;
use std::process::Command;

use super::{Scale, Seen};
use crate::report::Report;
use crate::scene::{Scene, set_mode};
use crate::worker::Task;

/// More modules than fit: about 3.6 MB.
const MODULES: u64 = 50;
const ROUNDS: u64 = 3;

/// Stores on a file system of 1 MiB until it is full, and looks everything up again.
pub(super) fn run(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("files without space");
    let disk = scene.path("disk");
    std::fs::create_dir(&disk)?;
    let _mounted = Mounted::new(&disk)?;
    set_mode(&disk, 0o700)?;
    let dir = disk.join("cache");
    let mut total = Report::default();
    for _ in 0..ROUNDS {
        let report = scene.worker(Task::Visit, &dir).with("count", MODULES).run();
        total.add(seen.take(report).unwrap_or_default());
        seen.require_no_temporary_file(&dir);
    }
    seen.count = total.not_stored;
    seen.require(total.missed("damaged") == 0, || "files were stored in part".to_owned());
    seen.require(total.hits > 0 && total.stored > 0, || "nothing was stored before the disk was full".to_owned());
    seen.require_undamaged(&dir);
    seen.text = total.to_string();
    Ok(seen)
}

/// A small file system, which is unmounted at the end.
struct Mounted<'a>(&'a std::path::Path);

impl<'a> Mounted<'a> {
    fn new(path: &'a std::path::Path) -> io::Result<Self> {
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(path).status()?;
        if status.success() { Ok(Self(path)) } else { Err(io::Error::other(format!("mount failed ({status})"))) }
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        // If this fails, the folder cannot be deleted, and its path shows where it came from.
        let _ = Command::new("umount").arg(self.0).status();
    }
}

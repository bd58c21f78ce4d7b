//! Processes that are killed at any instant while they write and read.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::{Scale, Seen};
use crate::report::Report;
use crate::scene::{Scene, temporary_files};
use crate::worker::Task;

const WRITERS: usize = 8;
const READERS: usize = 8;
const KILLED: i32 = 9;
/// With this limit, a folder may hold 128 KiB, so the longest modules are evicted.
const LIMIT: u64 = 64 << 20;

/// Kills one of 8 writers and 8 readers after a time by chance, and starts another in its place.
pub(super) fn run(scene: &Scene, scale: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("kills");
    let dir = scene.path("cache");
    let (reader, writer) = io::pipe()?;
    let start = |index: usize| -> io::Result<Child> {
        let task = if index < WRITERS { Task::Write } else { Task::Read };
        scene
            .worker(task, &dir)
            .with("limit", LIMIT)
            .command()
            .stdout(writer.try_clone()?)
            .stderr(Stdio::null())
            .spawn()
    };
    let mut workers = (0..WRITERS + READERS).map(start).collect::<io::Result<Vec<_>>>()?;
    let reports = std::thread::spawn(move || {
        let mut total = Report::default();
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            // A line without its end is that of a process that was killed.
            if let Ok(report) = serde_json::from_str(&line) {
                total.add(report);
            }
        }
        total
    });
    let mut left = 0;
    while seen.count < scale.kills {
        // Every process lives for about this time: long enough to start and to write.
        std::thread::sleep(Duration::from_micros(fastrand::u64(..20_000)));
        // Several at the same instant, because a process needs its turn to die.
        let count = fastrand::usize(1..=workers.len() / 2);
        let chosen = fastrand::choose_multiple(0..workers.len(), count);
        for index in &chosen {
            workers[*index].kill()?;
        }
        for index in &chosen {
            left += seen.require_killed(&mut workers[*index], &dir)?;
        }
        for index in chosen {
            workers[index] = start(index)?;
        }
    }
    for worker in &mut workers {
        worker.kill()?;
    }
    for worker in &mut workers {
        left += seen.require_killed(worker, &dir)?;
    }
    drop(writer);
    let total = reports.join().map_err(|_| io::Error::other("the thread that reads reports panicked"))?;
    seen.require(total.wrong == 0, || format!("{} invalid files were served", total.wrong));
    seen.require(total.hits > 0 && total.stored > 0, || {
        "the processes were killed before they did anything".to_owned()
    });
    seen.require(total.evicted > 0 || scale.kills < 1000, || "no process was killed while it evicted".to_owned());
    seen.require(total.problems.is_empty(), || total.problems[0].clone());
    // No process wrote into a file that others could see.
    seen.require(total.missed("damaged") == 0, || format!("{} files were seen half written", total.missed("damaged")));
    let modules = seen.require_undamaged(&dir);
    seen.text = format!("{total}; left: {modules} modules, {left} temporary files");
    Ok(seen)
}

impl Seen {
    /// Waits for a process that was killed. It may not have ended before, in another way, and it may leave one temporary
    /// file. Returns the number of files that it left, and deletes them: another process may get the same number later.
    fn require_killed(&mut self, worker: &mut Child, dir: &Path) -> io::Result<usize> {
        let status = worker.wait()?;
        self.require(status.signal() == Some(KILLED), || format!("an error reached a worker ({status})"));
        self.count += 1;
        let mut files = temporary_files(dir);
        files.retain(|name| name.starts_with(&format!("{:08x}", worker.id())));
        self.require(files.len() <= 1, || format!("a process left {} temporary files", files.len()));
        for name in &files {
            fs::remove_file(dir.join("1/tmp").join(name))?;
        }
        Ok(files.len())
    }
}

//! A cache with very many entries.

use std::io;
use std::time::{Duration, Instant};

use super::{Scale, Seen};
use crate::modules::Module;
use crate::scene::Scene;
use crate::worker::Task;

const PROCESSES: u64 = 4;
/// Modules that are looked up, of all that are there.
const LOOKUPS: u64 = 2000;
/// Eviction takes at most 20 ms. A machine that is busy may stop it for a while, so this is more.
const LONG: Duration = Duration::from_secs(2);

/// Fills a cache, looks modules up, evicts, and prunes.
pub(super) fn run(scene: &Scene, scale: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("entries");
    let dir = scene.path("cache");
    let each = scale.entries / PROCESSES;
    std::thread::scope(|scope| {
        let start = |index: u64| scene.worker(Task::Fill, &dir).with("first", index * each).with("count", each).run();
        let threads: Vec<_> = (0..PROCESSES).map(|index| scope.spawn(move || start(index))).collect();
        for thread in threads {
            let report = thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()));
            let stored = seen.take(report).map_or(0, |report| report.stored);
            seen.require(stored == each, || format!("{stored} of {each} modules were stored"));
        }
    });
    let mut settings = bmes_store::Settings::new(&dir);
    let contents = bmes_store::Store::open(settings.clone()).contents(|| {}).modules;
    seen.count = contents.files;
    seen.require(contents.files == scale.entries, || {
        format!("{} entries instead of {}", contents.files, scale.entries)
    });

    settings.limit = contents.bytes;
    let store = bmes_store::Store::open(settings);
    let mut buffer = bmes_store::Buffer::new();
    let look_up = |number| Module::short(number).look_up(&store, &mut buffer);
    let found: Vec<_> = (0..LOOKUPS).map(|index| index * (scale.entries / LOOKUPS)).map(look_up).collect();
    seen.require(found.iter().all(|found| *found == Some(true)), || "a module was not found".to_owned());

    let begin = Instant::now();
    let evicted = store.evict().files;
    seen.require(begin.elapsed() < LONG, || format!("eviction took {:?}", begin.elapsed()));
    let pruned = store.prune(contents.bytes, || {}).map_err(io::Error::other)?.files;
    let left = store.contents(|| {}).modules;
    seen.require(left.bytes <= contents.bytes / 2, || format!("{} bytes are left after pruning", left.bytes));
    seen.text = format!("{LOOKUPS} hits, {evicted} evicted at an exit, {pruned} pruned, {} left", left.files);
    Ok(seen)
}

//! Many processes that look up, store and evict the same modules.

use std::io;

use super::{Scale, Seen};
use crate::report::Report;
use crate::rows::planted::Foreign;
use crate::scene::Scene;
use crate::worker::Task;

const PROCESSES: u64 = 64;
const KEYS: u64 = 1000;
/// With this limit, a folder may hold two of the four modules that belong there on average.
const LIMIT: u64 = 4 << 20;

/// 64 processes use 1,000 keys, while each of them evicts.
pub(super) fn run(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("lookups by 64 processes");
    let dir = scene.path("cache");
    crate::scene::cache(&dir, 0);
    let foreign = Foreign::plant(&dir)?;
    let start = || scene.worker(Task::Crowd, &dir).with("count", KEYS).with("limit", LIMIT).run();
    let mut total = Report::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..PROCESSES).map(|_| scope.spawn(start)).collect();
        for thread in threads {
            let report = thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()));
            total.add(seen.take(report).unwrap_or_default());
        }
    });
    let lookups = total.hits + total.misses.values().sum::<u64>();
    seen.count = lookups;
    seen.require(lookups == PROCESSES * KEYS, || format!("{lookups} lookups instead of {}", PROCESSES * KEYS));
    let others: Vec<_> = total.misses.keys().filter(|reason| *reason != "absent").collect();
    seen.require(others.is_empty(), || format!("misses for another reason than absence: {others:?}"));
    seen.require(total.not_stored == 0, || format!("{} modules were not stored", total.not_stored));
    seen.require(total.hits > 0 && total.evicted > 0, || "nothing was shared or evicted".to_owned());
    seen.require_no_temporary_file(&dir);
    seen.require_undamaged(&dir);
    foreign.require_unchanged(&mut seen);
    seen.text = total.to_string();
    Ok(seen)
}

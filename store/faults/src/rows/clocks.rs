//! Clocks that are ten years ahead or behind.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Scale, Seen};
use crate::report::Report;
use crate::scene::{Scene, temporary_files};
use crate::worker::Task;

const MODULES: u64 = 20;
const YEAR: u64 = 365 * 24 * 60 * 60;

/// Stores, looks up and evicts with clocks that jump from one process to the next.
pub(super) fn run(scene: &Scene, _: &Scale) -> Seen {
    let mut seen = Seen::new("processes with a wrong clock");
    let dir = scene.path("cache");
    let mut total = Report::default();
    let mut number = 0;
    for offset in ["+10y", "", "-10y", "+10y", "-10y", "", "-10y", "+10y"] {
        // Half of the modules are there from the process before.
        let start = scene.worker(Task::Visit, &dir).with("first", number).with("count", MODULES);
        let is_first = number == 0;
        number += MODULES / 2;
        let start = if offset.is_empty() { start } else { start.below(["faketime", "-f", offset]) };
        let Some(report) = seen.take(start.run()) else { continue };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let is_wrong = now.abs_diff(report.clock) > 9 * YEAR;
        seen.require(is_wrong != offset.is_empty(), || {
            format!("the clock of the process was not changed by {offset:?}")
        });
        seen.count += u64::from(is_wrong);
        let hits = if is_first { 0 } else { MODULES / 2 };
        seen.require(report.hits == hits && report.stored == MODULES - hits, || format!("clock {offset:?}: {report}"));
        total.add(report);
    }
    // Eviction deletes modules, whatever their times are. These are others than before.
    for offset in ["+10y", "-10y"] {
        let start = scene.worker(Task::Crowd, &dir).with("first", 10_000).with("count", 500).with("limit", 0);
        if let Some(report) = seen.take(start.below(["faketime", "-f", offset]).run()) {
            seen.require(report.evicted > 0, || format!("clock {offset:?}: nothing was evicted"));
            seen.count += 1;
            total.add(report);
        }
    }
    let files = temporary_files(&dir).len();
    seen.require(files == 0, || format!("{files} temporary files are left"));
    seen.require_undamaged(&dir);
    seen.text = total.to_string();
    seen
}

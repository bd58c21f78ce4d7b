//! Files whose bytes are not those that were written.

use std::fs;
use std::io;

use super::{Scale, Seen};
use crate::modules::Module;
use crate::scene::{Scene, cache};
use crate::worker::Task;

const MODULES: u64 = 4;
const ROUNDS: u64 = 100;

/// Flips a bit, cuts, or lengthens each file; a worker looks all of them up.
pub(super) fn run(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("damaged files");
    let dir = scene.path("cache");
    let mut random = fastrand::Rng::with_seed(1);
    let mut misses = 0;
    for round in 0..ROUNDS {
        let store = cache(&dir, MODULES);
        for module in (0..MODULES).map(Module::new) {
            let mut file = module.file.clone();
            match round % 4 {
                0 => file.truncate(random.usize(..file.len())),
                1 => file.push(random.u8(..)),
                _ => {
                    let position = random.usize(..file.len());
                    file[position] ^= 1 << random.u8(..8);
                }
            }
            fs::write(dir.join(module.path()), file)?;
            seen.count += 1;
        }
        let report = seen.take(scene.worker(Task::Look, &dir).with("count", MODULES).run());
        if let Some(report) = report {
            // Two flipped bits make another version of the number 4; one flipped bit of it makes an unknown version.
            let (damaged, other) = (report.missed("damaged"), report.missed("other-version"));
            seen.require(damaged + other == MODULES, || format!("{MODULES} damaged files: {report}"));
            let left = store.contents(|| {}).modules.files;
            seen.require(left == other, || format!("{left} files are left, and {other} have another version"));
            misses += damaged + other;
        }
        store.clear(|| {}).map_err(io::Error::other)?;
        cache(&dir, MODULES);
        let report = seen.take(scene.worker(Task::Look, &dir).with("count", MODULES).run()).unwrap_or_default();
        seen.require(report.hits == MODULES, || format!("files that are not damaged: {report}"));
    }
    seen.text = format!("{misses} misses");
    Ok(seen)
}

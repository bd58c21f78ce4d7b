//! Folders that a user may not read, may not write, or may not trust; and folders that vanish. The workers are another user,
//! because root ignores modes.

use std::fs;
use std::io;
use std::os::unix::fs::chown;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::{Scale, Seen};
use crate::modules::Module;
use crate::report::Report;
use crate::rows::planted::contents;
use crate::scene::{Scene, UNPRIVILEGED, cache, for_each_below, give, set_mode};
use crate::worker::Task;

const MODULES: u64 = 10;
/// A user that is neither root nor the one of the workers.
const OTHER_USER: u32 = 12345;

/// What makes a folder unsafe for the user without rights.
type Spoil = fn(&Path) -> io::Result<()>;

/// A cache that may be read but not written.
pub(super) fn read_only(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("files in a read-only folder");
    let dir = scene.path("cache");
    cache(&dir, MODULES);
    give(&dir, UNPRIVILEGED)?;
    for_each_below(&dir, &mut |path| set_mode(path, if path.is_dir() { 0o555 } else { 0o444 }))?;
    let report = scene.unprivileged_worker(Task::Visit, &dir).with("count", 2 * MODULES).run();
    if let Some(report) = seen.take(report) {
        seen.count = report.not_stored;
        seen.require(report.hits == MODULES && report.not_stored == MODULES && report.stored == 0, || {
            report.to_string()
        });
        seen.text = report.to_string();
    }
    Ok(seen)
}

/// Files and folders that may not be read.
pub(super) fn unreadable(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("files and folders without rights");
    let mut total = Report::default();
    for path in ["", "1", "1/modules", "1/tmp", "files"] {
        let dir = scene.path(&format!("cache-{}", path.replace('/', "-")));
        cache(&dir, MODULES);
        give(&dir, UNPRIVILEGED)?;
        if path == "files" {
            for module in (0..MODULES).map(Module::new) {
                set_mode(&dir.join(module.path()), 0)?;
                seen.count += 1;
            }
        } else {
            set_mode(&dir.join(path), 0)?;
            seen.count += 1;
        }
        let report = scene.unprivileged_worker(Task::Visit, &dir).with("count", MODULES).run();
        if let Some(report) = seen.take(report) {
            let expected = if path == "1/tmp" { MODULES } else { 0 };
            seen.require(report.hits == expected, || format!("{path:?} without rights: {report}"));
            total.add(report);
        }
    }
    seen.text = total.to_string();
    Ok(seen)
}

/// A second cache that belongs to root, to another user, or to which others may write.
pub(super) fn lower(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    const CHANGES: [(&str, Spoil, u64); 6] = [
        ("of root", |_| Ok(()), MODULES),
        ("of the user", |path| give(path, UNPRIVILEGED), MODULES),
        ("of another user", |path| chown(path, Some(OTHER_USER), None), 0),
        ("writable for the group", |path| set_mode(path, 0o775), 0),
        ("writable for all", |path| set_mode(path, 0o777), 0),
        (
            "with files of another user",
            |path| for_each_below(&path.join("1/modules"), &mut |path| chown(path, Some(OTHER_USER), None)),
            0,
        ),
    ];
    let mut seen = Seen::new("second caches");
    let mut total = Report::default();
    for (index, (name, spoil, hits)) in CHANGES.into_iter().enumerate() {
        let (own, dir) = (scene.path(&format!("own-{index}")), scene.path(&format!("lower-{index}")));
        fs::create_dir(&own)?;
        give(&own, UNPRIVILEGED)?;
        cache(&dir, MODULES);
        for_each_below(&dir, &mut |path| set_mode(path, if path.is_dir() { 0o755 } else { 0o644 }))?;
        spoil(&dir)?;
        let before = contents(&dir)?;
        let mut start = scene.unprivileged_worker(Task::Visit, &own).with("count", MODULES);
        start.options.push(format!("--lower={}", dir.display()));
        if let Some(report) = seen.take(start.run()) {
            seen.require(report.hits == hits && report.stored == MODULES - hits, || {
                format!("a cache {name}: {report}")
            });
            let is_refused = hits == 0 && !name.contains("files");
            seen.require(report.problems.len() == usize::from(is_refused), || {
                format!("a cache {name}: {} problems were reported", report.problems.len())
            });
            total.add(report);
        }
        seen.require(contents(&dir)? == before, || format!("a cache {name} was changed"));
        seen.count += 1;
    }
    seen.text = total.to_string();
    Ok(seen)
}

/// Parts of the cache are removed again and again while workers use it.
pub(super) fn vanishing(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("removed folders");
    let above = scene.path("home");
    fs::create_dir(&above)?;
    give(&above, UNPRIVILEGED)?;
    let dir = above.join("cache");
    let (is_done, removed) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut total = Report::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let parts = ["", "1", "1/modules", "1/tmp"];
            while !is_done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_micros(fastrand::u64(..4000)));
                let path = dir.join(parts[fastrand::usize(..parts.len())]);
                removed.fetch_add(u64::from(fs::remove_dir_all(path).is_ok()), Ordering::Relaxed);
            }
        });
        let start = || scene.unprivileged_worker(Task::Visit, &dir).with("count", 50).run();
        for _ in 0..10 {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            for thread in threads {
                let report = thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()));
                total.add(seen.take(report).unwrap_or_default());
            }
        }
        is_done.store(true, Ordering::Relaxed);
    });
    seen.count = removed.into_inner();
    seen.require(total.missed("damaged") == 0, || "files were seen half written".to_owned());
    seen.require(total.stored > 0, || "nothing was stored".to_owned());
    total.problems.clear();
    seen.text = total.to_string();
    Ok(seen)
}

/// Folders of other users, and folders that other users may write to: the cache itself, and those above it.
pub(super) fn other_owner(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    const SPOILS: [Spoil; 3] =
        [|path| chown(path, Some(OTHER_USER), None), |path| set_mode(path, 0o770), |path| set_mode(path, 0o707)];
    let mut seen = Seen::new("unsafe folders");
    let mut total = Report::default();
    let safe: Spoil = |_| Ok(());
    let link: Spoil = |path| std::os::unix::fs::lchown(path, Some(OTHER_USER), None);
    for (index, (part, spoil)) in [("", safe), ("cache/1", |path| chown(path, Some(OTHER_USER), None)), ("link", link)]
        .into_iter()
        .chain(["cache", "", "above"].into_iter().flat_map(|part| SPOILS.map(|spoil| (part, spoil))))
        .enumerate()
    {
        // above/home/cache
        let above = scene.path(&format!("above-{index}"));
        let home = above.join("home");
        fs::create_dir_all(&home)?;
        give(&above, UNPRIVILEGED)?;
        for path in [&above, &home] {
            set_mode(path, 0o755)?;
        }
        let dir = home.join("cache");
        cache(&scene.path("made"), MODULES);
        fs::rename(scene.path("made"), &dir)?;
        give(&dir, UNPRIVILEGED)?;
        if part == "link" {
            // The way to the cache leads over a link of another user, in a sticky folder.
            fs::rename(&dir, home.join("real"))?;
            std::os::unix::fs::symlink("real", &dir)?;
            set_mode(&home, 0o1777)?;
        }
        spoil(&if part == "above" { above.clone() } else { home.join(if part == "link" { "cache" } else { part }) })?;
        let report = scene.unprivileged_worker(Task::Visit, &dir).with("count", MODULES).run();
        if let Some(report) = seen.take(report) {
            let is_safe = index == 0;
            seen.count += u64::from(!is_safe);
            let hits = if is_safe { MODULES } else { 0 };
            seen.require(report.hits == hits, || format!("folder {index} ({part:?}): {report}"));
            seen.require(report.problems.len() == usize::from(!is_safe), || {
                format!("folder {index} ({part:?}): {} problems were reported", report.problems.len())
            });
            total.add(report);
        }
    }
    seen.text = format!("{total}; {} refusals were reported", total.problems.len());
    Ok(seen)
}

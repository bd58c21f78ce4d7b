//! Links, FIFOs and foreign files in a cache.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::{Scale, Seen};
use crate::modules::Module;
use crate::report::Report;
use crate::scene::{Scene, cache};
use crate::worker::Task;

const MODULES: u64 = 10;

/// Puts links in the place of files and of folders. What they name stays as it is.
pub(super) fn links(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("links");
    let mut total = Report::default();
    for part in ["files", "1/modules", "1/tmp", "1", "one folder of modules"] {
        let name = part.replace(['/', ' '], "-");
        let (dir, elsewhere) = (scene.path(&format!("cache-{name}")), scene.path(&format!("elsewhere-{name}")));
        cache(&dir, MODULES);
        let path = match part {
            "files" => None,
            "one folder of modules" => dir.join(Module::new(0).path()).parent().map(Path::to_owned),
            _ => Some(dir.join(part)),
        };
        if let Some(path) = path {
            fs::rename(&path, &elsewhere)?;
            symlink(&elsewhere, &path)?;
            seen.count += 1;
        } else {
            fs::create_dir(&elsewhere)?;
            for (index, module) in (0..MODULES).map(Module::new).enumerate() {
                let (path, target) = (dir.join(module.path()), elsewhere.join(index.to_string()));
                fs::rename(&path, &target)?;
                symlink(&target, &path)?;
                seen.count += 1;
            }
        }
        let before = contents(&elsewhere)?;
        let report = scene.worker(Task::Visit, &dir).with("count", MODULES).with("limit", 0).run();
        if let Some(report) = seen.take(report) {
            let is_linked = |hits| if part == "one folder of modules" { hits < MODULES } else { hits == 0 };
            seen.require(part == "1/tmp" || is_linked(report.hits), || {
                format!("a link was followed: {part}: {report}")
            });
            total.add(report);
        }
        seen.require(contents(&elsewhere)? == before, || format!("what a link names was changed: {part}"));
    }
    seen.text = total.to_string();
    Ok(seen)
}

/// Puts FIFOs in the place of files and of folders. A program that opens one waits for a writer, which never comes.
pub(super) fn fifos(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("FIFOs");
    let mut total = Report::default();
    for part in ["files", "1/modules", "1/tmp", "1"] {
        let dir = scene.path(&format!("cache-{}", part.replace('/', "-")));
        cache(&dir, MODULES);
        let paths: Vec<PathBuf> = match part {
            "files" => (0..MODULES).map(|number| dir.join(Module::new(number).path())).collect(),
            _ => vec![dir.join(part)],
        };
        for path in paths {
            if path.is_dir() {
                fs::remove_dir_all(&path)?;
            } else {
                fs::remove_file(&path)?;
            }
            mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
            seen.count += 1;
        }
        let report = scene.worker(Task::Visit, &dir).with("count", MODULES).run();
        if let Some(report) = seen.take(report) {
            let expected = if part == "1/tmp" { MODULES } else { 0 };
            seen.require(report.hits == expected, || format!("{part}: {report}"));
            total.add(report);
        }
    }
    seen.text = total.to_string();
    Ok(seen)
}

/// Puts files with other names beside the store's own, and evicts everything.
pub(super) fn foreign_files(scene: &Scene, _: &Scale) -> io::Result<Seen> {
    let mut seen = Seen::new("foreign files");
    let dir = scene.path("cache");
    let store = cache(&dir, 200);
    let foreign = Foreign::plant(&dir)?;
    seen.count = foreign.files.len() as u64;
    let before = store.contents(|| {}).modules.files;
    let evicted = store.prune(0, || {}).map_err(io::Error::other)?;
    seen.require(evicted.files == before, || format!("{} of {before} modules were evicted", evicted.files));
    foreign.require_unchanged(&mut seen);
    cache(&dir, 200);
    let cleared = store.clear(|| {}).map_err(io::Error::other)?;
    seen.require(cleared.modules.files == before, || "not all modules were cleared".to_owned());
    foreign.require_unchanged(&mut seen);
    seen.text = format!("{} modules evicted, {} cleared", evicted.files, cleared.modules.files);
    Ok(seen)
}

/// Files in a cache that are not the store's.
pub(super) struct Foreign {
    files: Vec<PathBuf>,
}

impl Foreign {
    /// Puts files into each folder of the cache. They look old, so that eviction would take them first.
    pub(super) fn plant(dir: &Path) -> io::Result<Self> {
        let layout = dir.join("1");
        let mut files = Vec::new();
        for folder in (0..256).map(|index| format!("modules/{index:02x}")) {
            files.push(layout.join(&folder).join("note.txt"));
            files.push(layout.join(&folder).join(format!("{}.bmes~", "0".repeat(62))));
            files.push(layout.join(&folder).join(format!("{}.bmes", "0".repeat(61))));
        }
        for name in
            ["modules/note.txt", "packs/note.zip", "producers/note.json", "tmp/note.tmp", "note.txt", "../note.txt"]
        {
            files.push(layout.join(name));
        }
        files.push(layout.join("../2/modules/00").join(format!("{}.bmes", "0".repeat(62))));
        let old = std::time::SystemTime::UNIX_EPOCH;
        for path in &files {
            fs::create_dir_all(path.parent().unwrap_or(dir))?;
            fs::write(path, [0; 5000])?;
            let times = fs::FileTimes::new().set_accessed(old).set_modified(old);
            fs::File::options().write(true).open(path)?.set_times(times)?;
        }
        Ok(Self { files })
    }

    /// Requires that all these files are still there.
    pub(super) fn require_unchanged(&self, seen: &mut Seen) {
        let gone =
            self.files.iter().filter(|path| fs::metadata(path).map_or(0, |metadata| metadata.len()) != 5000).count();
        seen.require(gone == 0, || format!("{gone} files that are not the store's were deleted or changed"));
    }
}

/// Returns the paths and the bytes of all files in a folder.
pub(super) fn contents(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut all = Vec::new();
    crate::scene::for_each_below(folder, &mut |path| {
        all.push((path.to_owned(), if path.is_file() { fs::read(path)? } else { Vec::new() }));
        Ok(())
    })?;
    all.sort();
    Ok(all)
}

//! Files that are damaged, or that belong to something else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Ended, Runs, Setting, compare, failed, same};
use crate::places::{Place, Scene};
use crate::program::{self, MAIN};
use bmes_host_integration::runs::{Output, Runner};

/// The places whose files are changed: the pack in the folder of a program is read as one that `BMES_PACK` names.
const PLACES: [Place; 3] = [Place::CachedPack, Place::NamedPack, Place::Modules];

struct Prepared {
    _folder: TempDir,
    scene: Scene,
    expected: Output,
    /// The files that the bytecode comes from, with their bytes.
    files: Vec<(PathBuf, Vec<u8>)>,
}

fn prepare(setting: &Setting, place: Place) -> Result<Prepared, Ended> {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    program::write(&app)?;
    let scene = Scene::new(&setting.bmes, place, app.join(MAIN), &folder.path().join("cache"));
    scene.fill()?;
    let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
    let files: Vec<_> =
        scene.sources()?.into_iter().map(|path| Ok((path.clone(), fs::read(path)?))).collect::<std::io::Result<_>>()?;
    if files.is_empty() {
        return failed(format_args!("{place:?}: there are no files"));
    }
    Ok(Prepared { _folder: folder, scene, expected, files })
}

impl Prepared {
    /// Starts the program with this content of a file, then restores the file.
    fn start(&self, path: &Path, bytes: &[u8], old: &[u8], what: &str) -> Result<(), Ended> {
        fs::write(path, bytes)?;
        let what = format!("{:?}, {}: {what}", self.scene.place, path.display());
        compare(&self.scene.runner(), &self.scene.entry, &self.expected, &what)?;
        self.scene.remove_packs_of_modules()?;
        fs::write(path, old)?;
        Ok(())
    }
}

/// Changes a bit at each place of the files, or at some places in the short form; and cuts them.
pub(crate) fn damage(setting: &Setting) -> Runs {
    let mut runs = 0;
    for place in PLACES {
        let prepared = prepare(setting, place)?;
        for (path, bytes) in &prepared.files {
            // A prime number, so that all fields of the structures are met.
            let step = if setting.short { 97 } else { 1 };
            for at in (0..bytes.len()).step_by(step) {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << (at % 8);
                prepared.start(path, &damaged, bytes, &format!("a bit of byte {at} was changed"))?;
                runs += 1;
            }
            let step = if setting.short { bytes.len() / 4 + 1 } else { bytes.len() / 40 + 1 };
            for len in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
                prepared.start(path, &bytes[..len], bytes, &format!("cut to {len} bytes"))?;
                runs += 1;
            }
            let longer = [bytes.as_slice(), b"more"].concat();
            prepared.start(path, &longer, bytes, "with four more bytes")?;
            runs += 1;
        }
    }
    Ok(runs)
}

/// Puts each file in the place of each other one; also the packs of two programs.
pub(crate) fn swapped(setting: &Setting) -> Runs {
    let mut runs = 0;
    let modules = prepare(setting, Place::Modules)?;
    for (path, old) in &modules.files {
        for (other, bytes) in &modules.files {
            modules.start(path, bytes, old, &format!("the bytes of {}", other.display()))?;
            runs += 1;
        }
    }
    // Both programs have an entry of the same name.
    for place in [Place::CachedPack, Place::NamedPack] {
        let (one, two) = (prepare(setting, place)?, prepare(setting, place)?);
        fs::write(
            two.scene.entry.with_file_name("lib").join("a.mjs"),
            "export const a = 'a: of the other program';\n",
        )?;
        two.scene.fill()?;
        let other = two.scene.sources()?.into_iter().next_back().map(fs::read).transpose()?.unwrap_or_default();
        for (path, old) in &one.files {
            one.start(path, &other, old, "the pack of another program")?;
            runs += 1;
        }
    }
    Ok(runs)
}

/// Files of another engine, of other versions of the format, and of other kinds.
pub(crate) fn foreign(setting: &Setting) -> Runs {
    let mut runs = 0;
    for place in PLACES {
        let prepared = prepare(setting, place)?;
        let records = records(setting, &prepared)?;
        for (path, bytes) in &prepared.files {
            let mut files: Vec<(&str, Vec<u8>)> = vec![("the pack of records", records.clone())];
            for version in [1_u8, 2, 3, 5, 255] {
                let mut other = bytes.clone();
                // The version of a module's file is after the magic number.
                if let Some(byte) = other.get_mut(4) {
                    *byte = version;
                }
                files.push(("another version", other));
            }
            for (name, text) in [("text", "export default 1;\n"), ("nothing", ""), ("zeros", "\0\0\0\0\0\0\0\0")] {
                files.push((name, text.as_bytes().to_vec()));
            }
            // Another producer: its digest is in the index of a pack, and in the header of a file.
            files.push(("another producer", with_other_producer(bytes)));
            for (name, file) in files {
                prepared.start(path, &file, bytes, name)?;
                runs += 1;
            }
        }
    }
    Ok(runs + unfit(setting)?)
}

/// Starts a program with packs that are whole, and that do not fit it.
fn unfit(setting: &Setting) -> Runs {
    let prepared = prepare(setting, Place::NamedPack)?;
    let scene = &prepared.scene;
    let other = scene.entry.with_file_name("lib").join("a.mjs");
    let packs: [(&str, &Path, &[&str]); 3] = [
        ("another condition", &scene.entry, &["--condition", "browser"]),
        ("another flag", &scene.entry, &["--preserve-symlinks"]),
        ("another entry", &other, &[]),
    ];
    for (what, entry, arguments) in packs {
        let mut command = Command::new(&setting.bmes);
        command.arg("pack").arg(entry).args(arguments).arg("-o").arg(scene.named()).output()?;
        let (output, numbers) = scene.runner().run_counted(&scene.entry)?;
        same(&output, &prepared.expected, &format!("a pack for {what}"))?;
        fs::remove_dir_all(scene.cache.join("cache"))?;
        if numbers.loaded > 0 {
            return failed(format_args!("a pack for {what}: {numbers:?}"));
        }
    }
    Ok(3)
}

/// Returns the pack of the program for `bmes pack --for record`.
fn records(setting: &Setting, prepared: &Prepared) -> Result<Vec<u8>, Ended> {
    let path = prepared.scene.cache.join("records.zip");
    let mut command = Command::new(&setting.bmes);
    command.args(["pack", "--for", "record"]).arg(&prepared.scene.entry).arg("-o").arg(&path).output()?;
    Ok(fs::read(path)?)
}

/// Returns a file in which each place with the producer of this file has another one.
fn with_other_producer(bytes: &[u8]) -> Vec<u8> {
    const LEN: usize = 32;
    // In the header of a file of version 4, the producer is at byte 16.
    let text = String::from_utf8_lossy(bytes);
    if let Some((_, after)) = text.split_once("\"producer\":\"")
        && let Some((digits, _)) = after.split_once('"')
    {
        let other: String = digits.chars().rev().collect();
        let from = digits.as_bytes();
        let mut changed = bytes.to_vec();
        while let Some(at) = changed.windows(from.len()).position(|window| window == from) {
            changed[at..at + from.len()].copy_from_slice(other.as_bytes());
        }
        return changed;
    }
    let mut changed = bytes.to_vec();
    changed.iter_mut().skip(16).take(LEN).for_each(|byte| *byte ^= 0xff);
    changed
}

//! Caches that cannot be written.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::{Ended, Runs, Setting, compare, failed};
use crate::places::{Place, Scene};
use crate::program::{self, MAIN};
use bmes_host_integration::runs::Runner;

/// A cache that a run only reads, because its user says so or because its folders cannot be written.
pub(crate) fn read_only(setting: &Setting) -> Runs {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    program::write(&app)?;
    let scene = Scene::new(&setting.bmes, Place::CachedPack, app.join(MAIN), &folder.path().join("cache"));
    let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
    let reads = scene.runner().with("--experimental-esm-bytecode=read-only");
    compare(&reads, &scene.entry, &expected, "an empty cache that is only read")?;
    if scene.cache.exists() {
        return failed("a cache that is only read was created");
    }
    scene.fill()?;
    fs::write(app.join("lib/late.mjs"), "export const late = 'late: two';\n")?;
    let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
    let before = state(&scene.cache)?;
    compare(&reads, &scene.entry, &expected, "a filled cache that is only read")?;
    // Root may write anyway. For other users, the rights are in the way.
    set_rights(&scene.cache, 0o555, 0o444)?;
    if !rustix::process::geteuid().is_root() {
        compare(&scene.runner(), &scene.entry, &expected, "a cache whose folders cannot be written")?;
    }
    compare(&reads, &scene.entry, &expected, "a cache whose folders cannot be written, and that is only read")?;
    set_rights(&scene.cache, 0o755, 0o644)?;
    if state(&scene.cache)? != before {
        return failed("a cache that is only read has changed");
    }
    Ok(3)
}

fn set_rights(folder: &Path, of_folders: u32, of_files: u32) -> std::io::Result<()> {
    let rights = if folder.is_dir() { of_folders } else { of_files };
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            set_rights(&entry?.path(), of_folders, of_files)?;
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(rights))
}

/// Returns the paths in a folder, with the bytes of the files.
fn state(folder: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push((path.display().to_string(), Vec::new()));
            found.extend(state(&path)?);
        } else {
            found.push((path.display().to_string(), fs::read(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

/// Caches on a file system that has room for nothing, for some files, or for the modules and no pack.
pub(crate) fn full_disk(setting: &Setting) -> Runs {
    if !rustix::process::geteuid().is_root() {
        return Err(Ended::NotRun("mounting a file system needs root".to_owned()));
    }
    let mut runs = 0;
    for size in ["4k", "32k", "64k", "128k"] {
        let folder = tempfile::tempdir()?;
        let app = folder.path().join("app");
        program::write(&app)?;
        let scene = Scene::new(&setting.bmes, Place::CachedPack, app.join(MAIN), &folder.path().join("cache"));
        fs::create_dir(&scene.cache)?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "tmpfs"])
            .arg(&scene.cache)
            .status();
        if !mount.is_ok_and(|status| status.success()) {
            return Err(Ended::NotRun("a file system cannot be mounted here".to_owned()));
        }
        let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
        let result = (1..=3).try_for_each(|start| {
            compare(&scene.runner(), &scene.entry, &expected, &format!("a disk of {size}, start {start}"))
        });
        Command::new("umount").arg(&scene.cache).status()?;
        result?;
        runs += 3;
    }
    Ok(runs)
}

//! Caches that cannot be written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, lchown};
use std::path::Path;
use std::process::Command;

use super::prepared::verify;
use super::{Ended, Runs, Setting, compare, failed, same};
use crate::places::{Place, Scene};
use crate::program::{self, MAIN};
use bmes_host_integration::runs::{Output, Runner};

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
    // Rights are not in the way of root, so the program runs as another user, who owns the files.
    let bmes = if rustix::process::geteuid().is_root() {
        let copy = folder.path().join("bmes");
        fs::copy(&setting.bmes, &copy)?;
        give(folder.path(), NOT_ROOT)?;
        copy
    } else {
        setting.bmes.clone()
    };
    let of_owner = |runner: Runner| if bmes == setting.bmes { runner } else { runner.as_user(NOT_ROOT) };
    let writes = of_owner(Runner::cached(&bmes, &scene.cache.join("cache")));
    let expected = of_owner(Runner::off(&bmes)).run(&scene.entry)?;
    set_rights(&scene.cache, 0o555, 0o444)?;
    for start in 1..=2 {
        let what = format!("a cache whose folders cannot be written, start {start}");
        let (output, numbers) = writes.run_counted(&scene.entry)?;
        same(&output, &expected, &what)?;
        if numbers.loaded == 0 || numbers.compiled != 1 {
            return failed(format_args!("{what}: all but the changed module are in the cache\n{}", numbers.text));
        }
    }
    set_rights(&scene.cache, 0o755, 0o644)?;
    if state(&scene.cache)? != before {
        return failed("a cache that is only read has changed");
    }
    // The same user fills the cache as soon as it can be written.
    compare(&writes, &scene.entry, &expected, "a cache whose folders can be written again")?;
    let (_, numbers) = writes.run_counted(&scene.entry)?;
    if numbers.compiled > 0 {
        return failed(format_args!("the cache was not written:\n{}", numbers.text));
    }
    Ok(5)
}

/// A user that is not root, and that owns no files on most systems.
const NOT_ROOT: u32 = 65534;

/// Gives a folder and all that is in it to a user.
fn give(path: &Path, user: u32) -> std::io::Result<()> {
    lchown(path, Some(user), Some(user))?;
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path)? {
            give(&entry?.path(), user)?;
        }
    }
    Ok(())
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
        let result = full_then_free(setting, &scene, &expected, size);
        Command::new("umount").arg(&scene.cache).status()?;
        runs += result?;
    }
    Ok(runs)
}

/// Starts a program three times while its disk is full, and three times after the disk has become larger.
fn full_then_free(setting: &Setting, scene: &Scene, expected: &Output, size: &str) -> Runs {
    let start = |number: usize| {
        compare(&scene.runner(), &scene.entry, expected, &format!("a disk of {size}, start {number}"))?;
        // On a disk without room, there may be no cache.
        if scene.files("bmes")?.is_empty() { Ok(()) } else { verify(setting, &scene.cache.join("cache")) }
    };
    (1..=3).try_for_each(start)?;
    let mount = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&scene.cache).status()?;
    if !mount.success() {
        return failed(format_args!("a disk of {size} cannot be made larger"));
    }
    (4..=5).try_for_each(start)?;
    let (output, numbers) = scene.runner().run_counted(&scene.entry)?;
    same(&output, expected, &format!("a disk of {size} that has room again"))?;
    if numbers.compiled > 0 {
        return failed(format_args!("a disk of {size} that has room again:\n{}", numbers.text));
    }
    Ok(6)
}

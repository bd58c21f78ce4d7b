//! Many processes at once, and processes that are killed.

use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::prepared::verify;
use super::{Runs, Setting, compare, failed};
use crate::places::{Place, Scene};
use crate::program::{self, COMMONJS, MAIN};
use bmes_host_integration::runs::Runner;

/// 50 processes with one empty cache.
pub(crate) fn crowd(setting: &Setting) -> Runs {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    program::write(&app)?;
    let scene = Scene::new(&setting.bmes, Place::CachedPack, app.join(MAIN), &folder.path().join("cache"));
    let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
    let mut runs = 0;
    thread::scope(|scope| {
        let starts: Vec<_> = (0..50)
            .map(|number| {
                let (scene, expected) = (&scene, &expected);
                scope.spawn(move || compare(&scene.runner(), &scene.entry, expected, &format!("process {number}")))
            })
            .collect();
        starts.into_iter().try_for_each(|start| {
            runs += 1;
            start.join().unwrap_or_else(|_| failed("a thread panicked"))
        })
    })?;
    verify(setting, &scene.cache.join("cache"))?;
    // Neither the pack nor the files of modules lack anything. The files have no CommonJS.
    for compiled in [0, COMMONJS] {
        if compiled > 0 {
            scene.files("zip")?.into_iter().try_for_each(fs::remove_file)?;
        }
        let (_, numbers) = scene.runner().run_counted(&scene.entry)?;
        if numbers.compiled != compiled {
            return failed(format_args!("the cache is not whole afterwards:\n{}", numbers.text));
        }
    }
    Ok(runs)
}

/// Kills first starts at random times. The cache is never deleted, so it is in each state of being written.
pub(crate) fn kills(setting: &Setting) -> Runs {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    program::write(&app)?;
    let scene = Scene::new(&setting.bmes, Place::CachedPack, app.join(MAIN), &folder.path().join("cache"));
    let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
    let start = Instant::now();
    compare(&scene.runner(), &scene.entry, &expected, "a first start")?;
    let longest = start.elapsed();
    let kills = if setting.short { 30 } else { 500 };
    for kill in 0..kills {
        // Every other kill meets an empty cache, the others one that has what was written before.
        if kill % 2 == 0 {
            fs::remove_dir_all(scene.cache.join("cache"))?;
        } else {
            fs::write(app.join("lib/late.mjs"), format!("export const late = 'late: {kill}';\n"))?;
        }
        let mut child = scene.runner().spawn(&scene.entry)?;
        thread::sleep(longest.mul_f64(fastrand::f64()));
        end(&mut child)?;
        let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
        compare(&scene.runner(), &scene.entry, &expected, &format!("after kill {kill}"))?;
        verify(setting, &scene.cache.join("cache"))?;
    }
    Ok(2 * kills)
}

fn end(child: &mut Child) -> std::io::Result<()> {
    child.kill()?;
    child.wait().map(drop)
}

/// A program that never ends has its cache after it was quiet for two seconds.
pub(crate) fn server(setting: &Setting) -> Runs {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    program::write(&app)?;
    let main = app.join(MAIN);
    let text = fs::read_to_string(&main)?;
    fs::write(&main, format!("{text}if (process.argv[2] === undefined) setInterval(() => {{}}, 1000000);\n"))?;
    let scene = Scene::new(&setting.bmes, Place::CachedPack, main, &folder.path().join("cache"));
    let mut child = scene.runner().command(&scene.entry).stdout(Stdio::null()).spawn()?;
    let start = Instant::now();
    while scene.files("stamps")?.is_empty() && start.elapsed() < Duration::from_mins(1) {
        thread::sleep(Duration::from_millis(50));
    }
    let waited = start.elapsed();
    // The files of modules are written after the pack and its stamps.
    thread::sleep(Duration::from_millis(500));
    end(&mut child)?;
    if waited < Duration::from_secs(2) {
        return failed(format_args!("the cache was written {waited:?} after the start, while the server may be busy"));
    }
    let mut ended = Runner::cached(&setting.bmes, &scene.cache.join("cache")).with("--stats").command(&scene.entry);
    let output = ended.arg("once").output()?;
    let numbers = String::from_utf8_lossy(&output.stderr).into_owned();
    if !numbers.contains(" 0 compiled") {
        return failed(format_args!("the server left no whole cache behind: {numbers}"));
    }
    let expected = Runner::off(&setting.bmes).command(&scene.entry).arg("once").output()?;
    if output.stdout != expected.stdout || output.status != expected.status {
        return failed("the output after the server was killed is another one");
    }
    Ok(2)
}

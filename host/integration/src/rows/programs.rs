//! Programs and their changes.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::{Ended, Runs, Setting, compare, failed, same};
use crate::places::{Place, Scene};
use crate::program::{self, CHANGES, MAIN};
use bmes_host_integration::runs::Runner;

/// A file that is older than this has a stamp that counts.
const RESOLUTION: Duration = Duration::from_millis(2200);

/// Real programs in each state. Those that the host does not run end in the same way, too.
pub(crate) fn programs(setting: &Setting) -> Runs {
    let Some(programs) = &setting.programs else {
        return Err(Ended::NotRun("npm has not installed the programs".to_owned()));
    };
    let mut runs = 0;
    let mut entries: Vec<PathBuf> =
        fs::read_dir(programs.join("entries"))?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        let name = entry.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = tempfile::tempdir()?;
        let expected = Runner::off(&setting.bmes).run(&entry)?;
        let cached = Runner::cached(&setting.bmes, &folder.path().join("cold"));
        let (cold, numbers) = cached.run_counted(&entry)?;
        same(&cold, &expected, &format!("{name}, cold"))?;
        if numbers.loaded > 0 {
            return failed(format_args!("{name}, cold: {} modules came from an empty cache", numbers.loaded));
        }
        let compiled = numbers.compiled;
        runs += 1;
        for place in [Place::CachedPack, Place::NamedPack, Place::Modules] {
            let scene = Scene::new(&setting.bmes, place, entry.clone(), &folder.path().join(format!("{place:?}")));
            scene.fill()?;
            let (output, numbers) = scene.runner().run_counted(&entry)?;
            same(&output, &expected, &format!("{name}, {place:?}"))?;
            // The files of modules have no CommonJS, and no pack has what a program computes the names of.
            if place != Place::Modules && numbers.compiled > 0 && numbers.loaded < compiled / 2 {
                return failed(format_args!("{name}, {place:?}: {numbers:?}"));
            }
            runs += 1;
        }
    }
    Ok(runs)
}

/// Programs that end in each way.
pub(crate) fn ends(setting: &Setting) -> Runs {
    let programs: &[(&str, &str)] = &[
        ("an exit", "import './other.mjs';\nconsole.log('before');\nprocess.exit(3);\n"),
        ("an exit code", "import './other.mjs';\nprocess.exitCode = 4;\nconsole.log('at the end');\n"),
        ("an error", "import './other.mjs';\nconsole.log('before');\nthrow new TypeError('it fails');\n"),
        ("a rejection", "import './other.mjs';\nPromise.reject(new Error('not handled'));\n"),
        ("an error in another module", "import './fails.mjs';\n"),
        ("a syntax error", "import './other.mjs';\nconst = 1;\n"),
        ("a syntax error in another module", "import './bad.mjs';\n"),
        ("an export that is missing", "import { missing } from './other.mjs';\nconsole.log(missing);\n"),
        ("a module that is missing", "import './missing.mjs';\n"),
        ("a package that is missing", "import 'no-such-package';\n"),
        ("a builtin that is missing", "import 'node:no-such-builtin';\n"),
        ("JSON without its type", "import data from './data.json';\nconsole.log(data);\n"),
        (
            "a failed import that is caught",
            "try { await import('./bad.mjs'); } catch (error) { console.log(error.name); }\nawait import('./other.mjs');\n",
        ),
        ("a top-level await that never ends", "import './other.mjs';\nawait new Promise(() => {});\n"),
        ("a timer", "import './other.mjs';\nsetTimeout(() => console.log('later'), 20);\n"),
    ];
    let mut runs = 0;
    for (name, text) in programs {
        for place in Place::ALL {
            let folder = tempfile::tempdir()?;
            let write = |file: &str, text: &str| fs::write(folder.path().join(file), text);
            write("package.json", r#"{"type": "module"}"#)?;
            write("main.mjs", text)?;
            write("other.mjs", "console.log('other');\nexport const other = 1;\n")?;
            write("fails.mjs", "console.log('fails');\nexport const value = undefined.property;\n")?;
            write("bad.mjs", "export const bad = ;\n")?;
            write("data.json", "{}\n")?;
            let scene = Scene::new(&setting.bmes, place, folder.path().join("main.mjs"), &folder.path().join("cache"));
            let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
            // A pack that is named and not there is a warning.
            if place != Place::NamedPack {
                compare(&scene.runner(), &scene.entry, &expected, &format!("{name}, {place:?}, first start"))?;
                runs += 1;
            }
            scene.fill()?;
            if place == Place::NamedPack && !scene.named().exists() {
                continue;
            }
            compare(&scene.runner(), &scene.entry, &expected, &format!("{name}, {place:?}"))?;
            runs += 1;
        }
    }
    Ok(runs)
}

/// Each change, after the stamps of the files count.
pub(crate) fn changes(setting: &Setting) -> Runs {
    let mut scenes = Vec::new();
    for change in CHANGES {
        for place in Place::ALL {
            let folder = tempfile::tempdir()?;
            let app = folder.path().join("app");
            program::write(&app)?;
            let scene = Scene::new(&setting.bmes, place, app.join(MAIN), &folder.path().join("cache"));
            scenes.push((folder, scene, change));
        }
    }
    thread::sleep(RESOLUTION);
    let mut runs = 0;
    for (_, scene, change) in &scenes {
        scene.fill()?;
        let what = format!("{}, {:?}", change.name, scene.place);
        let (_, numbers) = scene.runner().run_counted(&scene.entry)?;
        scene.remove_packs_of_modules()?;
        if numbers.loaded == 0 {
            return failed(format_args!("{what}: nothing came from the cache before the change"));
        }
        (change.make)(scene.entry.parent().unwrap_or(&scene.entry))?;
        let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
        for start in 1..=3 {
            compare(&scene.runner(), &scene.entry, &expected, &format!("{what}, start {start}"))?;
            runs += 1;
        }
    }
    Ok(runs)
}

/// A program that is moved with its pack still starts from it.
pub(crate) fn moved(setting: &Setting) -> Runs {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("deeper/to"));
    program::write(&from)?;
    let scene = Scene::new(&setting.bmes, Place::OwnPack, from.join(MAIN), &folder.path().join("cache"));
    scene.fill()?;
    fs::create_dir_all(to.parent().unwrap_or(&to))?;
    fs::rename(&from, &to)?;
    let entry = to.join(MAIN);
    let expected = Runner::off(&setting.bmes).run(&entry)?;
    let (output, numbers) = scene.runner().run_counted(&entry)?;
    same(&output, &expected, "after the program was moved")?;
    if numbers.compiled > 0 {
        return failed(format_args!("after the program was moved: {numbers:?}"));
    }
    Ok(1)
}

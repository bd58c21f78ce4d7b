//! Programs and their changes.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::{Ended, Runs, Setting, compare, failed, same};
use crate::places::{Place, Scene};
use crate::program::{self, CHANGES, COMMONJS, MAIN, MODULES};
use bmes_host_integration::runs::{Numbers, Runner};

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
                return failed(format_args!("{name}, {place:?}:\n{}", numbers.text));
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

/// Programs that are moved with their packs still start from them.
pub(crate) fn moved(setting: &Setting) -> Runs {
    for place in [Place::OwnPack, Place::NamedPack] {
        let folder = tempfile::tempdir()?;
        let (from, to) = (folder.path().join("from"), folder.path().join("deeper/to"));
        program::write(&from.join("app"))?;
        let scene = Scene::new(&setting.bmes, place, from.join("app").join(MAIN), &from.join("cache"));
        scene.fill()?;
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        fs::rename(&from, &to)?;
        let what = format!("{place:?}, after the program was moved");
        // The cache is an empty one, so that all comes from the pack.
        let scene = Scene::new(&setting.bmes, place, to.join("app").join(MAIN), &to.join("cache"));
        fs::remove_dir_all(scene.cache.join("cache"))?;
        let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
        let (output, numbers) = scene.runner().run_counted(&scene.entry)?;
        same(&output, &expected, &what)?;
        if numbers.compiled > 0 {
            return failed(format_args!("{what}:\n{}", numbers.text));
        }
    }
    Ok(2)
}

/// The numbers of `--stats`, for each place: what an empty cache lacks, what a full one has, and one changed module.
pub(crate) fn counts(setting: &Setting) -> Runs {
    let mut runs = 0;
    for place in Place::ALL {
        let folder = tempfile::tempdir()?;
        let app = folder.path().join("app");
        program::write(&app)?;
        let scene = Scene::new(&setting.bmes, place, app.join(MAIN), &folder.path().join("cache"));
        let is_in_cache = matches!(place, Place::CachedPack | Place::Modules);
        let check = |state: &str, is_right: &dyn Fn(&Numbers) -> bool| -> Result<(), Ended> {
            let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
            let what = format!("{place:?}, {state}");
            let (output, numbers) = scene.runner().run_counted(&scene.entry)?;
            same(&output, &expected, &what)?;
            scene.remove_packs_of_modules()?;
            if is_right(&numbers) { Ok(()) } else { failed(format_args!("{what}:\n{}", numbers.text)) }
        };
        let all = MODULES + COMMONJS;
        if is_in_cache {
            check("the first start", &|it| (it.loaded, it.compiled, it.hits) == (0, all, 0))?;
            runs += 1;
        }
        scene.fill()?;
        // Files of modules have no CommonJS. They are looked up by the program, and again by the writer, which makes the pack
        // from them. The pack in the cache is looked up once.
        let are_files = place == Place::Modules;
        let always = if are_files { COMMONJS } else { 0 };
        check("a full cache", &|it| {
            let is_looked_up = if are_files { it.hits >= MODULES } else { it.hits <= 1 && it.misses == 0 };
            (it.loaded, it.compiled) == (all - always, always) && is_looked_up
        })?;
        fs::write(app.join("lib/a.mjs"), "export const a = 'a: another';\n")?;
        check("a changed module", &|it| {
            let is_noticed = if are_files { it.misses >= 1 } else { it.text.contains(" 1 stale") };
            (it.loaded, it.compiled) == (all - always - 1, always + 1) && is_noticed
        })?;
        runs += 2;
    }
    Ok(runs)
}

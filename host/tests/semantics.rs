//! Runs each program in `semantics/` without a cache, with an empty one, from the pack in the cache, from the files of
//! modules, from a pack that was made before, and after a file was changed: the output is always the expected one. Then it
//! damages the files of the cache: the output stays the same.
//!
//! `expected.txt` in the folder of a program is its standard output, then `[stderr]` and its standard error, then `[status]`
//! and its exit status; the last two are left out if they are empty or 0. `BMES_BLESS=1` writes these files.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use bmes_host::{CacheMode, Report, RunOptions};
use bmes_store::Settings;
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;

/// With this argument, this program runs a program: its other arguments are the mode, the folder of the cache and the file.
const RUN: &str = "--run-program";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    if let [_, first, mode, cache, entry] = words.as_slice()
        && first == RUN
    {
        return run_here(mode, cache, entry).unwrap_or(ExitCode::from(99));
    }
    let programs = fs::read_dir(programs()).expect("the folder exists").map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = programs.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    let mut trials: Vec<Trial> = Vec::new();
    for name in names {
        let same = name.clone();
        trials.push(Trial::test(format!("{name}: each state of the cache"), move || each_state(&same)));
    }
    for name in ["cycles", "json", "language", "same-source"] {
        trials.push(Trial::test(format!("{name}: damaged files"), move || damaged(name)));
    }
    for name in ["commonjs", "json", "same-source"] {
        trials.push(Trial::test(format!("{name}: a damaged pack"), move || damaged_pack(name)));
    }
    trials.push(Trial::test("same-source: swapped files", || swapped("same-source")));
    trials.push(Trial::test("cycles: a folder that was moved", || moved("cycles")));
    trials.push(Trial::test("cycles: read-only", || read_only("cycles")));
    trials.push(Trial::test("a server that is killed after it was quiet", killed));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semantics")
}

fn run_here(mode: &str, cache: &str, entry: &str) -> Result<ExitCode, Box<dyn Error>> {
    let mode = match mode {
        "off" => CacheMode::Off,
        "on" => CacheMode::On,
        _ => CacheMode::ReadOnly,
    };
    let settings = Settings::new(cache);
    let pack = std::env::var_os("BMES_PACK").map(Into::into);
    let options = RunOptions {
        entry: entry.into(),
        arguments: Vec::new(),
        mode,
        settings,
        pack,
        verify: None,
        report: Report { stats: true, trace: None },
    };
    let status = bmes_host::run(options, |problem| eprintln!("{problem}"))?;
    Ok(ExitCode::from(status))
}

/// A copy of a program, and a cache for it.
struct Copy {
    folder: TempDir,
    cache: TempDir,
}

/// The result of a run.
struct Output {
    /// In the form of `expected.txt`.
    text: String,
    /// The numbers of modules that the cache had, and of those that were compiled.
    hits: usize,
    compiled: usize,
}

impl Copy {
    fn new(name: &str) -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        copy_folder(&programs().join(name), copy.folder.path());
        copy
    }

    fn run(&self, mode: &str) -> Output {
        self.run_in(self.folder.path(), mode)
    }

    /// Runs the program from a pack at this path.
    fn run_packed(&self, pack: &Path) -> Output {
        self.output(self.folder.path(), "on", Some(pack))
    }

    fn run_in(&self, folder: &Path, mode: &str) -> Output {
        self.output(folder, mode, None)
    }

    fn output(&self, folder: &Path, mode: &str, pack: Option<&Path>) -> Output {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.envs(pack.map(|pack| ("BMES_PACK", pack)));
        command.args([RUN, mode]).arg(self.cache.path()).arg(folder.join("main.mjs")).current_dir(folder);
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        // The numbers are the last lines of standard error.
        let (stderr, numbers) = stderr.split_at(stderr.rfind("modules: ").unwrap_or(stderr.len()));
        let number = |after: &str| {
            let (before, _) = numbers.split_once(after).unwrap_or_default();
            before.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        let mut text = String::from_utf8(output.stdout).unwrap();
        if !stderr.is_empty() {
            text = text + "[stderr]\n" + stderr;
        }
        match output.status.code() {
            Some(0) => {}
            Some(status) => text = text + "[status] " + &status.to_string() + "\n",
            None => text += "[killed]\n",
        }
        Output { text, hits: number(" hit"), compiled: number(" compiled") }
    }

    /// Returns the files of modules in the cache.
    fn modules(&self) -> Vec<PathBuf> {
        self.files("bmes")
    }

    /// Returns the packs in the cache.
    fn packs(&self) -> Vec<PathBuf> {
        self.files("zip")
    }

    /// Removes the packs, so that the program is loaded from the files of modules.
    fn remove_packs(&self) {
        self.packs().iter().for_each(|pack| fs::remove_file(pack).unwrap());
    }

    /// Returns the files in the cache with this extension.
    fn files(&self, extension: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.cache.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|found| found == extension) {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn expect(what: &str, found: &str, expected: &str) -> Result<(), Failed> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}:\n{found}\n--- expected ---\n{expected}").into())
}

fn expected(name: &str) -> String {
    fs::read_to_string(programs().join(name).join("expected.txt")).unwrap_or_default()
}

fn each_state(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let off = copy.run("off");
    if std::env::var_os("BMES_BLESS").is_some() {
        fs::write(programs().join(name).join("expected.txt"), &off.text)?;
    }
    let expected = expected(name);
    expect("without a cache", &off.text, &expected)?;
    expect("with an empty cache", &copy.run("on").text, &expected)?;
    let warm = copy.run("on");
    expect("from the pack in the cache", &warm.text, &expected)?;
    if warm.hits == 0 && !copy.packs().is_empty() {
        return Err("the cache had no pack".into());
    }
    copy.remove_packs();
    expect("from the files of modules", &copy.run("on").text, &expected)?;
    let main = copy.folder.path().join("main.mjs");
    let pack = copy.cache.path().join("made.zip");
    // The entry of some programs cannot be packed: it has an error.
    if let Ok(made) = bmes_host::pack(std::slice::from_ref(&main), options()) {
        fs::write(&pack, made.pack)?;
        expect("from a pack", &copy.run_packed(&pack).text, &expected)?;
        expect("from a pack, again", &copy.run_packed(&pack).text, &expected)?;
    }
    fs::write(&main, fs::read_to_string(&main)? + "\nconsole.log('changed');\n")?;
    let off = copy.run("off");
    expect("from a pack, after a file was changed", &copy.run_packed(&pack).text, &off.text)?;
    expect("after a file was changed", &copy.run("on").text, &off.text)?;
    expect("after a file was changed, again", &copy.run("on").text, &off.text)
}

fn options() -> bmes_pack::build::Options {
    // `bmes_host::pack` puts the producer of its engine there.
    bmes_pack::build::Options::new(bmes::Digest([0; 32]))
}

/// Changes bytes of each file of a module in the cache, and cuts it.
fn damaged(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let expected = expected(name);
    copy.run("on");
    for file in copy.modules() {
        let bytes = fs::read(&file)?;
        // Each field of the header, and places in each of the other regions.
        let places = (0..112.min(bytes.len())).step_by(4).chain((112..bytes.len()).step_by(bytes.len() / 24 + 1));
        for damage in damages(&bytes, places) {
            fs::write(&file, &damage.bytes)?;
            copy.remove_packs();
            let output = copy.run("on");
            expect(&damage.what, &output.text, &expected)?;
            if output.compiled == 0 {
                return Err(format!("{}, and the file was used", damage.what).into());
            }
        }
        fs::write(&file, &bytes)?;
    }
    Ok(())
}

/// Changes bytes of the pack in the cache, and cuts it.
fn damaged_pack(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let expected = expected(name);
    copy.run("on");
    let pack = copy.packs().pop().ok_or("there is no pack")?;
    let bytes = fs::read(&pack)?;
    for damage in damages(&bytes, (0..bytes.len()).step_by(bytes.len() / 100 + 1)) {
        fs::write(&pack, &damage.bytes)?;
        expect(&damage.what, &copy.run("on").text, &expected)?;
        expect(&format!("{}, the next run", damage.what), &copy.run("on").text, &expected)?;
        if fs::read(&pack)? == damage.bytes && !is_sound(&damage.bytes) {
            return Err(format!("{}, and the pack was not replaced", damage.what).into());
        }
        fs::write(damage_path(&copy), &damage.bytes)?;
        expect(&format!("BMES_PACK: {}", damage.what), &copy.run_packed(&damage_path(&copy)).text, &expected)?;
    }
    Ok(())
}

/// Returns whether nothing of a pack is damaged. Some fields of a ZIP file mean nothing.
fn is_sound(pack: &[u8]) -> bool {
    bmes_pack::Pack::open(pack).is_ok_and(|pack| {
        let with_member = |number: &usize| pack.index().modules[*number].member.is_some();
        (0..pack.index().modules.len()).filter(with_member).all(|number| pack.verify(number).is_ok())
    })
}

fn damage_path(copy: &Copy) -> PathBuf {
    copy.cache.path().join("damaged.zip")
}

/// A file with a fault.
struct Damage {
    what: String,
    bytes: Vec<u8>,
}

/// Returns a file with one bit changed at each of these places, and the beginnings of the file.
fn damages(bytes: &[u8], places: impl Iterator<Item = usize>) -> Vec<Damage> {
    let changed = places.map(|place| {
        let mut changed = bytes.to_owned();
        changed[place] ^= 0x10;
        Damage { what: format!("byte {place} of {} was changed", bytes.len()), bytes: changed }
    });
    let cut = [0, 7, 112.min(bytes.len()), bytes.len() - 1]
        .map(|len| Damage { what: format!("the file was cut to {len} bytes"), bytes: bytes[..len].to_owned() });
    changed.chain(cut).collect()
}

/// Puts each file of a module in the cache in the place of each other one.
fn swapped(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let expected = expected(name);
    copy.run("on");
    let files: Vec<_> = copy.modules().into_iter().map(|file| (fs::read(&file).unwrap(), file)).collect();
    for (bytes, from) in &files {
        for (old, to) in &files {
            fs::write(to, bytes)?;
            copy.remove_packs();
            let what = format!("{} in the place of {}", from.display(), to.display());
            expect(&what, &copy.run("on").text, &expected)?;
            fs::write(to, old)?;
        }
    }
    Ok(())
}

/// Bytecode has no absolute path: a program that was moved is loaded from the cache.
fn moved(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    copy.run("on");
    let other = tempfile::tempdir()?;
    copy_folder(copy.folder.path(), other.path());
    let output = copy.run_in(other.path(), "on");
    expect("moved", &output.text, &expected(name))?;
    if output.compiled > 0 {
        return Err(format!("{} modules were compiled", output.compiled).into());
    }
    Ok(())
}

fn read_only(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    expect("an empty cache", &copy.run("read-only").text, &expected(name))?;
    if !copy.modules().is_empty() || !copy.packs().is_empty() {
        return Err("files were written".into());
    }
    copy.run("on");
    let output = copy.run("read-only");
    expect("a filled cache", &output.text, &expected(name))?;
    if output.hits == 0 {
        return Err("the cache had no module".into());
    }
    Ok(())
}

/// A program that never ends leaves a cache behind.
fn killed() -> Result<(), Failed> {
    let copy = Copy::new("cycles");
    let main = copy.folder.path().join("main.mjs");
    fs::write(&main, fs::read_to_string(&main)? + "\nsetInterval(() => {}, 100000);\n")?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args([RUN, "on"]).arg(copy.cache.path()).arg(main).stdout(Stdio::null());
    let mut server = command.spawn()?;
    let start = Instant::now();
    while (copy.packs().is_empty() || copy.modules().len() < 2) && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill()?;
    server.wait()?;
    if copy.packs().len() == 1 && copy.modules().len() == 2 {
        Ok(())
    } else {
        Err("the modules were not stored".into())
    }
}

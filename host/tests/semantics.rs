//! Runs each program in `semantics/` without a cache, with an empty one, with a filled one, and after a file was changed:
//! the output is always the expected one. Then it damages the files of the cache: the output stays the same.
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
        trials.push(Trial::test(format!("{name}: off, cold, warm, changed"), move || four_runs(&same)));
    }
    for name in ["cycles", "json", "language", "same-source"] {
        trials.push(Trial::test(format!("{name}: damaged files"), move || damaged(name)));
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

    fn run_in(&self, folder: &Path, mode: &str) -> Output {
        let mut command = Command::new(std::env::current_exe().unwrap());
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
        Output { text, hits: number(" hits"), compiled: number(" compiled") }
    }

    /// Returns the files of modules in the cache.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.cache.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "bmes") {
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

fn four_runs(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let off = copy.run("off");
    if std::env::var_os("BMES_BLESS").is_some() {
        fs::write(programs().join(name).join("expected.txt"), &off.text)?;
    }
    let expected = expected(name);
    expect("without a cache", &off.text, &expected)?;
    expect("with an empty cache", &copy.run("on").text, &expected)?;
    let warm = copy.run("on");
    expect("with a filled cache", &warm.text, &expected)?;
    if warm.hits == 0 && !copy.files().is_empty() {
        return Err("the cache had no module".into());
    }
    let main = copy.folder.path().join("main.mjs");
    fs::write(&main, fs::read_to_string(&main)? + "\nconsole.log('changed');\n")?;
    let off = copy.run("off");
    expect("after a file was changed", &copy.run("on").text, &off.text)?;
    expect("after a file was changed, again", &copy.run("on").text, &off.text)
}

/// Changes bytes of each file in the cache, and cuts it.
fn damaged(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let expected = expected(name);
    copy.run("on");
    for file in copy.files() {
        let bytes = fs::read(&file)?;
        // Each field of the header, and places in each of the other regions.
        let places = (0..112.min(bytes.len())).step_by(4).chain((112..bytes.len()).step_by(bytes.len() / 24 + 1));
        for place in places {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x10;
            fs::write(&file, damaged)?;
            let output = copy.run("on");
            expect(&format!("byte {place} of {} was changed", bytes.len()), &output.text, &expected)?;
            if output.compiled == 0 {
                return Err(format!("byte {place} was changed, and the file was used").into());
            }
        }
        for len in [0, 7, 112, bytes.len() - 1] {
            fs::write(&file, &bytes[..len])?;
            expect(&format!("the file was cut to {len} bytes"), &copy.run("on").text, &expected)?;
        }
        fs::write(&file, &bytes)?;
    }
    Ok(())
}

/// Puts each file of the cache in the place of each other one.
fn swapped(name: &str) -> Result<(), Failed> {
    let copy = Copy::new(name);
    let expected = expected(name);
    copy.run("on");
    let files: Vec<_> = copy.files().into_iter().map(|file| (fs::read(&file).unwrap(), file)).collect();
    for (bytes, from) in &files {
        for (old, to) in &files {
            fs::write(to, bytes)?;
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
    if !copy.files().is_empty() {
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
    while copy.files().len() < 2 && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill()?;
    server.wait()?;
    if copy.files().len() == 2 { Ok(()) } else { Err("the modules were not stored".into()) }
}

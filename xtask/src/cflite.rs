//! Runs the build script for ClusterFuzzLite and OSS-Fuzz in the same way as these services, and checks its output.
//!
//! The Docker images of these services are not used here; `CONTRIBUTING.md` says what can only be tested with them. The script
//! builds the fuzz targets with the same flags as [`crate::fuzz`], so it reuses targets that `cargo xtask fuzz-smoke` has
//! built.

use crate::fuzz::CargoFuzz;
use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, build_example, root, target_dir};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SCRIPT: &str = ".clusterfuzzlite/build.sh";
/// The suffixes of the files that must stand beside the program of each fuzz target: `x.dict`, `x.options` and
/// `x_seed_corpus.zip` beside `x`.
const BESIDE: [&str; 3] = [".dict", ".options", "_seed_corpus.zip"];

/// Runs the script with the variables that the services set. Fails if its output is not what the services expect.
pub(crate) fn check() -> Report {
    if let Provision::Missing(line) = provide("zip and python3", &["zip", "python3"], || has("zip") && has("python3"))?
    {
        return Ok(Outcome::NotRun(line));
    }
    let cargo_fuzz = CargoFuzz::find()?;
    if !cargo_fuzz.nightly {
        return Ok(Outcome::NotRun(
            "the address sanitizer needs nightly Rust: rustup toolchain install nightly".to_owned(),
        ));
    }
    let work = target_dir()?.join("cflite");
    let _ = fs::remove_dir_all(&work);
    let [source, out, scratch] = ["src", "out", "work"].map(|name| work.join(name));
    for folder in [&source, &out, &scratch] {
        fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    }
    Step::new("ln").arg("-s").arg(root()).arg(source.join("bmes")).run()?;
    let seeds = scratch.join("seeds");
    // The example `seeds` is built here, with the toolchain of all other builds. Otherwise the script would build it again with
    // nightly.
    Step::new(build_example("seeds")?).arg(&seeds).output()?;
    let mut script = cargo_fuzz.under_its_toolchain("bash")?.arg(root().join(SCRIPT));
    for (name, value) in [("SRC", &source), ("OUT", &out), ("WORK", &scratch), ("BMES_SEEDS", &seeds)] {
        script = script.env(name, &value.display().to_string());
    }
    script.env("SANITIZER", "address").env("BMES_DEV", "1").run()?;

    let targets = cargo_fuzz.targets()?;
    is_complete(&targets, &names(&out)?).map_err(|what| Failure::new(format!("{SCRIPT}: $OUT {what}")))?;
    for target in &targets {
        let folder = seeds.join(target);
        // libFuzzer skips an empty file, because it always begins with the empty input.
        let is_empty = |name: &String| fs::metadata(folder.join(name)).is_ok_and(|data| data.len() == 0);
        let count = names(&folder)?.iter().filter(|name| !is_empty(name)).count();
        runs(target, &out, &scratch.join("unpacked").join(target), count)?;
    }
    eprintln!("{} targets, each with its seeds, dictionary and options", targets.len());
    Ok(Outcome::Ran)
}

/// Verifies three things: the services accept the name of each target, the files of [`BESIDE`] exist for each target, and there
/// are no other files. `found` are the names of all files in the output folder.
fn is_complete(targets: &[String], found: &BTreeSet<String>) -> Result<(), String> {
    let accepted = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if let Some(name) = targets.iter().find(|name| !accepted(name)) {
        return Err(format!("has the target {name}; the name of a target may only have letters, digits, _ and -"));
    }
    let beside = |target: &String| BESIDE.map(|suffix| format!("{target}{suffix}"));
    let expected: BTreeSet<String> = targets.iter().cloned().chain(targets.iter().flat_map(beside)).collect();
    let differing: Vec<&str> = expected.symmetric_difference(found).map(String::as_str).collect();
    if differing.is_empty() {
        Ok(())
    } else {
        Err(format!("does not have exactly the expected files; missing or unexpected: {}", differing.join(", ")))
    }
}

/// Runs a target on its seeds. Verifies that it reads its dictionary and at least `at_least` seeds of its archive, and that no
/// seed makes it fail.
fn runs(target: &str, out: &Path, unpacked: &Path, at_least: usize) -> Result<(), Failure> {
    let archive = out.join(format!("{target}_seed_corpus.zip"));
    Step::new("python3").args(["-m", "zipfile", "-e"]).arg(archive).arg(unpacked).run()?;
    let dictionary = format!("-dict={}", out.join(format!("{target}.dict")).display());
    let options = options(&out.join(format!("{target}.options")))?;
    let step = Step::new(out.join(target)).args(["-runs=0".to_owned(), dictionary]).args(options).arg(unpacked);
    let (succeeded, printed) = step.errors()?;
    let (seeds, words) = (number(&printed, "seed corpus: files: "), number(&printed, "Dictionary: "));
    if succeeded && seeds >= at_least.max(1) && words > 0 {
        return Ok(());
    }
    printed.lines().for_each(|line| eprintln!("{line}"));
    let exit = if succeeded { "succeeded" } else { "failed" };
    Err(Failure::new(format!(
        "the fuzz target {target} {exit}; it read {seeds} seeds ({at_least} or more are expected) and {words} words of its dictionary (1 or more are expected); its output is above"
    )))
}

/// Returns the settings of an `.options` file as command-line arguments: the line `max_len = 4096` becomes `-max_len=4096`.
fn options(path: &Path) -> Result<Vec<String>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::at(path, &error))?;
    let settings = text.lines().filter_map(|line| line.split_once(" = "));
    Ok(settings.map(|(name, value)| format!("-{name}={value}")).collect())
}

/// Returns the number that follows the first occurrence of `name` in `printed`, or 0 if there is none.
fn number(printed: &str, name: &str) -> usize {
    let behind = printed.split_once(name).and_then(|(_, rest)| rest.split_whitespace().next());
    behind.and_then(|word| word.parse().ok()).unwrap_or_default()
}

fn names(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))?;
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::{is_complete, number};
    use std::collections::BTreeSet;

    fn found(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_target_comes_with_seeds_dictionary_and_options_and_nothing_else() {
        let targets = ["a".to_owned()];
        let all = ["a", "a.dict", "a.options", "a_seed_corpus.zip"];
        assert_eq!(is_complete(&targets, &found(&all)), Ok(()));
        let lacking = is_complete(&targets, &found(&all[..3])).unwrap_err();
        assert!(lacking.ends_with(": a_seed_corpus.zip"), "{lacking}");
        let more = is_complete(&[], &found(&["b"])).unwrap_err();
        assert!(more.ends_with(": b"), "{more}");
        assert!(is_complete(&["a.b".to_owned()], &found(&[])).is_err());
    }

    #[test]
    fn reads_what_libfuzzer_says_of_its_input() {
        let printed = "Dictionary: 41 entries\nINFO: seed corpus: files: 2818 min: 1b max: 4096b\n";
        assert_eq!((number(printed, "Dictionary: "), number(printed, "seed corpus: files: ")), (41, 2818));
        assert_eq!(number("", "Dictionary: "), 0);
    }
}

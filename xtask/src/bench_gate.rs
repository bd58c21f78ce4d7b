//! Detects changes that make the codec slower. Compares the number of instructions of each operation, counted by callgrind,
//! with `benches/baseline.json`.
//!
//! A count is the same on every run, and on every machine with the baseline's compiler and CPU features (the C library chooses
//! its `memcpy` by these features). On other machines, the gate cannot use the baseline. It then also counts the instructions
//! of the commit that the change is based on, and compares with those counts.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use crate::tools::Tool;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The program that runs the benchmarks under callgrind. `benches` needs exactly this version. `asks_version` is empty, because
/// the program does not print its version.
const GUNGRAUN: Tool = Tool { name: "gungraun-runner", asks_version: &[], series: "", version: "0.20.0", features: "" };
const BASELINE: &str = "benches/baseline.json";
/// How much a count may exceed the baseline, in per cent.
const TOLERATED: u64 = 2;

/// The content of `benches/baseline.json`: the number of instructions for each operation and workload (`validate typical_v1`),
/// and the compiler and the CPU features of the machine that counted them.
#[derive(Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Counts {
    compiler: String,
    cpu_features: String,
    instructions: BTreeMap<String, u64>,
}

/// Counts instructions. Fails if a count exceeds the baseline by more than [`TOLERATED`] per cent.
pub(crate) fn check() -> Report {
    let Some(runner) = runner()? else { return Ok(not_run()) };
    let now = gated(count(root(), &runner)?)?;
    let committed = read(&root().join(BASELINE))?;
    let same_machine = committed.compiler == now.compiler && committed.cpu_features == now.cpu_features;
    let (base, name) = if same_machine {
        (committed, BASELINE.to_owned())
    } else {
        eprintln!(
            "{BASELINE} was measured with {} ({}), but this machine has {} ({}): comparing with the merge base instead",
            committed.compiler, committed.cpu_features, now.compiler, now.cpu_features
        );
        merge_base(&runner)?
    };
    judge(&base.instructions, &now.instructions, &name)
}

/// What callgrind counts for one operation and workload.
#[derive(Debug, Serialize, PartialEq)]
struct Count {
    instructions: u64,
    /// The number of branches that the simulated branch predictor of callgrind mispredicts.
    mispredictions: u64,
}

/// Counts instructions and mispredicted branches, and writes the counts to `file` as JSON, for `cargo xtask bench`. Returns
/// `None` if valgrind is missing.
pub(crate) fn write_counts(file: &Path) -> Result<Option<()>, Failure> {
    let Some(runner) = runner()? else { return Ok(None) };
    let counts = count(root(), &runner)?;
    let text = serde_json::to_string(&counts).map_err(|error| Failure::new(error.to_string()))?;
    fs::write(file, text).map_err(|error| Failure::at(file, &error))?;
    Ok(Some(()))
}

/// Returns the counts that the gate compares: only instructions, with the compiler and the CPU features of this machine.
fn gated(counts: BTreeMap<String, Count>) -> Result<Counts, Failure> {
    let compiler = Step::new("rustc").arg("--version").output()?.trim().to_owned();
    let instructions = counts.into_iter().map(|(name, count)| (name, count.instructions)).collect();
    Ok(Counts { compiler, cpu_features: cpu_features(), instructions })
}

/// Counts instructions, and writes the counts as the new baseline.
pub(crate) fn bless() -> Report {
    let Some(runner) = runner()? else { return Ok(not_run()) };
    let now = gated(count(root(), &runner)?)?;
    let text = serde_json::to_string_pretty(&now).map_err(|error| Failure::new(error.to_string()))?;
    fs::write(BASELINE, text + "\n").map_err(|error| Failure::new(format!("{BASELINE}: {error}")))?;
    eprintln!("{} counts written to {BASELINE}", now.instructions.len());
    Ok(Outcome::Ran)
}

fn not_run() -> Outcome {
    Outcome::NotRun("valgrind: not on this machine; on Debian: apt-get install valgrind".to_owned())
}

/// Compares the counts of `now` with those of `base`, which come from the file or commit `name`. Fails if a count exceeds its
/// count in `base` by more than [`TOLERATED`] per cent, or if an operation of `base` is no longer measured. A new operation is
/// a failure only if `name` is the baseline.
fn judge(base: &BTreeMap<String, u64>, now: &BTreeMap<String, u64>, name: &str) -> Report {
    let mut wrong = Vec::new();
    for (operation, &count) in now {
        match base.get(operation) {
            Some(&before) if exceeds(before, count) => wrong.push(format!(
                "{operation}: {count} instructions, but {before} in {name}: {} per mille more",
                (count - before).saturating_mul(1000) / before.max(1)
            )),
            Some(&before) if count < before => eprintln!("{operation}: {count} instructions, down from {before}"),
            Some(_) => {}
            None if name == BASELINE => wrong.push(format!("{operation}: not in {name}")),
            None => eprintln!("{operation}: {count} instructions; not in {name}"),
        }
    }
    wrong.extend(
        base.keys()
            .filter(|key| !now.contains_key(*key))
            .map(|gone| format!("{gone}: in {name}, but no longer measured")),
    );
    if wrong.is_empty() {
        eprintln!("{} operations, none more than {TOLERATED} % above {name}", now.len());
        return Ok(Outcome::Ran);
    }
    for line in &wrong {
        eprintln!("  {line}");
    }
    Err(Failure::new(format!(
        "{} of {} operations do not agree with {name}; the lines above name them; if the change is intended, run `cargo xtask bench-gate --bless` and give the reason in the commit message",
        wrong.len(),
        now.len()
    )))
}

const fn exceeds(before: u64, now: u64) -> bool {
    now.saturating_mul(100) > before.saturating_mul(100 + TOLERATED)
}

/// Runs the benchmark in the folder `checkout`, a checkout of the project. Returns the counts by operation and workload.
fn count(checkout: &Path, runner: &Path) -> Result<BTreeMap<String, Count>, Failure> {
    let home = target_dir()?.join(if checkout == root() { "gungraun" } else { "gungraun-base" });
    let command =
        "bench --quiet --locked -p benches --no-default-features --bench instructions -- --output-format=json";
    let output = Step::cargo(command)
        .env("GUNGRAUN_RUNNER", &runner.display().to_string())
        .env("GUNGRAUN_HOME", &home.display().to_string())
        .within(checkout)
        .output()?;
    let mut counts = BTreeMap::new();
    for line in output.lines().filter(|line| line.starts_with('{')) {
        let (name, count) = summary(line)
            .ok_or_else(|| Failure::new(format!("a summary of gungraun has no instruction count: {line}")))?;
        counts.insert(name, count);
    }
    if counts.is_empty() {
        return Err(Failure::new("the benchmark printed no counts"));
    }
    Ok(counts)
}

/// Parses one line of gungraun's JSON output. Returns the operation and workload, such as `validate typical_v1`, and their
/// counts.
fn summary(line: &str) -> Option<(String, Count)> {
    let summary: serde_json::Value = serde_json::from_str(line).ok()?;
    let name = format!("{} {}", summary["function_name"].as_str()?, summary["id"].as_str()?);
    let count = |event| summary["profiles"][0]["data"]["total"]["metrics"][event]["values"]["new"].as_u64();
    // `Bcm` counts mispredicted conditional branches, and `Bim` mispredicted indirect branches.
    let mispredictions = count("Bcm")? + count("Bim")?;
    Some((name, Count { instructions: count("Ir")?, mispredictions }))
}

/// Returns this machine's architecture, and those of its CPU features by which a C library chooses how to copy and compare
/// memory.
fn cpu_features() -> String {
    const CHOSEN_BY: [&str; 7] = ["sse4_2", "avx", "avx2", "avx512vl", "bmi2", "erms", "fsrm"];
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = info.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let here: Vec<&str> = CHOSEN_BY.into_iter().filter(|feature| flags.contains(feature)).collect();
    format!("{} {}", std::env::consts::ARCH, here.join(" "))
}

fn read(path: &Path) -> Result<Counts, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::at(path, &error))?;
    serde_json::from_str(&text).map_err(|error| Failure::at(path, &error))
}

/// Counts the instructions of the commit that the current code is based on. That is the merge base of `HEAD` and the main
/// branch. If `HEAD` itself is that commit and has no uncommitted changes, it is the parent of `HEAD`. Returns the counts and a
/// name of the commit for messages.
fn merge_base(runner: &Path) -> Result<(Counts, String), Failure> {
    let git = |arguments: &[&str]| Step::new("git").args(arguments).output_quietly().map(|line| line.trim().to_owned());
    let head =
        git(&["rev-parse", "HEAD"]).ok_or_else(|| Failure::new("the repository has no commit to compare with"))?;
    let is_clean = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| changes.is_empty());
    let left_main = ["origin/main", "main"].into_iter().find_map(|main| git(&["merge-base", "HEAD", main]));
    let base = match left_main {
        Some(base) if base != head || !is_clean => base,
        _ => git(&["rev-parse", "HEAD^"]).unwrap_or(head),
    };
    let checkout = target_dir()?.join("merge-base");
    let place = checkout.display().to_string();
    Step::new("git").args(["worktree", "remove", "--force", &place]).succeeds();
    Step::new("git").args(["worktree", "add", "--quiet", "--force", "--detach", &place, &base]).run()?;
    let counts = if checkout.join("benches/benches/instructions.rs").is_file() {
        count(&checkout, runner).and_then(gated)
    } else {
        Ok(Counts { compiler: String::new(), cpu_features: String::new(), instructions: BTreeMap::new() })
    };
    Step::new("git").args(["worktree", "remove", "--force", &place]).run()?;
    Ok((counts?, format!("the merge base {}", base.get(..12).unwrap_or(&base))))
}

/// Returns the path of gungraun's runner, which is built below `target/` if necessary. Returns `None` if valgrind is missing.
/// On a CI machine, first installs valgrind.
fn runner() -> Result<Option<PathBuf>, Failure> {
    if let Provision::Missing(_) = provide("valgrind", &["valgrind"], || has("valgrind"))? {
        return Ok(None);
    }
    GUNGRAUN.find().map(Some)
}

#[cfg(test)]
mod tests {
    use super::{Count, GUNGRAUN, exceeds, judge, summary};
    use std::collections::BTreeMap;

    fn counts(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
        of.iter().map(|&(name, count)| (name.to_owned(), count)).collect()
    }

    #[test]
    fn two_in_a_hundred_are_tolerated_and_no_more() {
        assert!(!exceeds(1_000, 1_020));
        assert!(exceeds(1_000, 1_021));
    }

    #[test]
    fn what_grew_what_is_new_and_what_is_gone_fail() {
        let base = counts(&[("validate typical_v1", 1_000)]);
        assert!(judge(&base, &counts(&[("validate typical_v1", 900)]), super::BASELINE).is_ok());
        assert!(judge(&base, &counts(&[("validate typical_v1", 1_100)]), super::BASELINE).is_err());
        assert!(judge(&base, &counts(&[("validate typical_v1", 1_000), ("new", 1)]), super::BASELINE).is_err());
        assert!(judge(&base, &counts(&[]), super::BASELINE).is_err());
    }

    #[test]
    fn a_summary_says_its_instructions() {
        let line = r#"{"function_name": "validate", "id": "typical_v1", "profiles": [{"data": {"total": {"metrics":
            {"Ir": {"values": {"new": 1360}}, "Bcm": {"values": {"new": 20}}, "Bim": {"values": {"new": 1}}}}}}]}"#;
        let count = Count { instructions: 1_360, mispredictions: 21 };
        assert_eq!(summary(line), Some(("validate typical_v1".to_owned(), count)));
        assert_eq!(summary("{}"), None);
    }

    #[test]
    fn the_runner_is_of_the_library_s_version() {
        let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).unwrap();
        assert!(
            manifest.contains(&format!("gungraun = \"={}\"", GUNGRAUN.version)),
            "the root Cargo.toml has another version of gungraun than `GUNGRAUN`"
        );
    }
}

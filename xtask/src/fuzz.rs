//! Runs every fuzz target for a short time, and prints statistics. Fails if a target does not build, does not run, or fails on
//! an input.
//!
//! A run is too short to find rare bugs: for these, use `cargo fuzz run TARGET`, as `fuzz/README.md` says.

use crate::run::{Failure, Outcome, Report, Step, build_example, target_dir};
use crate::tools::Tool;
use std::fs;
use std::path::{Path, PathBuf};

/// The release of cargo-fuzz with which the fuzz targets are tested.
const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    asks_version: &["fuzz", "--version"],
    series: "cargo-fuzz 0.13.",
    version: "0.13.2",
    features: "",
};

/// The time that each target runs by default and in CI, in seconds.
pub(crate) const SECONDS: u32 = 5;

/// The option that limits an input to 4096 bytes. Larger inputs are slow, and reach no other code.
const LARGEST: &str = "-max_len=4096";
/// The option that limits the time for one input to 10 seconds.
const TIMEOUT: &str = "-timeout=10";

/// The message for a machine without nightly Rust: what is missing, how to install it, and what ran instead.
const WITHOUT_NIGHTLY: &str = "fuzz-smoke with the address sanitizer, which needs nightly Rust: rustup toolchain install nightly; \
    without it, the targets ran on stable Rust as with `cargo fuzz run TARGET -s none`";

/// Builds all fuzz targets, and runs those called `names` for `seconds` seconds each. If `names` is empty, runs all targets
/// that `cargo fuzz list` prints.
pub(crate) fn smoke(names: &[String], seconds: u32) -> Report {
    let cargo_fuzz = CargoFuzz::find()?;
    let listed = cargo_fuzz.targets()?;
    if let Some(name) = names.iter().find(|name| !listed.contains(name)) {
        return Err(Failure::new(format!(
            "there is no fuzz target called {name}; the targets are {}",
            listed.join(", ")
        )));
    }
    let work = target_dir()?.join("fuzz-smoke");
    let _ = fs::remove_dir_all(&work);
    let seeds = work.join("seeds");
    Step::new(build_example("seeds")?).arg(&seeds).output()?;
    cargo_fuzz.step("build")?.args(cargo_fuzz.flags()).run()?;
    let mut rows = Vec::new();
    for target in listed.iter().filter(|target| names.is_empty() || names.iter().any(|name| name == *target)) {
        let corpus = work.join("corpus").join(target);
        fs::create_dir_all(&corpus).map_err(|error| Failure::at(&corpus, &error))?;
        rows.push(cargo_fuzz.run(target, seconds, [&corpus, &seeds.join(target)])?);
    }
    println!("{}", table(&rows));
    match rows.iter().find(|row| row.found) {
        Some(row) => Err(Failure::new(format!(
            "the fuzz target {} failed; its output is above, and fuzz/README.md lists the next steps",
            row.target
        ))),
        None if cargo_fuzz.nightly => Ok(Outcome::Ran),
        None => Ok(Outcome::RanInPart(vec![WITHOUT_NIGHTLY.to_owned()])),
    }
}

/// The program cargo-fuzz; `nightly` is true if it runs under nightly Rust.
pub(crate) struct CargoFuzz {
    program: PathBuf,
    pub(crate) nightly: bool,
}

impl CargoFuzz {
    /// Returns cargo-fuzz, and builds it if it is missing. It runs under nightly Rust if nightly is installed.
    pub(crate) fn find() -> Result<Self, Failure> {
        let nightly = Step::new("rustup").args(["run", "nightly", "rustc", "--version"]).succeeds();
        Ok(Self { program: CARGO_FUZZ.find()?, nightly })
    }

    /// Returns the names of all fuzz targets.
    pub(crate) fn targets(&self) -> Result<Vec<String>, Failure> {
        Ok(self.step("list")?.output()?.lines().map(str::to_owned).collect())
    }

    fn step(&self, subcommand: &str) -> Result<Step, Failure> {
        let step = if self.nightly { nightly(&self.program) } else { Step::new(&self.program) };
        built_apart(step.env_remove("CARGO").env_remove("RUSTC").args(["fuzz", subcommand]))
    }

    /// Returns a step that runs `program` with a `PATH` that contains `cargo fuzz` and the cargo of nightly Rust.
    pub(crate) fn under_its_toolchain(&self, program: &str) -> Result<Step, Failure> {
        let step = built_apart(nightly(Path::new(program)).env_remove("CARGO").env_remove("RUSTC"))?;
        let Some(folder) = self.program.parent().filter(|folder| folder.is_absolute()) else { return Ok(step) };
        Ok(step.env("PATH", &format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default())))
    }

    /// Returns the flags for builds of the targets. `--dev` chooses cargo's development profile: with the address sanitizer, an
    /// optimised build of the JavaScript parser takes minutes. The development profile optimises the codec and the fuzz
    /// targets.
    fn flags(&self) -> &'static [&'static str] {
        if self.nightly { &["--dev"] } else { &["--dev", "-s", "none"] }
    }

    /// Runs a target on two `folders` with inputs. The target adds new inputs to the first folder; the second folder has its
    /// seeds.
    fn run(&self, target: &str, seconds: u32, folders: [&Path; 2]) -> Result<Row, Failure> {
        let time = format!("-max_total_time={seconds}");
        let step = self.step("run")?.args(self.flags()).arg(target).args(folders);
        let step = step.args(["--", &time, "-print_final_stats=1", "-dict=fuzz/bmes.dict", LARGEST, TIMEOUT]);
        let (succeeded, printed) = step.errors()?;
        if !succeeded {
            // The last lines describe the failure; cargo-fuzz adds how to repeat it.
            let lines: Vec<_> = printed.lines().collect();
            lines[lines.len().saturating_sub(60)..].iter().for_each(|line| eprintln!("{line}"));
        }
        Ok(Row::of(target, &printed, !succeeded))
    }
}

/// Gives the step a target folder that no other task uses, so that cargo never waits for another task's lock.
fn built_apart(step: Step) -> Result<Step, Failure> {
    Ok(step.env("CARGO_TARGET_DIR", &target_dir()?.join("fuzz").display().to_string()))
}

/// Returns a step that runs `program` under nightly Rust. The variables `CARGO` and `RUSTC` would choose another toolchain, so
/// the caller removes them.
fn nightly(program: &Path) -> Step {
    Step::new("rustup").args(["run", "nightly"]).arg(program)
}

/// The result of one target: a row of the printed table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    target: String,
    executions: u64,
    per_second: u64,
    /// The number of edges that the seeds reach. An edge is a step from one block of code to the next.
    edges: u64,
    new_edges: u64,
    /// The percentage of inputs that are deep: they pass the first checks, as the table's last line explains.
    deep: u64,
    found: bool,
}

impl Row {
    /// Parses the output of libFuzzer, and the lines `bmes-fuzz: … inputs, … deep` that a target prints.
    fn of(target: &str, printed: &str, found: bool) -> Self {
        let after = |line: &str, name: &str| -> Option<u64> {
            line.split_once(name)?.1.split_whitespace().next()?.parse().ok()
        };
        let last = |name: &str| printed.lines().rev().find_map(|line| after(line, name)).unwrap_or_default();
        let seeds = printed.lines().find(|line| line.contains("INITED")).and_then(|line| after(line, "cov:"));
        let edges = seeds.unwrap_or_default();
        let inputs = last("bmes-fuzz:").max(1);
        Self {
            target: target.to_owned(),
            executions: last("stat::number_of_executed_units:"),
            per_second: last("stat::average_exec_per_sec:"),
            edges,
            new_edges: last("cov:").saturating_sub(edges),
            deep: 100 * last(" inputs,") / inputs,
            found,
        }
    }
}

fn table(rows: &[Row]) -> String {
    let mut lines = vec![format!(
        "{:<14}{:>12}{:>10}{:>10}{:>11}{:>7}  findings",
        "target", "executions", "per s", "edges", "new edges", "deep"
    )];
    for Row { target, executions, per_second, edges, new_edges, deep, found } in rows {
        let findings = if *found { "yes" } else { "none" };
        lines.push(format!(
            "{target:<14}{executions:>12}{per_second:>10}{edges:>10}{new_edges:>11}{deep:>5} %  {findings}"
        ));
    }
    lines.push("edges: edges of the code that the seeds reach. deep: inputs that reach the bytecode (answers: valid answers; analyze: sources that are modules; pack: well-formed packs)".into());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Row, table};

    const PRINTED: &str = "\
INFO: seed corpus: files: 2818
#2819\tINITED cov: 812 ft: 3310 corp: 402/61Kb exec/s: 1409 rss: 80Mb
bmes-fuzz: 16384 inputs, 8192 deep
#20000\tNEW    cov: 830 ft: 3400 corp: 410/62Kb lim: 4096 exec/s: 1400 rss: 90Mb L: 3/4 MS: 1 Custom-
bmes-fuzz: 32768 inputs, 16000 deep
#40000\tDONE   cov: 834 ft: 3500 corp: 420/62Kb lim: 4096 exec/s: 4000 rss: 90Mb
stat::number_of_executed_units: 40000
stat::average_exec_per_sec:     4000
";

    #[test]
    fn reads_what_a_target_printed() {
        let row = Row::of("deserialize", PRINTED, false);
        let (executions, per_second, edges, new_edges, deep) = (40000, 4000, 812, 22, 48);
        assert_eq!(
            row,
            Row { target: "deserialize".into(), executions, per_second, edges, new_edges, deep, found: false }
        );
        assert!(table(&[row]).contains("deserialize          40000      4000       812         22   48 %  none"));
    }

    #[test]
    fn what_ended_early_has_no_numbers() {
        let row = Row::of("x", "==1==ERROR: libFuzzer: deadly signal\n", true);
        assert_eq!((row.executions, row.deep, row.found), (0, 0, true));
    }
}

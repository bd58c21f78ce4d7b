//! Runs the codec's tests on mutants of the codec. cargo-mutants makes hundreds of mutants, which are copies with one small
//! change each. The tests must kill each mutant: at least one test must fail. For a mutant that no test can kill,
//! `conformance/MUTANTS.md` has an argument (the reason).
//!
//! A run takes hours, so the scheduled workflow splits it into shards. `.cargo/mutants.toml` says which code is mutated and
//! tested.

pub(crate) mod oracle;

use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use crate::tools::Tool;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const CARGO_MUTANTS: Tool = Tool {
    name: "cargo-mutants",
    asks_version: &["mutants", "--version"],
    series: "cargo-mutants 27.",
    version: "27.1.0",
    features: "",
};
const PAGE: &str = "conformance/MUTANTS.md";
/// The number of mutants of which at most one may fail to compile: 10 means at most a tenth.
const MOST_UNVIABLE: usize = 10;

/// Runs the tests on all mutants, or on one shard of them (`2/8` is the third of eight shards). Fails if a mutant survives for
/// which [`PAGE`] has no argument, or if a run of all mutants kills one that has an argument.
pub(crate) fn run(shard: Option<&str>) -> Report {
    let output = target_dir()?.join("mutants");
    let results = output.join("mutants.out");
    // Removes the results of an earlier run, which would otherwise count for this run.
    let _ = fs::remove_dir_all(&results);
    let step = Step::new(CARGO_MUTANTS.find()?)
        .args(["mutants", "--package", "bmes", "--no-shuffle", "--output"])
        .arg(&output)
        .env("RUSTC_BOOTSTRAP", "1");
    let step = shard.into_iter().fold(step, |step, shard| step.args(["--shard", shard]));
    let ran = step.run();
    // cargo-mutants also fails if a mutant survives, so its exit code alone does not decide. If every mutant has a result, the
    // results decide. Otherwise cargo-mutants has printed what went wrong.
    let [caught, missed, timed_out, unviable] = ["caught", "missed", "timeout", "unviable"]
        .map(|list| read(&results.join(format!("{list}.txt"))).unwrap_or_default());
    let decided: usize = [&caught, &missed, &timed_out, &unviable].map(|list| list.lines().count()).iter().sum();
    let all = serde_json::from_str::<Vec<serde_json::Value>>(&read(&results.join("mutants.json"))?);
    let all = all.map_err(|error| Failure::new(format!("{}: mutants.json: {error}", results.display())))?.len();
    if decided != all || caught.is_empty() {
        ran?;
        return Err(Failure::new(format!(
            "{}: {decided} of {all} mutants have a result, or the tests kill none; the output of cargo-mutants is above",
            results.display()
        )));
    }
    let page = read(&root().join(PAGE))?;
    let (new, stale) = judge(&argued(&page), &missed, shard.is_none());
    for mutant in &new {
        eprintln!("survived: {mutant}");
    }
    for mutant in &stale {
        eprintln!("has an argument in {PAGE}, but did not survive: {mutant}");
    }
    eprintln!(
        "{all} mutants: {} caught, {} timed out, {} do not compile, {} survived, {} of them not in {PAGE}",
        caught.lines().count(),
        timed_out.lines().count(),
        unviable.lines().count(),
        missed.lines().count(),
        new.len()
    );
    require_viable(unviable.lines().count(), all)?;
    if new.is_empty() && stale.is_empty() {
        return Ok(Outcome::Ran);
    }
    Err(Failure::new(format!(
        "{PAGE} must list exactly the mutants that survive; the lines above name the differences: for a new survivor, write a test that fails on it, or add it to {PAGE} with a reason; remove a mutant that no longer survives"
    )))
}

/// Verifies that at most a tenth of the mutants fail to compile.
fn require_viable(unviable: usize, all: usize) -> Result<(), Failure> {
    if unviable <= all / MOST_UNVIABLE {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{unviable} of {all} mutants do not compile, so they test nothing: exclude them in .cargo/mutants.toml"
    )))
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::at(path, &error))
}

/// Returns the mutants for which `page` has an argument: the items of its list, each between double backticks.
fn argued(page: &str) -> BTreeSet<String> {
    let items = page.lines().filter_map(|line| line.strip_prefix("- ``")?.split_once("``"));
    items.map(|(mutant, _)| mutant.trim().to_owned()).collect()
}

/// Returns two lists: the mutants that survive without an argument, and the mutants that have an argument but do not survive.
/// The second list is empty unless `all` mutants were run.
fn judge(argued: &BTreeSet<String>, missed: &str, all: bool) -> (Vec<String>, Vec<String>) {
    let missed: BTreeSet<String> = missed.lines().map(without_place).collect();
    let new = missed.difference(argued).cloned().collect();
    let stale = if all { argued.difference(&missed).cloned().collect() } else { Vec::new() };
    (new, stale)
}

/// Returns `file:line:column: what` as `file: what`: line and column change with every edit of the file, and the page must stay
/// valid.
fn without_place(mutant: &str) -> String {
    match mutant.splitn(4, ':').collect::<Vec<_>>()[..] {
        [file, _, _, what] => format!("{file}:{what}"),
        _ => mutant.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{argued, judge, require_viable};

    const PAGE: &str = "# Mutants\n\n- `` codec/src/a.rs: replace a with `b` in c ``: no test can tell.\n";

    #[test]
    fn mutants_that_do_not_compile_are_a_failure_where_they_are_more_than_a_tenth() {
        assert!(require_viable(47, 474).is_ok());
        assert!(require_viable(423, 846).is_err());
    }

    #[test]
    fn a_survivor_is_argued_for_wherever_its_line_is_now() {
        let missed = "codec/src/a.rs:12:5: replace a with `b` in c\n";
        assert_eq!(judge(&argued(PAGE), missed, true), (vec![], vec![]));
    }

    #[test]
    fn a_survivor_without_an_argument_is_new() {
        let missed = "codec/src/a.rs:1:1: replace a with `b` in c\ncodec/src/a.rs:2:1: replace x::y -> z with w\n";
        assert_eq!(judge(&argued(PAGE), missed, false).0, ["codec/src/a.rs: replace x::y -> z with w"]);
    }

    #[test]
    fn an_argument_without_a_survivor_is_stale_where_all_were_run() {
        assert_eq!(judge(&argued(PAGE), "", true).1, ["codec/src/a.rs: replace a with `b` in c"]);
        assert_eq!(judge(&argued(PAGE), "", false).1, Vec::<String>::new());
    }
}

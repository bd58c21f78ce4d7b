//! Writes the generated files that are committed, and compares them with the committed ones.
//!
//! Other commands write the other generated files. `bench` and `bench-gate --bless` write measurements, `mutants --oracle`
//! writes results that take hours, `conformance/real/collect.mjs` writes the data of real engines, and tests write their own
//! snapshots.

use crate::run::{Failure, Outcome, Report, Step, build_bin};
use crate::{release, site};
use clap::ValueEnum;

/// A group of files that one program generates.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// conformance/corpus, from the Rust code that describes the cases
    Corpus,
    /// conformance/KILLS.md: which case kills each hand-made mutant; fails if a mutant survives without an argument
    Kills,
    /// public-api.txt of the codec, the analyzer and the store, from rustdoc
    Api,
    /// spec/diagrams, from the tables of fields in spec/v1.md, spec/v2.md and spec/v3.md
    Diagrams,
    /// spec/examples, and the parts of pages that show examples, clauses, differences and the output of bmes
    Pages,
}

impl Part {
    /// The paths of the generated files, from the project's root.
    const fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Corpus => &["conformance/corpus"],
            Self::Kills => &["conformance/KILLS.md"],
            Self::Api => &["codec/public-api.txt", "analyzer/public-api.txt", "store/public-api.txt"],
            Self::Diagrams => &["spec/diagrams"],
            Self::Pages => &[
                "spec",
                "README.md",
                "cli/README.md",
                "cli/FROM-VERSION-3-TO-4.md",
                "analyzer/DIFFERENCES.md",
                "conformance/README.md",
            ],
        }
    }

    fn write(self) -> Report {
        match self {
            // The development profile shares its build with the tests, and checks arithmetic for overflow.
            Self::Corpus => Step::new(build_bin("bmes-corpus")?).args(["--into", "conformance"]).run(),
            // `bmes-kills` is fast because, for each mutant, it first runs the case that `KILLS.md` names.
            Self::Kills => Step::new(build_bin("bmes-kills")?).args(["--into", "conformance"]).run(),
            Self::Api => release::write_api(),
            Self::Diagrams => site::diagram::write_all().map(|()| Outcome::Ran),
            Self::Pages => {
                let tests = "test --locked --workspace --quiet --test spec --test readme --test differences";
                Step::cargo(tests).env("UPDATE_PAGES", "1").run()
            }
        }
    }
}

/// Writes `parts`, or all parts if `parts` is empty. With `is_check`, fails if a file then differs from its committed version.
pub(crate) fn write(parts: &[Part], is_check: bool) -> Report {
    let parts = if parts.is_empty() { Part::value_variants() } else { parts };
    let mut failures = Vec::new();
    for part in parts {
        let result = part.write().and_then(|_| if is_check { is_committed(*part) } else { Ok(Outcome::Ran) });
        failures.extend(result.err().map(|failure| failure.to_string()));
    }
    if failures.is_empty() { Ok(Outcome::Ran) } else { Err(Failure::new(failures.join("\n       "))) }
}

fn is_committed(part: Part) -> Report {
    let name = part.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let status = ["status", "--porcelain", "--untracked-files=all", "--"];
    let changed = Step::new("git").args(status).args(part.paths()).output()?;
    if changed.is_empty() {
        return Ok(Outcome::Ran);
    }
    let mut lines = changed.lines();
    lines.by_ref().take(20).for_each(|line| eprintln!("  {line}"));
    match lines.count() {
        0 => {}
        more => eprintln!("  … and {more} more"),
    }
    Err(Failure::new(format!(
        "{name}: the files above differ from the committed ones; run `cargo xtask regenerate {name}`, read `git diff`, and commit them"
    )))
}

#[cfg(test)]
mod tests {
    use super::Part;
    use crate::run::root;
    use clap::ValueEnum;

    #[test]
    fn every_path_of_a_part_is_there() {
        for path in Part::value_variants().iter().flat_map(|part| part.paths()) {
            assert!(root().join(path).exists(), "{path}");
        }
    }
}

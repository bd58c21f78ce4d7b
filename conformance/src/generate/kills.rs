//! Writes `KILLS.md`: which mutants the suite kills, and which cases test each clause.
//!
//! [`page`] makes the text from the outcomes of the mutants, and [`faults`] lists the errors in the outcomes. [`hints`]
//! reads from an earlier page which case killed each mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::clauses::Clauses;
use crate::corpus::Corpus;
use crate::generate::coverage::Coverage;
use crate::mutants::{Killer, Mutant, MutantOutcome};
use crate::text::thousands;

/// A hand-made mutant, and the result of running the suite against it.
pub type Kill = (Mutant, MutantOutcome);

/// The maximum percentage of mutants that may survive. Each survivor needs an argument: the reason why no case can kill
/// it.
const SURVIVORS_PER_CENT: usize = 3;

/// The kinds of hand-made mutants: the first word of their names, and the heading of their table.
const KINDS: [(&str, &str); 24] = [
    ("real", "Bugs of real readers"),
    ("order", "Order of checks"),
    ("sets", "Sets of two, three and many"),
    ("position", "Position"),
    ("names", "By name"),
    ("prefix", "Prefixes and other spellings of a specifier"),
    ("comparison", "Comparison by a hash or a part"),
    ("attributes", "Attributes"),
    ("unicode", "Unicode"),
    ("caps", "Caps"),
    ("words", "The engine's words"),
    ("writer", "Writers"),
    ("protocol", "JSON of the protocol"),
    ("header", "Version 4: header and sizes"),
    ("checksum", "Version 4: checksums"),
    ("padding", "Version 4: padding"),
    ("columns", "Version 4: metadata, columns and indices"),
    ("ascend", "Version 4: ascending strings, requests and lists"),
    ("entry", "Version 4: kinds of entries"),
    ("check", "Version 4: forbidden exports and unused strings"),
    ("match", "Version 4: matching"),
    ("report", "Version 4: the reported record"),
    ("canonical", "Version 4: the file of a writer"),
    ("pack", "Packs"),
];

/// The kind of the mutants that only a measurement of cost kills, and the heading of their table.
const COST: (&str, &str) = ("cost", "Cost");

/// The outcomes of the mechanical mutants: `mutants/mechanical.toml`, which `cargo xtask mutants --oracle` writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mechanical {
    /// The number of mutants that compile.
    pub mutants: usize,
    /// The number of mutants that a file case kills.
    pub by_files: usize,
    /// The number of mutants that a derived case kills and no file case kills.
    pub by_derived: usize,
    /// The mutants that no case kills.
    #[serde(default, rename = "survivor")]
    pub survivors: Vec<Survivor>,
}

/// A mechanical mutant that the suite does not kill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survivor {
    /// The name that cargo-mutants gives the mutant, without line and column.
    pub mutant: String,
    /// The reason why the mutant is equivalent to the oracle. It is empty until a person writes the reason.
    pub argument: String,
}

/// Returns a sentence for each fault: a mutant that survives without an argument, an invalid mutant, too many
/// survivors, or a clause without a case.
pub fn faults(kills: &[Kill], mechanical: Option<&Mechanical>, coverage: &Coverage<'_>) -> Vec<String> {
    let mut faults = coverage.faults();
    faults.extend(kills.iter().filter_map(fault));
    let mut sentences = BTreeSet::new();
    for (mutant, _) in kills {
        let name = &mutant.name;
        if !sentences.insert(&mutant.sentence) {
            faults.push(format!("the mutant {name} has the same sentence as another mutant"));
        }
        if !KINDS.iter().chain([&COST]).any(|(kind, _)| *kind == mutant.kind()) {
            faults.push(format!("{name}: the name does not begin with a kind"));
        }
        let unknown = mutant.clauses.iter().filter(|clause| Clauses::standard().get(clause).is_none());
        faults.extend(unknown.map(|clause| format!("the mutant {name} names {clause}, which is not a clause")));
    }
    let survivors = mechanical.iter().flat_map(|mechanical| &mechanical.survivors);
    let without = survivors.filter(|survivor| survivor.argument.is_empty());
    faults.extend(without.map(|survivor| {
        format!("the mutant {} survives, and mutants/mechanical.toml has no argument for it", survivor.mutant)
    }));
    let hand_made = kills.iter().filter(|(_, outcome)| *outcome == MutantOutcome::Survived).count();
    let sorts = [("hand-made", hand_made, kills.len())];
    let sorts = sorts
        .into_iter()
        .chain(mechanical.map(|mechanical| ("mechanical", mechanical.survivors.len(), mechanical.mutants)));
    for (sort, survived, all) in sorts {
        if survived * 100 > all * SURVIVORS_PER_CENT {
            faults.push(format!("{survived} of {all} {sort} mutants survive: more than {SURVIVORS_PER_CENT} %"));
        }
    }
    faults
}

fn fault((mutant, outcome): &Kill) -> Option<String> {
    let name = &mutant.name;
    match (outcome, &mutant.equivalent) {
        (MutantOutcome::Survived, None) => {
            Some(format!("the mutant {name} survives, and its patch has no line `equivalent:` with the reason"))
        }
        (MutantOutcome::Killed(_, id), Some(_)) => {
            Some(format!("the mutant {name} has a line `equivalent:` in its patch, but the case {id} kills it"))
        }
        (MutantOutcome::Invalid(why), _) => Some(format!("{name} is invalid: {why}")),
        _ => None,
    }
}

/// Returns the ids of the cases that killed the mutants when `page` was written. The keys are the names of the mutants.
pub fn hints(page: &str) -> BTreeMap<String, String> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix("` |")?.split(" | ").collect();
        match cells[..] {
            [name, .., id] => Some((name.trim_end_matches('`').to_owned(), id.trim_start_matches('`').to_owned())),
            _ => None,
        }
    };
    page.lines().filter_map(row).collect()
}

/// Returns the text of `KILLS.md`.
pub fn page(kills: &[Kill], mechanical: Option<&Mechanical>, coverage: &Coverage<'_>, corpus: &Corpus) -> String {
    let mut page = String::from(HEAD);
    totals(&mut page, kills, mechanical);
    survivors(&mut page, kills, mechanical);
    page.push_str(HAND_MADE);
    for (kind, title) in KINDS.iter().chain([&COST]) {
        of_kind(&mut page, title, kills.iter().filter(|(mutant, _)| mutant.kind() == *kind));
    }
    page.push_str(CLAUSES);
    let versions = bmes::Version::ALL.iter().map(|version| (format!("v{version}"), format!("Version {version}")));
    for (part, title) in versions.chain([("pack".into(), "Packs".into())]) {
        let cases = corpus.cases().iter().filter(|case| case.case.id.starts_with(&format!("{part}/"))).count();
        clauses(&mut page, &part, &title, cases, coverage);
    }
    page
}

const HEAD: &str = "<!-- Generated by `cargo xtask regenerate kills` from mutants/ and src/cases; do not edit. -->

# Mutants that the suite kills

A mutant is an implementation with one mistake. The suite kills it if a case fails. Hand-made
mutants are patches of the Python testee, in [mutants/](mutants/README.md). cargo-mutants makes the
mechanical mutants from the oracle.

";

fn totals(page: &mut String, kills: &[Kill], mechanical: Option<&Mechanical>) {
    page.push_str(
        "| mutants | all | killed by file cases | by derived cases | by cost | survive |\n|---|---|---|---|---|---|\n",
    );
    let by = |killer| {
        kills.iter().filter(move |(_, outcome)| matches!(outcome, MutantOutcome::Killed(by, _) if *by == killer))
    };
    let [files, derived, cost] = [Killer::Files, Killer::Derived, Killer::Cost].map(|killer| by(killer).count());
    let cells = [kills.len(), files, derived, cost, kills.len() - files - derived - cost].map(thousands);
    let _ = writeln!(page, "| hand-made | {} |", cells.join(" | "));
    if let Some(Mechanical { mutants, by_files, by_derived, survivors }) = mechanical {
        let cells = [*mutants, *by_files, *by_derived].map(thousands).join(" | ");
        let _ = writeln!(page, "| mechanical | {cells} | – | {} |", thousands(survivors.len()));
    }
}

fn survivors(page: &mut String, kills: &[Kill], mechanical: Option<&Mechanical>) {
    page.push_str("\n## Survivors\n\n");
    let hand_made = kills.iter().filter(|(_, outcome)| *outcome == MutantOutcome::Survived);
    let hand_made = hand_made.map(|(mutant, _)| (&mutant.name, mutant.equivalent.as_deref().unwrap_or_default()));
    let mechanical = mechanical.iter().flat_map(|mechanical| &mechanical.survivors);
    let mechanical = mechanical.map(|survivor| (&survivor.mutant, survivor.argument.as_str()));
    let mut rows = hand_made.chain(mechanical).peekable();
    page.push_str(if rows.peek().is_some() { "| mutant | why no case kills it |\n|---|---|\n" } else { "None.\n" });
    for (name, argument) in rows {
        // A mutant can replace the operator `|`, which would end the cell.
        let _ = writeln!(page, "| `{}` | {argument} |", name.replace('|', "\\|"));
    }
}

const HAND_MADE: &str = "
## Hand-made mutants

The last column names the smallest case that kills the mutant. `derived` cases run at depth
`standard`, and file cases at depth `quick`. `cost` is measured with `--strict-cost`.
";

fn of_kind<'k>(page: &mut String, title: &str, kills: impl Iterator<Item = &'k Kill>) {
    let _ = write!(page, "\n### {title}\n\n| mutant | mistake | clause | killed by | case |\n|---|---|---|---|---|\n");
    for (mutant, outcome) in kills {
        let (killer, id) = match outcome {
            MutantOutcome::Killed(killer, id) => (killer.to_string(), format!("`{id}`")),
            MutantOutcome::Survived => ("survives".into(), String::new()),
            MutantOutcome::Invalid(_) => ("invalid".into(), String::new()),
        };
        let sentence = mutant.sentence.replace('|', "\\|");
        let clauses = mutant.clauses.join(", ");
        let _ = writeln!(page, "| `{}` | {sentence} | {clauses} | {killer} | {id} |", mutant.name);
    }
}

const CLAUSES: &str = "
## Clauses

Each clause of the specification binds an operation. The table has the number of cases that the
operation must accept and must reject, with the first three of each. If a side is missing, the last
column says why files cannot test it. Cases are named without their version.
";

fn clauses(page: &mut String, part: &str, title: &str, cases: usize, coverage: &Coverage<'_>) {
    let _ = write!(
        page,
        "\n### {title}\n\n{} clauses, {} file cases.\n\n| clause | operation | accepted | rejected | what files cannot test |\n|---|---|---|---|---|\n",
        coverage.rows_of(part).count(),
        thousands(cases),
    );
    for row in coverage.rows_of(part) {
        let _ = writeln!(
            page,
            "| [{}](../{}#{}) | {} | {} | {} | {} |",
            row.name,
            row.clause.file,
            row.name,
            row.asked().map_or("", |operation| operation.name()),
            some(&row.accepting),
            some(&row.rejecting),
            row.untested.map_or("", |untested| untested.why),
        );
    }
}

/// Returns a text with the number of ids and the first three ids.
fn some(ids: &[&str]) -> String {
    let three: Vec<_> =
        ids.iter().take(3).map(|id| format!("`{}`", id.split_once('/').map_or(*id, |(_, id)| id))).collect();
    let more = if ids.len() > 3 { ", …" } else { "" };
    match ids.len() {
        0 => "0".into(),
        number => format!("{number}: {}{more}", three.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kill, Mechanical, Survivor, fault, faults, hints, survivors};
    use crate::clauses::Clauses;
    use crate::generate::coverage::Coverage;
    use crate::mutants::{Killer, Mutant, MutantOutcome};

    fn mutant(name: &str) -> Mutant {
        Mutant::parse(name, "It is wrong.\nclause: v1-end\n\n--- a/bmes.py\n").unwrap()
    }

    fn equivalent(name: &str) -> Mutant {
        Mutant::parse(name, "It is wrong.\nclause: v1-end\nequivalent: why\n\n--- a/bmes.py\n").unwrap()
    }

    fn all_faults(kills: &[Kill], mechanical: Option<&Mechanical>) -> Vec<String> {
        let coverage = Coverage::of(Clauses::standard(), []);
        faults(kills, mechanical, &coverage).into_iter().filter(|fault| !fault.contains("has no ")).collect()
    }

    #[test]
    fn an_operator_in_the_name_of_a_survivor_does_not_end_its_cell() {
        let survivor = Survivor { mutant: "replace | with &".into(), argument: "Why.".into() };
        let mut page = String::new();
        survivors(&mut page, &[], Some(&Mechanical { survivors: vec![survivor], ..Mechanical::default() }));
        assert!(page.ends_with("| `replace \\| with &` | Why. |\n"), "{page}");
    }

    #[test]
    fn a_survivor_without_an_argument_is_a_fault() {
        let survived = (mutant("real-x"), MutantOutcome::Survived);
        assert_eq!(
            fault(&survived).as_deref(),
            Some("the mutant real-x survives, and its patch has no line `equivalent:` with the reason")
        );
    }

    #[test]
    fn a_survivor_with_an_argument_is_no_fault() {
        let survived = (equivalent("real-x"), MutantOutcome::Survived);
        assert_eq!(fault(&survived), None);
    }

    #[test]
    fn a_killed_mutant_with_an_argument_is_a_fault() {
        let killed = MutantOutcome::Killed(Killer::Files, "v1/header/x".into());
        let killed = (equivalent("real-x"), killed);
        assert_eq!(
            fault(&killed).as_deref(),
            Some("the mutant real-x has a line `equivalent:` in its patch, but the case v1/header/x kills it")
        );
    }

    #[test]
    fn a_mutant_that_crashes_is_a_fault() {
        let invalid = (mutant("real-x"), MutantOutcome::Invalid("crash".into()));
        assert_eq!(fault(&invalid).as_deref(), Some("real-x is invalid: crash"));
    }

    #[test]
    fn more_survivors_than_three_of_a_hundred_are_a_fault() {
        let survivor = |i| Survivor { mutant: format!("m{i}"), argument: "why".into() };
        let of = |survivors| Mechanical {
            mutants: 100,
            survivors: (0..survivors).map(survivor).collect(),
            ..Mechanical::default()
        };
        assert_eq!(all_faults(&[], Some(&of(3))), Vec::<String>::new());
        assert_eq!(all_faults(&[], Some(&of(4))), ["4 of 100 mechanical mutants survive: more than 3 %"]);
    }

    #[test]
    fn a_name_without_a_kind_is_a_fault() {
        let killed = MutantOutcome::Killed(Killer::Files, "v1/header/x".into());
        assert_eq!(all_faults(&[(mutant("other-x"), killed)], None), ["other-x: the name does not begin with a kind"]);
    }

    #[test]
    fn hints_are_the_last_cells_of_the_rows_of_mutants() {
        let page = "| mutant | x |\n| `real-x` | It is wrong. | v1-end | file | `v1/header/x` |\n| `real-y` | It. | v1-end | survives |  |\n";
        assert_eq!(hints(page).into_iter().collect::<Vec<_>>(), [("real-x".to_owned(), "v1/header/x".to_owned())]);
    }
}

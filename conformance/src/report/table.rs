//! The table by section, and the lines around it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, CellAlignment, Table, presets};

use super::document::Section;
use super::{Summary, Tallies};
use crate::cost::{self, Cost};
use crate::expectations::Stale;
use crate::plan::Skip;
use crate::protocol::{Info, Operation};
use crate::run::{Report, Verdict};
use crate::select::Selection;
use crate::status::Status;
use crate::testee::Memory;
use crate::text::{count, printable, thousands};

/// Green, for passes.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Red, for failures.
pub const BAD: Style = AnsiColor::Red.on_default();
/// The style of additional information.
pub const FAINT: Style = Style::new().dimmed();
/// The style of headings.
pub const STRONG: Style = Style::new().bold();

/// Describes the testee in one line, or in two lines if one is too long for a terminal.
pub fn testee(info: &Info) -> String {
    const WIDTH: usize = 80;
    let [name, version, language] = [&info.name, &info.version, &info.language].map(|text| printable(text));
    let operations: Vec<_> = info.operations.iter().map(|operation| operation.name()).collect();
    let (formats, operations) = (formats(info), operations.join(", "));
    let errors = if info.errors { "compared" } else { "not compared" };
    let offers = format!("format {formats}; operations {operations}; error classes {errors}");
    let length = format!("{name} {version} ({language}): {offers}").chars().count();
    let between = if length <= WIDTH { ": " } else { ":\n  " };
    format!("{STRONG}{name} {version}{STRONG:#} ({language}){between}{offers}\n")
}

/// Lists the versions of the format that the testee offers: `version 2`, `versions 1, 2`.
pub fn formats(info: &Info) -> String {
    let numbers: Vec<_> = info.formats.iter().map(ToString::to_string).collect();
    let noun = if numbers.len() == 1 { "version" } else { "versions" };
    format!("{noun} {}", numbers.join(", "))
}

/// Returns the table, and the result in a sentence.
pub fn table(report: &Report, summary: &Summary, selection: &Selection) -> String {
    let listed = summary.sections.iter();
    let listed: Vec<_> =
        listed.map(|(section, tallies)| Section { section: section.clone(), tallies: *tallies }).collect();
    let mut text = sections(&listed, summary.total);
    text.push('\n');
    text.push_str(&skipped(report));
    text.push_str(&costs(report));
    if let Memory::Unenforced(why) = report.memory {
        let _ = writeln!(text, "memory limit: not enforced ({why})");
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "warning: {}", printable(warning));
    }
    if !report.stale.is_empty() {
        let _ = writeln!(text, "{BAD}stale expectations{BAD:#}");
    }
    for Stale { id, expected, got } in &report.stale {
        let _ = writeln!(text, "  {id}\n    expected  {expected}\n    got       {got}");
    }
    if !report.stale.is_empty() {
        text.push('\n');
    }
    text.push_str(&result(report, summary, selection));
    text
}

/// Returns the table alone. Columns that most runs do not need are left out if all their values are zero.
pub fn sections(listed: &[Section], sum: Tallies) -> String {
    let shown = Shown { expected: sum.all().expected > 0, not_run: sum.all().not_run > 0 };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let kind = |name: &str| {
        let mut cells = vec![format!("{name}\npass"), "\nfail".into(), "\nskip".into()];
        if shown.expected {
            cells.insert(2, "\nexpected".into());
        }
        if shown.not_run {
            cells.push("\nnot run".into());
        }
        cells
    };
    table.set_header([vec!["\nsection".to_owned()], kind("files"), kind("derived")].concat());
    let mut failing = Vec::new();
    let total = Section { section: "total".to_owned(), tallies: sum };
    for Section { section, tallies } in listed.iter().chain([&total]) {
        failing.push(tallies.all().fail > 0);
        table.add_row(row(section, *tallies, shown));
    }
    if let Some(first) = table.column_mut(0) {
        first.set_padding((0, 1));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let headings = 2;
    let mut text = String::new();
    for (number, line) in table.lines().enumerate() {
        let style = match number.checked_sub(headings) {
            None => FAINT,
            Some(row) if failing.get(row) == Some(&true) => BAD,
            Some(_) => Style::new(),
        };
        let _ = writeln!(text, "{style}{}{style:#}", line.trim_end());
    }
    text
}

/// Selects the optional columns that are shown.
#[derive(Clone, Copy)]
struct Shown {
    expected: bool,
    not_run: bool,
}

fn row(section: &str, tallies: Tallies, shown: Shown) -> Vec<Cell> {
    let mut cells = vec![Cell::new(section)];
    for tally in [tallies.files, tallies.derived] {
        let expected = shown.expected.then_some(tally.expected);
        let not_run = shown.not_run.then_some(tally.not_run);
        let numbers = [Some(tally.pass), Some(tally.fail), expected, Some(tally.skip), not_run];
        cells.extend(numbers.into_iter().flatten().map(|number| Cell::new(thousands(number))));
    }
    cells
}

/// Lists the questions that were skipped, by reason.
fn skipped(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |why: &str, number: usize| {
        if number > 0 {
            let _ = writeln!(text, "skipped: {why} ({})", count(number, "question", "questions"));
        }
    };
    let count_of = |is_meant: &dyn Fn(Operation, Skip) -> bool| {
        let skips = report.results.iter().flat_map(|result| Operation::ALL.into_iter().zip(&result.verdicts));
        skips
            .filter(|(operation, verdict)| matches!(verdict, Verdict::Skipped(why) if is_meant(*operation, *why)))
            .count()
    };
    for operation in Operation::ALL {
        let is_meant = |of: Operation, why: Skip| of == operation && why == Skip::Operation;
        line(&format!("the testee does not offer {operation}"), count_of(&is_meant));
    }
    line(&format!("the testee offers only format {}", formats(&report.info)), count_of(&|_, why| why == Skip::Version));
    let limit = report.info.max_line.unwrap_or_default();
    line(
        &format!("the request is longer than the testee's max_line, {} bytes", thousands(limit)),
        count_of(&|_, why| why == Skip::Line),
    );
    text
}

/// Lists the cost measurements: a line for each cost that grows too fast, and the number of costs that do not.
fn costs(report: &Report) -> String {
    let mut text = String::new();
    for Cost { id, operation, outcome, detail } in &report.costs {
        let style = if *outcome == cost::CostOutcome::Fail || report.strict_cost { BAD } else { STRONG };
        let what = match outcome {
            cost::CostOutcome::Pass => continue,
            cost::CostOutcome::Slow => "slow",
            cost::CostOutcome::Fail => "memory",
            cost::CostOutcome::NotMeasured => "not measured",
        };
        let _ = writeln!(text, "{style}{what}{style:#}: {operation} of {id}: {}", printable(detail));
    }
    let grows = report.costs.iter().filter(|cost| cost.outcome == cost::CostOutcome::Pass).count();
    if !report.costs.is_empty() {
        let _ = writeln!(
            text,
            "cost: {grows} of {} grow no faster than the input",
            count(report.costs.len(), "measurement", "measurements")
        );
    }
    text
}

fn not_run(summary: &Summary) -> String {
    match summary.total.all().not_run {
        0 => String::new(),
        number => format!("; {} not run", thousands(number)),
    }
}

fn result(report: &Report, summary: &Summary, selection: &Selection) -> String {
    let (files, derived) = (summary.total.files, summary.total.derived);
    let failed = files.fail + derived.fail;
    let total = files.total() + derived.total();
    let mut text = if failed > 0 {
        let statuses = Status::ALL.into_iter().filter(|status| status.is_failure() && summary.count(*status) > 0);
        let statuses: Vec<_> =
            statuses.map(|status| format!("{} {status}", thousands(summary.count(status)))).collect();
        let failed = format!("{} of {} failed", thousands(failed), count(total, "case", "cases"));
        format!("{BAD}{failed}{BAD:#} (questions: {}){}", statuses.join(", "), not_run(summary))
    } else if report.costs.iter().any(|cost| cost.is_failure(report.strict_cost)) {
        format!(
            "{BAD}the cost grows too fast{BAD:#}; {} of {} passed",
            thousands(files.pass + derived.pass),
            count(total, "case", "cases")
        )
    } else if report.ended.is_some() {
        format!(
            "{BAD}the run ended early{BAD:#}: {} of {} passed{}",
            thousands(files.pass + derived.pass),
            count(total, "case", "cases"),
            not_run(summary)
        )
    } else {
        let passed = files.pass + derived.pass;
        let expected = summary.total.all().expected;
        let mut others =
            if expected > 0 { format!("{} failed as expected", thousands(expected)) } else { "none failed".into() };
        if summary.total.all().skip > 0 {
            let _ = write!(others, ", {} skipped", thousands(summary.total.all().skip));
        }
        format!("{GOOD}{} of {} passed{GOOD:#}, {others}", thousands(passed), count(total, "case", "cases"))
    };
    let _ = writeln!(
        text,
        "\n{FAINT}{:.1} s, depth {}, seed {}{}{FAINT:#}",
        report.elapsed.as_secs_f64(),
        selection.depth,
        selection.seed,
        selection.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default()
    );
    text
}

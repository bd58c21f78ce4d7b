//! The command `bmes-conformance`: parses the arguments, prints text and returns an exit status.

mod args;
mod error_names;
mod fuzz;
mod output;
mod progress;
mod repro;
mod show;
mod together;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use anstream::ColorChoice;
use clap::Parser;

use crate::corpus::Corpus;
use crate::cost;
use crate::derive::Depth;
use crate::interrupt;
use crate::plan::{self, Work};
use crate::report::document::Document;
use crate::report::{Context, Summary, claim, explain, table};
use crate::run::{self, EndReason, Measure, Options, Report};
use crate::select::{self, Selection};
use crate::serve;
use crate::testee::{self, Command, Reference, Target, Unusable};
use crate::text::{self, nearest};
use args::{Arguments, Common, Subcommand};
use output::{Known, Reports};
use progress::Progress;

/// If the user gives no seed, the command chooses a random seed below this number. The number is small, so that a seed
/// is easy to type.
const SEEDS: u64 = 1_000_000;

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // If the message cannot be printed, the user gets only the exit status.
            let _ = error.print();
            return if error.use_stderr() { Stop::USAGE.into() } else { ExitCode::SUCCESS };
        }
    };
    arguments.color().write_global();
    let status = match command(&mut arguments) {
        Ok(true) => 0,
        Ok(false) => Stop::FAILURES,
        Err(stop) => {
            // If standard error is closed, there is no other place for the message.
            let _ = writeln!(anstream::stderr(), "{}error:{:#} {}", table::BAD, table::BAD, stop.message);
            stop.status
        }
    };
    interrupt::signal().map_or(status, interrupt::Signal::exit_status).into()
}

/// An error that ends the command: the exit status, and the message for standard error.
#[derive(Debug)]
struct Stop {
    status: u8,
    message: String,
}

impl Stop {
    const FAILURES: u8 = 1;
    const STALE: u8 = 2;
    const UNUSABLE: u8 = 3;
    const USAGE: u8 = 4;

    fn stale(count: usize) -> Self {
        let failures = text::count(count, "expected failure", "expected failures");
        let message = format!(
            "{failures} did not occur as expected; correct their entries in the --xfail file, or run again with --bless"
        );
        Self { status: Self::STALE, message }
    }

    fn usage(message: impl Into<String>) -> Self {
        Self { status: Self::USAGE, message: message.into() }
    }
}

impl From<Unusable> for Stop {
    fn from(unusable: Unusable) -> Self {
        Self { status: Self::UNUSABLE, message: unusable.to_string() }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::usage(format!("an input or output operation failed: {error}"))
    }
}

/// Runs the command. Returns true if every result was as expected.
fn command(arguments: &mut Arguments) -> Result<bool, Stop> {
    if let Some(Subcommand::Serve) = arguments.command {
        serve::serve(&Reference, io::stdin().lock(), io::stdout().lock())?;
        return Ok(true);
    }
    match arguments.command.take() {
        Some(Subcommand::Repro { id, testee, asked, common }) => {
            let corpus = corpus(&common)?;
            let testee = if testee.is_empty() { None } else { Some(Command::from_words(testee).map_err(Stop::usage)?) };
            let testee = error_names::mapped(testee.or_else(|| asked.testee.clone()), asked.error_map.as_deref())?;
            let options = asked.options_of_a_case(common.corpus.as_deref());
            let program = program();
            let target = target(testee.as_ref(), asked.one_shot)?;
            let seed = asked.seed.unwrap_or_default();
            let context = Context { corpus: &corpus, target, program: &program, options: &options, seed };
            let work = Work::find(&corpus, &id).map_err(Stop::usage)?;
            interrupt::watch()?;
            let passed = repro::repro(work, context, asked.timeout);
            tell_strays();
            passed
        }
        Some(Subcommand::Merge { reports, report, common }) => together::merge(&reports, &report, &corpus(&common)?),
        Some(Subcommand::Compare { reports, html, common }) => together::compare(&reports, &html, &corpus(&common)?),
        Some(Subcommand::Fuzz { seconds, into, asked, common }) => {
            let corpus = corpus(&common)?;
            let seed = asked.seed.unwrap_or_else(|| fastrand::u64(..SEEDS));
            let options = asked.options_of_a_case(None);
            let program = program();
            let testee = error_names::mapped(asked.testee.clone(), asked.error_map.as_deref())?;
            let target = target(testee.as_ref(), asked.one_shot)?;
            let context = Context { corpus: &corpus, target, program: &program, options: &options, seed };
            interrupt::watch()?;
            let found_nothing = fuzz::fuzz(context, (seed, seconds, asked.timeout), &into);
            tell_strays();
            found_nothing
        }
        _ => run_or_list(arguments, &corpus(&arguments.common)?),
    }
}

fn corpus(common: &Common) -> Result<Corpus, Stop> {
    let corpus = common.corpus.as_deref().map_or_else(Corpus::standard, Corpus::load);
    corpus.map_err(|error| Stop::usage(error.to_string()))
}

fn run_or_list(arguments: &Arguments, corpus: &Corpus) -> Result<bool, Stop> {
    let mut out = output::stdout();
    if let Some(id) = &arguments.show {
        let work = Work::find(corpus, id).map_err(Stop::usage)?;
        out.write_all(show::show(work, corpus).as_bytes())?;
        return Ok(true);
    }
    let selection = Selection {
        filter: arguments.filter.clone(),
        clause: arguments.clause.clone(),
        format_version: arguments.format_version,
        depth: arguments.depth.unwrap_or(if arguments.asked.one_shot { Depth::Quick } else { Depth::default() }),
        // All shards of a run must derive the same cases, so a shard without `--seed` uses seed 0.
        seed: arguments
            .asked
            .seed
            .unwrap_or_else(|| if arguments.shard.is_some() { 0 } else { fastrand::u64(..SEEDS) }),
        shard: arguments.shard,
    };
    let selected = select::select(corpus, &selection);
    // A shard can be empty if few cases are selected. A filter that matches no case at all is a mistake of the user.
    let whole = || select::select(corpus, &Selection { shard: None, ..selection.clone() });
    let is_cost = arguments.common.corpus.is_none() && cost::is_selected(&selection);
    let is_other_version = !select::other_versions(corpus, &selection, &[]).is_empty();
    if selected.is_empty() && !is_cost && !is_other_version && (selection.shard.is_none() || whole().is_empty()) {
        return Err(Stop::usage(nothing_selected(&selection, corpus)));
    }
    if arguments.list {
        for work in selected {
            writeln!(out, "{}", work.id(corpus))?;
        }
        return Ok(true);
    }
    if let Some(version) = &arguments.since {
        let new = corpus.since(version).map_err(Stop::usage)?;
        for id in selected.into_iter().filter(|work| work.change.is_none()).map(|work| work.id(corpus)) {
            if new.contains(id.as_str()) {
                writeln!(out, "{id}")?;
            }
        }
        return Ok(true);
    }
    let testee = error_names::mapped(arguments.asked.testee.clone(), arguments.asked.error_map.as_deref())?;
    let reports = Reports::open(&arguments.report)?;
    drop(out);
    let mut out = output::printed(&reports);
    let known = arguments.xfail.as_deref().map(|path| Known::read(path, arguments.bless, corpus)).transpose()?;
    if let (Some(known), false) = (&known, arguments.allow_broad_xfail) {
        let ids = selected.iter().map(|work| work.id(corpus));
        known.expectations.broad(ids).map_err(|why| Stop::usage(format!("{}: {why}", known.path.display())))?;
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let options = Options {
        selection,
        jobs: arguments.jobs.map_or(cores, usize::from),
        timeout: arguments.asked.timeout,
        fail_fast: arguments.fail_fast,
        // The cost measurements do not use the corpus. A user who gives `--corpus` wants to run only that corpus.
        cost: match arguments.common.corpus {
            Some(_) => Measure::Nothing,
            None if arguments.strict_cost => Measure::Strictly,
            None => Measure::Advice,
        },
        deadline: None,
    };
    let context_options = arguments.asked.options_of_a_case(arguments.common.corpus.as_deref());
    let program = program();
    let target = target(testee.as_ref(), arguments.asked.one_shot)?;
    let seed = options.selection.seed;
    let context = Context { corpus, target, program: &program, options: &context_options, seed };
    interrupt::watch()?;
    if testee.is_none() {
        let what = "Testing the reference codec in this program. To test your implementation, use --testee CMD.";
        let _ = writeln!(anstream::stderr(), "{what}");
    }
    let mut report = run_with(&options, context, known.as_ref())?;
    report.warnings.extend(error_names::warning(testee.as_ref(), &report, &options.selection));
    let summary = Summary::of(&report, corpus);
    // The reports are written before anything is printed, because standard output may be closed. An error in a report
    // is returned after the output. The document takes long to create if many cases failed. So it is created only if a
    // report needs it, or if the run succeeded and can have a claim.
    let is_wanted = !reports.is_empty() || report.is_success();
    let document = is_wanted.then(|| Document::of(&report, &summary, &options, context));
    let written = document.as_ref().map_or(Ok(()), |document| reports.write(document, corpus));
    let failures = explain::failures(&report, context, arguments.explain);
    write!(out, "{}\n{failures}{}", table::testee(&report.info), table::table(&report, &summary, &options.selection))?;
    out.write_all(claim::line(document.as_ref()).as_bytes())?;
    written?;
    let ended = report.ended.clone();
    if let (None, Some(known)) = (&ended, known.filter(Known::is_to_be_written)) {
        known.bless(&report, corpus, &mut out)?;
        return Ok(true);
    }
    out.flush()?;
    match ended {
        Some(EndReason::Unusable(unusable)) => Err(unusable.into()),
        Some(why) => Err(Stop { status: Stop::FAILURES, message: why.to_string() }),
        None if !report.has_failed() && !report.stale.is_empty() => Err(Stop::stale(report.stale.len())),
        None => Ok(report.is_success()),
    }
}

/// Runs the cases with a progress bar, and marks the known failures in the report.
fn run_with(options: &Options, context: Context<'_>, known: Option<&Known>) -> Result<Report, Stop> {
    let shown = Progress::new();
    let report = run::run(context.target, context.corpus, options, &|progress| shown.cases(progress));
    shown.finish();
    let mut report = report?;
    report.warnings.extend(strays());
    if let Some(known) = known {
        known.expectations.apply(&mut report, context.corpus, &options.selection);
    }
    Ok(report)
}

/// Kills the processes that a testee started and that left its process group. Returns a text that names them.
fn strays() -> Option<String> {
    let ended = testee::end_all_strays();
    let what = "a testee must keep its processes in its process group; the runner ended these processes outside it";
    if ended.is_empty() { None } else { Some(format!("{what}: {}", ended.join(", "))) }
}

/// Kills the processes that a testee started and that left its process group, and names them on standard error.
fn tell_strays() {
    if let Some(told) = strays() {
        let _ = writeln!(anstream::stderr(), "warning: {told}");
    }
}

/// Returns the target of the run: the testee's command or, without a command, the reference codec in this program.
fn target(testee: Option<&Command>, one_shot: bool) -> Result<Target<'_>, Stop> {
    match (testee, one_shot) {
        (Some(command), true) => Ok(Target::OneShot(command)),
        (Some(command), false) => Ok(Target::Process(command)),
        (None, true) => Err(Stop::usage("--one-shot needs a testee: --testee CMD, or `repro ID -- CMD`")),
        (None, false) => Ok(Target::Embedded(&Reference)),
    }
}

fn nothing_selected(selection: &Selection, corpus: &Corpus) -> String {
    let version = selection.format_version.map(|version| format!("version {version} of the format"));
    let filter = selection.filter.as_ref().map(|filter| format!("the filter `{}`", filter.pattern()));
    let clause = selection.clause.as_ref().map(|clause| format!("the clause {clause}"));
    let what: Vec<_> = [filter, clause, version].into_iter().flatten().collect();
    let meant = selection.filter.as_ref().and_then(|filter| meant(filter.pattern(), corpus));
    let meant = meant.map(|pattern| format!(" (did you mean '{pattern}'?)")).unwrap_or_default();
    format!("no case matches {} at depth {}{meant}; --list prints all ids", what.join(" and "), selection.depth)
}

/// Returns the pattern that the user probably meant instead of `pattern`, which matches no id. The user may have left
/// out the `/*` after a section, or may have misspelt a name.
fn meant(pattern: &str, corpus: &Corpus) -> Option<String> {
    let sections: BTreeSet<_> = corpus.cases().iter().map(|file_case| plan::section(&file_case.case.id)).collect();
    let (name, rest) = pattern.find(['*', '?', '{', '[']).map_or((pattern, ""), |place| pattern.split_at(place));
    let name = name.trim_end_matches('/');
    if sections.contains(name) {
        return Some(format!("{name}/*"));
    }
    if rest.is_empty()
        && let Some(id) = nearest(name, corpus.cases().iter().map(|file_case| file_case.case.id.as_str()))
        && name.matches('/').count() == id.matches('/').count()
    {
        return Some(id.to_owned());
    }
    nearest(name, sections.iter().map(String::as_str)).map(|section| format!("{section}/*"))
}

/// Returns the name by which this program was called.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "bmes-conformance".into())
}

impl args::Color {
    fn write_global(self) {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
        .write_global();
    }
}

//! Tests `bmes run` as a user runs it: `cargo xtask integration`.
//!
//! Each row of the table that it prints brings programs or their cache into one kind of state. In every row, the output and
//! the exit status of each run must be those without a cache. A row in which nothing was run fails.

mod places;
mod program;
mod rows;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;

/// Test `bmes run` with real programs, and with damaged, foreign, unwritable and busy caches
#[derive(Parser)]
#[command(name = "bmes-host-integration")]
struct Arguments {
    /// The command `bmes`
    #[arg(long)]
    bmes: PathBuf,

    /// A folder with real programs in `entries/`, and their packages in `node_modules/`
    #[arg(long)]
    programs: Option<PathBuf>,

    /// The short form: samples instead of each byte, and 30 kills instead of 500
    #[arg(long)]
    short: bool,

    /// Run only these rows [default: all]
    #[arg(value_parser = rows::names())]
    rows: Vec<String>,
}

/// The exit status if a row was not run because this machine or this user cannot make its state.
const NOT_RUN: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Programs are started in their own folders.
    let absolute = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let setting = rows::Setting {
        bmes: absolute(&arguments.bmes),
        programs: arguments.programs.as_ref().map(absolute),
        short: arguments.short,
    };
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(["row", "what", "runs", "result"]);
    let (mut failed, mut not_run) = (0, 0);
    for row in rows::ROWS {
        if !arguments.rows.is_empty() && !arguments.rows.iter().any(|name| name == row.name) {
            continue;
        }
        let (runs, result) = match (row.test)(&setting) {
            Ok(0) => (0, "FAILED: nothing was run".to_owned()),
            Ok(runs) => (runs, "as without a cache".to_owned()),
            Err(rows::Ended::Failed(message)) => {
                eprintln!("{}: {message}\n", row.name);
                (0, "FAILED".to_owned())
            }
            Err(rows::Ended::NotRun(reason)) => (0, format!("not run: {reason}")),
        };
        failed += usize::from(result.starts_with("FAILED"));
        not_run += usize::from(result.starts_with("not run"));
        eprintln!("{}: {runs} runs, {result}", row.name);
        table.add_row([row.name, row.what, &runs.to_string(), &result]);
    }
    println!("{table}");
    match (failed, not_run) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(NOT_RUN),
        _ => ExitCode::FAILURE,
    }
}

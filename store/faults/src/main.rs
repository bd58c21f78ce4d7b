//! Tests the store under the faults of real machines, with real processes: `cargo xtask faults`.
//!
//! Each row of the table that it prints injects one kind of fault, many times, into processes that use a store. In every row,
//! no process may get an invalid byte, and no error may reach a process. A row in which nothing was injected fails.
//!
//! The program has two sides. [`rows`] starts processes, injects faults, and judges. [`worker`] is the process that uses a
//! store: the same program, started as another user, below strace, or with a wrong clock.

mod modules;
mod process;
mod report;
mod rows;
mod scene;
mod table;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Test the store under injected faults, and print a table of what was injected and what was seen
#[derive(Parser)]
#[command(name = "bmes-store-faults")]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,

    /// The short form: 200 kills instead of 10,000, and 20,000 entries instead of 1,000,000
    #[arg(long)]
    short: bool,

    /// Run only these rows [default: all]
    #[arg(value_parser = rows::names())]
    rows: Vec<String>,
}

#[derive(Subcommand)]
enum Role {
    /// Use a store, as the process that gets the faults
    #[command(hide = true)]
    Worker(worker::Worker),
}

/// The exit status if a row was not run because this machine or this user cannot inject its faults.
const NOT_RUN: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.role {
        Some(Role::Worker(worker)) => worker.run(),
        None => run(&arguments),
    }
}

fn run(arguments: &Arguments) -> ExitCode {
    let scale = if arguments.short { rows::SHORT } else { rows::LONG };
    let results = rows::run(&arguments.rows, &scale);
    println!("{}", table::of(&results));
    let failed = results.iter().filter(|result| result.is_failed()).count();
    let not_run = results.iter().filter(|result| result.is_not_run()).count();
    println!("{} passed, {failed} failed, {not_run} skipped", results.len() - failed - not_run);
    match (failed, not_run) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(NOT_RUN),
        _ => ExitCode::FAILURE,
    }
}

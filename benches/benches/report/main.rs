//! Measures all results in one run, and writes `benches/RESULTS.md` and its two plots. `cargo xtask bench` starts this program.
//! It passes the counts of other benchmarks in files: `--counts FILE` (instructions and mispredictions) and `--memory FILE`
//! (allocations). `--node PROGRAM` is the Node.js whose compile cache is measured.
//!
//! Under `cargo test`, the program measures almost nothing, and writes to a temporary folder. Read [`run::Run`] first, then
//! [`page`].

#![allow(clippy::cast_precision_loss, reason = "times and counts are far below 2^52")]

mod pack;
mod page;
mod plots;
mod run;
mod store;
mod targets;

use benches::measure::Effort;
use benches::store::system_calls;
use run::Run;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    if system_calls::perform_if_asked()? {
        return Ok(());
    }
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let effort = Effort::of_this_run();
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let is_test = effort.rounds == 1;
    let folder = if is_test { scratch.join("report") } else { PathBuf::from(env!("CARGO_MANIFEST_DIR")) };
    let counts = value("--counts").map(fs::read_to_string).transpose()?;
    let memory = value("--memory").map(fs::read_to_string).transpose()?;

    let node = value("--node").map(PathBuf::from);

    let run = Run::new(effort, scratch, counts.as_deref(), memory.as_deref(), node.as_deref())?;
    let page = page::of(&run);
    fs::create_dir_all(folder.join("plots"))?;
    fs::write(folder.join("RESULTS.md"), &page)?;
    for (name, plot) in [("latency", plots::latency(&run)?), ("growth", plots::growth(&run)?)] {
        fs::write(folder.join("plots").join(name).with_extension("svg"), plot)?;
    }
    if !is_test {
        println!("{page}");
    }
    Ok(())
}

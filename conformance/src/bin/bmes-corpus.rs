//! Writes the corpus from the cases in `conformance/src/cases`: `cargo xtask regenerate corpus` runs this.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use conformance::cases;
use conformance::generate::corpus;

/// Write the conformance corpus from its description in Rust
///
/// Removes the files of cases that are no longer described. Fails if ids.txt has an id that is neither described nor
/// withdrawn.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder of the crate `conformance`; the corpus is written into its folder corpus/
    #[arg(long, value_name = "FOLDER", default_value = env!("CARGO_MANIFEST_DIR"))]
    into: PathBuf,
}

fn main() -> ExitCode {
    match write(&Arguments::parse().into) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bmes-corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> io::Result<()> {
    let cases = cases::all();
    corpus::write(&folder.join("corpus"), &cases)?;
    println!("{} cases", cases.len());
    Ok(())
}

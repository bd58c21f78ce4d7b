//! Replays inputs on stable Rust, without libFuzzer: `cargo run -p bmes-fuzz --bin deserialize -- FILE`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use crate::Target;

/// Runs a target on the given files, and on all files in the given folders. If the property does not hold for an input,
/// the panic ends the program.
pub fn main(target: &Target) -> ExitCode {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!(
            "usage: {0} FILE|FOLDER...\nReplays inputs of the target. To fuzz it, install cargo-fuzz (cargo install cargo-fuzz), then run: cargo +nightly fuzz run {0}",
            target.name
        );
        return ExitCode::from(2);
    }
    let mut deep = 0;
    let mut count = 0;
    for path in &paths {
        match inputs(path) {
            Ok(inputs) => {
                for (path, input) in inputs {
                    // The path is printed first. So if the property panics, the last path on the screen is that of the
                    // input.
                    println!("{}", path.display());
                    deep += usize::from((target.property)(&input));
                    count += 1;
                }
            }
            Err(error) => {
                eprintln!("error: {}: {error}", path.display());
                return ExitCode::from(2);
            }
        }
    }
    println!("{}: the property holds for {count} inputs; {deep} of them {}", target.name, target.input.deep());
    ExitCode::SUCCESS
}

/// Returns the file at `path`. If `path` is a folder, returns every file in it, sorted by name.
pub fn inputs(path: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    if !path.is_dir() {
        return Ok(vec![(path.to_owned(), fs::read(path)?)]);
    }
    let mut paths: Vec<_> =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        found.extend(inputs(&path)?);
    }
    Ok(found)
}

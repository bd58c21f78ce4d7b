//! Inputs once more, on stable Rust and without libFuzzer: `cargo run -p bmes-fuzz --bin deserialize -- FILE`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use crate::Target;

/// Puts the files that are given, or all in the folders that are given, to a target. A panic ends it, as it would a fuzzer.
pub fn main(target: &Target) -> ExitCode {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!(
            "usage: {0} FILE|FOLDER...\nReplays inputs. To fuzz: cargo +nightly fuzz run {0}, with cargo-fuzz (cargo install cargo-fuzz)",
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
                    // The last path on the screen is that of an input which panics.
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
    println!("{}: {count} inputs hold, {deep} of them {}", target.name, target.input.deep());
    ExitCode::SUCCESS
}

/// The file at `path`, or every file in the folder there, sorted.
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

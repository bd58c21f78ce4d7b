//! Writes the gold files of a release, `cargo xtask gold`: see `gold/README.md`. Fails if the release has them already.

use std::error::Error;
use std::fs;
use std::path::Path;

use bmes::v4::{self, Flags, ModuleRecord, Supplied};
use bmes_pack::build::{Options, make};

/// Stands for the bytecode: no engine made it.
const BYTECODE: &[u8] = b"bytecode of no engine";

fn main() -> Result<(), Box<dyn Error>> {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR")).join("gold");
    let release = gold.join(env!("CARGO_PKG_VERSION"));
    let entry = gold.join("program/main.js");
    let producer = v4::producer([("engine", "none"), ("purpose", "gold files")])?;
    let made = make(std::slice::from_ref(&entry), &Options::new(producer))?;
    if !made.link_errors.is_empty() || !made.left_out.is_empty() {
        return Err(format!("{:?} {:?}", made.link_errors, made.left_out).into());
    }
    // Fails if the folder exists.
    fs::create_dir(&release).map_err(|error| format!("{}: {error}", release.display()))?;
    fs::write(release.join("program.zip"), made.pack)?;
    let text = fs::read(entry)?;
    fs::write(release.join("module.bmes"), module(&text, producer)?)?;
    Ok(())
}

/// Returns the file of a module, with its source as the text.
fn module(text: &[u8], producer: bmes::Digest) -> Result<Vec<u8>, Box<dyn Error>> {
    let analysis = bmes_analyzer::analyze(text, &bmes_analyzer::Options::default())?;
    let flags = Flags {
        top_level_await: analysis.flags.top_level_await,
        import_meta: analysis.flags.import_meta,
        typescript: false,
    };
    let supplied = Supplied { producer, source: v4::source(text), flags, alignment: 64, lexical_features: None };
    let record = ModuleRecord::from_named(&analysis.record, supplied)?;
    Ok(v4::encode(&record, text, BYTECODE)?)
}

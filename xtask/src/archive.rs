//! The corpus as one file, for whoever has neither this repository nor Rust: `bmes-corpus-VERSION.tar.gz`.
//!
//! The same corpus gives the same bytes, on any machine and at any time.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const MANIFEST: &str = "MANIFEST.sha256";
/// What comes from outside of the corpus.
const BESIDE: [(&str, &str); 2] = [("LICENSE", "LICENSE"), ("PROTOCOL.md", "conformance/PROTOCOL.md")];

/// Files by their path in the archive.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the archive into `target/`, twice, and has Python read it.
pub(crate) fn corpus() -> Report {
    let path = target_dir()?.join(format!("bmes-corpus-{VERSION}.tar.gz"));
    let archive = pack(&files(root())?)?;
    if archive != pack(&files(root())?)? {
        return Err(Failure::new("the same corpus gave two different archives"));
    }
    fs::write(&path, &archive).map_err(|error| at(&path, &error))?;
    println!("{}  {} ({} bytes)", hex::encode(Sha256::digest(&archive)), path.display(), archive.len());
    if let Provision::Missing(line) = provide("Python 3", &["python3"], || has("python3"))? {
        return Ok(Outcome::RanInPart(vec![format!("reading the archive without Rust: {line}")]));
    }
    Step::new("python3").args(["-B", "conformance/tests/archive/read_archive.py"]).arg(&path).run()
}

/// The corpus, what belongs beside it, an index of its cases, and a manifest of all that.
fn files(root: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    let corpus = root.join("conformance/corpus");
    gather(&corpus, &corpus, &mut files)?;
    for (name, path) in BESIDE {
        let path = root.join(path);
        files.insert(name.to_owned(), fs::read(&path).map_err(|error| at(&path, &error))?);
    }
    let index = index(&files)?;
    files.insert("cases.json".to_owned(), index);
    files.remove(MANIFEST);
    let sums = files.iter().map(|(name, bytes)| format!("{}  {name}\n", hex::encode(Sha256::digest(bytes))));
    let manifest: String = sums.collect();
    files.insert(MANIFEST.to_owned(), manifest.into_bytes());
    Ok(files)
}

fn gather(folder: &Path, corpus: &Path, files: &mut Files) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(|error| at(folder, &error))? {
        let path = entry.map_err(|error| at(folder, &error))?.path();
        if path.is_dir() {
            gather(&path, corpus, files)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| at(&path, &error))?;
            let name = path.strip_prefix(corpus).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, bytes);
        }
    }
    Ok(())
}

/// All sidecars in one document, each with the paths of its files.
fn index(files: &Files) -> Result<Vec<u8>, Failure> {
    let mut cases = Vec::new();
    for (name, bytes) in files {
        let Some(stem) = name.strip_suffix(".json").filter(|stem| is_case(stem)) else { continue };
        let mut case: Value =
            serde_json::from_slice(bytes).map_err(|error| Failure::new(format!("{name}: {error}")))?;
        for (key, suffix) in [("file", ".bmes"), ("canonical", ".canonical.bmes")] {
            let path = format!("{stem}{suffix}");
            if files.contains_key(&path) {
                case[key] = Value::String(path);
            }
        }
        cases.push(case);
    }
    let index = json!({ "corpus": VERSION, "cases": cases });
    let text = serde_json::to_string_pretty(&index).map_err(|error| Failure::new(error.to_string()))?;
    Ok((text + "\n").into_bytes())
}

/// Whether a path is one of `v1/…`, `v2/…`
fn is_case(path: &str) -> bool {
    let folder = path.split_once('/').and_then(|(folder, _)| folder.strip_prefix('v'));
    folder.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// Packs the files in the order of their names, without a time, an owner or the packing machine.
fn pack(files: &Files) -> Result<Vec<u8>, Failure> {
    let failure = |error: std::io::Error| Failure::new(format!("the archive: {error}"));
    let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(gzip);
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, format!("bmes-corpus-{VERSION}/{name}"), &bytes[..]).map_err(failure)?;
    }
    archive.into_inner().and_then(flate2::write::GzEncoder::finish).map_err(failure)
}

fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

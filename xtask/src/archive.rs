//! The corpus as one file, for people who have no Rust: `target/bmes-corpus-<version>.tar.gz`.
//!
//! The same commit gives the same bytes on every machine: the files are sorted, belong to nobody, and have no time of
//! their own. Not a place for files that only the archive has, but what a single file needs: the index of the cases, the
//! version, the licence, and a manifest that includes these.

use crate::machine::{Provision, provide};
use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

const CORPUS: &str = "conformance/corpus";
const MANIFEST: &str = "MANIFEST.sha256";
/// The corpus has the version of the release that it is in.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// When every file was changed, in seconds since 1970: in 1980, which is the first time that all archivers believe.
const TIME: u64 = 315_532_800;
/// The operating system in gzip's header: "unknown".
const NO_SYSTEM: u8 = 255;

/// What reads the archive without Rust, and puts every case to the implementation in Python.
const READER: &str = "conformance/testees/python/run_archive.py";

/// The files of the archive by their path in it, which is their order.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the archive, twice, and fails if the two differ or if Python does not find in it what it should.
pub(crate) fn write() -> Report {
    let folder = format!("bmes-corpus-{VERSION}");
    let path = target_dir()?.join(format!("{folder}.tar.gz"));
    let archive = pack(&folder, &collect(&root().join(CORPUS))?)?;
    if archive != pack(&folder, &collect(&root().join(CORPUS))?)? {
        return Err(Failure::new("the same corpus packed twice gives two archives"));
    }
    fs::write(&path, &archive).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    println!("{}  {} ({} bytes)", sha256(&archive), path.display(), archive.len());
    match provide("python3", &["python3"], || Step::new("python3").arg("--version").succeeds())? {
        Provision::Present => Step::new("python3").arg("-B").arg(READER).arg(&path).run(),
        Provision::Missing(line) => Ok(Outcome::RanInPart(vec![format!("reading the archive: {line}")])),
    }
}

/// What the corpus's own manifest names, found to be so, and what the archive adds.
fn collect(corpus: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    let manifest = String::from_utf8_lossy(&read(&corpus.join(MANIFEST))?).into_owned();
    for line in manifest.lines() {
        let (hash, path) = line
            .split_once("  ")
            .ok_or_else(|| Failure::new(format!("{CORPUS}/{MANIFEST}: not a hash and a path: {line}")))?;
        let bytes = read(&corpus.join(path))?;
        if sha256(&bytes) != hash {
            return Err(Failure::new(format!(
                "{CORPUS}/{path}: not what the manifest says; run `cargo xtask corpus --check`"
            )));
        }
        files.insert(path.to_owned(), bytes);
    }
    let index = index(&files)?;
    files.insert("LICENSE".to_owned(), read(&root().join("LICENSE"))?);
    files.insert("VERSION".to_owned(), format!("{VERSION}\n").into_bytes());
    files.insert("cases.json".to_owned(), index.into_bytes());
    let manifest: String = files.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes))).collect();
    files.insert(MANIFEST.to_owned(), manifest.into_bytes());
    Ok(files)
}

/// `cases.json`: a line for each case, with where its files are and whether each operation accepts.
fn index(files: &Files) -> Result<String, Failure> {
    let mut lines = Vec::new();
    for (path, bytes) in files {
        let Some(stem) = path.strip_suffix(".json").filter(|stem| is_case(stem)) else { continue };
        let wrong = |why: &str| Failure::new(format!("{CORPUS}/{path}: {why}"));
        let sidecar: Value = serde_json::from_slice(bytes).map_err(|error| wrong(&error.to_string()))?;
        if sidecar["id"] != *stem {
            return Err(wrong("the id is not the path"));
        }
        let expect = sidecar["expect"].as_object().ok_or_else(|| wrong("it expects nothing"))?;
        let verdicts: Map<String, Value> = expect
            .iter()
            .map(|(operation, outcome)| {
                (operation.clone(), outcome.get("error").cloned().unwrap_or_else(|| "ok".into()))
            })
            .collect();
        let mut entry = json!({
            "id": stem,
            "title": sidecar["title"],
            "clauses": sidecar["clauses"],
            "origin": sidecar["origin"],
            "expect": verdicts,
            "sidecar": path,
        });
        for (key, extension) in [("file", "bmes"), ("canonical", "canonical.bmes")] {
            let path = format!("{stem}.{extension}");
            if files.contains_key(&path) {
                entry[key] = path.into();
            }
        }
        lines.push(entry.to_string());
    }
    let version = json!(VERSION);
    Ok(format!("{{\"version\":{version},\"cases\":[\n{}\n]}}\n", lines.join(",\n")))
}

/// True of `v1/imports/count-5000`: a version, a section and a name.
fn is_case(stem: &str) -> bool {
    let number = stem.strip_prefix('v').and_then(|rest| rest.split_once('/')).map(|(number, _)| number);
    stem.split('/').count() == 3 && number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// A gzipped tar of `files` in `folder` that depends on nothing else.
fn pack(folder: &str, files: &Files) -> Result<Vec<u8>, Failure> {
    let gzip = GzBuilder::new().mtime(0).operating_system(NO_SYSTEM).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    let packed = files.iter().try_for_each(|(path, bytes)| {
        let mut header = tar::Header::new_ustar();
        header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        header.set_mode(0o644);
        header.set_mtime(TIME);
        tar.append_data(&mut header, format!("{folder}/{path}"), bytes.as_slice())
    });
    let archive = packed.and_then(|()| tar.into_inner()).and_then(|mut gzip| gzip.flush().and_then(|()| gzip.finish()));
    archive.map_err(|error| Failure::new(format!("the archive: {error}")))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::{Files, TIME, index, is_case, pack};
    use std::io::Read as _;

    fn files(paths: &[&str]) -> Files {
        paths.iter().map(|&path| (path.to_owned(), path.as_bytes().to_vec())).collect()
    }

    #[test]
    fn an_archive_depends_on_the_files_and_on_nothing_else() {
        let archive = pack("f", &files(&["b", "a/c"])).unwrap();
        // RFC 1952: no time, no name, an unknown system.
        assert_eq!(archive[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(archive.as_slice()).read_to_end(&mut bytes).unwrap();
        let mut tar = tar::Archive::new(bytes.as_slice());
        let mut paths = Vec::new();
        for entry in tar.entries().unwrap() {
            let entry = entry.unwrap();
            let header = entry.header();
            let owner = (header.uid().unwrap(), header.gid().unwrap(), header.username().unwrap());
            assert_eq!((header.mtime().unwrap(), header.mode().unwrap(), owner), (TIME, 0o644, (0, 0, Some(""))));
            paths.push(entry.path().unwrap().display().to_string());
        }
        assert_eq!(paths, ["f/a/c", "f/b"]);
    }

    #[test]
    fn the_index_says_where_a_case_is_and_what_is_right() {
        let mut files = files(&["schema/case.schema.json", "v1/header/x.bmes"]);
        let sidecar = r#"{"id": "v1/header/x", "title": "t", "clauses": ["v1-u32"], "origin": "hand",
            "expect": {"identify": {"version": 1}, "decode": {"error": ["truncated"], "offset": 8}}}"#;
        files.insert("v1/header/x.json".to_owned(), sidecar.into());
        let index: serde_json::Value = serde_json::from_str(&index(&files).unwrap()).unwrap();
        let expected = serde_json::json!({"id": "v1/header/x", "title": "t", "clauses": ["v1-u32"], "origin": "hand",
            "expect": {"identify": "ok", "decode": ["truncated"]}, "sidecar": "v1/header/x.json", "file": "v1/header/x.bmes"});
        assert_eq!(index["cases"], serde_json::json!([expected]));
    }

    #[test]
    fn a_sidecar_under_another_name_is_refused() {
        let mut files = Files::new();
        files.insert("v1/header/y.json".to_owned(), br#"{"id": "v1/header/x", "expect": {}}"#.to_vec());
        assert!(index(&files).unwrap_err().to_string().contains("v1/header/y.json"));
    }

    #[test]
    fn a_case_is_a_version_a_section_and_a_name() {
        assert!(is_case("v12/header/x"));
        assert!(!is_case("schema/case.schema") && !is_case("v1/x") && !is_case("vx/header/x"));
    }
}

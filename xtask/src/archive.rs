//! Packs the corpus, which is all test cases of the conformance suite, into one file for users without Rust:
//! `target/bmes-corpus-<version>.tar.gz`.
//!
//! The same commit gives the same archive, byte for byte, on every machine: the files are sorted, and have a fixed time and no
//! owner. Besides the corpus, the archive contains an index of the cases, the version, the licence, a program that tests an
//! implementation with all cases, and a manifest with the hash of each file.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

const CORPUS: &str = "conformance/corpus";
const MANIFEST: &str = "MANIFEST.sha256";
/// The version of the corpus: the version of the release that contains it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The modification time of every file in the archive, in seconds since 1970: 1 January 1980, the earliest date that all
/// archivers accept.
const TIME: u64 = 315_532_800;
/// The value "unknown" of the field for the operating system in gzip's header.
const NO_SYSTEM: u8 = 255;

/// The files that the archive contains in addition to the corpus, each as its path in the project and its name in the archive.
const ADDED: [(&str, &str); 2] = [("LICENSE", "LICENSE"), ("conformance/archive/run.py", "run.py")];
/// The page that tells users how to use the archive. [`follow_recipe`] runs the commands of this page without changes.
const RECIPE: &str = "conformance/USE-IN-YOUR-CI.md";
const TESTEE: &str = "conformance/testees/python/bmes_testee.py";

/// The contents of the archive's files, sorted by their path in the archive.
type Files = BTreeMap<String, Vec<u8>>;

/// Packs the archive twice and writes it. Fails if the two archives differ, or if a command from the page [`RECIPE`] fails.
pub(crate) fn write() -> Report {
    let folder = format!("bmes-corpus-{VERSION}");
    let path = target_dir()?.join(format!("{folder}.tar.gz"));
    let archive = pack(&folder, &collect(root())?)?;
    if archive != pack(&folder, &collect(root())?)? {
        return Err(Failure::new("packing the corpus twice gave two different archives"));
    }
    fs::write(&path, &archive).map_err(|error| Failure::at(&path, &error))?;
    println!("{}  {} ({} bytes)", sha256(&archive), path.display(), archive.len());
    match provide("python3", &["python3"], || has("python3"))? {
        Provision::Present => follow_recipe(&path),
        Provision::Missing(line) => Ok(Outcome::RanInPart(vec![format!("the commands of {RECIPE}: {line}")])),
    }
}

/// Runs the commands from the page [`RECIPE`] word for word in an empty folder. The implementation that they test is the Python
/// testee.
fn follow_recipe(archive: &Path) -> Report {
    let page = String::from_utf8_lossy(&read(&root().join(RECIPE))?).into_owned();
    let commands = recipe(&page).ok_or_else(|| {
        Failure::new(format!("{RECIPE}: no code block that is marked `sh` begins with `python3 -m tarfile`"))
    })?;
    let empty = target_dir()?.join("archive-recipe");
    let _ = fs::remove_dir_all(&empty);
    fs::create_dir_all(&empty).map_err(|error| Failure::at(&empty, &error))?;
    let testee = format!("python3 -B {}", root().join(TESTEE).display());
    let tests = Step::new("python3").args(["-B", "-m", "unittest", "-q", "test_run"]);
    tests.within(&root().join("conformance/archive")).run()?;
    Step::new("sh")
        .args(["-euc", commands])
        .env("ARCHIVE", &archive.display().to_string())
        .env("TESTEE", &testee)
        .within(&empty)
        .run()
}

/// Returns the commands on `page` for users without Rust: the first `sh` block that begins with `python3 -m tarfile`.
fn recipe(page: &str) -> Option<&str> {
    let mut blocks = page.split("\n```sh\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    blocks.find_map(|(block, _)| block.starts_with("python3 -m tarfile").then_some(block))
}

/// Returns all files of the archive: the files that the manifest of the corpus lists, and the files that only the archive has.
/// Fails if the hash of a file differs from the manifest.
fn collect(root: &Path) -> Result<Files, Failure> {
    let corpus = root.join(CORPUS);
    let mut files = Files::new();
    let manifest = String::from_utf8_lossy(&read(&corpus.join(MANIFEST))?).into_owned();
    for line in manifest.lines() {
        let (hash, path) = line.split_once("  ").ok_or_else(|| {
            Failure::new(format!("{CORPUS}/{MANIFEST}: this line is not a hash, two spaces and a path: {line}"))
        })?;
        let bytes = read(&corpus.join(path))?;
        if sha256(&bytes) != hash {
            return Err(Failure::new(format!(
                "{CORPUS}/{path}: the SHA-256 hash differs from {MANIFEST}; run `cargo xtask regenerate --check corpus`"
            )));
        }
        files.insert(path.to_owned(), bytes);
    }
    let index = index(&files)?;
    for (from, name) in ADDED {
        files.insert(name.to_owned(), read(&root.join(from))?);
    }
    files.insert("VERSION".to_owned(), format!("{VERSION}\n").into_bytes());
    files.insert("cases.json".to_owned(), index.into_bytes());
    let manifest = files.iter().fold(String::new(), |mut lines, (path, bytes)| {
        let _ = writeln!(lines, "{}  {path}", sha256(bytes));
        lines
    });
    files.insert(MANIFEST.to_owned(), manifest.into_bytes());
    Ok(files)
}

/// Returns the text of `cases.json`: one line for each case, with the paths of its files and the expected verdict of each
/// operation.
fn index(files: &Files) -> Result<String, Failure> {
    let mut lines = Vec::new();
    for (path, bytes) in files {
        let Some(stem) = path.strip_suffix(".json") else { continue };
        let Some(part) = part_of(stem) else { continue };
        // Packs have no version of the format.
        let format = part.strip_prefix('v').and_then(|version| version.parse::<u32>().ok());
        let end = if format.is_some() { "bmes" } else { "zip" };
        let wrong = |why: &str| Failure::new(format!("{CORPUS}/{path}: {why}"));
        let sidecar: Value = serde_json::from_slice(bytes).map_err(|error| wrong(&error.to_string()))?;
        if sidecar["id"] != *stem {
            return Err(wrong("the value of `id` differs from the path of this file"));
        }
        let expect =
            sidecar["expect"].as_object().ok_or_else(|| wrong("the key `expect` is missing or is not an object"))?;
        let verdicts: Map<String, Value> = expect
            .iter()
            .map(|(operation, outcome)| {
                (operation.clone(), outcome.get("error").cloned().unwrap_or_else(|| "ok".into()))
            })
            .collect();
        let mut entry = json!({
            "id": stem,
            "title": sidecar["title"],
            "format": format,
            "clauses": sidecar["clauses"],
            "origin": sidecar["origin"],
            "expect": verdicts,
            "sidecar": path,
        });
        for (key, kind) in [("file", ""), ("canonical", ".canonical"), ("seed", ".seed")] {
            let path = format!("{stem}{kind}.{end}");
            if files.contains_key(&path) {
                entry[key] = path.into();
            }
        }
        lines.push(entry.to_string());
    }
    let version = json!(VERSION);
    Ok(format!("{{\"version\":{version},\"cases\":[\n{}\n]}}\n", lines.join(",\n")))
}

/// Returns the first part of the id of a case, such as `v1/imports/count-5000` or `pack/zip/empty`: a version or `pack`, a
/// section and a name. Returns `None` for any other path.
fn part_of(stem: &str) -> Option<&str> {
    let mut parts = stem.split('/');
    let (part, _section, _name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_version = part.strip_prefix('v').is_some_and(|version| version.parse::<u32>().is_ok());
    (parts.next().is_none() && (is_version || part == "pack")).then_some(part)
}

/// Returns a gzipped tar with all `files` below `folder`. The bytes depend only on these two arguments.
fn pack(folder: &str, files: &Files) -> Result<Vec<u8>, Failure> {
    let gzip = GzBuilder::new().mtime(0).operating_system(NO_SYSTEM).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    let packed = files.iter().try_for_each(|(path, bytes)| {
        let mut header = tar::Header::new_ustar();
        header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(TIME);
        tar.append_data(&mut header, format!("{folder}/{path}"), bytes.as_slice())
    });
    let archive = packed.and_then(|()| tar.into_inner()).and_then(|mut gzip| gzip.flush().and_then(|()| gzip.finish()));
    archive.map_err(|error| Failure::new(format!("the archive cannot be packed: {error}")))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::at(path, &error))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::{Files, TIME, index, pack, part_of, recipe};
    use std::io::Read as _;

    fn files(paths: &[&str]) -> Files {
        paths.iter().map(|&path| (path.to_owned(), path.as_bytes().to_vec())).collect()
    }

    #[test]
    fn an_archive_depends_on_the_files_and_on_nothing_else() {
        let archive = pack("f", &files(&["b", "a/c"])).unwrap();
        // The header of gzip (RFC 1952): no modification time, no file name, an unknown operating system.
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
        let expected = serde_json::json!({"id": "v1/header/x", "title": "t", "format": 1, "clauses": ["v1-u32"],
            "origin": "hand", "expect": {"identify": "ok", "decode": ["truncated"]}, "sidecar": "v1/header/x.json", "file": "v1/header/x.bmes"});
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
        assert_eq!(part_of("v12/header/x"), Some("v12"));
        assert_eq!(part_of("pack/zip/x"), Some("pack"));
        for other in ["schema/case.schema", "v1/x", "vx/header/x", "v1/a/b/c", "tombstones"] {
            assert_eq!(part_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_recipe_is_the_block_that_unpacks() {
        let page = "# x\n\n```sh\ngit clone\n```\n\n```sh\npython3 -m tarfile -e a .\nb\n```\n";
        assert_eq!(recipe(page), Some("python3 -m tarfile -e a .\nb"));
        assert_eq!(recipe("```sh\ngit clone\n```\n"), None);
    }
}

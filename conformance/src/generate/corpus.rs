//! Writes the folder of the corpus from the described cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::cases::FileCase;
use crate::cases::withdrawn::{WITHDRAWN, Withdrawn};
use crate::corpus::{IDS, is_part_name};

/// The name of the manifest. It lists every other file of the folder, in the format of `sha256sum`.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The release that introduces the new cases: the one in preparation.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The name of the file with the withdrawn ids and the reasons.
pub const TOMBSTONES: &str = "tombstones.json";

/// Writes the cases into `folder`, and removes the files of cases that are no longer described. It does not change any
/// other files there (the schemas).
///
/// Fails before it writes anything if `ids.txt` has an id that is neither described nor withdrawn.
pub fn write(folder: &Path, cases: &[FileCase]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let ids = ids(&folder.join(IDS), cases)?;
    let files = files(cases);
    for path in stale(folder, &files)? {
        fs::remove_file(path)?;
    }
    for (path, bytes) in &files {
        put(&folder.join(path), bytes)?;
    }
    put(&folder.join("README.md"), include_bytes!("corpus_readme.md"))?;
    put(&folder.join(TOMBSTONES), tombstones().as_bytes())?;
    put(&folder.join(IDS), ids.as_bytes())?;
    put(&folder.join(MANIFEST), manifest(folder)?.as_bytes())
}

/// Returns a line for every file under `folder` except the manifest, sorted by path. `sha256sum -c` reads these lines.
pub fn manifest(folder: &Path) -> io::Result<String> {
    let mut lines = String::new();
    for (name, path) in tree(folder)? {
        if name != MANIFEST {
            let _ = writeln!(lines, "{}  {name}", hex::encode(Sha256::digest(fs::read(path)?)));
        }
    }
    Ok(lines)
}

/// Returns every file under `folder` by its path relative to `folder`, with `/` between the parts.
pub fn tree(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                folders.push((format!("{prefix}{name}/"), path));
            } else {
                files.insert(format!("{prefix}{name}"), path);
            }
        }
    }
    Ok(files)
}

/// Returns the files of the cases, by their paths in the folder.
fn files(cases: &[FileCase]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for FileCase { case, file, canonical, seed } in cases {
        let mut sidecar = serde_json::to_vec_pretty(case).expect("a case is JSON");
        sidecar.push(b'\n');
        files.insert(format!("{}.json", case.id), sidecar);
        for (bytes, kind) in [(file, ""), (canonical, ".canonical"), (seed, ".seed")] {
            if let Some(bytes) = bytes {
                files.insert(format!("{}{kind}.{}", case.id, case.extension()), bytes.clone());
            }
        }
    }
    files
}

/// Returns the files in the folders `v1`, `v2`, … and `pack` that belong to no case.
fn stale(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<Vec<PathBuf>> {
    let of_a_case = |name: &str| name.split_once('/').is_some_and(|(first, _)| is_part_name(first));
    let there = tree(folder)?.into_iter();
    Ok(there.filter(|(name, _)| of_a_case(name) && !files.contains_key(name)).map(|(_, path)| path).collect())
}

/// Returns the text of `ids.txt`: the old and the new ids, each with the release that introduced it. `known` is the
/// path of the old `ids.txt`.
fn ids(known: &Path, cases: &[FileCase]) -> io::Result<String> {
    let live: BTreeSet<_> = cases.iter().map(|case| case.case.id.as_str()).collect();
    let withdrawn: BTreeSet<_> = WITHDRAWN.iter().map(|withdrawn| withdrawn.id).collect();
    if let Some(id) = live.intersection(&withdrawn).next() {
        return Err(io::Error::other(format!(
            "{id} is the id of a withdrawn case, and an id is never used again: choose another id"
        )));
    }
    let known = match fs::read_to_string(known) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    // A line without a version was added by a person: its id is new.
    let known: BTreeMap<_, _> = known.lines().map(|line| line.split_once(' ').unwrap_or((line, VERSION))).collect();
    for id in known.keys() {
        if !live.contains(id) && !withdrawn.contains(id) {
            return Err(io::Error::other(format!(
                "no case has the id {id} of ids.txt: describe the case again, or add the id to src/cases/withdrawn.rs, with the reason"
            )));
        }
    }
    let lines = live.union(&withdrawn).map(|id| format!("{id} {}\n", known.get(id).unwrap_or(&VERSION)));
    Ok(lines.collect())
}

fn tombstones() -> String {
    let listed: &[Withdrawn] = WITHDRAWN;
    let text = serde_json::to_string_pretty(&json!({ "withdrawn": listed })).expect("a list of strings is JSON");
    text + "\n"
}

/// Writes a file, unless the file already has these bytes.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

//! Packs `corpus/` for the binary: gzipped tar archives, which `src/corpus/embedded.rs` reads.
//!
//! The same corpus gives the same archives. The script does not interpret the files that it packs: `bmes-corpus`, which writes
//! the corpus, is built with this script, and must build even if the corpus is damaged or missing.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The number of archives. The runner decompresses them in parallel. With more archives, it starts faster on a machine with many
/// cores, and the binary grows by some KiB for each.
const ARCHIVES: usize = 16;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A file of the corpus: its path there, and its bytes.
type File = (String, Vec<u8>);

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=corpus");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("corpus");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let parts = parts(files(&root)?);
    let packed: Vec<Result<Vec<u8>>> = thread::scope(|scope| {
        let packing: Vec<_> = parts.iter().map(|part| scope.spawn(|| pack(part))).collect();
        packing.into_iter().map(|part| part.join().unwrap_or_else(|_| Err("packing panicked".into()))).collect()
    });
    let mut list = String::from("&[\n");
    for (number, archive) in packed.into_iter().enumerate() {
        let name = format!("corpus-{number}.tar.gz");
        fs::write(out.join(&name), archive?)?;
        writeln!(list, "    include_bytes!(\"{name}\"),")?;
    }
    list.push(']');
    fs::write(out.join("archives.rs"), list)?;
    Ok(())
}

/// Returns the files of the cases, and the list of ids. Cases of the same name are together, whatever their version: their files
/// are similar, and compress better than in the order of their paths.
fn files(root: &Path) -> Result<Vec<File>> {
    let mut sorted = BTreeMap::new();
    for version in entries(root)?.into_iter().filter(|path| path.is_dir()) {
        for section in entries(&version)?.into_iter().filter(|path| path.is_dir()) {
            for path in entries(&section)? {
                let parts = [&version, &section, &path].map(|path| path.file_name().and_then(|name| name.to_str()));
                let [Some(version), Some(section), Some(name)] = parts else { continue };
                let case = name.split('.').next().unwrap_or_default();
                let key = (section.to_owned(), case.to_owned(), version.to_owned(), name.to_owned());
                let bytes = fs::read(&path)?;
                let is_json = path.extension().is_some_and(|extension| extension == "json");
                let bytes = if is_json { without_layout(&bytes) } else { bytes };
                sorted.insert(key, (format!("{version}/{section}/{name}"), bytes));
            }
        }
    }
    let mut files: Vec<_> = sorted.into_values().collect();
    let ids = root.join("ids.txt");
    if ids.exists() {
        files.push(("ids.txt".into(), fs::read(ids)?));
    }
    Ok(files)
}

/// Returns the entries of a folder; none if the folder does not exist.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    Ok(fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?)
}

/// Returns JSON without the spaces and line feeds between its tokens, which are almost half of the sidecars.
fn without_layout(json: &[u8]) -> Vec<u8> {
    let mut compact = Vec::with_capacity(json.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for &byte in json {
        if in_string {
            in_string = byte != b'"' || is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
        } else if byte.is_ascii_whitespace() {
            continue;
        } else {
            in_string = byte == b'"';
        }
        compact.push(byte);
    }
    compact
}

/// Splits the files into parts of about the same size. All files of a case are in the same part.
fn parts(files: Vec<File>) -> Vec<Vec<File>> {
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let most = total.div_ceil(ARCHIVES);
    let mut parts = Vec::new();
    let mut part: Vec<File> = Vec::new();
    let mut size = 0;
    for file in files {
        let case = |path: &str| path.split('.').next().map(str::to_owned);
        let is_next_case = part.last().is_some_and(|(path, _)| case(path) != case(&file.0));
        if size >= most && is_next_case {
            parts.push(std::mem::take(&mut part));
            size = 0;
        }
        size += file.1.len();
        part.push(file);
    }
    parts.push(part);
    parts
}

/// Returns a gzipped tar archive of the files, without times and owners.
fn pack(files: &[File]) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, bytes.as_slice())?;
    }
    Ok(tar.into_inner()?.finish()?)
}

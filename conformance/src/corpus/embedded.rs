//! The corpus in the binary. `build.rs` packs it into gzipped tar archives.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::case::extension_of;

use super::{Corpus, CorpusError, FileCase, Files, IDS, fault, in_parallel};

/// The archives. Each has all files of its cases, and the files of a case are adjacent. The last archive also has the
/// list of ids.
static ARCHIVES: &[&[u8]] = include!(concat!(env!("OUT_DIR"), "/archives.rs"));

/// The text that error messages have in place of a folder. Such an error occurs only if the corpus was damaged when
/// this crate was built.
const PLACE: &str = "the corpus in this program";

/// The suffixes of the names of a case's files, without the extension of the file itself. The text before the suffix is
/// the case's id.
const ENDS: [&str; 4] = [".json", ".canonical", ".seed", ""];

impl Corpus {
    /// Returns the corpus that is compiled in, as it was when this crate was built.
    pub fn standard() -> Result<Self, CorpusError> {
        let parts = in_parallel(ARCHIVES, |archive| unpack(archive))?;
        let (cases, ids): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let mut cases: Vec<_> = cases.into_iter().flatten().collect();
        // A corpus that is read from a folder has the same order, so both have the same digest.
        cases.sort_by_cached_key(|case| PathBuf::from(format!("{}.json", case.case.id)));
        if cases.is_empty() {
            return Err(fault(
                Path::new(PLACE),
                "it has no case; build this crate inside its repository, which has conformance/corpus",
            ));
        }
        Ok(Self { cases, ids: ids.into_iter().flatten().next() })
    }
}

/// Returns the cases of an archive, and the list of ids if the archive has it.
fn unpack(archive: &[u8]) -> Result<(Vec<FileCase>, Option<String>), CorpusError> {
    let broken = |error: std::io::Error| fault(Path::new(PLACE), error.to_string());
    let mut cases: Vec<(String, Files)> = Vec::new();
    let mut ids = None;
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or_default());
        entry.read_to_end(&mut bytes).map_err(broken)?;
        if path == IDS {
            ids = Some(String::from_utf8_lossy(&bytes).into_owned());
            continue;
        }
        let name = path.strip_suffix(&format!(".{}", extension_of(&path))).unwrap_or(&path);
        let Some((id, end)) = ENDS.iter().find_map(|end| Some((name.strip_suffix(end)?, *end))) else { continue };
        if cases.last().is_none_or(|(of, _)| of != id) {
            cases.push((id.to_owned(), Files::default()));
        }
        let Some((_, files)) = cases.last_mut() else { continue };
        match end {
            ".json" => files.sidecar = bytes,
            ".canonical" => files.canonical = Some(bytes),
            ".seed" => files.seed = Some(bytes),
            _ => files.file = Some(bytes),
        }
    }
    let case = |(id, files): (String, Files)| files.case(&id).map_err(|why| fault(&Path::new(PLACE).join(&id), why));
    Ok((cases.into_iter().map(case).collect::<Result<_, _>>()?, ids))
}

//! The corpus: every sidecar with its files. Loading checks the properties that the runner relies on.
//!
//! [`Corpus::standard`] is the entry point. [`Corpus::load`] reads another corpus from a folder. `tests/generated.rs`
//! checks further properties of the corpus: its manifest, and that it can be regenerated.

mod embedded;
mod since;

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::io;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use sha2::{Digest, Sha256};

use crate::case::{Case, ExpectedResult, Place, Record, extension_of};
use crate::protocol::Operation;
use crate::recipe::Growth;
pub use since::IDS;

/// File cases, in the order of the paths of their sidecars.
#[derive(Debug, Default)]
pub struct Corpus {
    cases: Vec<FileCase>,
    /// The text of [`IDS`], if the corpus has that file.
    ids: Option<String>,
}

/// A case with the bytes of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCase {
    /// The sidecar.
    pub case: Case,
    /// The file. `None` if the case is a record that writers must reject, and also before a recipe is applied.
    pub file: Option<Vec<u8>>,
    /// The file that `encode` must return, if it differs from the file itself.
    pub canonical: Option<Vec<u8>>,
    /// The small file from which the recipe makes the full-size files, if the case has a recipe for files.
    pub seed: Option<Vec<u8>>,
}

impl FileCase {
    /// Returns the bytecode of a file that decodes.
    pub fn bytecode(&self) -> &[u8] {
        self.bytes_at(self.case.expect.record().map(|record| record.bytecode))
    }

    /// Returns the text of a file that decodes. It is empty if there is none.
    pub fn text(&self) -> &[u8] {
        self.bytes_at(self.case.expect.record().and_then(|record| record.text))
    }

    fn bytes_at(&self, place: Option<Place>) -> &[u8] {
        match (&self.file, place) {
            (Some(file), Some(Place { offset, length })) => {
                file.get(offset..offset.saturating_add(length)).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Returns the length of the file in bytes. If the case has a recipe, this is the length at full size.
    pub fn length(&self) -> usize {
        let recipe = self.case.recipe.as_ref().and_then(|recipe| recipe.file.as_ref());
        recipe.map_or_else(|| self.file.as_ref().map_or(0, Vec::len), |growth| growth.length)
    }

    /// Returns the case at full size, with the files and the record that its recipe produces. If the case has no
    /// recipe, returns the case itself.
    ///
    /// The error describes the problem of the recipe.
    pub fn grown(&self) -> Result<Cow<'_, Self>, String> {
        let Some(recipe) = &self.case.recipe else { return Ok(Cow::Borrowed(self)) };
        let seed = self.seed.as_deref().unwrap_or_default();
        let grow = |growth: &Option<Growth>| growth.as_ref().map(|growth| growth.grow(seed)).transpose();
        let mut case = self.case.clone();
        let file = grow(&recipe.file)?;
        if let Some(ExpectedResult::Record { record }) = &mut case.expect.decode {
            match &mut record.record {
                Record::Named(record) => recipe.grow_record(record)?,
                Record::V4(record) => recipe.grow_indexed(record)?,
            }
        }
        if let Some(Record::Named(record)) = &mut case.record {
            recipe.grow_record(record)?;
        }
        Ok(Cow::Owned(Self { case, file, canonical: grow(&recipe.canonical)?, seed: None }))
    }
}

/// The reason why a corpus cannot be used.
#[derive(Debug)]
pub struct CorpusError {
    path: PathBuf,
    why: String,
}

impl fmt::Display for CorpusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the corpus cannot be used: {}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for CorpusError {}

impl Corpus {
    /// Reads the corpus in `folder`: `v<N>/<section>/<case>.json`, `pack/<section>/<case>.json` and the files beside them.
    pub fn load(folder: &Path) -> Result<Self, CorpusError> {
        let mut sidecars = Vec::new();
        for part in entries(folder)?.into_iter().filter(|path| is_part(path)) {
            for section in entries(&part)?.into_iter().filter(|path| path.is_dir()) {
                for path in entries(&section)? {
                    if path.extension().is_some_and(|extension| extension == "json") {
                        sidecars.push(path);
                    }
                }
            }
        }
        if sidecars.is_empty() {
            return Err(fault(folder, "the folder has no case; expected files v<N>/<section>/<case>.json"));
        }
        let ids = read_if_there(&folder.join(IDS))?.map(|ids| String::from_utf8_lossy(&ids).into_owned());
        Ok(Self { cases: in_parallel(&sidecars, |path| load_case(folder, path))?, ids })
    }

    /// Creates a corpus in memory from the given cases.
    pub fn of(cases: Vec<FileCase>) -> Self {
        Self { cases, ids: None }
    }

    /// Returns the cases, in the order of the paths of their sidecars.
    pub fn cases(&self) -> &[FileCase] {
        &self.cases
    }

    /// Returns a SHA-256 of all cases and their files, in lowercase hexadecimal digits. Two corpora with the same
    /// digest run the same cases.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for FileCase { case, file, canonical, seed } in &self.cases {
            // This writes strings, numbers and lists to a string, which cannot fail.
            add(&serde_json::to_vec(case).unwrap_or_default());
            // A seed and its recipe determine the grown file, so the digest does not need the grown file.
            for bytes in [file.as_ref().or(seed.as_ref()), canonical.as_ref()] {
                add(if bytes.is_some() { b"file" } else { b"none" });
                add(bytes.map(Vec::as_slice).unwrap_or_default());
            }
        }
        hex::encode(hash.finalize())
    }

    /// Returns the index of the case with the given id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.cases.iter().position(|case| case.case.id == id)
    }
}

/// Calls `load` for each item, in parallel on all cores, and returns the results in the order of the items. The reason:
/// no case can run before the whole corpus is loaded.
fn in_parallel<T: Sync, C: Send>(
    items: &[T],
    load: impl Fn(&T) -> Result<C, CorpusError> + Sync,
) -> Result<Vec<C>, CorpusError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let load = |part: &[T]| part.iter().map(&load).collect::<Result<Vec<_>, _>>();
    let parts: Vec<_> = thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(threads).max(1));
        let loading: Vec<_> = parts.map(|part| scope.spawn(|| load(part))).collect();
        loading.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    Ok(parts.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn load_case(folder: &Path, sidecar: &Path) -> Result<FileCase, CorpusError> {
    let name = sidecar.strip_prefix(folder).unwrap_or(sidecar).with_extension("");
    let name: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
    let id = name.join("/");
    let extension = extension_of(&id);
    let files = Files {
        sidecar: read(sidecar)?,
        file: read_if_there(&sidecar.with_extension(extension))?,
        canonical: read_if_there(&sidecar.with_extension(format!("canonical.{extension}")))?,
        seed: read_if_there(&sidecar.with_extension(format!("seed.{extension}")))?,
    };
    files.case(&id).map_err(|why| fault(sidecar, why))
}

/// The bytes of a case's files.
#[derive(Default)]
struct Files {
    sidecar: Vec<u8>,
    file: Option<Vec<u8>>,
    canonical: Option<Vec<u8>>,
    seed: Option<Vec<u8>>,
}

impl Files {
    /// Returns the case that the sidecar describes. Returns an error if the case does not have the given id.
    fn case(self, id: &str) -> Result<FileCase, String> {
        let Self { sidecar, file, canonical, seed } = self;
        let loaded = FileCase { case: Case::parse(&sidecar)?, file, canonical, seed };
        consistent(&loaded, id)?;
        Ok(loaded)
    }
}

/// Checks the properties that the runner relies on when it sends questions and judges answers.
fn consistent(loaded: &FileCase, name: &str) -> Result<(), String> {
    let FileCase { case, file, canonical, seed } = loaded;
    if case.id != name {
        return Err(format!("the id is {:?}, but the path says {name:?}", case.id));
    }
    if case.clauses.is_empty() {
        return Err("`clauses` is empty; expected the clauses that the case tests".into());
    }
    let recipe = case.recipe.clone().unwrap_or_default();
    if (recipe.file.is_some() || recipe.canonical.is_some()) != seed.is_some() {
        return Err("the case has a seed file but no recipe for a file, or a recipe for a file but no seed file".into());
    }
    if case.recipe.is_some() && (file.is_some() || canonical.is_some()) {
        return Err("the case has a recipe, so it must have a seed file and no full-size file".into());
    }
    if let Some(fault) = [&recipe.file, &recipe.canonical].into_iter().flatten().find_map(Growth::fault) {
        return Err(fault);
    }
    let length = recipe.file.map(|growth| growth.length).or(file.as_ref().map(Vec::len));
    let has_canonical = canonical.is_some() || recipe.canonical.is_some();
    let asked = Operation::ALL.map(|operation| case.expect.of(operation).map(|outcome| (operation, outcome)));
    if asked.iter().all(Option::is_none) {
        return Err("`expect` is empty; expected an answer for at least one operation".into());
    }
    for (operation, outcome) in asked.into_iter().flatten() {
        let fits = match outcome {
            ExpectedResult::Error { .. } => true,
            ExpectedResult::Version { .. } => operation == Operation::Identify,
            ExpectedResult::Record { .. } => operation == Operation::Decode,
            ExpectedResult::Index { .. } => operation == Operation::OpenPack,
            ExpectedResult::Ok { .. } => matches!(operation, Operation::Check | Operation::Encode | Operation::Match),
        };
        if !fits {
            let key = match operation {
                Operation::Identify => "version",
                Operation::Decode => "record",
                Operation::OpenPack => "index",
                Operation::Check | Operation::Encode | Operation::Match => "ok",
            };
            return Err(format!("the expected answer of {operation} must have the key `{key}` or `error`"));
        }
        if operation != Operation::Encode && length.is_none() {
            return Err(format!(
                "{operation} has an expected answer, but its input, {name}.{}, is missing",
                case.extension()
            ));
        }
    }
    if case.expect.match_file.is_some() != case.given.is_some() {
        return Err("the case has an expected answer of match but nothing `given`, or the other way round".into());
    }
    if case.expect.encode.is_some() && case.record.is_none() && case.expect.record().is_none() {
        return Err("encode has an expected answer, but there is no record".into());
    }
    if matches!(case.expect.encode, Some(ExpectedResult::Ok { .. })) && length.is_none() && !has_canonical {
        return Err("encode is expected to succeed, but the case has no file to compare the answer with".into());
    }
    if let (Some(length), Some(record)) = (length, case.expect.record())
        && record.bytecode.offset.checked_add(record.bytecode.length).is_none_or(|end| end > length)
    {
        return Err("the bytecode is outside the file".into());
    }
    Ok(())
}

fn is_part(path: &Path) -> bool {
    path.is_dir() && path.file_name().and_then(|name| name.to_str()).is_some_and(is_part_name)
}

/// Returns whether this is the first part of the ids of cases: `v` and the number of a version, or `pack`.
pub(crate) fn is_part_name(name: &str) -> bool {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    name == "pack" || name.strip_prefix('v').is_some_and(is_number)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    let list = fs::read_dir(folder).map_err(|error| fault(folder, error.to_string()))?;
    let mut paths: Vec<_> = list
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(|error| fault(folder, error.to_string()))?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, CorpusError> {
    fs::read(path).map_err(|error| fault(path, error.to_string()))
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, CorpusError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault(path, error.to_string())),
    }
}

fn fault(path: &Path, why: impl Into<String>) -> CorpusError {
    CorpusError { path: path.to_owned(), why: why.into() }
}

//! `validate`, `check` and `identify` of a pack.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use bmes_pack::{Change, Error, Freshness, MemberError, Module, Pack, Stamps, changes};
use serde::{Serialize, Serializer};

use super::Operation;
use crate::args;
use crate::failure::{Failure, Result};
use crate::input::Source;
use crate::text::count;

/// The classes of what has changed since a pack was made.
const STALE: &str = "stale-module";
const CHANGED: &str = "changed-resolution";

/// The comparison of a pack with the files of its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verify<'a> {
    freshness: Freshness,
    root: Option<&'a Path>,
}

impl<'a> Verify<'a> {
    /// Returns the comparison that the arguments ask for, if they do.
    pub(crate) fn new(arguments: &'a args::Check) -> Option<Self> {
        Some(Self { freshness: arguments.verify?.into(), root: arguments.root.as_deref() })
    }
}

/// The result for a pack that can be read.
#[derive(Serialize)]
pub(super) struct Verdict {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    modules: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) problems: Vec<Problem>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modules = self.modules.map(|number| format!(", {}", count(number, "module"))).unwrap_or_default();
        write!(f, "{}{modules}", self.kind)
    }
}

/// The fault of a part of a pack: of a module, or of a path that the resolution depended on.
#[derive(Serialize)]
pub(crate) struct Problem {
    path: String,
    #[serde(rename = "error", serialize_with = "error")]
    pub(crate) failure: Failure,
}

fn error<S: Serializer>(failure: &Failure, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    failure.error().serialize(serializer)
}

impl Problem {
    fn new(path: &str, failure: Failure) -> Self {
        Self { path: path.to_owned(), failure }
    }

    /// Returns the failure with the name of the part.
    pub(crate) fn in_file(&self) -> Failure {
        self.failure.clone().within(&self.path)
    }
}

/// Returns whether a failure is that something has changed since a pack was made. The pack itself is ok.
pub(super) fn is_stale(failure: &Failure) -> bool {
    [STALE, CHANGED].contains(&failure.error().class())
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::invalid(error.class().name(), error)
    }
}

/// Runs an operation on the pack in `file`, which is read from `source`.
pub(super) fn verdict(operation: Operation<'_>, source: &Source, file: &[u8]) -> Result<Verdict> {
    let mut verdict = Verdict { kind: "pack", modules: None, size: None, problems: Vec::new() };
    if operation == Operation::Identify {
        return Ok(verdict);
    }
    let pack = Pack::open(file).map_err(|error| Failure::from(error).of(source))?;
    verdict.modules = Some(pack.index().modules.len());
    verdict.size = Some(file.len());
    if let Operation::Check(verify) = operation {
        verdict.problems = verify_members(&pack);
        if let Some(verify) = verify {
            verdict.problems.extend(verify.compare(&pack, source)?);
        }
    }
    Ok(verdict)
}

/// Verifies the files of all modules in a pack. Returns the problems.
pub(crate) fn verify_members(pack: &Pack<'_>) -> Vec<Problem> {
    let modules = pack.index().modules.iter().enumerate().filter(|(_, module)| module.member.is_some());
    let problem = |(number, module): (usize, &Module)| {
        let error = pack.verify(number).err()?;
        let class = error.class()?;
        let failure = match error {
            MemberError::File(error) => error.into(),
            other => Failure::invalid(class, format_args!("{class}: {other}")),
        };
        Some(Problem::new(&module.url, failure))
    };
    modules.filter_map(problem).collect()
}

impl Verify<'_> {
    /// Compares a pack with the files of its program. Returns what has changed.
    fn compare(self, pack: &Pack<'_>, source: &Source) -> Result<Vec<Problem>> {
        let root = self.root(source)?;
        let mut stamps = source.path().and_then(read_stamps).unwrap_or_default();
        let changes = changes(pack.index(), &root, self.freshness, &mut stamps);
        let files = pack.index().modules.iter().filter(|module| module.source.is_some()).count();
        let missing = changes.modules.iter().filter(|(_, change)| *change == Change::Missing).count();
        if self.root.is_none() && files > 0 && missing == files {
            let failure = Failure::unread("this folder has no module of the pack").of(&Source::File(root));
            return Err(failure.tip("add the folder that the paths in the pack are relative to: --root DIR"));
        }
        let modules = changes.modules.into_iter().filter_map(|(number, change)| {
            let failure = Failure::invalid(STALE, format_args!("{STALE}: {change}"));
            Some(Problem::new(&pack.index().modules.get(number)?.url, failure))
        });
        let resolution = changes
            .resolution
            .into_iter()
            .map(|(path, change)| Problem::new(&path, Failure::invalid(CHANGED, format_args!("{CHANGED}: {change}"))));
        Ok(modules.chain(resolution).collect())
    }

    /// Returns the folder that the paths of the pack are relative to.
    fn root(self, source: &Source) -> Result<PathBuf> {
        if let Some(root) = self.root {
            if root.is_dir() {
                return Ok(root.to_owned());
            }
            return Err(Failure::unread("the root is not a folder").of(&Source::File(root.to_owned())));
        }
        let folder = source.path().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let root = folder.ancestors().find(|folder| folder.join("package.json").is_file());
        Ok(root.unwrap_or(&folder).to_owned())
    }
}

/// Reads the stamps beside a pack, if there are any.
fn read_stamps(pack: &Path) -> Option<Stamps> {
    let mut path = pack.as_os_str().to_owned();
    path.push(".stamps");
    Stamps::read(&fs::read(path).ok()?)
}

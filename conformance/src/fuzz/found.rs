//! The findings of fuzzing: files on which the testee failed. Each becomes a case with the expected answer to every
//! operation, in the form of a case of the corpus.

use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

use crate::case::{Case, Expect, ExpectedResult, Origin, Record};
use crate::corpus::{Corpus, FileCase};
use crate::protocol::{Info, Operation};
use crate::run::{CaseResult, Report, Verdict};
use crate::status::Status;
use crate::verdicts::{self, Verdicts};

/// A case that a testee fails.
#[derive(Clone, Debug)]
pub struct Found {
    /// The case. Its file is minimised.
    pub case: FileCase,
    /// The result of the case.
    pub result: CaseResult,
}

/// A file on which a testee failed: its answer differs from that of both decoders, or it gave no valid answer.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// The file.
    pub file: Vec<u8>,
    /// The first operation that failed.
    pub operation: Operation,
    /// The status of that operation.
    pub status: Status,
    clauses: Vec<String>,
    provenance: String,
}

impl Disagreement {
    /// Returns one disagreement for each case that failed: its first failed operation.
    pub fn all(report: &Report, cases: &Corpus) -> Vec<Self> {
        let mut disagreements = Vec::new();
        for result in &report.results {
            let failed =
                Operation::ALL.into_iter().zip(&result.verdicts).find_map(|(operation, verdict)| match verdict {
                    Verdict::Fail(failure) => Some((operation, failure.status)),
                    _ => None,
                });
            let FileCase { case, file, .. } = result.work.file_case(cases);
            if let (Some((operation, status)), Some(file)) = (failed, file) {
                // Only a wrong answer breaks a clause. Other failures, such as a crash, do not.
                let clauses = if status == Status::WrongAnswer { tested_clauses(case, operation) } else { Vec::new() };
                disagreements.push(Self {
                    file: file.clone(),
                    operation,
                    status,
                    clauses,
                    provenance: case.provenance.clone().unwrap_or_default(),
                });
            }
        }
        disagreements
    }

    /// Returns the operation, the status and the clauses. Disagreements for which these are equal count as the same
    /// disagreement.
    pub(super) fn kind(&self) -> (Operation, Status, Vec<String>) {
        (self.operation, self.status, self.clauses.clone())
    }

    /// Returns a case that tests only the failed operation, with `file`. Returns `None` if such a case cannot show the
    /// same disagreement: it tests other clauses, or it has no expected answer for the operation.
    pub(super) fn question(&self, file: Vec<u8>, name: &str) -> Option<FileCase> {
        let mut made = describe(file, name, &self.provenance, Some(self.operation)).ok()?;
        if self.status == Status::WrongAnswer && tested_clauses(&made.case, self.operation) != self.clauses {
            return None;
        }
        let mut alone = Expect { decode: made.case.expect.decode.take(), ..Expect::default() };
        match self.operation {
            Operation::Identify => alone = Expect { identify: made.case.expect.identify.take(), ..Expect::default() },
            Operation::Check => alone = Expect { check: made.case.expect.check.take(), ..Expect::default() },
            // The case also keeps the expected result of `decode`, because it contains the record to write.
            Operation::Encode => alone.encode = made.case.expect.encode.take(),
            // Generated files are no packs, and have no producer and no source to compare them with. So `match` and
            // `open-pack` are never asked.
            Operation::Decode | Operation::Match | Operation::OpenPack => {}
        }
        alone.of(self.operation)?;
        made.case.expect = alone;
        Some(made)
    }

    /// Returns the case of the minimised `file`, or `None` if the two decoders disagree about it.
    pub(super) fn case(&self, file: &[u8], info: &Info) -> Option<FileCase> {
        let sum = hex::encode(Sha256::digest(file));
        let name = format!("{}-{}", self.operation, &sum[..12]);
        let provenance = format!("{}, run against {} {}, minimised", self.provenance, info.name, info.version);
        describe(file.to_vec(), &name, &provenance, Some(self.operation)).ok()
    }
}

/// Returns the case of a file. Its expected answers are those on which both decoders agree. `operation` is the
/// operation that the case is about.
///
/// The error is the file, and a sentence that says how the two decoders disagree about it.
pub fn describe(
    file: Vec<u8>,
    name: &str,
    provenance: &str,
    operation: Option<Operation>,
) -> Result<FileCase, (Vec<u8>, String)> {
    let verdicts = match verdicts::ask(&file, None) {
        Ok(verdicts) => verdicts,
        Err(difference) => return Err((file, difference)),
    };
    let (encode, canonical) = match &verdicts.decode {
        Ok(decoded) => {
            let bytecode = file.get(decoded.bytecode.offset..).unwrap_or_default();
            let text = decoded.text.and_then(|text| file.get(text.offset..)?.get(..text.length)).unwrap_or_default();
            match verdicts::ask_writers(&decoded.record, text, bytecode) {
                Ok(Ok(written)) => {
                    (Some(ExpectedResult::Ok { ok: true }), Some(written).filter(|canonical| *canonical != file))
                }
                Ok(Err(refused)) => (Some(error(&classes(&decoded.record, &refused), None)), None),
                Err(difference) => return Err((file, difference)),
            }
        }
        Err(_) => (None, None),
    };
    let version = verdicts.identify.as_ref().map_or(1, |version| *version);
    let title = match verdicts.error().map(|error| (error.class(), error.offset())) {
        None => "a valid file".to_owned(),
        Some((class, Some(offset))) => format!("a file with {class} at byte {offset}"),
        Some((class, None)) => format!("a file with {class}"),
    };
    let expect = Expect {
        identify: Some(outcome(&verdicts.identify, |version| ExpectedResult::Version { version: *version })),
        decode: Some(outcome(&verdicts.decode, |decoded| ExpectedResult::Record { record: Box::new(decoded.clone()) })),
        check: Some(check(&verdicts)),
        encode,
        ..Expect::default()
    };
    let mut case = Case {
        id: format!("v{version}/fuzz/{name}"),
        title,
        clauses: Vec::new(),
        expect,
        origin: Origin::Fuzz,
        provenance: Some(provenance.to_owned()),
        given: None,
        record: None,
        recipe: None,
    };
    case.clauses = match (verdicts.error().and_then(|error| error.clause()), operation) {
        (Some(clause), _) => vec![clause.to_string()],
        (None, operation) => tested_clauses(&case, operation.unwrap_or(Operation::Decode)),
    };
    Ok(FileCase { case, file: Some(file), canonical, seed: None })
}

/// Writes the files of the case below `folder`, which can then be used as a corpus. Returns the path of the `.bmes`
/// file.
pub fn save(folder: &Path, found: &FileCase) -> io::Result<PathBuf> {
    let path = folder.join(format!("{}.bmes", found.case.id));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, found.file.as_deref().unwrap_or_default())?;
    if let Some(canonical) = &found.canonical {
        fs::write(path.with_extension("canonical.bmes"), canonical)?;
    }
    let sidecar = serde_json::to_string_pretty(&found.case).map_err(io::Error::other)?;
    fs::write(path.with_extension("json"), sidecar + "\n")?;
    Ok(path)
}

/// Returns the clauses that `operation` tests in this case. If the operation must reject, these are the clauses that
/// the file or its record breaks. Otherwise, it is the clause that requires the operation to accept.
fn tested_clauses(case: &Case, operation: Operation) -> Vec<String> {
    let version = case.id.split_once('/').map_or("v1", |(version, _)| version);
    let broken = || case.clauses.clone();
    let refused = |outcome: Option<&ExpectedResult>| matches!(outcome, Some(ExpectedResult::Error { .. }));
    let clause = match operation {
        _ if refused(case.expect.decode.as_ref()) && !case.clauses.is_empty() => return broken(),
        Operation::Check if refused(case.expect.check.as_ref()) && !case.clauses.is_empty() => return broken(),
        Operation::Encode if refused(case.expect.encode.as_ref()) => "writer-refuses",
        Operation::Encode => "writer-accepts",
        Operation::Check => "check-accepts",
        Operation::Decode => "layout",
        Operation::Identify => "version",
        Operation::Match => "match-order",
        Operation::OpenPack => "accept",
    };
    vec![format!("{version}-{clause}")]
}

/// Returns the classes with which a checker or a writer may reject the record, each once. In versions 1 to 3, these are
/// the classes of all rules that it breaks, in the order of the clause check-choice. In version 4, it is that of `error`.
fn classes(record: &Record, error: &bmes::Error) -> Vec<&'static str> {
    let Record::Named(record) = record else { return vec![error.class()] };
    let violations = bmes_oracle::violations(record);
    let is_broken = |rule: &&str| violations.iter().any(|violation| violation.class == *rule);
    bmes_oracle::RULES.into_iter().filter(is_broken).collect()
}

fn check(verdicts: &Verdicts) -> ExpectedResult {
    match (&verdicts.decode, &verdicts.check) {
        // A checker may report any of the broken rules, so the expected answer has all of their classes.
        (Ok(decoded), Err(found)) => error(&classes(&decoded.record, found), found.offset()),
        _ => outcome(&verdicts.check, |()| ExpectedResult::Ok { ok: true }),
    }
}

fn outcome<T>(verdict: &Result<T, bmes::Error>, accepted: impl FnOnce(&T) -> ExpectedResult) -> ExpectedResult {
    match verdict {
        Ok(answer) => accepted(answer),
        Err(found) => error(&[found.class()], found.offset()),
    }
}

fn error(classes: &[&str], offset: Option<usize>) -> ExpectedResult {
    ExpectedResult::Error { error: classes.iter().map(|class| (*class).to_owned()).collect(), offset }
}

//! The plan of a case: the questions, and the answers that a testee with the given [`Info`] must give.

mod broken;

use std::borrow::Cow;

use bmes::{Version, VersionFields};
use bmes_pack::Index;
use serde::{Deserialize, Serialize};

use crate::case::{Decoded, ExpectedResult, NamedRecord, Record};
use crate::corpus::{Corpus, FileCase};
use crate::derive::{Change, OTHER_VERSION, Operator, Original, shuffle};
use crate::protocol::{Info, Operation, Question};
use crate::text::nearest;
use crate::verdicts::{self, Verdicts};

/// One case to run: a file case, or a case that is derived from a file case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Work {
    /// The change to the file, if the case is derived. This field is first, so that file cases sort first.
    pub change: Option<Change>,
    /// The index of the file case in the corpus.
    pub case: usize,
}

impl Work {
    /// Returns the case's id.
    pub fn id(self, corpus: &Corpus) -> String {
        let id = &corpus.cases()[self.case].case.id;
        self.change.map_or_else(|| id.clone(), |change| format!("{id}#{change}"))
    }

    /// Finds the case with the given id, even if the run's depth would not include it. The error says why there is no
    /// such case.
    pub fn find(corpus: &Corpus, id: &str) -> Result<Self, String> {
        let (base, change) = match id.split_once('#') {
            None => (id, None),
            Some((base, change)) => {
                let parsed = Change::parse(change);
                let change = parsed.ok_or_else(|| {
                    format!(
                        "`#{change}` is not a change of a file; expected #prefix=N, #append=00, #metadata=N, #flip=OFFSET.BIT, #repair=OFFSET.BIT, #shuffle=N, #other-version, {}",
                        Operator::ALL.map(|operator| format!("#{}=N", operator.name())).join(", ")
                    )
                })?;
                (base, Some(change))
            }
        };
        let case = corpus.position(base).ok_or_else(|| {
            let ids = corpus.cases().iter().map(|file_case| file_case.case.id.as_str());
            let meant = nearest(base, ids).map(|id| format!(" (did you mean `{id}`?)")).unwrap_or_default();
            format!("no case has the id `{base}`{meant}; --list prints all ids")
        })?;
        if let Some(change) = change {
            let file_case = &corpus.cases()[case];
            let Some(original) = Original::of(file_case) else {
                return Err(format!("cannot derive a case from the case `{base}`: it has no valid file"));
            };
            if !change.fits(original) {
                let length = original.file.len();
                let bytecode = file_case.case.expect.record().map(|record| record.bytecode.offset);
                let bytecode = bytecode.map_or_else(String::new, |offset| format!(", bytecode at byte {offset}"));
                return Err(format!(
                    "cannot derive the case `{id}`: the change does not fit the file of `{base}` ({length} bytes{bytecode})"
                ));
            }
        }
        Ok(Self { change, case })
    }

    /// Returns the approximate size of the case in bytes.
    pub fn size(self, corpus: &Corpus) -> usize {
        let file_case = self.file_case(corpus);
        match self.change {
            Some(Change::Prefix(length)) => length,
            _ => file_case.length(),
        }
    }

    /// Returns the section in whose numbers the case counts: the section of its file case, or `v<N>/other-version`.
    pub fn section(self, corpus: &Corpus) -> String {
        section(&self.id(corpus))
    }

    /// Returns the file case itself, or the one that the case is derived from.
    pub fn file_case(self, corpus: &Corpus) -> &FileCase {
        &corpus.cases()[self.case]
    }
}

/// Returns the section of the case with the given id. It is the part before the case's own name, such as
/// `v1/imports`, or it is `v1/other-version`.
pub fn section(id: &str) -> String {
    let (base, change) = id.split_once('#').map_or((id, None), |(base, change)| (base, Some(change)));
    match (change, base.split_once('/')) {
        (Some(OTHER_VERSION), Some((version, _))) => format!("{version}/{OTHER_VERSION}"),
        _ => base.rsplit_once('/').map_or_else(String::new, |(section, _)| section.to_owned()),
    }
}

/// A case and the bytes that its questions need.
#[derive(Debug)]
pub struct Prepared<'c> {
    /// The file case. If it has a recipe, this is the case at full size.
    file_case: Cow<'c, FileCase>,
    /// The error in the case's recipe, if there is one.
    defect: Option<String>,
    /// The file that the questions are about. Empty if the case has only a record.
    pub file: Cow<'c, [u8]>,
    derived: Option<(Change, Result<Verdicts, String>)>,
    /// The changed record, if the case has one, and the result of both writers of the suite for it.
    changed: Option<(Record, Written)>,
}

/// The result of both writers of the suite: the file, or the error if both reject the record. The outer error says how
/// they disagree.
type Written = Result<Result<Vec<u8>, bmes::Error>, String>;

/// The plan for one operation of a case.
#[derive(Debug)]
pub enum Plan<'p> {
    /// The runner sends this question and expects this answer.
    Ask(Question<'p>, Expected<'p>),
    /// The runner skips the operation.
    Skip(Skip),
    /// The suite itself has a defect, so it does not know the right answer. The text describes the defect.
    Defect(String),
}

/// The reason why an operation of a case is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// The testee does not offer the operation.
    Operation,
    /// The testee does not offer the version of the file or the record, or the suite does not support that version.
    Version,
    /// The request is longer than the testee's `max_line`.
    Line,
}

/// The expected answer.
#[derive(Clone, Debug)]
pub enum Expected<'p> {
    /// `identify` accepts the file as this version.
    Version(u32),
    /// `decode` reports this record.
    Record(&'p Decoded),
    /// `check` accepts.
    Accepted,
    /// `open-pack` reports this index.
    Index(&'p Index),
    /// `encode` returns these bytes.
    File(&'p [u8]),
    /// The operation rejects the input.
    Refused {
        /// The accepted error classes. If there are none, any class is accepted.
        classes: Vec<&'p str>,
        /// The offset at which the reference reports the error.
        offset: Option<usize>,
    },
}

impl<'c> Prepared<'c> {
    /// Prepares `work`: creates the bytes that its questions need.
    pub fn new(corpus: &'c Corpus, work: Work) -> Self {
        let stored = work.file_case(corpus);
        if stored.case.recipe.is_some() {
            return Self::grown(stored);
        }
        let file_case = Cow::Borrowed(stored);
        let original = stored.file.as_deref().unwrap_or_default();
        let defect = None;
        match work.change {
            None => Self { file_case, file: Cow::Borrowed(original), derived: None, changed: None, defect },
            Some(change @ Change::Record(operator, number)) => Self::changed(stored, change, operator, number),
            Some(change @ Change::Shuffle(number)) => Self::shuffled(stored, change, number),
            Some(change) => {
                let file = change.apply(original);
                let verdicts = verdicts::ask_derived(change, &file, stored.case.given.as_ref());
                Self { file_case, file: Cow::Owned(file), derived: Some((change, verdicts)), changed: None, defect }
            }
        }
    }

    /// Applies `operator` to the record of `stored`, and writes a file with the changed record, even if it breaks a
    /// rule.
    fn changed(stored: &'c FileCase, change: Change, operator: Operator, number: u32) -> Self {
        let record = stored.case.expect.record().and_then(|decoded| decoded.record.named());
        let record = record.map(|record| operator.apply(record, number));
        let record = record.unwrap_or_else(|| NamedRecord::new(VersionFields::V1));
        let bytecode = stored.bytecode();
        let (file, verdicts) = match bmes_oracle::write(&record, bytecode) {
            Ok(file) => {
                let verdicts = verdicts::ask(&file, None);
                (file, verdicts)
            }
            Err(rejection) => (Vec::new(), Err(format!("the oracle cannot write the record: {rejection}"))),
        };
        let record = record.into();
        let written = verdicts::ask_writers(&record, &[], bytecode);
        let file_case = Cow::Borrowed(stored);
        let derived = Some((change, verdicts));
        Self { file_case, file: Cow::Owned(file), derived, changed: Some((record, written)), defect: None }
    }

    /// Shuffles the strings and the lists of the record of `stored`, which is of version 4. The file stays the same.
    fn shuffled(stored: &'c FileCase, change: Change, number: u32) -> Self {
        let file: Cow<'_, [u8]> = Cow::Borrowed(stored.file.as_deref().unwrap_or_default());
        let record = match stored.case.expect.record().map(|decoded| &decoded.record) {
            Some(Record::V4(record)) => Record::V4(shuffle::apply(record, number)),
            Some(record) => record.clone(),
            None => NamedRecord::new(VersionFields::V1).into(),
        };
        let is_written = matches!(stored.case.expect.encode, Some(ExpectedResult::Ok { .. }));
        let written =
            verdicts::ask_writers(&record, stored.text(), stored.bytecode()).and_then(|written| match written {
                Ok(other) if is_written && other != *file => {
                    Err("encode: both writers write another file for the shuffled record".into())
                }
                written => Ok(written),
            });
        let derived = Some((change, verdicts::ask(&file, None)));
        Self { file_case: Cow::Borrowed(stored), file, derived, changed: Some((record, written)), defect: None }
    }

    /// Expands `stored` to its full size with its recipe. Full-size files exist only in a [`Prepared`], so each worker
    /// has at most one of them in memory.
    fn grown(stored: &'c FileCase) -> Self {
        let (file_case, defect) = match stored.grown() {
            Ok(grown) => (grown, None),
            Err(defect) => (Cow::Borrowed(stored), Some(defect)),
        };
        let file = Cow::Owned(file_case.file.clone().unwrap_or_default());
        Self { file_case, file, derived: None, changed: None, defect }
    }

    /// Returns the plan for `operation`, or `None` if the case does not test it.
    pub fn plan(&self, operation: Operation, info: &Info) -> Option<Plan<'_>> {
        let expected = match self.expected(operation)? {
            Ok(expected) => expected,
            Err(defect) => return Some(Plan::Defect(defect)),
        };
        if !info.offers(operation) {
            return Some(Plan::Skip(Skip::Operation));
        }
        let question = self.question(operation)?;
        let version = match question {
            Question::Encode { record, .. } => Some(record.version().number()),
            _ => version_of(&self.file),
        };
        let is_other_version = matches!(self.derived, Some((Change::OtherVersion, _)));
        let is_offered = self.file_case.case.version().is_none_or(|number| info.knows(number));
        let fits = is_other_version || is_offered;
        let fits = fits
            && match version.map(|number| (info.knows(number), Version::from_number(number).is_some())) {
                // The suite supports the version. If the testee offers it, the usual cases run. If it does not, only
                // the case of `other-version` runs.
                Some((offered, true)) => offered != is_other_version,
                // The suite does not support the version. It does not know the right answer if the testee offers this
                // version. If the testee does not offer it, the testee must reject the file.
                Some((offered, false)) => !offered,
                None => true,
            };
        Some(if fits { Plan::Ask(question, expected) } else { Plan::Skip(Skip::Version) })
    }

    fn question(&self, operation: Operation) -> Option<Question<'_>> {
        Some(match operation {
            Operation::Identify => Question::Identify(&self.file),
            Operation::Decode => Question::Decode(&self.file),
            Operation::Check => Question::Check(&self.file),
            Operation::Encode => Question::Encode {
                record: self.record()?,
                text: self.file_case.text(),
                bytecode: self.file_case.bytecode(),
            },
            Operation::Match => Question::Match { file: &self.file, given: self.file_case.case.given? },
            Operation::OpenPack => Question::OpenPack(&self.file),
        })
    }

    fn is_pack(&self) -> bool {
        self.file_case.case.expect.open_pack.is_some()
    }

    fn record(&self) -> Option<&Record> {
        if let Some((record, _)) = &self.changed {
            return Some(record);
        }
        let case = &self.file_case.case;
        case.record.as_ref().or_else(|| case.expect.record().map(|decoded| &decoded.record))
    }

    fn expected(&self, operation: Operation) -> Option<Result<Expected<'_>, String>> {
        if let Some(defect) = &self.defect {
            return self.file_case.case.expect.of(operation).map(|_| Err(defect.clone()));
        }
        match &self.derived {
            None => self.file_case.case.expect.of(operation).map(|outcome| Ok(self.of_outcome(operation, outcome))),
            // A prefix of a pack, or a pack with one more byte: it must be rejected, with any class.
            Some(_) if self.is_pack() => {
                (operation == Operation::OpenPack).then(|| Ok(Expected::Refused { classes: Vec::new(), offset: None }))
            }
            Some(_) if operation == Operation::OpenPack => None,
            Some((Change::OtherVersion, _)) if operation == Operation::Match => None,
            Some((Change::OtherVersion, _)) => Some(Ok(not_offered(operation))),
            Some((Change::Record(..) | Change::Shuffle(_), _)) if operation == Operation::Encode => match &self.changed
            {
                Some((_, Ok(Ok(file)))) => Some(Ok(Expected::File(file))),
                Some((_, Ok(Err(_)))) => Some(Ok(Expected::Refused { classes: Vec::new(), offset: None })),
                Some((_, Err(defect))) => Some(Err(defect.clone())),
                None => None,
            },
            Some((change, verdicts)) if is_asked(*change, operation) => match verdicts {
                Ok(verdicts) => of_verdicts(verdicts, operation).map(Ok),
                Err(defect) => Some(Err(defect.clone())),
            },
            Some(_) => None,
        }
    }

    fn of_outcome<'p>(&'p self, operation: Operation, outcome: &'p ExpectedResult) -> Expected<'p> {
        match outcome {
            ExpectedResult::Version { version } => Expected::Version(*version),
            ExpectedResult::Record { record } => Expected::Record(record),
            ExpectedResult::Index { index } => Expected::Index(index),
            ExpectedResult::Ok { .. } if operation == Operation::Encode => {
                Expected::File(self.file_case.canonical.as_deref().unwrap_or(&self.file))
            }
            ExpectedResult::Ok { .. } => Expected::Accepted,
            // A writer may reject the record with any class, so the judge compares no class.
            ExpectedResult::Error { .. } if operation == Operation::Encode => {
                Expected::Refused { classes: Vec::new(), offset: None }
            }
            ExpectedResult::Error { error, offset } => {
                Expected::Refused { classes: error.iter().map(String::as_str).collect(), offset: *offset }
            }
        }
    }

    /// Returns the clauses that the case tests. For a file case, the sidecar lists them. For a derived case, it is the
    /// clause that the derived file breaks.
    pub fn clauses(&self) -> Vec<String> {
        match &self.derived {
            None => self.file_case.case.clauses.clone(),
            Some((_, verdicts)) => {
                let error = verdicts.as_ref().ok().and_then(Verdicts::error);
                error.and_then(|error| error.clause()).map(|clause| clause.to_string()).into_iter().collect()
            }
        }
    }
}

/// Returns true if a derived case with this change runs `operation`. `identify` reads only the first 8 bytes, so a
/// change after byte 12 tests nothing new.
const fn is_asked(change: Change, operation: Operation) -> bool {
    const HEADER_AND_MORE: usize = 12;
    const V4_HEADER: usize = 112;
    match (operation, change) {
        // `identify` reads only the first 8 bytes, and these changes are after them. `check` also decodes the file of a
        // changed record, so `decode` would test nothing new. `encode` of a changed record is decided elsewhere,
        // because it is about no file.
        (Operation::Identify, Change::Metadata(_) | Change::Record(..))
        | (Operation::Decode | Operation::Match, Change::Record(..))
        | (_, Change::Shuffle(_))
        | (Operation::Encode | Operation::OpenPack, _) => false,
        (
            Operation::Identify,
            Change::Prefix(place) | Change::Flip { offset: place, .. } | Change::Repair { offset: place, .. },
        ) => place <= HEADER_AND_MORE,
        // A matcher reads only the header.
        (Operation::Match, Change::Flip { offset: place, .. } | Change::Repair { offset: place, .. }) => {
            place < V4_HEADER
        }
        (Operation::Identify, Change::Append | Change::OtherVersion)
        | (Operation::Decode | Operation::Check | Operation::Match, _) => true,
    }
}

fn of_verdicts(verdicts: &Verdicts, operation: Operation) -> Option<Expected<'_>> {
    let refused = |error: &bmes::Error| Expected::Refused { classes: vec![error.class()], offset: error.offset() };
    Some(match operation {
        Operation::Identify => verdicts.identify.as_ref().map_or_else(refused, |version| Expected::Version(*version)),
        Operation::Decode => verdicts.decode.as_ref().map_or_else(refused, Expected::Record),
        Operation::Check => match &verdicts.check {
            Ok(()) => Expected::Accepted,
            // For version 4, one class is right.
            Err(error) if verdicts.identify == Ok(4) => refused(error),
            Err(error) => Expected::Refused { classes: Vec::new(), offset: error.offset() },
        },
        Operation::Match => verdicts.match_file.as_ref()?.as_ref().map_or_else(refused, |()| Expected::Accepted),
        Operation::Encode | Operation::OpenPack => return None,
    })
}

/// Returns the answer that a testee must give if it does not offer the version of the file or the record.
fn not_offered<'p>(operation: Operation) -> Expected<'p> {
    match operation {
        Operation::Encode => Expected::Refused { classes: Vec::new(), offset: None },
        _ => Expected::Refused { classes: vec!["unsupported-version"], offset: Some(4) },
    }
}

/// Returns the version number in a file that begins with the magic.
fn version_of(file: &[u8]) -> Option<u32> {
    match file {
        [0x53, 0x45, 0x4D, 0x42, a, b, c, d, ..] => Some(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => None,
    }
}

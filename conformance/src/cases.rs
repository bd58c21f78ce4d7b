//! The descriptions of all file cases, one module per section.
//!
//! [`all`] returns every case with its bytes. A description calls one of four functions: `accept`, `reject`, `refuse`
//! or `refuse_record`. The function derives the expected result of each operation from its arguments, such as the
//! module and the field at fault. It uses no decoder. [`generate`](crate::generate) writes the cases to a folder.
//!
//! `pack` describes the cases of packs. `shared` describes the cases of all versions, as functions of the version. `layout` describes the cases of the
//! header of versions 2 and 3. `v1`, `v2` and `v3` each describe the cases of one version. A description names its case
//! and its clauses without a version: `Section::of` adds the version.

pub mod builder;
pub mod untested;
pub mod withdrawn;

#[allow(clippy::too_many_lines, reason = "a list of cases")]
mod kinds;
mod layout;
#[allow(clippy::too_many_lines, reason = "lists of cases")]
mod pack;
mod real;
#[allow(clippy::too_many_lines, reason = "a list of cases")]
mod shared;
mod v1;
mod v2;
mod v3;
#[allow(clippy::too_many_lines, reason = "lists of cases")]
mod v4;

use bmes::Version;

use crate::case::{Case, Decoded, Expect, ExpectedResult, Origin};
pub use crate::corpus::FileCase;
use builder::{At, File, Module, after, at, before, inside};

/// Returns every case, sorted by id.
///
/// # Panics
///
/// Panics if a description is wrong: it names an unknown field, makes an edit that changes nothing, or uses an id
/// twice.
pub fn all() -> Vec<FileCase> {
    let mut cases: Vec<_> = sections().into_iter().flat_map(|section| section.cases).collect();
    cases.sort_by(|a, b| a.case.id.cmp(&b.case.id));
    for pair in cases.windows(2) {
        assert_ne!(pair[0].case.id, pair[1].case.id, "two cases have the same id");
    }
    cases
}

/// Returns the cases that other versions have but one version cannot have. Each is the id that the case would have in
/// this version, and the reason why it is left out.
pub fn left_out() -> Vec<(String, &'static str)> {
    sections().into_iter().flat_map(|section| section.left_out).collect()
}

fn sections() -> Vec<Section> {
    let kinds = Version::NAMED.iter().flat_map(|version| kinds::sections(*version)).collect();
    [v1::sections(), v2::sections(), v3::sections(), v4::sections(), pack::sections(), kinds].concat()
}

/// The cases of one section of one version.
#[derive(Clone, Debug)]
struct Section {
    cases: Vec<FileCase>,
    left_out: Vec<(String, &'static str)>,
}

impl Section {
    /// Adds the version to the described cases: it becomes the first part of every id and of every clause.
    fn of(version: Version, name: &str, described: Vec<Described>) -> Self {
        Self::in_part(&format!("v{version}"), name, described)
    }

    /// Adds the part of the corpus, a version or `pack`: it becomes the first part of every id and of every clause.
    fn in_part(part: &str, name: &str, described: Vec<Described>) -> Self {
        let mut section = Self { cases: Vec::new(), left_out: Vec::new() };
        for Described { mut case, file, canonical, seed, left_out } in described {
            case.id = format!("{part}/{name}/{}", case.id);
            for clause in &mut case.clauses {
                *clause = format!("{part}-{clause}");
            }
            match left_out {
                Some(why) => section.left_out.push((case.id, why)),
                None => section.cases.push(FileCase { case, file, canonical, seed }),
            }
        }
        section
    }
}

/// A case before `Section::of` adds the version: its id is a name, and its clauses have no version.
#[derive(Clone, Debug)]
struct Described {
    case: Case,
    file: Option<Vec<u8>>,
    canonical: Option<Vec<u8>>,
    seed: Option<Vec<u8>>,
    left_out: Option<&'static str>,
}

/// Describes a file that decodes, and whose record `check` and `encode` accept.
fn accept(name: &str, title: &str, clauses: &[&str], module: Module) -> Described {
    let mut case = decodable(name, title, clauses, module);
    case.case.expect.check = Some(ExpectedResult::Ok { ok: true });
    case.case.expect.encode = Some(ExpectedResult::Ok { ok: true });
    case
}

/// Describes a file that decodes, but whose record breaks the rule `class` in `entry`. `check` and `encode` must reject
/// it.
fn refuse(name: &str, title: &str, clauses: &[&str], module: Module, class: &str, entry: &str) -> Described {
    refuse_for_any(name, title, clauses, module, &[class], entry)
}

/// Like [`refuse`], for a record that breaks several rules at once. The answer can be any class of `any_of`. `entry` is
/// the entry that completes the first violation.
fn refuse_for_any(
    name: &str,
    title: &str,
    clauses: &[&str],
    module: Module,
    any_of: &[&str],
    entry: &str,
) -> Described {
    let offset = at(entry).offset(&module.layout());
    let mut case = decodable(name, title, clauses, module);
    case.case.expect.check = Some(error(any_of, Some(offset)));
    case.case.expect.encode = Some(error(any_of, None));
    case.canonical = None;
    case
}

/// Describes a file that does not decode: a decoder reports the error `class` at `place`.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn reject(name: &str, title: &str, clauses: &[&str], file: File, class: &str, place: At<'_>) -> Described {
    let answer = error(&[class], Some(place.offset(&file)));
    let is_of_the_identifier = matches!(place.path(), "magic" | "version");
    let identified = ExpectedResult::Version { version: file.version().number() };
    let expect = Expect {
        identify: Some(if is_of_the_identifier { answer.clone() } else { identified }),
        decode: Some(answer.clone()),
        check: Some(answer),
        ..Expect::default()
    };
    let case = case(name, title, clauses, expect);
    Described { case, file: Some(file.bytes().into()), canonical: None, seed: None, left_out: None }
}

/// Describes a record without a file. A writer must reject the record, because it breaks the rule `class`.
fn refuse_record(name: &str, title: &str, clauses: &[&str], module: Module, class: &str) -> Described {
    let expect = Expect { encode: Some(error(&[class], None)), ..Expect::default() };
    let mut case = case(name, title, clauses, expect);
    case.record = Some(module.record.into());
    Described { case, file: None, canonical: None, seed: None, left_out: None }
}

/// Describes a case that this version cannot have.
fn leave_out(name: &str, why: &'static str) -> Described {
    Described {
        case: case(name, "", &[], Expect::default()),
        file: None,
        canonical: None,
        seed: None,
        left_out: Some(why),
    }
}

/// Returns `case` with its provenance: a bug that a public review found in a real reader or writer.
fn from_review(mut case: Described, bug: &str) -> Described {
    case.case.origin = Origin::Review;
    case.case.provenance = Some(format!("The public review of the branch's reader and writer: {bug}."));
    case
}

/// Returns `case` with its provenance: the output of a real engine.
fn from_engine(mut case: Described, provenance: &str) -> Described {
    case.case.origin = Origin::Real;
    case.case.provenance = Some(provenance.into());
    case
}

fn decodable(name: &str, title: &str, clauses: &[&str], module: Module) -> Described {
    let file = module.layout();
    let canonical = module.canonical().layout();
    let version = module.record.version().number();
    let decoded = Decoded { record: module.record.into(), text: None, bytecode: file.range("bytecode").into() };
    let expect = Expect {
        identify: Some(ExpectedResult::Version { version }),
        decode: Some(ExpectedResult::Record { record: Box::new(decoded) }),
        check: None,
        ..Expect::default()
    };
    Described {
        case: case(name, title, clauses, expect),
        canonical: (canonical.bytes() != file.bytes()).then(|| canonical.bytes().into()),
        file: Some(file.bytes().into()),
        seed: None,
        left_out: None,
    }
}

fn case(name: &str, title: &str, clauses: &[&str], expect: Expect) -> Case {
    Case {
        id: name.into(),
        title: title.into(),
        clauses: clauses.iter().map(|&clause| clause.into()).collect(),
        expect,
        origin: Origin::Hand,
        provenance: None,
        given: None,
        record: None,
        recipe: None,
    }
}

fn error(classes: &[&str], offset: Option<usize>) -> ExpectedResult {
    ExpectedResult::Error { error: classes.iter().map(|&class| class.into()).collect(), offset }
}

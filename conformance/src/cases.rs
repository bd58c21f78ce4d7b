//! The corpus, described: every file case by what it means, one module per section.
//!
//! [`all`] gives every case with its bytes. A case is one of four sentences ([`accept`], [`reject`], [`refuse`], [`refuse_record`]); what each
//! operation must answer follows from the sentence and from the names of the fields in it, and from no decoder.
//! How the cases become a folder is in [`generate`](crate::generate).

pub mod builder;
pub mod untested;
#[allow(clippy::too_many_lines, reason = "a list of cases is as long as it is")]
pub mod v1;
pub mod withdrawn;

use crate::case::{Bytecode, Case, Decoded, Expect, Origin, Outcome};
pub use crate::corpus::FileCase;
use builder::{File, Module};

/// Every case, sorted by id.
///
/// # Panics
///
/// Where a description is wrong: a field that is not there, a change that changes nothing, an id twice.
pub fn all() -> Vec<FileCase> {
    let mut cases = v1::cases();
    cases.sort_by(|a, b| a.case.id.cmp(&b.case.id));
    for pair in cases.windows(2) {
        assert_ne!(pair[0].case.id, pair[1].case.id, "two cases have this id");
    }
    cases
}

/// The cases of one section: their ids are `folder` and their names.
pub fn in_section(folder: &str, cases: Vec<FileCase>) -> Vec<FileCase> {
    let named = |mut case: FileCase| {
        case.case.id = format!("{folder}/{}", case.case.id);
        case
    };
    cases.into_iter().map(named).collect()
}

/// A place in a changed file, by the name of the field that is there.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    path: &'a str,
    from: From,
}

#[derive(Clone, Copy, Debug)]
enum From {
    Start(usize),
    End,
}

/// Where a field begins. A string begins with its length.
pub fn at(path: &str) -> At<'_> {
    inside(path, 0)
}

/// So many bytes behind where a field begins.
pub fn inside(path: &str, bytes: usize) -> At<'_> {
    At { path, from: From::Start(bytes) }
}

/// Behind a field.
pub fn after(path: &str) -> At<'_> {
    At { path, from: From::End }
}

impl At<'_> {
    fn offset(self, file: &File) -> usize {
        let range = file.range(self.path);
        match self.from {
            From::Start(bytes) => range.start + bytes,
            From::End => range.end,
        }
    }
}

/// The module's file decodes, may be linked, and its record can be written.
pub fn accept(name: &str, title: &str, clauses: &[&str], module: Module) -> FileCase {
    let mut case = decodable(name, title, clauses, module);
    case.case.expect.check = Some(Outcome::Ok { ok: true });
    case.case.expect.encode = Some(Outcome::Ok { ok: true });
    case
}

/// The module's file decodes, and its record breaks the rule `class` in `entry`.
pub fn refuse(name: &str, title: &str, clauses: &[&str], module: Module, class: &str, entry: &str) -> FileCase {
    refuse_for_any(name, title, clauses, module, &[class], entry)
}

/// Like [`refuse`], where the record breaks several rules at once: `entry` is what completes the first violation.
pub fn refuse_for_any(
    name: &str,
    title: &str,
    clauses: &[&str],
    module: Module,
    any_of: &[&str],
    entry: &str,
) -> FileCase {
    let offset = at(entry).offset(&module.layout());
    let mut case = decodable(name, title, clauses, module);
    case.case.expect.check = Some(error(any_of, Some(offset)));
    case.case.expect.encode = Some(error(any_of, None));
    case.canonical = None;
    case
}

/// The file does not decode: `class`, at that place.
#[allow(clippy::needless_pass_by_value, reason = "a description hands over what it has made")]
pub fn reject(name: &str, title: &str, clauses: &[&str], file: File, class: &str, place: At<'_>) -> FileCase {
    let answer = error(&[class], Some(place.offset(&file)));
    let is_of_the_header = matches!(place.path, "magic" | "version");
    let expect = Expect {
        identify: Some(if is_of_the_header { answer.clone() } else { Outcome::Version { version: 1 } }),
        decode: Some(answer.clone()),
        check: Some(answer),
        encode: None,
    };
    let case = case(name, title, clauses, expect);
    FileCase { case, file: Some(file.bytes().into()), canonical: None }
}

/// A record, without a file, that writers must refuse because it breaks the rule `class`.
pub fn refuse_record(name: &str, title: &str, clauses: &[&str], module: Module, class: &str) -> FileCase {
    let expect = Expect { encode: Some(error(&[class], None)), ..Expect::default() };
    let mut case = case(name, title, clauses, expect);
    case.record = Some(module.record);
    FileCase { case, file: None, canonical: None }
}

/// `case` as one that a real reader's bug asked for.
pub fn from_review(mut case: FileCase, bug: &str) -> FileCase {
    case.case.origin = Origin::Review;
    case.case.provenance = Some(format!("The public review of the branch's reader and writer: {bug}."));
    case
}

/// `case` as one that was made from what a real engine wrote.
pub fn from_engine(mut case: FileCase, provenance: &str) -> FileCase {
    case.case.origin = Origin::Real;
    case.case.provenance = Some(provenance.into());
    case
}

fn decodable(name: &str, title: &str, clauses: &[&str], module: Module) -> FileCase {
    let file = module.layout();
    let canonical = module.canonical().layout();
    let place = file.range("bytecode");
    let bytecode = Bytecode { offset: place.start, length: place.len() };
    let expect = Expect {
        identify: Some(Outcome::Version { version: 1 }),
        decode: Some(Outcome::Record { record: Box::new(Decoded { record: module.record, bytecode }) }),
        check: None,
        encode: None,
    };
    FileCase {
        case: case(name, title, clauses, expect),
        canonical: (canonical.bytes() != file.bytes()).then(|| canonical.bytes().into()),
        file: Some(file.bytes().into()),
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
        record: None,
    }
}

fn error(classes: &[&str], offset: Option<usize>) -> Outcome {
    Outcome::Error { error: classes.iter().map(|&class| class.into()).collect(), offset }
}

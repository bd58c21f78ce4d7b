//! The cases of version 4. Its files, its records and its errors are unlike those of versions 1 to 3, so it shares no
//! description with them.
//!
//! A description calls one of these functions: [`accept`]; [`reject_opened`] for a fault that an opener finds;
//! [`reject`] for one in the metadata; [`refuse`] and [`refuse_content`] for one that only a checker finds;
//! [`refuse_record`] for a record that a writer must reject; [`write_record`] for one that a writer must write;
//! [`matching`] for a matcher.

mod checking;
mod content;
mod entries;
mod header;
mod indices;
mod matching;
mod metadata;
mod module;
mod order;
mod orders;
mod real;
mod sizes;
mod strings;
mod valid;
mod writing;

use bmes::Version::V4;
use bmes::v4::Phase;

use super::builder::{At, File};
use super::{Described, Section, case, error};
use crate::case::{Expect, ExpectedResult, Given, Record};
use module::Module;
pub(in crate::cases) use module::{module, producer, source};

/// Returns every section of version 4.
pub(super) fn sections() -> Vec<Section> {
    vec![
        Section::of(V4, "valid", valid::cases()),
        Section::of(V4, "header", header::cases()),
        Section::of(V4, "metadata", metadata::cases()),
        Section::of(V4, "strings", strings::cases()),
        Section::of(V4, "indices", indices::cases()),
        Section::of(V4, "orders", orders::cases()),
        Section::of(V4, "entries", entries::cases()),
        Section::of(V4, "check", checking::cases()),
        Section::of(V4, "content", content::cases()),
        Section::of(V4, "matching", matching::cases()),
        Section::of(V4, "encode", writing::cases()),
        Section::of(V4, "order", order::cases()),
        Section::of(V4, "size", sizes::cases()),
        Section::of(V4, "real", real::cases()),
    ]
}

/// Returns a module with entries of every kind, for cases with a fault in one field.
fn typical() -> Module {
    module::module()
        .request_with("./config.json", Phase::Evaluation, &[("type", "json"), ("v", "1")])
        .request("./a.mjs")
        .request_of("./b.mjs", Phase::Defer)
        .request_of("./c.wasm", Phase::Source)
        .import("a", 1, Some("a"))
        .import("b", 2, None)
        .import("c", 3, None)
        .tolerant("T", 1, Some("T"))
        .import("ns", 1, None)
        .indirect("again", 1, "a")
        .local("default", "*default*")
        .namespace("everything", 1)
        .local("T", "T")
        .star(1)
        .declared("x", 4)
        .declared("y", 5)
        .lexical("a", 0x22)
        .lexical("total", 0xFFFF_FFFF)
        .environment(8, 3)
        .text(b"the text that the engine compiled")
        .bytecode(&[0xDE, 0xAD, 0xBE, 0xEF])
        .aligned(16)
}

const OK: Option<ExpectedResult> = Some(ExpectedResult::Ok { ok: true });

const IDENTIFIED: Option<ExpectedResult> = Some(ExpectedResult::Version { version: 4 });

fn described(name: &str, title: &str, clauses: &[&str], expect: Expect, file: &File, given: Given) -> Described {
    let mut case = case(name, title, clauses, expect);
    case.given = case.expect.match_file.is_some().then_some(given);
    Described { case, file: Some(file.bytes().into()), canonical: None, seed: None, left_out: None }
}

/// Describes a file that every operation accepts.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its module")]
fn accept(name: &str, title: &str, clauses: &[&str], module: Module) -> Described {
    let decode = Some(ExpectedResult::Record { record: Box::new(module.decoded()) });
    let expect = Expect { identify: IDENTIFIED, decode, check: OK, encode: OK, match_file: OK, ..Expect::default() };
    described(name, title, clauses, expect, &module.layout(), module.given())
}

/// Describes a file that an opener rejects with `class` at `place`: every operation except `identify` rejects it.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn reject_opened(name: &str, title: &str, clauses: &[&str], file: File, class: &str, place: At<'_>) -> Described {
    let answer = Some(error(&[class], Some(place.offset(&file))));
    let expect = Expect {
        identify: IDENTIFIED,
        decode: answer.clone(),
        check: answer.clone(),
        match_file: answer,
        ..Expect::default()
    };
    described(name, title, clauses, expect, &file, typical().given())
}

/// Describes a file whose metadata a reader rejects with `class` at `place`. A matcher accepts it, because it reads only
/// the header. The file is that of a module which has the producer and the source of [`typical`].
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn reject(name: &str, title: &str, clauses: &[&str], file: File, class: &str, place: At<'_>) -> Described {
    let answer = Some(error(&[class], Some(place.offset(&file))));
    let expect =
        Expect { identify: IDENTIFIED, decode: answer.clone(), check: answer, match_file: OK, ..Expect::default() };
    described(name, title, clauses, expect, &file, typical().given())
}

/// Describes a file that decodes, and whose record a checker and a writer reject with `class`.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its module")]
fn refuse(name: &str, title: &str, clauses: &[&str], module: Module, class: &str, place: At<'_>) -> Described {
    let file = module.layout();
    let decode = Some(ExpectedResult::Record { record: Box::new(module.decoded()) });
    let check = Some(error(&[class], Some(place.offset(&file))));
    let encode = Some(error(&[class], None));
    let expect = Expect { identify: IDENTIFIED, decode, check, encode, match_file: OK, ..Expect::default() };
    described(name, title, clauses, expect, &file, module.given())
}

/// Describes a file whose padding, text or bytecode is damaged: it decodes, and a checker rejects it with `class`.
fn refuse_content(
    name: &str,
    title: &str,
    clauses: &[&str],
    module: &Module,
    file: &File,
    class: &str,
    place: At<'_>,
) -> Described {
    let decode = Some(ExpectedResult::Record { record: Box::new(module.decoded()) });
    let check = Some(error(&[class], Some(place.offset(file))));
    let expect = Expect { identify: IDENTIFIED, decode, check, match_file: OK, ..Expect::default() };
    described(name, title, clauses, expect, file, module.given())
}

/// Describes a record without a file. A writer must reject it.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its record")]
fn refuse_record(name: &str, title: &str, clauses: &[&str], record: bmes::v4::ModuleRecord, class: &str) -> Described {
    let expect = Expect { encode: Some(error(&[class], None)), ..Expect::default() };
    let clauses: Vec<&str> = clauses.iter().copied().chain(["writer-refuses"]).collect();
    let mut case = case(name, title, &clauses, expect);
    case.record = Some(Record::V4(record));
    Described { case, file: None, canonical: None, seed: None, left_out: None }
}

/// Describes a record whose strings or lists are in another order than those of the file of `module`, which has neither a
/// text nor bytecode. A writer must write this file.
fn write_record(
    name: &str,
    title: &str,
    clauses: &[&str],
    record: bmes::v4::ModuleRecord,
    module: &Module,
) -> Described {
    let mut case = case(name, title, clauses, Expect { encode: OK, ..Expect::default() });
    case.record = Some(Record::V4(record));
    let canonical = module.layout().bytes().into();
    Described { case, file: None, canonical: Some(canonical), seed: None, left_out: None }
}

/// Describes a file that a matcher is asked about. `expected` is `None` if it accepts, or the class and the field.
fn matching(
    name: &str,
    title: &str,
    clauses: &[&str],
    module: &Module,
    given: Given,
    expected: Option<(&str, At<'_>)>,
) -> Described {
    let file = module.layout();
    let answer = expected.map_or(OK, |(class, place)| Some(error(&[class], Some(place.offset(&file)))));
    let expect = Expect { match_file: answer, ..Expect::default() };
    described(name, title, clauses, expect, &file, given)
}

//! Large files: lists of 70,000 entries, long strings, and metadata of exactly 16 MiB. Each is stored as a recipe.

use std::collections::BTreeMap;

use bmes::v4::ModuleRecord;
use serde_json::Value;

use super::module::{Module, module};
use super::{IDENTIFIED, OK};
use crate::case::{Decoded, Expect, ExpectedResult, Record};
use crate::cases::builder::{At, File, at};
use crate::cases::{Described, case, error};
use crate::recipe::{Add, Growth, Part, Recipe, Step};
use bmes::v4::Phase;

/// A number of entries that does not fit in 16 bits.
const MANY: usize = 70_000;
/// The number of bytes of metadata up to which every reader must accept a file.
const LIMIT: usize = 16 * 1024 * 1024;

pub(super) fn cases() -> Vec<Described> {
    [lists(), strings(), contents(), faults()].concat()
}

/// Returns the names `n000000`, `n000001` and so on.
fn names() -> impl DoubleEndedIterator<Item = String> {
    (0..MANY).map(|number| format!("n{number:06}"))
}

fn each(start: Module, add: impl Fn(Module, &str) -> Module) -> Module {
    names().fold(start, |module, name| add(module, &name))
}

fn lists() -> Vec<Described> {
    let clauses: &[&str] = &["limit-accept", "check-accepts", "memory", "check-memory"];
    let base = || module().request("m");
    let attributes = || {
        let names: Vec<_> = names().collect();
        let attributes: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
        module().request_with("m", Phase::Evaluation, &attributes)
    };
    vec![
        accept("requests", "70,000 requests", clauses, each(module(), Module::request)),
        accept(
            "requests-reversed",
            "70,000 requests in descending order, which `order` reverses",
            clauses,
            names().rev().fold(module(), |module, name| module.request(&name)),
        ),
        accept("attributes", "a request with 70,000 attributes", clauses, attributes()),
        accept("imports", "70,000 imports", clauses, each(base(), |module, name| module.import(name, 0, Some("x")))),
        accept(
            "imports-of-all-names",
            "70,000 imports, each with its own import name",
            clauses,
            each(base(), |module, name| module.import(name, 0, Some(name))),
        ),
        accept(
            "tolerant-imports",
            "70,000 tolerant imports",
            clauses,
            each(base(), |module, name| module.tolerant(name, 0, Some("x"))),
        ),
        accept("exports", "70,000 exports", clauses, each(base(), |module, name| module.local(name, "x"))),
        accept(
            "star-exports",
            "70,000 requests, each with a star export",
            clauses,
            (0..u32::try_from(MANY).expect("a small number")).fold(each(module(), Module::request), Module::star),
        ),
        accept(
            "variables",
            "70,000 variables in each list",
            clauses,
            each(module(), |module, name| module.declared(name, 1).lexical(name, 2)),
        ),
    ]
}

fn strings() -> Vec<Described> {
    let long = |length: usize| "x".repeat(length);
    let limit = |length: usize| module().request(&long(length));
    let rest = limit(1).layout().u32("metadata_size");
    let rest = usize::try_from(rest).expect("a small number") - 1;
    vec![
        accept("string-of-1-mib", "a specifier of 1 MiB", &["limit-accept", "string-end"], limit(1 << 20)),
        accept(
            "strings-with-a-long-beginning",
            "two names of 1 MiB that differ in their last byte",
            &["limit-accept", "strings-ascend"],
            module().local(&(long(1 << 20) + "a"), "a").local(&(long(1 << 20) + "b"), "a"),
        ),
        accept(
            "metadata-of-16-mib",
            "metadata of exactly 16777216 bytes",
            &["limit-accept", "limit-refuse"],
            limit(LIMIT - rest),
        ),
    ]
}

fn contents() -> Vec<Described> {
    vec![
        accept("text-of-1-mib", "a text of 1 MiB", &["limit-accept", "text-crc"], module().text(&vec![b';'; 1 << 20])),
        accept(
            "bytecode-of-16-mib",
            "bytecode of 16 MiB, at a multiple of 65536",
            &["limit-accept", "bytecode-crc"],
            module().bytecode(&vec![0xCA; 1 << 24]).aligned(65_536),
        ),
    ]
}

fn faults() -> Vec<Described> {
    let exports = || each(module().request("m"), |module, name| module.local(name, "x")).layout();
    let last = MANY - 1;
    let requests = || names().rev().fold(module(), |module, name| module.request(&name)).layout();
    vec![
        reject(
            "exports-equal-last",
            "70,000 exports, and the last two are equal",
            &["exports-ascend"],
            {
                let file = exports();
                let before = file.u32(&format!("exports[{}].export_name", last - 1));
                file.set_u32(&format!("exports[{last}].export_name"), before).sealed()
            },
            "bad-order",
            at(&format!("exports[{last}].export_name")),
        ),
        reject(
            "requests-order-last",
            "70,000 requests, and the last two of `order` are equal",
            &["requests-ascend"],
            {
                let file = requests();
                let before = file.u32(&format!("requests[{}].order", last - 1));
                file.set_u32(&format!("requests[{last}].order"), before).sealed()
            },
            "bad-order",
            at(&format!("requests[{last}].order")),
        ),
        reject(
            "strings-equal-for-1-mib",
            "two names of 1 MiB that descend in their last byte",
            &["strings-ascend"],
            {
                let long = "x".repeat(1 << 20);
                let file = module().local(&(long.clone() + "b"), "a").local(&(long.clone() + "c"), "a").layout();
                file.overwrite("strings[2].bytes", (long + "a").as_bytes()).sealed()
            },
            "bad-order",
            at("strings[2].end"),
        ),
        unused_last(),
        large_for_matcher(),
        reject(
            "string-not-utf-8-at-its-end",
            "a specifier of 1 MiB whose last byte is not UTF-8",
            &["string-utf8"],
            {
                let file = module().request(&("x".repeat(1 << 20))).layout();
                let mut bytes = vec![b'x'; 1 << 20];
                bytes[(1 << 20) - 1] = 0xFF;
                file.overwrite("strings[0].bytes", &bytes).sealed()
            },
            "bad-utf8",
            crate::cases::inside("strings[0].bytes", (1 << 20) - 1),
        ),
    ]
}

/// Describes a large file that a reader and a checker accept, and whose record a writer accepts.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its module")]
fn accept(name: &str, title: &str, clauses: &[&str], module: Module) -> Described {
    let mut decoded = module.decoded();
    let Record::V4(record) = &mut decoded.record else { unreachable!("a module has a record of version 4") };
    let (seed, steps) = record_recipe(record);
    *record = seed;
    let expect = Expect {
        identify: IDENTIFIED,
        decode: Some(ExpectedResult::Record { record: Box::new(decoded) }),
        check: OK,
        encode: OK,
        ..Expect::default()
    };
    let mut described = described(name, title, clauses, expect, &module.layout());
    if let Some(recipe) = &mut described.case.recipe {
        recipe.record = steps;
        let mut again = match described.case.expect.record() {
            Some(Decoded { record: Record::V4(record), .. }) => record.clone(),
            _ => unreachable!("the case has a record of version 4"),
        };
        recipe.grow_indexed(&mut again).expect("the steps fit the record");
        assert_eq!(again, module.record(), "{name}: the recipe makes another record");
    }
    described
}

/// Describes a large file that a reader accepts, and whose record a checker and a writer reject.
fn unused_last() -> Described {
    let module = each(module(), Module::request).unused("z");
    let place = at(&format!("strings[{MANY}].end")).offset(&module.layout());
    let title = "70,000 requests, and a last string that no field uses";
    let mut described = accept("unused-last", title, &["unused-string"], module);
    described.case.expect.check = Some(error(&["unused-string"], Some(place)));
    described.case.expect.encode = Some(error(&["unused-string"], None));
    described
}

/// Describes a file whose metadata is larger than the limit. A reader may reject it, and a matcher must accept it.
fn large_for_matcher() -> Described {
    let module = module().request(&"x".repeat(LIMIT));
    let expect = Expect { identify: IDENTIFIED, match_file: OK, ..Expect::default() };
    let clauses = &["limit-refuse", "match-open-first", "match-accepts"];
    let title = "metadata of more than 16777216 bytes, which a matcher does not read";
    let mut described = described("metadata-above-limit-matches", title, clauses, expect, &module.layout());
    described.case.given = Some(module.given());
    described
}

/// Describes a large file that a reader rejects.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn reject(name: &str, title: &str, clauses: &[&str], file: File, class: &str, place: At<'_>) -> Described {
    let answer = Some(error(&[class], Some(place.offset(&file))));
    let expect = Expect { identify: IDENTIFIED, decode: answer.clone(), check: answer, ..Expect::default() };
    described(name, title, clauses, expect, &file)
}

fn described(name: &str, title: &str, clauses: &[&str], expect: Expect, file: &File) -> Described {
    let (seed, parts) = recipe(file.bytes());
    let growth = Growth::of(&seed, parts).expect("the parts fit the seed");
    assert_eq!(growth.grow(&seed).as_deref(), Ok(file.bytes()), "{name}: the recipe makes another file");
    let mut case = case(name, title, clauses, expect);
    case.recipe = Some(Recipe { file: Some(growth), ..Recipe::default() });
    Described { case, file: None, canonical: None, seed: Some(seed), left_out: None }
}

/// Returns a seed and a recipe for a file: runs of numbers, runs of names, and the bytes between them. A run of one byte is
/// a run of numbers that do not change.
fn recipe(file: &[u8]) -> (Vec<u8>, Vec<Part>) {
    /// The number of numbers or names from which a run is worth a part.
    const WORTH: usize = 64;
    let mut seed = b"n000000".to_vec();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let rest = &file[at..];
        let run = numbers(rest).filter(|(count, _)| *count >= WORTH);
        let named = named(rest);
        let (length, part) = match run {
            Some((count, step)) => {
                let first = rest.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
                let count = u32::try_from(count).expect("fewer than 2^32 numbers");
                (count as usize * 4, Part::Numbers { numbers: [first, step, count] })
            }
            None if named >= WORTH => (named * 7, Part::repeat(0, 7, named, 0)),
            None => {
                seed.push(rest[0]);
                (1, Part::copy(seed.len() - 1, seed.len()))
            }
        };
        match (parts.last_mut(), &part) {
            // Bytes that follow each other in the file also do in the seed.
            (Some(Part::Copy { copy: [_, end], times: 1, .. }), Part::Copy { copy: [from, to], times: 1, .. })
                if end == from =>
            {
                *end = *to;
            }
            _ => parts.push(part),
        }
        at += length;
    }
    (seed, parts)
}

/// Returns the length of the run of numbers at the start of `bytes`, and the difference between two of them.
fn numbers(bytes: &[u8]) -> Option<(usize, u32)> {
    let number = |index: usize| bytes.get(index * 4..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let step = number(1)?.wrapping_sub(number(0)?);
    let count =
        (1..).take_while(|index| number(*index).is_some_and(|it| Some(it.wrapping_sub(step)) == number(index - 1)));
    Some((count.count() + 1, step))
}

/// Returns the number of names `n000000`, `n000001` and so on at the start of `bytes`.
fn named(bytes: &[u8]) -> usize {
    let names = bytes.chunks_exact(7).zip(0..);
    names.take_while(|(bytes, number)| **bytes == *format!("n{number:06}").as_bytes()).count()
}

/// Returns a small record and the steps by which it grows to `record`: runs of entries whose numbers ascend or descend by
/// one, and long strings of one character.
fn record_recipe(record: &ModuleRecord) -> (ModuleRecord, Vec<Step>) {
    let mut seed = serde_json::to_value(record).expect("a record is JSON");
    let mut steps = Vec::new();
    let lists = [
        "/strings",
        "/requests",
        "/requests/0/attributes",
        "/imports",
        "/exports",
        "/tolerant_imports",
        "/star_exports",
    ];
    let variables = ["/environment/declared_variables", "/environment/lexical_variables"];
    for at in lists.into_iter().chain(variables) {
        let Some(Value::Array(list)) = seed.pointer_mut(at) else { continue };
        let (small, parts) = runs(list);
        if small.len() < list.len() {
            steps.push(Step { at: at.into(), parts });
            *list = small;
        }
    }
    let strings = seed["strings"].as_array_mut().expect("the strings are a list");
    for (index, text) in strings.iter_mut().enumerate() {
        let Value::String(text) = text else { continue };
        let run = text.bytes().take_while(|byte| *byte == b'x').count();
        if run > 1000 {
            let rest = text.split_off(run);
            let parts = if rest.is_empty() {
                vec![Part::repeat(0, 1, run, 0)]
            } else {
                vec![Part::repeat(0, 1, run, 0), Part::copy(1, 2)]
            };
            *text = format!("x{rest}");
            steps.push(Step { at: format!("/strings/{index}"), parts });
        }
    }
    (serde_json::from_value(seed).expect("the seed is a record"), steps)
}

/// Returns the first entry of each run, and the part that copies it.
fn runs(list: &[Value]) -> (Vec<Value>, Vec<Part>) {
    let (mut small, mut parts) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < list.len() {
        let step = list.get(at + 1).and_then(|next| step(&list[at], next));
        let same = |index: usize| list.get(index + 1).is_some_and(|next| self::step(&list[index], next) == step);
        let times = 1 + if step.is_some() { (at..list.len()).take_while(|index| same(*index)).count() } else { 0 };
        let place = small.len();
        small.push(list[at].clone());
        // Two entries alone are no run.
        let (times, add) = if times > 2 { (times, step.and_then(Difference::add)) } else { (1, None) };
        parts.push(Part::Copy { copy: [place, place + 1], times, first: 0, add });
        if times > 1 && list[at].is_string() {
            small[place] = "n000000".into();
        }
        at += times;
    }
    (small, parts)
}

/// How an entry differs from the one before it.
#[derive(PartialEq)]
enum Difference {
    /// Only in the number that its text has.
    Text,
    /// In nothing.
    Nothing,
    /// In numbers, by these differences.
    Numbers(Add),
}

impl Difference {
    fn add(self) -> Option<Add> {
        match self {
            Self::Text | Self::Nothing => None,
            Self::Numbers(add) => Some(add),
        }
    }
}

/// Returns how `next` differs from `one`. Returns `None` if it differs in another way.
fn step(one: &Value, next: &Value) -> Option<Difference> {
    let difference = |one: &Value, next: &Value| next.as_i64().zip(one.as_i64()).map(|(next, one)| next - one);
    match (one, next) {
        (Value::String(one), Value::String(next)) => {
            let number = |text: &str| text.strip_prefix('n').filter(|digits| digits.len() == 6)?.parse::<u32>().ok();
            (number(next)? == number(one)? + 1).then_some(Difference::Text)
        }
        (Value::Number(_), Value::Number(_)) => {
            difference(one, next).map(|step| Difference::Numbers(Add::Number(step)))
        }
        (Value::Object(fields), Value::Object(_)) => {
            let mut add = BTreeMap::new();
            for (key, value) in fields {
                if *value != next[key] {
                    add.insert(key.clone(), difference(value, &next[key])?);
                }
            }
            Some(if add.is_empty() { Difference::Nothing } else { Difference::Numbers(Add::Fields(add)) })
        }
        _ => None,
    }
}

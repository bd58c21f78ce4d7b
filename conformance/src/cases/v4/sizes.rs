//! Large files: lists of 70,000 entries, long strings, and metadata of exactly 16 MiB. Each is stored as a recipe.

use super::module::{Module, module};
use super::{identified, ok};
use crate::case::{Expect, ExpectedResult};
use crate::cases::builder::{At, File, at};
use crate::cases::{Described, case, error};
use crate::recipe::{Growth, Part, Recipe};
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
    // The runner reads the record of the large file from the file itself. This one only says that there is a record.
    let decoded = super::module::module().decoded();
    let expect = Expect {
        identify: identified(),
        decode: Some(ExpectedResult::Record { record: Box::new(decoded) }),
        check: ok(),
        encode: ok(),
        match_file: None,
    };
    described(name, title, clauses, expect, &module.layout())
}

/// Describes a large file that a reader rejects.
#[allow(clippy::needless_pass_by_value, reason = "a description has no more use for its file")]
fn reject(name: &str, title: &str, clauses: &[&str], file: File, class: &str, place: At<'_>) -> Described {
    let answer = Some(error(&[class], Some(place.offset(&file))));
    let expect = Expect { identify: identified(), decode: answer.clone(), check: answer, ..Expect::default() };
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

//! `pack`: makes the pack of a program, and reports what ECMA-262's linking would reject.

mod links;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bmes::v4;
use bmes_pack::build::{self, Conditions, Made, MakeError, Options, Rejected};
use bmes_pack::{Index, Pack, locate};
use serde::Serialize;

use crate::args::{self, Engine};
use crate::failure::{Failure, Result, Status, after_printing};
use crate::input::{Position, Source, Unread};
use crate::json::Object;
use crate::output::Out;
use crate::record;
use crate::style::{ERROR, FAINT, STRONG};
use crate::text::{self, count, thousands};
use links::{BrokenLink, broken_links};

/// Runs `bmes pack`: writes the pack of a program, and prints its numbers.
pub(crate) fn pack(arguments: &args::Pack, json: bool) -> Result<Status> {
    arguments.entries.iter().try_for_each(|entry| readable(entry))?;
    let made = make(arguments)?;
    let pack = Pack::open(&made.pack).map_err(|error| Failure::invalid(error.class().name(), error))?;
    let index = pack.index();
    let inputs = inputs(index, &made.root);
    let place = arguments.output.clone().map_or_else(|| default_output(arguments, &made), Ok)?;
    let output = record::new_output(&place, &inputs.iter().collect::<Vec<_>>(), json)?;
    let (path, is_silent) = (output.path().to_owned(), output.is_standard_output());
    output.write(&made.pack)?;
    let broken = broken_links(&made.link_errors, index, &made.root);
    let status = if broken.is_empty() { Status::Ok } else { Status::Invalid };
    let mut out = Out::styled();
    let printed = if json {
        let failure = (!broken.is_empty()).then(|| failure(broken.len()));
        let answer = Answer::new(&made, index, &broken);
        let file = Source::File(path);
        let object = Object::answer(Some(&file), answer).with_error(failure.as_ref().map(Failure::error));
        out.write_all(&object.line())
    } else {
        made.left_out.iter().for_each(warn);
        broken.iter().for_each(BrokenLink::print);
        if is_silent {
            return Ok(status);
        }
        let (path, root) = (text::path(&path), text::path(&shown(&made.root)));
        let modules: Vec<_> =
            formats(index).into_iter().map(|(name, number)| format!("{} {name}", thousands(number))).collect();
        let [number, size] = [count(index.modules.len(), "module"), count(made.pack.len(), "byte")];
        let modules = modules.join(", ");
        let links = match broken.len() {
            0 => String::new(),
            errors => format!("; {ERROR}{}{ERROR:#}", count(errors, "link error")),
        };
        let facts = format!("pack, {number} ({modules}), {size}, root {root}");
        writeln!(out, "{STRONG}{path}{STRONG:#}: {FAINT}{facts}{FAINT:#}{links}")
    };
    after_printing(printed.and_then(|()| out.flush()), status)
}

/// Returns where `bmes run` looks for the pack. Creates the folder.
fn default_output(arguments: &args::Pack, made: &Made) -> Result<PathBuf> {
    let pack = Pack::open(&made.pack).map_err(|error| Failure::invalid(error.class().name(), error))?;
    let place = match (arguments.engine, pack.index().entries.as_slice()) {
        (Engine::Quickjs, [_]) => bmes_host::place_of(pack.index(), &made.root),
        _ => None,
    };
    let Some(place) = place else {
        let message = "only the pack of one entry with bytecode has a place where `bmes run` looks for it";
        return Err(Failure::usage(message).tip("name the file with -o, and set BMES_PACK to it for `bmes run`"));
    };
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Failure::unwritten(error).of(&Source::File(shown(folder))))?;
    }
    Ok(shown(&place))
}

/// Returns an error if an entry is not a file that can be read.
fn readable(entry: &Path) -> Result<()> {
    match Source::from(entry) {
        file @ Source::File(_) => file.read_into(&mut Vec::new(), 0),
        Source::Standard => {
            let message = "an entry from standard input has no folder, so its requests have no targets";
            Err(Failure::usage(message).tip("save it to a file, and pass that file instead"))
        }
    }
}

fn options(arguments: &args::Pack) -> Options {
    // The same names as those of `bmes_store::Producer`, but without the machine: records do not depend on it.
    let pairs = [("engine", "none"), ("transform", "bmes-analyzer"), ("transform.version", bmes_analyzer::VERSION)];
    // The names differ and the texts are short, so this cannot fail.
    let mut options = Options::new(v4::producer(pairs).unwrap_or(bmes::Digest([0; 32])));
    let mut common = Conditions::node().common;
    common.extend(arguments.conditions.iter().cloned());
    options.conditions = Conditions { common };
    options.freshness = arguments.freshness.into();
    options.preserve_symlinks = arguments.preserve_symlinks;
    options
}

fn make(arguments: &args::Pack) -> Result<Made> {
    let (entries, options) = (&arguments.entries, options(arguments));
    let made = match arguments.engine {
        Engine::Record => build::make(entries, &options),
        Engine::Quickjs => bmes_host::pack(entries, options),
    };
    made.map_err(|error| match error {
        MakeError::Entry(path, error) => Unread::new(Source::File(shown(&path)), error).into(),
        MakeError::Rejected(path, reason) => rejected(&reason).of(&Source::File(shown(&path))),
        MakeError::NotUtf8(path) => {
            Failure::invalid("not-utf-8", "the path of the module is not UTF-8").of(&Source::File(shown(&path)))
        }
        error => Failure::unwritten(error),
    })
}

/// Returns the failure for an entry that is not JavaScript.
fn rejected(reason: &Rejected) -> Failure {
    match reason {
        Rejected::Analyzer(error) => {
            let failure = Failure::invalid(error.class().to_string(), error.message());
            let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
            match error.line().zip(error.column()) {
                Some((line, column)) => failure.at(Position { line: number(line), column: number(column) }),
                None => failure,
            }
        }
        // Of `Rejected::CommonJs`, only the message is known.
        other => Failure::invalid("syntax", other),
    }
}

/// Returns the files that the pack was made from: it must not replace one of them.
fn inputs(index: &Index, root: &Path) -> Vec<Source> {
    let modules = index.modules.iter().filter(|module| module.source.is_some()).map(|module| &module.url);
    let packages = index.packages.iter().map(|package| &package.path);
    let files = modules.chain(packages).filter_map(|url| locate(root, url));
    files.map(|file| Source::File(shown(&file))).collect()
}

/// Returns a path relative to the working folder, if it is in that folder.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    match path.strip_prefix(here) {
        Ok(inner) if inner.as_os_str().is_empty() => PathBuf::from("."),
        Ok(inner) => inner.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// Returns the number of modules of each format, in the order in which the formats occur.
fn formats(index: &Index) -> Vec<(&'static str, usize)> {
    let mut formats: Vec<(&str, usize)> = Vec::new();
    for module in &index.modules {
        let name = module.format.name();
        match formats.iter_mut().find(|(known, _)| *known == name) {
            Some((_, number)) => *number += 1,
            None => formats.push((name, 1)),
        }
    }
    formats
}

/// Prints a warning about a module whose record or requests are not in the pack. The reason may have a code frame after its first line.
fn warn((path, reason): &(PathBuf, String)) {
    let (first, frame) = reason.split_once('\n').unwrap_or((reason, ""));
    Failure::unread(format_args!("left out: {first}")).of(&Source::File(shown(path))).warn();
    links::print_lines(frame);
}

fn failure(links: usize) -> Failure {
    Failure::invalid("link-error", format_args!("the program has {}", count(links, "link error")))
}

#[derive(Serialize)]
struct Answer<'a> {
    modules: usize,
    formats: serde_json::Map<String, serde_json::Value>,
    bytes: usize,
    root: String,
    left_out: Vec<LeftOut>,
    link_errors: &'a [BrokenLink<'a>],
}

#[derive(Serialize)]
struct LeftOut {
    file: String,
    reason: String,
}

impl<'a> Answer<'a> {
    fn new(made: &'a Made, index: &'a Index, link_errors: &'a [BrokenLink<'a>]) -> Self {
        let left_out = made
            .left_out
            .iter()
            .map(|(path, reason)| LeftOut { file: shown(path).to_string_lossy().into_owned(), reason: reason.clone() });
        Self {
            modules: index.modules.len(),
            formats: formats(index).into_iter().map(|(name, number)| (name.to_owned(), number.into())).collect(),
            bytes: made.pack.len(),
            root: shown(&made.root).to_string_lossy().into_owned(),
            left_out: left_out.collect(),
            link_errors,
        }
    }
}

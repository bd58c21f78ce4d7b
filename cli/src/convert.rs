//! `convert`: writes a file in another version of the format.

use std::iter;

use bmes::{Environment, EnvironmentChange, Error, ErrorKind, ModuleRecord, Variable, Version, v4};
use clap::ValueEnum as _;

use crate::args::{self, Flag, Part};
use crate::environment;
use crate::failure::{Failure, Result, Status};
use crate::input::{Source, read_once};
use crate::record::{new_output, see_where, write};
use crate::text::count;
use crate::verdict;
use crate::version_4::Supplied;

/// Runs `bmes convert`.
pub(crate) fn convert(arguments: &args::Convert, json: bool) -> Result<Status> {
    let to = arguments.to;
    let source = Source::from(arguments.file.as_path());
    let environment = arguments.environment.as_deref().map(Source::from);
    let version_4 = ToVersion4::new(arguments)?;
    let inputs: Vec<_> =
        iter::once(&source).chain(&environment).chain(version_4.iter().flat_map(ToVersion4::files)).collect();
    read_once(&inputs)?;
    let output = new_output(&arguments.output, &inputs, json)?;
    let mut bytes = Vec::new();
    source.read_module(&mut bytes).map_err(|failure| see_where(&source, failure))?;
    let file = File::read(&bytes).map_err(|error| see_where(&source, Failure::from(error).of(&source)))?;
    let (record, bytecode) = file.named(arguments).map_err(|failure| failure.of(&source))?;
    let supply = arguments.environment.as_deref().map(environment::read).transpose()?;
    let change = match &supply {
        Some(environment) => EnvironmentChange::Supply(borrowed(environment)),
        None if drops(arguments, Part::Environment) => EnvironmentChange::Drop,
        None => EnvironmentChange::Keep,
    };
    // The record of version 4 is made from one of version 3 if it has an environment.
    let step = match to {
        Version::V4 if supply.is_some() => Version::V3,
        Version::V4 => record.version(),
        _ => to,
    };
    let record = record.convert(step, change).map_err(|error| unconvertible(&source, error))?;
    // The input file was checked, so an error of the record is an error of the environment file.
    let of = environment.as_ref().unwrap_or(&source);
    let new = match version_4 {
        Some(version_4) => {
            let bytecode = chosen_bytecode(arguments, bytecode).map_err(|failure| failure.of(&source))?;
            let source = v4::source(&version_4.source.read()?);
            version_4.supplied.encode(&record, source, version_4.flags, bytecode, of)?
        }
        None => bmes::encode(&record, bytecode).map_err(|error| Failure::from(error).of(of))?,
    };
    write(to, &new, output, json)
}

/// What the options supply for an output of version 4.
struct ToVersion4 {
    supplied: Supplied,
    source: Source,
    flags: v4::Flags,
}

impl ToVersion4 {
    /// Returns `None` if the output has another version.
    fn new(arguments: &args::Convert) -> Result<Option<Self>> {
        let args::Convert { to, source, flags, version_4: options, .. } = arguments;
        let missing = [
            (options.producer.is_none(), "--producer DIGEST|PAIRS"),
            (source.is_none(), "--source FILE"),
            (flags.is_empty(), "--flags LIST"),
        ];
        let missing: Vec<_> = missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, option)| *option).collect();
        if *to == Version::V4 && !missing.is_empty() {
            return Err(Failure::usage("the output has version 4, which needs values that the file does not hold")
                .tip(format_args!("supply them: {}", missing.join(" "))));
        }
        let is_set = |flag| flags.contains(&flag);
        if is_set(Flag::None) && flags.iter().any(|flag| *flag != Flag::None) {
            return Err(Failure::usage("the list of --flags has none and another flag").tip("omit one of them"));
        }
        let flags = v4::Flags {
            top_level_await: is_set(Flag::TopLevelAwait),
            import_meta: is_set(Flag::ImportMeta),
            typescript: is_set(Flag::TypeScript),
        };
        let supplied = Supplied::new(options, *to, "--to")?;
        let source = source.as_deref().map(Source::from);
        Ok(supplied.zip(source).map(|(supplied, source)| Self { supplied, source, flags }))
    }

    fn files(&self) -> impl Iterator<Item = &Source> {
        self.supplied.files().chain([&self.source])
    }
}

/// Returns the bytecode of an output of version 4. The user decides about the bytecode of an older file, because it may
/// depend on the order of the entries, which version 4 changes.
fn chosen_bytecode<'f>(arguments: &args::Convert, bytecode: &'f [u8]) -> Result<&'f [u8]> {
    match (arguments.keep_bytecode, arguments.drop_bytecode) {
        (false, false) if !bytecode.is_empty() => Err(Failure::usage(
            "has bytecode, which may depend on the order of the entries, and version 4 has another order",
        )
        .tip("add --drop-bytecode, or --keep-bytecode if the engine does not depend on the order")),
        (_, true) => Ok(&[]),
        _ => Ok(bytecode),
    }
}

fn drops(arguments: &args::Convert, part: Part) -> bool {
    arguments.drop.contains(&part) || (part == Part::Environment && arguments.drop_environment)
}

/// The input file, which is valid and whose record can be linked.
enum File<'f> {
    Named(bmes::Module<'f, &'f str>),
    V4 { record: v4::ModuleRecord<&'f str>, has_text: bool, bytecode: &'f [u8] },
}

impl<'f> File<'f> {
    fn read(bytes: &'f [u8]) -> std::result::Result<Self, Error> {
        Ok(match verdict::check(bytes)? {
            Version::V4 => {
                let view = v4::ModuleView::parse(bytes)?;
                let has_text = !view.text_range().is_empty();
                Self::V4 { record: view.to_record()?, has_text, bytecode: view.unverified_bytecode() }
            }
            _ => Self::Named(bmes::decode_borrowed(bytes)?),
        })
    }

    /// Returns the record as one of versions 1 to 3, with its environment if it has one, and the bytecode. Returns an
    /// error if the new version cannot hold the record, or a part that the user does not drop.
    fn named(&self, arguments: &args::Convert) -> Result<(ModuleRecord<&str>, &'f [u8])> {
        let to = arguments.to;
        let (record, has_text, bytecode) = match self {
            Self::Named(bmes::Module { record, bytecode, .. }) => {
                keeps_environment(arguments, record.environment().is_some())?;
                return Ok((record.clone(), bytecode));
            }
            Self::V4 { .. } if to == Version::V4 => {
                return Err(
                    Failure::usage("already has version 4, in which each record has one file").tip("copy the file")
                );
            }
            Self::V4 { record, has_text, bytecode } => (record, *has_text, bytecode),
        };
        let has_environment = record.environment.is_some();
        // Only version 3 gets an environment, and this record does not invent one.
        let step = match to {
            _ if has_environment => Version::V3,
            Version::V1 => Version::V1,
            _ => Version::V2,
        };
        let named = record.drop_to_named(step);
        let named = named.map_err(|error| {
            Failure::usage(error).tip("no version from 1 to 3 can hold this module: keep the file of version 4")
        })?;
        let is_lost = |part: &Part| match part {
            Part::Flags | Part::Producer | Part::Source => true,
            Part::Alignment => record.alignment > 8,
            Part::LexicalFeatures => has_environment && to.has_environment(),
            Part::Environment => has_environment && !to.has_environment(),
            Part::Text => has_text,
        };
        let lost: Vec<_> = Part::value_variants().iter().copied().filter(is_lost).collect();
        let kept = list(lost.iter().copied().filter(|part| !drops(arguments, *part)));
        if !kept.is_empty() {
            return Err(Failure::usage(format_args!(
                "the output has version {to}, which cannot hold these parts of the file: {}",
                kept.join(", ")
            ))
            .tip(format_args!("to drop them, add --drop {}", list(lost.into_iter()).join(","))));
        }
        keeps_environment(arguments, has_environment)?;
        Ok((named, bytecode))
    }
}

/// Returns the names of parts, as `--drop` takes them.
fn list(parts: impl Iterator<Item = Part>) -> Vec<String> {
    parts.filter_map(|part| Some(part.to_possible_value()?.get_name().to_owned())).collect()
}

/// Verifies that the environment is dropped only if the new version cannot hold it.
fn keeps_environment(arguments: &args::Convert, has_environment: bool) -> Result<()> {
    let to = arguments.to;
    if !(has_environment && to.has_environment() && drops(arguments, Part::Environment)) {
        return Ok(());
    }
    let option = if arguments.drop_environment { "--drop-environment" } else { "--drop environment" };
    Err(Failure::usage(format_args!(
        "{option} drops the variables and features, but the output has version {to}, which holds them"
    ))
    .tip(format_args!("omit {option}")))
}

/// Returns the same environment with borrowed names, like those of the record of the input file.
fn borrowed(environment: &Environment) -> Environment<&str> {
    fn variables(list: &[Variable]) -> Vec<Variable<&str>> {
        list.iter().map(|variable| Variable::new(variable.name.as_str(), variable.bits)).collect()
    }
    Environment {
        declared_variables: variables(&environment.declared_variables),
        lexical_variables: variables(&environment.lexical_variables),
        code_features: environment.code_features,
    }
}

/// Returns the failure of [`ModuleRecord::convert`].
pub(crate) fn unconvertible(source: &Source, error: Error) -> Failure {
    let (message, tip) = match error.kind() {
        ErrorKind::MissingEnvironment { to } => (
            format!("has no variables and features, but the output has version {to}, which needs them"),
            "to supply the variables and features that the engine recorded, add --environment FILE",
        ),
        ErrorKind::UnexpectedEnvironment { to } if to.has_environment() => {
            ("already has variables and features, so --environment cannot supply them".into(), "omit --environment")
        }
        ErrorKind::UnexpectedEnvironment { to } => (
            format!("--environment supplies variables and features, but an output of version {to} cannot hold them"),
            "omit --environment, or use --to 3",
        ),
        ErrorKind::LostEnvironment { to, variables } => (
            format!(
                "has features and {}, but the output has version {to}, which cannot hold them",
                count(variables, "variable")
            ),
            "to drop them, add --drop-environment",
        ),
        ErrorKind::OtherVersion { found: to, .. } => (
            format!("has no producer, source and flags, but the output has version {to}, which needs them"),
            "use `bmes convert`",
        ),
        _ => (error.to_string(), "choose another version"),
    };
    Failure::usage(message).of(source).tip(tip)
}

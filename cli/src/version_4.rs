//! Makes files of version 4 from records of versions 1 to 3, and from what the options and the source supply.

use bmes::{Error, ErrorKind, ModuleRecord, Version, v4};

use crate::args;
use crate::failure::{Failure, Result};
use crate::input::Source;
use crate::producer::Producer;

/// What the options supply for an output of version 4.
pub(crate) struct Supplied {
    producer: Producer,
    text: Option<Source>,
    alignment: u32,
    lexical_features: Option<u32>,
}

impl Supplied {
    /// Returns what the options supply if the output has version 4, and `None` if it has another version. An output has
    /// a producer if and only if it has version 4. `option` is the name of the option with the version.
    pub(crate) fn new(options: &args::Version4, to: Version, option: &str) -> Result<Option<Self>> {
        match (&options.producer, to) {
            (None, Version::V4) => {
                Err(Failure::usage("the output has version 4, which needs the digest of its producer")
                    .tip("supply it: --producer DIGEST, or --producer PAIRS with a JSON file of pairs"))
            }
            (Some(producer), Version::V4) => Ok(Some(Self {
                producer: producer.as_path().into(),
                text: options.text.as_deref().map(Source::from),
                alignment: options.alignment,
                lexical_features: options.lexical_features,
            })),
            (Some(_), _) => {
                Err(Failure::usage(format_args!("--producer is for version 4, but the output has version {to}"))
                    .tip(format_args!("use {option} 4, or omit --producer and the other options of version 4")))
            }
            (None, _) => Ok(None),
        }
    }

    /// Returns the files that the options name.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Source> {
        self.producer.file().into_iter().chain(&self.text)
    }

    /// Makes a file of version 4. `of` is the file that an error of the record is about.
    pub(crate) fn encode<S: AsRef<str>>(
        &self,
        named: &ModuleRecord<S>,
        source: v4::Source,
        flags: v4::Flags,
        bytecode: &[u8],
        of: &Source,
    ) -> Result<Vec<u8>> {
        let Self { producer, text, alignment, lexical_features } = self;
        let (alignment, lexical_features) = (*alignment, *lexical_features);
        if bytecode.is_empty() && alignment != 8 {
            return Err(Failure::usage("--alignment is for bytecode, but the output has none").tip("omit --alignment"));
        }
        let supplied = v4::Supplied { producer: producer.digest()?, source, flags, alignment, lexical_features };
        let text = text.as_ref().map(Source::read).transpose()?.unwrap_or_default();
        let record = v4::ModuleRecord::from_named(named, supplied).map_err(|error| unsupplied(error, of))?;
        v4::encode(&record, &text, bytecode).map_err(|error| Failure::from(error).of(of))
    }
}

/// Returns the failure of a conversion to version 4.
fn unsupplied(error: Error, of: &Source) -> Failure {
    match error.kind() {
        ErrorKind::LexicalFeatures { are_missing: true } => {
            Failure::usage("the output has variables and features, so it also needs the features of the module's scope")
                .tip("supply them: --lexical-features N")
        }
        ErrorKind::LexicalFeatures { are_missing: false } => {
            Failure::usage("--lexical-features is for variables and features, but the output has none")
                .tip("omit --lexical-features, or supply the variables and features: --environment FILE")
        }
        ErrorKind::WithoutFlag { .. } => Failure::usage("an import may name a type, so the source was TypeScript")
            .of(of)
            .tip("add typescript to the list of --flags"),
        _ => Failure::from(error).of(of),
    }
}

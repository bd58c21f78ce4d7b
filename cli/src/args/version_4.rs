//! The options for what only a file of version 4 holds.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// The options of commands that make a file of version 4 from a record without its fields.
#[derive(Args)]
#[command(next_help_heading = "Version 4")]
pub(crate) struct Version4 {
    /// The producer: all that the record and the bytecode depend on, except the source. Either its
    /// digest (64 hexadecimal digits), or the JSON file from which `bmes producer` computes it
    #[arg(long, value_name = "DIGEST|PAIRS", value_hint = ValueHint::FilePath)]
    pub(crate) producer: Option<PathBuf>,

    /// The engine's flags for the module's scope: needed if the file has variables and features
    #[arg(long, value_name = "N", requires = "producer", value_hint = ValueHint::Other)]
    pub(crate) lexical_features: Option<u32>,

    /// The alignment of the bytecode in the file: a power of two from 8 to 65536
    #[arg(long, value_name = "BYTES", requires = "producer", default_value = "8", value_parser = alignment, value_hint = ValueHint::Other)]
    pub(crate) alignment: u32,

    /// Include this file as the text: the source text that the engine compiled
    #[arg(long, value_name = "FILE", requires = "producer", value_hint = ValueHint::FilePath)]
    pub(crate) text: Option<PathBuf>,
}

fn alignment(text: &str) -> Result<u32, &'static str> {
    let alignment: Option<u32> = text.parse().ok().filter(|number: &u32| number.is_power_of_two());
    alignment.filter(|number| (8..=65536).contains(number)).ok_or("expected a power of two from 8 to 65536")
}

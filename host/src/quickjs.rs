//! The engine QuickJS-ng, through the crate `rquickjs`.

mod commonjs;
mod events;
mod files;
mod load;
mod native;
mod place;
mod raw;
mod report;
mod scratch;
mod stand_in;
mod state;
mod synthetic;
mod url;

use bmes_store::Producer;

use crate::engine::{Compiler, Engine};
use crate::program::Program;
use crate::stats::Report;
use scratch::Scratch;

/// The version of `rquickjs`. The workspace's `Cargo.toml` requires exactly this one: it decides the version of QuickJS-ng
/// and how it is built.
const RQUICKJS: &str = "0.14.0";

/// The engine QuickJS-ng.
pub struct QuickJs {
    arguments: Vec<String>,
    report: Report,
}

impl QuickJs {
    /// Creates the engine for a program with these arguments.
    pub fn new(arguments: Vec<String>, report: Report) -> Self {
        Self { arguments, report }
    }
}

impl Engine for QuickJs {
    fn producer(&self) -> Producer {
        Producer::new("quickjs-ng", &raw::version())
            .build(&format!("rquickjs {RQUICKJS}"))
            .with("architecture", std::env::consts::ARCH)
            .with("host", env!("CARGO_PKG_VERSION"))
            .transform("bmes-analyzer", bmes_analyzer::VERSION)
    }

    fn compiler() -> Compiler {
        let mut scratch = None;
        Box::new(move |name, text, format| {
            let scratch = match &mut scratch {
                Some(scratch) => scratch,
                empty => empty.insert(Scratch::new()?),
            };
            scratch.compile(name, text, format)
        })
    }

    fn run(self, program: Program) -> u8 {
        events::run(program, &self.arguments, self.report)
    }
}

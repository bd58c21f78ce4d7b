//! Runs a program.

use std::io;
use std::path::PathBuf;

use bmes_pack::Freshness;
use bmes_pack::build::{self, Made, MakeError};
use bmes_store::Settings;

use crate::cache::{Cache, CacheMode, seal};
use crate::clock::Clock;
use crate::engine::Engine as _;
use crate::program::Program;
use crate::quickjs::QuickJs;
use crate::stats::Report;

/// The stack of the thread that runs the program, in bytes. It is address space until it is used. Modules that import each
/// other in a long chain need much of it.
pub(crate) const STACK: usize = 64 << 20;

/// How a program is run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The file of the program.
    pub entry: PathBuf,
    /// The arguments of the program.
    pub arguments: Vec<String>,
    /// Whether the cache is used.
    pub mode: CacheMode,
    /// Where the cache is.
    pub settings: Settings,
    /// The pack of the program, if it is not where packs are looked for.
    pub pack: Option<PathBuf>,
    /// How the program is compared with its pack, if not as the pack says.
    pub verify: Option<Freshness>,
    /// What the run reports at its end.
    pub report: Report,
}

/// Runs a program to its end, and returns its exit status. `problem` is called for each reason why the cache is not used.
///
/// The process should end then. `process.exit()` ends it at once.
pub fn run(options: RunOptions, mut problem: impl FnMut(&bmes_store::Problem) + Send) -> io::Result<u8> {
    let RunOptions { entry, arguments, mode, settings, pack, verify, report } = options;
    let start = move || {
        let clock = Clock::new(report.stats, report.trace.is_some());
        let engine = QuickJs::new(arguments, report);
        let cache = Cache::open(settings, mode, engine.producer());
        cache.problems().iter().for_each(&mut problem);
        Program::open(&entry, cache, pack.as_deref(), verify, clock).map(|program| engine.run(program))
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, start)?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Makes the pack of a program, with the bytecode of QuickJS-ng.
pub fn pack(entries: &[PathBuf], mut options: build::Options) -> Result<Made, MakeError> {
    let engine = QuickJs::new(Vec::new(), Report::default());
    // The digest of a producer fails only if a text has 4 GiB or more.
    options.producer = engine.producer().digest().unwrap_or(options.producer);
    build::make_with(entries, &options, || {
        let mut compile = QuickJs::compiler();
        Box::new(move |module| {
            let code = compile(module.url, &crate::program::text(module.bytes.to_vec()), module.format);
            code.map(|code| seal(module.url, module.format, &code)).map_err(|error| error.to_string())
        })
    })
}

//! Making the pack of a real program, beside analysing all of its modules.

use crate::measure::{Candidate, Effort, Time, in_turns};
use crate::version4::PRODUCER;
use bmes_analyzer::{Analyzer, Options, SourceType, analyze};
use bmes_pack::build::{self, make};
use bmes_pack::{Format, Pack};
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

/// Makes the pack: finds the modules, resolves their requests, analyses and hashes them, checks the links, writes the pack.
pub const MAKE: &str = "`build::make`";
/// Calls `analyze` with the default options for the source of each of the same modules. The sources are in memory.
pub const ANALYZE: &str = "`analyze` of each module";
/// Analyses the same sources with one analyzer that was used before, on a stack that is so large that the analyzer starts no
/// threads.
pub const ANALYZER: &str = "one analyzer with a large stack";
/// Reads the sources of the same modules, and computes their digests.
pub const READ: &str = "reading and hashing all modules";

/// The size of the stack of the measuring thread, in bytes.
const STACK: usize = 128 << 20;

/// The times of making a pack.
pub struct Making {
    /// The number of ECMAScript modules of the program.
    pub modules: usize,
    /// The size of their sources together, in bytes.
    pub sources: usize,
    /// The size of the pack, in bytes.
    pub pack: usize,
    /// The times of [`MAKE`], [`ANALYZE`], [`ANALYZER`] and [`READ`].
    pub times: Vec<Time>,
}

/// Measures making the pack of three.js. `target` is cargo's target folder. Returns the reason if three.js is not installed
/// there. A test makes the pack of a small module of this project instead.
pub fn measure(target: &Path, effort: Effort) -> io::Result<Result<Making, String>> {
    let entry = if effort.rounds == 1 {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/modules/scheduler.mjs")
    } else {
        target.join("packs/one/entries/three.mjs")
    };
    if !entry.is_file() {
        return Ok(Err("three.js is not installed; `cargo xtask packs` installs it".to_owned()));
    }
    let (entries, options) = ([entry], build::Options::new(PRODUCER));
    let made = make(&entries, &options).map_err(io::Error::other)?;
    let sources = sources(&made)?;
    // A call takes some hundredths of a second, so fewer rounds give equally good results.
    let effort = Effort { rounds: effort.rounds.div_ceil(3), ..effort };
    let times = thread::scope(|scope| {
        let here = || compare(&entries, &options, &sources, effort);
        let here = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, here)?;
        io::Result::Ok(here.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let bytes = sources.iter().map(|(_, source)| source.len()).sum();
    Ok(Ok(Making { modules: sources.len(), sources: bytes, pack: made.pack.len(), times }))
}

fn compare(entries: &[PathBuf], options: &build::Options, sources: &[(PathBuf, Vec<u8>)], effort: Effort) -> Vec<Time> {
    let mut analyzer = Analyzer::new();
    let candidates = vec![
        each(MAKE, || _ = black_box(make(entries, options).is_ok())),
        each(ANALYZE, || {
            for (path, source) in sources {
                black_box(analyze(source, &language(path)).is_ok());
            }
        }),
        each(ANALYZER, || {
            for (path, source) in sources {
                black_box(analyzer.analyze(source, &language(path).with_stack_len(STACK / 2)).is_ok());
            }
        }),
        each(READ, || {
            for (path, _) in sources {
                black_box(fs::read(path).map(|source| bmes::v4::source(&source)).is_ok());
            }
        }),
    ];
    in_turns(candidates, effort)
}

fn each<'a>(name: &str, mut call: impl FnMut() + 'a) -> Candidate<'a> {
    Candidate::new(name, move |calls| (0..calls).for_each(|_| call()))
}

/// Returns the path and the source of each ECMAScript module of a program.
fn sources(made: &build::Made) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let pack = Pack::open(&made.pack).map_err(io::Error::other)?;
    let modules = pack.index().modules.iter().filter(|module| module.format == Format::Module);
    modules.map(|module| made.root.join(&module.url)).map(|path| Ok((path.clone(), fs::read(path)?))).collect()
}

fn language(path: &Path) -> Options {
    Options::for_path(path).unwrap_or_else(|_| Options::new(SourceType::Mjs))
}

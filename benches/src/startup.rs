//! The starts of real programs with `bmes run`: without a cache, with an empty one, with a filled one, and from a pack.
//!
//! [`process`] runs a program once, [`numbers`] compares two series of runs, and [`page`] writes `benches/STARTUP.md`.

pub mod numbers;
pub mod page;
pub mod process;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use numbers::Gain;
use process::{Run, Start};

/// How often each program is started in each way.
pub const ROUNDS: usize = 15;

/// The number of ways to start a program.
pub const WAYS: usize = 5;

/// A way to start a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Without a cache.
    Off,
    /// With an empty cache, which the run fills.
    Cold,
    /// With the cache that an earlier run has filled.
    Warm,
    /// With the files of modules of such a cache, without its pack.
    Files,
    /// From a pack that `bmes pack` has made.
    Packed,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; WAYS] = [Self::Off, Self::Cold, Self::Warm, Self::Files, Self::Packed];

    /// Returns the name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Files => "files",
            Self::Packed => "packed",
        }
    }
}

/// A program, and where it keeps its files.
pub struct Program<'a> {
    /// The command `bmes`.
    pub bmes: &'a Path,
    /// The file that the program starts with.
    pub entry: &'a Path,
    /// A folder for the caches and the pack.
    pub folder: &'a Path,
}

/// What was measured of one program.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The number of modules.
    pub modules: u64,
    /// The size of the sources in its pack, in bytes.
    pub size: u64,
    /// The runs of each way of [`Way::ALL`].
    pub runs: [Vec<Run>; WAYS],
    /// The system calls of a start in each way, if `strace` is on this machine.
    pub calls: [Option<u64>; WAYS],
}

/// What became of a program.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It runs as with Node.js.
    Measured(Measured),
    /// It does not run, or prints something else: the reason.
    DoesNotRun(String),
}

impl Measured {
    /// Returns what a way gains over a start without a cache, in a number of each run.
    pub fn gain(&self, way: Way, number: impl Fn(&Run) -> f64) -> Gain {
        let ratios = self.runs[0].iter().zip(&self.runs[way as usize]).map(|(off, run)| number(off) / number(run));
        Gain::of(ratios.collect())
    }

    /// Returns the median of a number of the runs of a way.
    pub fn median(&self, way: Way, number: impl Fn(&Run) -> f64) -> f64 {
        numbers::median(self.runs[way as usize].iter().map(number).collect())
    }
}

impl Program<'_> {
    /// Returns a start of the program. An empty cache is made empty now.
    fn start(&self, way: Way) -> io::Result<Start> {
        let cache = |name: &str| self.folder.join(name);
        let mut start = Start::new(self.bmes).arg("run");
        start = match way {
            Way::Off => start.arg("--experimental-esm-bytecode=off"),
            Way::Cold => {
                let cold = cache("cold");
                if cold.exists() {
                    fs::remove_dir_all(&cold)?;
                }
                start.arg("--cache").arg(cold)
            }
            Way::Warm => start.arg("--cache").arg(cache("warm")),
            // A run that may write would make the pack again.
            Way::Files => start.arg("--experimental-esm-bytecode=read-only").arg("--cache").arg(cache("files")),
            Way::Packed => start.arg("--cache").arg(cache("packed")).env("BMES_PACK", self.pack()),
        };
        Ok(start.last(self.entry))
    }

    fn pack(&self) -> PathBuf {
        self.folder.join("program.zip")
    }

    /// Fills the caches, makes the pack, and compares the output with that of Node.js. Returns the number of modules and the
    /// size of their sources.
    fn prepare(&self, expected: &[u8]) -> io::Result<Result<(u64, u64), String>> {
        let fill_files =
            || Start::new(self.bmes).arg("run").arg("--cache").arg(self.folder.join("files")).last(self.entry);
        for start in [self.start(Way::Off)?, self.start(Way::Warm)?, self.start(Way::Warm)?, fill_files()] {
            if let Err(reason) = start.output()?.same_as(expected) {
                return Ok(Err(reason));
            }
        }
        fs::remove_dir_all(self.folder.join("files/1/packs"))?;
        // A link error in a part that is never loaded makes the status 1, and the pack is there.
        let packed = Start::new(self.bmes).arg("pack").arg(self.entry).arg("-o").arg(self.pack()).output()?;
        if !self.pack().exists() {
            return Ok(Err(format!("packed: {}", packed.first_line())));
        }
        // Writes the stamps.
        self.start(Way::Packed)?.output()?;
        let mut modules = 0;
        for way in Way::ALL {
            let output = self.start(way)?.arg_before_last("--stats").output()?;
            if let Err(reason) = output.same_as(expected) {
                return Ok(Err(format!("{}: {reason}", way.name())));
            }
            modules = output.modules().ok_or_else(|| io::Error::other("`--stats` prints no number of modules"))?;
            self.check_way(way, output.stderr())?;
        }
        Ok(Ok((modules, self.size()?)))
    }

    /// Fails if `--stats` says that the bytecode came from somewhere else.
    fn check_way(&self, way: Way, stats: &str) -> io::Result<()> {
        let pack = stats.lines().find_map(|line| line.strip_prefix("pack: ")).unwrap_or_default();
        let has_bytecode = !stats.contains("(0 from the cache");
        let is_right = match way {
            Way::Off => pack == "the cache is off" && !has_bytecode,
            Way::Cold => pack == "none" && !has_bytecode,
            Way::Warm => pack.starts_with("in the cache (") && has_bytecode,
            Way::Files => pack == "none" && has_bytecode,
            Way::Packed => pack.starts_with(&format!("{} (", self.pack().display())) && has_bytecode,
        };
        if is_right { Ok(()) } else { Err(io::Error::other(format!("not a {} start: {stats}", way.name()))) }
    }

    /// Returns the size of all sources in the pack, in bytes.
    fn size(&self) -> io::Result<u64> {
        let bytes = fs::read(self.pack())?;
        let pack = bmes_pack::Pack::open(&bytes).map_err(io::Error::other)?;
        Ok(pack.index().modules.iter().filter_map(|module| module.source).map(|source| source.size).sum())
    }

    /// Measures the program, in turns: each round starts it once in each way. The rounds begin with another way in turn, and
    /// every other round goes backwards, so that no way always follows the same one.
    pub fn measure(&self, expected: &[u8], strace: bool, rounds: usize) -> io::Result<Outcome> {
        let (modules, size) = match self.prepare(expected)? {
            Ok(prepared) => prepared,
            Err(reason) => return Ok(Outcome::DoesNotRun(reason)),
        };
        let mut runs: [Vec<Run>; WAYS] = Default::default();
        for round in 0..rounds {
            for turn in 0..WAYS {
                let turn = if round % 2 == 0 { turn } else { WAYS - 1 - turn };
                let way = Way::ALL[(round + turn) % WAYS];
                let run = self.start(way)?.run()?;
                if let Err(reason) = run.output.same_as(expected) {
                    return Ok(Outcome::DoesNotRun(format!("{}: {reason}", way.name())));
                }
                runs[way as usize].push(run);
            }
        }
        let mut calls = [None; WAYS];
        if strace {
            for way in Way::ALL {
                calls[way as usize] = self.start(way)?.system_calls(&self.folder.join("calls"))?;
            }
        }
        Ok(Outcome::Measured(Measured { modules, size, runs, calls }))
    }
}

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

/// A way to start a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Without a cache.
    Off,
    /// With an empty cache, which the run fills.
    Cold,
    /// With the cache that an earlier run has filled.
    Warm,
    /// From a pack that `bmes pack` has made.
    Packed,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Off, Self::Cold, Self::Warm, Self::Packed];

    /// Returns the name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Cold => "cold",
            Self::Warm => "warm",
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
    /// The runs of each way of [`Way::ALL`].
    pub runs: [Vec<Run>; 4],
    /// The system calls of a start in each way, if `strace` is on this machine.
    pub calls: [Option<u64>; 4],
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
            Way::Packed => start.arg("--cache").arg(cache("packed")).env("BMES_PACK", self.pack()),
        };
        Ok(start.last(self.entry))
    }

    fn pack(&self) -> PathBuf {
        self.folder.join("program.zip")
    }

    /// Fills the caches, makes the pack, and compares the output with that of Node.js.
    fn prepare(&self, expected: &[u8]) -> io::Result<Result<u64, String>> {
        for way in [Way::Off, Way::Cold, Way::Warm, Way::Warm] {
            if let Err(reason) = self.start(way)?.output()?.same_as(expected) {
                return Ok(Err(format!("{}: {reason}", way.name())));
            }
        }
        // A link error in a part that is never loaded makes the status 1, and the pack is there.
        let packed = Start::new(self.bmes).arg("pack").arg(self.entry).arg("-o").arg(self.pack()).output()?;
        if !self.pack().exists() {
            return Ok(Err(format!("packed: {}", packed.first_line())));
        }
        for _ in 0..2 {
            if let Err(reason) = self.start(Way::Packed)?.output()?.same_as(expected) {
                return Ok(Err(format!("packed: {reason}")));
            }
        }
        let stats = Start::new(self.bmes).args(["run", "--stats", "--experimental-esm-bytecode=off"]).last(self.entry);
        Ok(Ok(stats.output()?.modules()))
    }

    /// Measures the program, in turns: each round starts it once in each way, and the rounds begin in turn.
    pub fn measure(&self, expected: &[u8], strace: bool, rounds: usize) -> io::Result<Outcome> {
        let modules = match self.prepare(expected)? {
            Ok(modules) => modules,
            Err(reason) => return Ok(Outcome::DoesNotRun(reason)),
        };
        let mut runs: [Vec<Run>; 4] = Default::default();
        for round in 0..rounds {
            for turn in 0..4 {
                let way = Way::ALL[(round + turn) % 4];
                let run = self.start(way)?.run()?;
                if let Err(reason) = run.output.same_as(expected) {
                    return Ok(Outcome::DoesNotRun(format!("{}: {reason}", way.name())));
                }
                runs[way as usize].push(run);
            }
        }
        let mut calls = [None; 4];
        if strace {
            for way in Way::ALL {
                calls[way as usize] = self.start(way)?.system_calls(&self.folder.join("calls"))?;
            }
        }
        Ok(Outcome::Measured(Measured { modules, runs, calls }))
    }
}

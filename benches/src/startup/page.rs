//! The page with the results, and the gates.

use std::fmt::Write as _;

use super::numbers::{Gain, geometric_mean};
use super::process::Run;
use super::{Measured, Outcome, ROUNDS, Way};

/// All results of a run of the benchmark.
pub struct Results {
    /// Facts about the machine and the programs, each with its name.
    pub facts: Vec<(String, String)>,
    /// The programs by name.
    pub programs: Vec<(String, Outcome)>,
}

/// A limit that the results must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// What must be so.
    pub rule: String,
    /// What was measured.
    pub found: String,
    /// The limit is kept.
    pub is_met: bool,
}

/// The fewest programs that must run.
const PROGRAMS: usize = 8;
/// The least geometric mean of the gains of packs, and the goal.
const PACKED: (f64, f64) = (2.0, 2.4);
/// The least gain of one program.
const SLOWEST: f64 = 0.98;
/// The least geometric mean of the gains of first starts, and the goal.
const FIRST: (f64, f64) = (0.6, 0.9);

/// The ways that are compared with [`Way::Off`].
const GAINS: [Way; 4] = [Way::Cold, Way::Warm, Way::Files, Way::Packed];

fn shown(Gain { median, low, high }: Gain) -> String {
    format!("{median:.2} ({low:.2} to {high:.2})")
}

fn cpu(run: &Run) -> f64 {
    run.cpu.as_secs_f64()
}

fn wall(run: &Run) -> f64 {
    run.output_after.as_secs_f64()
}

fn rest(run: &Run) -> f64 {
    run.rest.as_secs_f64()
}

impl Results {
    fn measured(&self) -> impl Iterator<Item = (&str, &Measured)> {
        self.programs.iter().filter_map(|(name, outcome)| match outcome {
            Outcome::Measured(measured) => Some((name.as_str(), measured)),
            Outcome::DoesNotRun(_) => None,
        })
    }

    /// Returns the gates.
    pub fn gates(&self) -> Vec<Gate> {
        let count = self.measured().count();
        let mean =
            |way, number: fn(&Run) -> f64| geometric_mean(self.measured().map(|(_, it)| it.gain(way, number).median));
        let (packed, first) = (mean(Way::Packed, cpu), mean(Way::Cold, wall));
        let slow: Vec<String> = self
            .measured()
            .flat_map(|(name, it)| [Way::Warm, Way::Files, Way::Packed].map(|way| (name, way, it.gain(way, cpu))))
            .filter(|(.., gain)| gain.high < SLOWEST)
            .map(|(name, way, gain)| format!("{name} ({}): {:.2}", way.name(), gain.median))
            .collect();
        let goal = |goal: f64, found: f64| if found >= goal { ", and the goal" } else { "" };
        vec![
            Gate {
                rule: format!("at least {PROGRAMS} programs run, with the output of Node.js"),
                found: count.to_string(),
                is_met: count >= PROGRAMS,
            },
            Gate {
                rule: format!("packed: at least {:.1} × off, the geometric mean (goal {:.1})", PACKED.0, PACKED.1),
                found: format!("{packed:.2}{}", goal(PACKED.1, packed)),
                is_met: packed >= PACKED.0,
            },
            Gate {
                rule: format!("warm, files and packed: no program is certainly below {SLOWEST} × off"),
                found: if slow.is_empty() { "none".to_owned() } else { slow.join(", ") },
                is_met: slow.is_empty(),
            },
            Gate {
                rule: format!(
                    "a first start: at least {:.1} × off to the last byte of output, the geometric mean (goal {:.1})",
                    FIRST.0, FIRST.1
                ),
                found: format!("{first:.2}{}", goal(FIRST.1, first)),
                is_met: first >= FIRST.0,
            },
        ]
    }

    /// Returns the text of `STARTUP.md`.
    pub fn page(&self) -> String {
        let mut page = INTRODUCTION.replace("ROUNDS", &ROUNDS.to_string());
        page += "\n| | |\n|---|---|\n";
        for (name, fact) in &self.facts {
            let _ = writeln!(page, "| {name} | {fact} |");
        }
        page += "\n## Gates\n\n| gate | measured | |\n|---|---|---|\n";
        for Gate { rule, found, is_met } in self.gates() {
            let _ = writeln!(page, "| {rule} | {found} | {} |", if is_met { "met" } else { "**missed**" });
        }
        page += CPU;
        for (name, it) in self.measured() {
            let gain = |way| shown(it.gain(way, cpu));
            let off = it.median(Way::Off, cpu) * 1000.0;
            let gains = GAINS.map(gain).join(" | ");
            let size = it.size as f64 / 1024.0;
            let _ = writeln!(page, "| {name} | {} | {size:.0} | {off:.1} | {gains} |", it.modules);
        }
        let mean = |way| geometric_mean(self.measured().map(|(_, it)| it.gain(way, cpu).median));
        let means = GAINS.map(|way| format!("**{:.2}**", mean(way))).join(" | ");
        let _ = writeln!(page, "| **geometric mean** | | | | {means} |");
        page += &self.losers();
        page += WALL;
        for (name, it) in self.measured() {
            let _ = write!(page, "| {name} ");
            for way in Way::ALL {
                let _ = write!(page, "| {:.1} ", it.median(way, wall) * 1000.0);
            }
            let first = shown(it.gain(Way::Cold, wall));
            let _ = writeln!(page, "| {first} | {:.1} |", it.median(Way::Cold, rest) * 1000.0);
        }
        page += &self.system_calls();
        page += &self.not_run();
        page
    }

    fn losers(&self) -> String {
        let losers: Vec<String> = self
            .measured()
            .map(|(name, it)| (name, it.gain(Way::Packed, cpu).median))
            .filter(|(_, gain)| *gain < 1.0)
            .map(|(name, gain)| format!("{name} ({gain:.2})"))
            .collect();
        if losers.is_empty() {
            "\nNo program is slower from a pack than without a cache.\n".to_owned()
        } else {
            format!("\nSlower from a pack than without a cache: {}.\n", losers.join(", "))
        }
    }

    fn system_calls(&self) -> String {
        if self.measured().all(|(_, it)| it.calls.iter().all(Option::is_none)) {
            return "\n## System calls\n\nNot counted: this machine has no `strace`.\n".to_owned();
        }
        let mut table = "\n## System calls\n\nOf one start in each way, with all threads, as `strace` counts them.\n\n\
                         | program | off | cold | warm | files | packed |\n|---|--:|--:|--:|--:|--:|\n"
            .to_owned();
        for (name, it) in self.measured() {
            let calls = it.calls.map(|calls| calls.map_or_else(String::new, |calls| calls.to_string()));
            let _ = writeln!(table, "| {name} | {} |", calls.join(" | "));
        }
        table
    }

    fn not_run(&self) -> String {
        let mut list = "\n## Programs that do not run\n\n".to_owned();
        let before = list.len();
        for (name, outcome) in &self.programs {
            if let Outcome::DoesNotRun(reason) = outcome {
                let _ = writeln!(list, "| {name} | `{}` |", reason.replace('`', "'").replace('|', "/"));
            }
        }
        if list.len() == before {
            return list + "None.\n";
        }
        list.insert_str(before, "| program | the first line of its error |\n|---|---|\n");
        list
    }
}

const INTRODUCTION: &str = "\
# How fast programs start

`cargo xtask startup` has written this page. It starts real programs from npm with `bmes run`, which
embeds the engine QuickJS-ng, in five ways:

- *off*: without a cache. The engine compiles each module.
- *cold*: with an empty cache. The host compiles each module, and fills the cache after the program
  has run.
- *warm*: with the cache that an earlier run has filled. The program is loaded from its pack in the
  cache.
- *files*: with such a cache without its pack: ES modules are loaded from one file each, and
  CommonJS modules are compiled. This is the start of a program whose modules other programs have
  stored.
- *packed*: from a pack that `bmes pack` has made, with the stamps of an earlier run.

Each program prints something that depends on what it imports, and the output of each run must be
that of Node.js. Before the measurement, `--stats` shows for each way where the bytecode comes from.
There are ROUNDS rounds. Each round starts the program once in each way. The rounds begin with
another way in turn, and every other one goes backwards. A gain is the median of the ratios of the
rounds; in parentheses is the interval that has the true median with a probability of 95 %. A gain
of 2 means half the time.
";

const CPU: &str = "
## Processor time

Of the whole process, from its start to its exit, with all its threads. *off* is in milliseconds;
the columns after it are gains over *off*. A cold start includes filling the cache. *KiB* is the
size of the sources in the pack, some of which are imported only on demand.

| program | modules | KiB | off | cold | warm | files | packed |
|---|--:|--:|--:|--:|--:|--:|--:|
";

const WALL: &str = "
## Time to the last byte of output

In milliseconds, the medians. After them is the gain of a cold start over *off*. The last column is
the time from there to the exit of a cold start, in which the host fills the cache.

| program | off | cold | warm | files | packed | cold: gain | cold: then to the exit |
|---|--:|--:|--:|--:|--:|--:|--:|
";

#[cfg(test)]
mod tests {
    use super::super::WAYS;
    use super::*;

    /// Returns the results of programs whose starts take these milliseconds: off, cold, warm, files, packed.
    fn results(programs: &[[u64; WAYS]]) -> Results {
        let measured = |times: &[u64; WAYS]| Measured {
            modules: 3,
            size: 2048,
            runs: times.map(|time| vec![Run::of(time); ROUNDS]),
            calls: [Some(10), Some(20), None, None, None],
        };
        let named = |(number, times): (usize, &[u64; WAYS])| (format!("p{number}"), Outcome::Measured(measured(times)));
        Results {
            facts: vec![("date".to_owned(), "today".to_owned())],
            programs: programs.iter().enumerate().map(named).collect(),
        }
    }

    fn met(results: &Results) -> Vec<bool> {
        results.gates().iter().map(|gate| gate.is_met).collect()
    }

    #[test]
    fn gates_are_met_at_their_limits() {
        assert_eq!(met(&results(&[[100, 160, 100, 100, 50]; 8])), [true; 4]);
    }

    #[test]
    fn each_gate_is_missed_by_what_it_is_about() {
        assert_eq!(met(&results(&[[100, 160, 100, 100, 50]; 7])), [false, true, true, true]);
        assert_eq!(met(&results(&[[100, 160, 100, 100, 51]; 8])), [true, false, true, true]);
        assert_eq!(met(&results(&[[100, 160, 103, 100, 50]; 8])), [true, true, false, true]);
        assert_eq!(met(&results(&[[100, 160, 100, 103, 50]; 8])), [true, true, false, true]);
        assert_eq!(met(&results(&[[100, 170, 100, 100, 50]; 8])), [true, true, true, false]);
    }

    #[test]
    fn the_page_marks_a_missed_gate_and_names_the_losers_and_the_programs_that_do_not_run() {
        let mut results = results(&[[100, 160, 103, 100, 101]; 8]);
        results.programs.push(("broken".to_owned(), Outcome::DoesNotRun("it has `no` room".to_owned())));
        let page = results.page();
        assert!(page.contains("| **missed** |"), "{page}");
        assert!(page.contains("Slower from a pack than without a cache: p0 (0.99), p1 (0.99)"), "{page}");
        assert!(page.contains("| broken | `it has 'no' room` |"), "{page}");
        assert!(page.contains("| p0 | 10 | 20 |  |  |  |"), "{page}");
    }
}

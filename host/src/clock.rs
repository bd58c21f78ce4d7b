//! What the host does at each time of a run.

use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Serialize;

/// What the host is doing. At each time, it does one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The engine starts.
    Start,
    /// It resolves specifiers.
    Resolve,
    /// It opens the pack of the program, and compares the program with it.
    Check,
    /// It reads sources, and looks modules up.
    Read,
    /// The engine reads bytecode.
    Load,
    /// The engine compiles sources.
    Compile,
    /// The engine links and evaluates modules.
    Evaluate,
    /// The host waits until modules are written to the cache.
    Write,
}

impl Phase {
    const NAMES: [&'static str; 8] = ["start", "resolve", "check", "read", "load", "compile", "evaluate", "write"];
}

/// Measures the phases of a run. The engine asks for modules while it loads another one, so phases interrupt each other; each
/// instant counts for one phase.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    since: Instant,
    current: Outer,
    times: [Duration; Phase::NAMES.len()],
    /// The clock runs. A start whose user does not ask for the times spends no time on them.
    runs: bool,
    trace: Option<Vec<Slice>>,
}

/// A phase that another one interrupts, and its module.
#[derive(Clone, Debug)]
pub(crate) struct Outer {
    phase: Phase,
    module: Option<Rc<str>>,
}

/// A time in which the host was in one phase.
#[derive(Debug)]
struct Slice {
    what: Outer,
    start: Duration,
    len: Duration,
}

impl Clock {
    /// Creates a clock. With `traces`, it keeps all that happens.
    pub(crate) fn new(runs: bool, traces: bool) -> Self {
        let now = Instant::now();
        let current = Outer { phase: Phase::Start, module: None };
        let (times, trace) = (Default::default(), traces.then(Vec::new));
        Self { start: now, since: now, current, times, runs: runs || traces, trace }
    }

    /// Begins a phase, for a module if it has a name. Returns the phase that it interrupts.
    pub(crate) fn enter(&mut self, phase: Phase, module: &str) -> Outer {
        let module = self.trace.as_ref().filter(|_| !module.is_empty()).map(|_| Rc::from(module));
        self.turn(Outer { phase, module })
    }

    /// Goes back to the phase that was interrupted.
    pub(crate) fn leave(&mut self, outer: Outer) {
        self.turn(outer);
    }

    fn turn(&mut self, next: Outer) -> Outer {
        if self.runs {
            let now = Instant::now();
            let len = now - self.since;
            self.times[self.current.phase as usize] += len;
            if let Some(trace) = &mut self.trace {
                trace.push(Slice { what: self.current.clone(), start: self.since - self.start, len });
            }
            self.since = now;
        }
        std::mem::replace(&mut self.current, next)
    }

    /// Returns what happened, in the Trace Event Format of Chrome, which Perfetto and `chrome://tracing` show.
    pub(crate) fn trace(&mut self) -> Option<String> {
        let outer = self.current.clone();
        self.turn(outer);
        let events: Vec<Event<'_>> = self.trace.as_ref()?.iter().map(Event::of).collect();
        serde_json::to_string(&events).ok()
    }
}

/// Writes the time of each phase.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("milliseconds:")?;
        for (number, (name, time)) in Phase::NAMES.iter().zip(self.times).enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma} {name} {:.1}", time.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A complete event: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.
#[derive(Serialize)]
struct Event<'a> {
    name: &'static str,
    cat: &'static str,
    ph: char,
    ts: f64,
    dur: f64,
    pid: u32,
    tid: u32,
    args: Arguments<'a>,
}

impl<'a> Event<'a> {
    fn of(slice: &'a Slice) -> Self {
        Self {
            name: Phase::NAMES[slice.what.phase as usize],
            cat: "bmes",
            ph: 'X',
            ts: microseconds(slice.start),
            dur: microseconds(slice.len),
            pid: std::process::id(),
            tid: 1,
            args: Arguments { module: slice.what.module.as_deref() },
        }
    }
}

#[derive(Serialize)]
struct Arguments<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_instant_counts_for_one_phase() {
        let mut clock = Clock::new(true, true);
        let outer = clock.enter(Phase::Read, "a.mjs");
        let inner = clock.enter(Phase::Resolve, "");
        clock.leave(inner);
        clock.leave(outer);
        let trace = clock.trace().unwrap();
        let total: Duration = clock.times.iter().sum();
        assert_eq!(total, clock.since - clock.start);
        let names: Vec<&str> = trace.split("\"name\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(names, ["start", "read", "resolve", "read", "start"]);
        assert_eq!(trace.matches("a.mjs").count(), 2);
    }
}

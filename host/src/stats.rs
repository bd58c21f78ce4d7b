//! What a run did, and how long it took.

use std::fmt;
use std::time::{Duration, Instant};

use bmes_store::Counters;

/// What the host is doing. At each time, it does one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It resolves specifiers.
    Resolve,
    /// It compares the program with its pack.
    Check,
    /// It reads sources, computes their digests, and looks modules up in the cache.
    Read,
    /// The engine reads bytecode.
    Load,
    /// The engine compiles sources.
    Compile,
    /// The engine links and evaluates modules.
    Evaluate,
    /// It writes modules to the cache.
    Write,
}

impl Phase {
    const NAMES: [&'static str; 7] = ["resolve", "check", "read", "load", "compile", "evaluate", "write"];
}

/// The numbers of a run.
#[derive(Clone, Debug)]
pub struct Stats {
    /// ES modules that were loaded from bytecode.
    pub loaded: u32,
    /// ES modules that were compiled.
    pub compiled: u32,
    /// Modules of other kinds: CommonJS, JSON, and those that are built in.
    pub others: u32,
    /// Modules whose bytecode the engine rejected. They were compiled.
    pub rejected: u32,
    /// Modules whose file in the pack is damaged. They were compiled.
    pub damaged: u32,
    /// Where the pack of the program is, or why none is used.
    pub pack: String,
    /// The bytes of bytecode that were loaded.
    pub bytes: usize,
    /// What the store did.
    pub store: Counters,
    times: [Duration; 7],
    phase: Phase,
    since: Instant,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            loaded: 0,
            compiled: 0,
            others: 0,
            rejected: 0,
            damaged: 0,
            pack: String::new(),
            bytes: 0,
            store: Counters::default(),
            times: [Duration::ZERO; 7],
            phase: Phase::Evaluate,
            since: Instant::now(),
        }
    }
}

impl Stats {
    /// Begins a phase, and returns the one before it. The engine asks for modules while it loads another one, so phases
    /// interrupt each other; each instant counts for one phase.
    pub fn enter(&mut self, phase: Phase) -> Phase {
        let now = Instant::now();
        self.times[self.phase as usize] += now - self.since;
        self.since = now;
        std::mem::replace(&mut self.phase, phase)
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { loaded, compiled, others, rejected, damaged, pack, bytes, store, .. } = self;
        let modules = loaded + compiled + others;
        writeln!(f, "modules: {modules} ({loaded} from the cache, {compiled} compiled, {others} others)")?;
        writeln!(f, "pack: {pack}")?;
        write!(f, "cache: {} hits, {} misses", store.hits, store.all_misses())?;
        for (number, (reason, count)) in store.misses_by_reason().enumerate() {
            write!(f, "{}{count} {reason}", if number == 0 { " (" } else { ", " })?;
        }
        if store.all_misses() > 0 {
            f.write_str(")")?;
        }
        writeln!(f, ", {bytes} bytes loaded, {} stored, {} not stored", store.stored, store.not_stored)?;
        if *damaged > 0 {
            writeln!(f, "damaged in the pack: {damaged}")?;
        }
        if *rejected > 0 {
            writeln!(f, "rejected by the engine: {rejected}")?;
        }
        f.write_str("milliseconds:")?;
        for (number, (name, time)) in Phase::NAMES.iter().zip(self.times).enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(f, "{comma} {name} {:.1}", time.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}

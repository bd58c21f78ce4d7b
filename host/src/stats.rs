//! What a run did.

use std::fmt;
use std::path::PathBuf;

use bmes_store::Counters;

/// The numbers of a run.
#[derive(Clone, Debug, Default)]
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
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { loaded, compiled, others, rejected, damaged, pack, bytes, store, .. } = self;
        let modules = loaded + compiled + others;
        writeln!(f, "modules: {modules} ({loaded} from the cache, {compiled} compiled, {others} of other kinds)")?;
        writeln!(f, "pack: {pack}")?;
        let (hits, misses) = (store.hits, store.all_misses());
        let (hit, miss) = (if hits == 1 { "hit" } else { "hits" }, if misses == 1 { "miss" } else { "misses" });
        write!(f, "cache: {hits} {hit}, {misses} {miss}")?;
        for (number, (reason, count)) in store.misses_by_reason().enumerate() {
            write!(f, "{}{count} {reason}", if number == 0 { " (" } else { ", " })?;
        }
        if misses > 0 {
            f.write_str(")")?;
        }
        writeln!(f, ", {bytes} bytes loaded, {} stored, {} not stored", store.stored, store.not_stored)?;
        if *damaged > 0 {
            writeln!(f, "damaged in the pack: {damaged}")?;
        }
        if *rejected > 0 {
            writeln!(f, "rejected by the engine: {rejected}")?;
        }
        Ok(())
    }
}

/// What a run reports at its end.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Its numbers are printed on standard error.
    pub stats: bool,
    /// What it did is written to this file, in the Trace Event Format of Chrome.
    pub trace: Option<PathBuf>,
}

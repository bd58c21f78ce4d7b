//! Measures the store on a real disk: lookups and writes beside the system calls that they cannot avoid, lookups in a cache with
//! a million modules, and other caches that do the same job.
//!
//! `cargo xtask bench` writes a table with all results. `-- --node PROGRAM` names the Node.js whose compile cache is measured.

use benches::compare::median;
use benches::measure::{Effort, Time};
use benches::store::{Results, lookups, system_calls, writes};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if system_calls::perform_if_asked()? {
        return Ok(());
    }
    let node = std::env::args_os().skip_while(|argument| argument != "--node").nth(1).map(PathBuf::from);
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store");
    let results = Results::measure(&scratch, node.as_deref(), Effort::of_this_run())?;
    for (size, times) in &results.lookups {
        show(&format!("lookup: {}", size.name()), times, median(times, lookups::FILE));
    }
    match &results.growth {
        Ok(growth) => show("lookup in a small and in a large cache", &growth.times, growth.times[0].median),
        Err(reason) => println!("\nlookup in a small and in a large cache: not measured: {reason}"),
    }
    for (size, times) in &results.writes {
        show(&format!("write: {}", size.name()), times, median(times, writes::FILE));
    }
    let peers = &results.peers;
    let (modules, bytes) = peers.modules;
    show(&format!("lookup: {modules} modules of {bytes} bytes"), &peers.lookups, peers.lookups[0].median);
    show(&format!("store: {bytes} bytes"), &peers.writes, peers.writes[0].median);
    match &peers.node {
        Ok(version) => println!("\nNode.js: {version}"),
        Err(reason) => println!("\nNode's compile cache: not measured: {reason}"),
    }
    let counted = peers.calls.iter().flatten().map(|(kind, calls)| (kind.name(), calls));
    for (name, calls) in counted.chain(peers.calls_of_node.iter().map(|calls| ("Node.js itself", calls))) {
        println!("system calls of {name}\n  lookup {}\n  store {}", calls.lookup, calls.store);
    }
    Ok(())
}

fn show(title: &str, times: &[Time], unit: f64) {
    println!("\n{title}");
    for time in times {
        let (name, nanoseconds, spread) = (&time.name, time.median, time.spread() * 100.0);
        println!("  {name:<55} {nanoseconds:>12.1} ns ±{spread:>2.0} % {:>8.2}", nanoseconds / unit);
    }
}

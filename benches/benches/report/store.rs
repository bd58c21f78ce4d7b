//! The section about the store: its aims, its lookups and writes, and other caches.

use crate::page::{STRING, aims_of, beside, right, table};
use crate::run::Run;
use crate::targets::Target;
use benches::compare::median;
use benches::machine::locked;
use benches::measure::Time;
use benches::store::caches::Kind;
use benches::store::modules::Size;
use benches::store::system_calls::Use;
use benches::store::{Results, lookups, writes};
use comfy_table::Table;
use std::fmt::Write as _;

/// Returns the section.
pub(crate) fn section(run: &Run) -> String {
    let it = &run.store;
    let mut page = format!(
        "## Store\n\n\
         Files on the disk of the target folder, which are in the page cache of the system. A cache has up to 64 modules of a \
         size, which differ in their bytecode.\n\n{}\n\n",
        aims_of(aims(it))
    );
    page += "### Lookups\n\n\
         *open + read + close* is what every lookup must do: the path and the length are known, and the memory is used again. \
         `get` also makes the path from the key, tests the file's owner and mode, counts the hit, and checks the file. \
         Nanoseconds, the spread, and the ratio to the first row.\n\n";
    write!(page, "{}\n\n", by_size("lookup", &it.lookups, lookups::FILE)).expect(STRING);
    page += &growth(it);
    page += "### Writes\n\n\
         Each module is new in the cache, and the folders exist. `put` does not wait for the disk: a file that is incomplete \
         after a power failure is found when it is read. Nanoseconds, the spread, and the ratio to the first row.\n\n";
    write!(page, "{}\n\n", by_size("write", &it.writes, writes::FILE)).expect(STRING);
    page + &peers(it)
}

fn aims(it: &Results) -> Vec<Target> {
    let lookups = it.lookups.iter().map(|(size, times)| {
        let ratio = median(times, lookups::UNVERIFIED) / median(times, lookups::FILE);
        Target::at_most(format!("{}, {}: × {}", lookups::UNVERIFIED, size.name(), lookups::FILE), ratio, 1.3)
    });
    let growth = it.growth.iter().map(|growth| {
        let [small, large] = &growth.times;
        Target::at_most(format!("{}: × {} modules", large.name, growth.modules[0]), large.median / small.median, 1.2)
    });
    lookups.chain(growth).collect()
}

/// Returns a table with a column for each size. The ratios are those to the candidate `unit`.
fn by_size(title: &str, results: &[(Size, Vec<Time>)], unit: &str) -> Table {
    let sizes = results.iter().map(|(size, _)| size.name());
    let mut table = table(std::iter::once(title).chain(sizes).collect::<Vec<_>>());
    for index in 0..results.first().map_or(0, |(_, times)| times.len()) {
        let cells = results.iter().map(|(_, times)| beside(&times[index], median(times, unit)));
        let name = results[0].1[index].name.clone();
        table.add_row(std::iter::once(name).chain(cells).collect::<Vec<_>>());
    }
    right(&mut table);
    table
}

fn growth(it: &Results) -> String {
    let title = "### Lookups in a large cache\n\n";
    let growth = match &it.growth {
        Ok(growth) => growth,
        Err(reason) => return format!("{title}Not measured: {reason}.\n\n"),
    };
    let mut table = table(["lookup", "ns"]);
    for time in &growth.times {
        table.add_row([time.name.clone(), beside(time, growth.times[0].median)]);
    }
    right(&mut table);
    format!(
        "{title}The same {} keys in both caches, in random order. Nanoseconds, the spread, and the ratio to the first row.\n\n\
         {table}\n\n",
        growth.keys
    )
}

fn peers(it: &Results) -> String {
    let peers = &it.peers;
    let (modules, bytes) = peers.modules;
    let content = match &peers.node {
        Ok(version) => format!("the bytecode is the code cache that Node.js {version} made of a module"),
        Err(_) => "the bytecode is random".to_owned(),
    };
    let mut times = table(["cache", "version", "lookup", "store"]);
    for kind in Kind::ALL {
        let cell = |times: &[Time]| {
            let time = times.iter().find(|time| time.name == kind.name());
            time.map_or_else(|| "not measured".to_owned(), |time| beside(time, times[0].median))
        };
        let version = match kind {
            Kind::Bmes => locked("bmes-store"),
            Kind::Cacache | Kind::CacacheXxh3 => locked("cacache"),
            Kind::Node => peers.node.clone().unwrap_or_else(|reason| reason),
        };
        times.add_row([kind.name().to_owned(), version, cell(&peers.lookups), cell(&peers.writes)]);
    }
    right(&mut times);
    format!(
        "### Other caches\n\n\
         {modules} modules of {bytes} bytes on average, in random order: {content}. bmes-store and cacache keep the whole file, \
         with the record; Node's compile cache keeps the bytecode alone. Each cache verifies what it reads: bmes-store the whole \
         file, with CRC-32; cacache a digest; Node.js CRC-32. Nanoseconds, the spread, and the ratio to the first row.\n\n\
         The lookups of Node.js cannot be separated from the rest of a Node.js. So this row makes the same system calls on the \
         files that Node.js made, and computes the same checksum. Node.js takes longer: it allocates memory for each file, and \
         V8 verifies the code cache again.\n\n{times}\n\n{}",
        calls(it)
    )
}

fn calls(it: &Results) -> String {
    let counted = match &it.peers.calls {
        Ok(counted) => counted,
        Err(reason) => return format!("System calls were not counted: {reason}.\n"),
    };
    let mut table = table(["system calls", "of a lookup", "of a store"]);
    let mut row =
        |name: &str, calls: &Use| _ = table.add_row([name, &calls.lookup.to_string(), &calls.store.to_string()]);
    for (kind, calls) in counted {
        row(kind.name(), calls);
    }
    if let (Ok(version), Ok(calls)) = (&it.peers.node, &it.peers.calls_of_node) {
        row(&format!("Node.js {version} itself"), calls);
    }
    format!("`strace` counts the system calls of 64 lookups and of 64 stores: the average of each.\n\n{table}\n")
}

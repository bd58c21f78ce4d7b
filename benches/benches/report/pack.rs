//! The section about packs: its aims, and the times of opening and of making a pack.

use crate::page::{STRING, aims_of, beside, right, table};
use crate::run::Run;
use crate::targets::Target;
use benches::compare::median;
use benches::measure::Time;
use benches::pack::{MODULES, Results, making, opening};
use std::fmt::Write as _;

/// Returns the section.
pub(crate) fn section(run: &Run) -> String {
    let Results { opening, making } = &run.pack;
    let mut page = format!(
        "## Packs\n\n{}\n\n\
         ### Opening a pack\n\n\
         A generated pack of {MODULES} typical modules in 50 packages: {} bytes, of which the index has {}. The file is in the page \
         cache of the system. Nanoseconds, the spread, and the ratio to serde_json into `Index`, the type that `Pack::open` \
         returns.\n\n{}\n\n### Making a pack\n\n",
        aims_of(aims(&run.pack)),
        opening.file,
        opening.index,
        times(&opening.times, opening::TYPED)
    );
    let made = match making {
        Ok(it) => format!(
            "The pack of a program that imports three.js: {} modules with {} bytes of source; the pack has {} bytes. The analyses \
             have the same sources, in memory. Nanoseconds, the spread, and the ratio to `analyze`.\n\n{}\n",
            it.modules,
            it.sources,
            it.pack,
            times(&it.times, making::ANALYZE)
        ),
        Err(reason) => format!("Not measured: {reason}.\n"),
    };
    page.write_str(&made).expect(STRING);
    page
}

fn aims(it: &Results) -> Vec<Target> {
    let ratio = |times: &[Time], what, unit| median(times, what) / median(times, unit);
    let open = |unit| {
        let ratio = ratio(&it.opening.times, opening::OPEN, unit);
        Target::at_most(format!("{}: × {unit}", opening::OPEN), ratio, 3.0)
    };
    let make = it.making.iter().flat_map(|making| {
        [making::ANALYZE, making::ANALYZER].map(|unit| {
            let ratio = ratio(&making.times, making::MAKE, unit);
            Target::at_most(format!("{} of three.js: × {unit}", making::MAKE), ratio, 1.5)
        })
    });
    [open(opening::TYPED), open(opening::VALUE)].into_iter().chain(make).collect()
}

fn times(times: &[Time], unit: &str) -> comfy_table::Table {
    let mut table = table(["pack", "ns"]);
    for time in times {
        table.add_row([time.name.clone(), beside(time, median(times, unit))]);
    }
    right(&mut table);
    table
}

//! The results page: tables that are readable in a terminal and that GitHub renders.

use crate::pack;
use crate::run::{Comparison, Loaders, Run};
use crate::store;
use crate::targets::{self, IN_CACHE, Target};
use benches::checksums;
use benches::compare::{CHAIN, median};
use benches::generation;
use benches::loader::{Way, part};
use benches::machine::locked;
use benches::measure::Time;
use benches::operations::Operation;
use benches::peers;
use benches::version4::Operation4;
use benches::workloads::{Shape, Workload};
use bmes::Version;
use comfy_table::{CellAlignment, Table};
use std::fmt::Write;

/// Returns the text of `RESULTS.md`.
pub(crate) fn of(run: &Run) -> String {
    let sections = [
        introduction(run),
        aims(run),
        plots(),
        validation(run),
        others(run),
        operations(run),
        loader(run),
        operations_of_version_4(run),
        checksums(run),
        growth(run),
        versions(run),
        memory(run),
        from_source(run),
        store::section(run),
        pack::section(run),
        compared(),
    ];
    wrapped(&sections.join("\n"))
}

/// The maximum length of a line of prose, in characters.
const COLUMNS: usize = 100;

/// Wraps the prose of a page. Tables, headings and images stay in one line.
fn wrapped(page: &str) -> String {
    let mut wrapped = String::with_capacity(page.len());
    for line in page.lines() {
        let is_prose = !line.starts_with(['|', '#', '!']);
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let mut width = 0;
        for (index, word) in line.split(' ').enumerate() {
            let length = word.chars().count();
            if is_prose && index > 0 && width + 1 + length > COLUMNS {
                wrapped.push('\n');
                wrapped += indent;
                width = indent.len() + length;
            } else {
                wrapped += if index > 0 { " " } else { "" };
                width += usize::from(index > 0) + length;
            }
            wrapped += word;
        }
        wrapped.push('\n');
    }
    wrapped
}

fn introduction(run: &Run) -> String {
    let mut facts = table(["", ""]);
    for (name, fact) in &run.facts {
        facts.add_row([(*name).to_owned(), fact.clone()]);
    }
    let mut shapes = table(["module", "strings", "metadata", "file"]);
    for shape in Shape::ALL {
        let workload = Workload::new(shape, Version::V1);
        let numbers = [workload.strings(), workload.metadata_size(), workload.file.len()];
        shapes.add_row([vec![shape.name().to_owned()], numbers.map(|number| number.to_string()).to_vec()].concat());
    }
    right(&mut shapes);
    format!(
        "# Results\n\n\
         `cargo xtask bench` writes this page; do not edit it. The candidates of a table are measured in one process, alternately. \
         A time is a median. Its spread (±) is half the distance between the quartiles. The nanoseconds are those of this \
         machine; ratios depend less on the machine.\n\n\
         *hot*: one module again and again. The processor learns its data, so a real program takes longer. *r1024*: 1,024 \
         different modules of that shape in random order, as a real program loads them. The modules are made from a fixed seed. \
         If no version is given, it is version 1.\n\n{facts}\n\n{shapes}\n"
    )
}

fn aims(run: &Run) -> String {
    let table = aims_of(targets::of(run));
    format!("## Aims\n\nAn aim is a limit that the codec should keep. A goal is a stricter limit.\n\n{table}\n")
}

/// Returns a table of targets with the measured values.
pub(crate) fn aims_of(targets: Vec<Target>) -> Table {
    let mut table = table(["what", "measured", "aim", "goal", "reached"]);
    for target in targets {
        let sign = if target.at_least { "≥" } else { "≤" };
        let aim = |aim: f64| format!("{sign} {}", figure(aim));
        let goal = target.goal.map(aim).unwrap_or_default();
        let verdict = target.verdict().to_owned();
        table.add_row([target.what, figure(target.measured), aim(target.gate), goal, verdict]);
    }
    right_but_last(&mut table);
    table
}

fn plots() -> String {
    "## Plots\n\n\
     ![Time to validate a module by the size of its file: BMES, its floor, and nine other formats](plots/latency.svg)\n\n\
     ![Time by the number of strings, from 10 to 100,000: every operation of the codec](plots/growth.svg)\n"
        .to_owned()
}

fn validation(run: &Run) -> String {
    let mut table = table(
        std::iter::once("validate".to_owned()).chain(run.comparisons.iter().map(Comparison::title)).collect::<Vec<_>>(),
    );
    for index in 0..run.comparisons.first().map_or(0, |it| it.validate.len()) {
        let cells = run.comparisons.iter().map(|it| beside(&it.validate[index], median(&it.validate, "BMES")));
        let name = run.comparisons[0].validate[index].name.clone();
        table.add_row(std::iter::once(name).chain(cells).collect::<Vec<_>>());
    }
    right(&mut table);
    format!("## Validation\n\nNanoseconds, the spread, and the ratio to BMES.\n\n{table}\n")
}

fn others(run: &Run) -> String {
    let mut page =
        "## Size, reading and writing\n\nNanoseconds, the spread, and the ratio to the first row.\n".to_owned();
    for it in &run.comparisons {
        let mut sizes = table(["file", "bytes"]);
        for (name, size) in &it.sizes {
            sizes.add_row([(*name).to_owned(), size.to_string()]);
        }
        let mut decode = table(["decode and keep", "ns"]);
        rows(&mut decode, &it.decode);
        let mut encode = table(["encode", "ns"]);
        rows(&mut encode, &it.encode);
        let mut strings = table(["validate, then read every string", "ns"]);
        rows(&mut strings, &it.strings);
        if it.regime == "hot" {
            right(&mut sizes);
            write!(page, "\n### {}\n\n{sizes}\n\n{decode}\n\n{encode}\n\n{strings}\n", it.title()).expect(STRING);
        } else {
            write!(page, "\n### {}\n\n{decode}\n\n{encode}\n\n{strings}\n", it.title()).expect(STRING);
        }
    }
    page
}

fn operations(run: &Run) -> String {
    let mut times = table(
        std::iter::once("operation".to_owned())
            .chain(run.comparisons.iter().map(Comparison::title))
            .collect::<Vec<_>>(),
    );
    for operation in Operation::ALL {
        let cells = run.comparisons.iter().map(|it| {
            beside(by_name(&it.operations, operation.name()), median(&it.operations, Operation::Validate.name()))
        });
        times.add_row(std::iter::once(operation.name().to_owned()).chain(cells).collect::<Vec<_>>());
    }
    right(&mut times);
    let mut page = format!("## Operations\n\nNanoseconds, the spread, and the ratio to `validate`.\n\n{times}\n");
    if run.counts.is_empty() {
        page += "\nInstructions were not counted: valgrind is missing.\n";
        return page;
    }
    let mut counts = table(["operation", "module", "instructions", "mispredictions, estimated"]);
    for (name, count) in &run.counts {
        let (operation, workload) = name.split_once(' ').unwrap_or((name, ""));
        let numbers = [count.instructions, count.mispredictions].map(|number| number.to_string());
        let [instructions, mispredictions] = numbers;
        counts.add_row([operation.to_owned(), workload.replace('_', " "), instructions, mispredictions]);
    }
    right(&mut counts);
    format!("{page}\nCallgrind counts them; `cargo xtask bench-gate` compares them with the baseline.\n\n{counts}\n")
}

fn loader(run: &Run) -> String {
    let titles = run.loaders.iter().map(Loaders::title);
    let mut paths = table(
        ["before the bytecode is used".to_owned(), "flipped bits found".to_owned()]
            .into_iter()
            .chain(titles)
            .collect::<Vec<_>>(),
    );
    for (index, way) in Way::ALL.into_iter().enumerate() {
        let found = run.loader_of(Shape::Typical, true).and_then(|it| it.damage_found);
        let found = found.map_or_else(String::new, |found| format!("{} %", figure(found[index] * 100.0)));
        let cells = run.loaders.iter().map(|it| beside(&it.times[index], it.times[0].median));
        paths.add_row([way.name().to_owned(), found].into_iter().chain(cells).collect::<Vec<_>>());
    }
    right(&mut paths);
    let titles = run.loaders.iter().map(Loaders::title);
    let mut parts = table(std::iter::once("part".to_owned()).chain(titles).collect::<Vec<_>>());
    for index in Way::ALL.len()..run.loaders.first().map_or(0, |it| it.times.len()) {
        let cells = run.loaders.iter().map(|it| beside(&it.times[index], median(&it.times, part::VALIDATE_1)));
        let name = run.loaders[0].times[index].name.clone();
        parts.add_row(std::iter::once(name).chain(cells).collect::<Vec<_>>());
    }
    right(&mut parts);
    format!(
        "## A loader's path\n\n\
         What a loader does before it gives the bytecode of a module to an engine, with the same modules in each format. For \
         *flipped bits found*, each bit of the typical module's file is flipped, one at a time: the share of the damaged files \
         that the path rejects. Nanoseconds, the spread, and the ratio to version 1.\n\n{paths}\n\n\
         Parts of the path of version 4, and what they are compared with. The ratio is to `validate` of version 1.\n\n{parts}\n"
    )
}

fn operations_of_version_4(run: &Run) -> String {
    let titles = run.loaders.iter().map(Loaders::title);
    let mut times = table(std::iter::once("operation".to_owned()).chain(titles).collect::<Vec<_>>());
    for operation in Operation4::ALL {
        let cells = run.loaders.iter().map(|it| {
            beside(by_name(&it.operations, operation.name()), median(&it.operations, Operation4::View.name()))
        });
        times.add_row(std::iter::once(operation.name().to_owned()).chain(cells).collect::<Vec<_>>());
    }
    right(&mut times);
    format!("## Operations of version 4\n\nNanoseconds, the spread, and the ratio to `view`.\n\n{times}\n")
}

fn checksums(run: &Run) -> String {
    let parts = run.checksums.iter().map(|it| it.part.clone());
    let names = ["checksum", "crate", "bytes", "always finds"].map(str::to_owned);
    let mut table = table(names.into_iter().chain(parts).collect::<Vec<_>>());
    for (index, checksum) in checksums::ALL.iter().enumerate() {
        let facts =
            [checksum.name, &locked(checksum.package), &checksum.size.to_string(), checksum.finds].map(str::to_owned);
        let cells = run.checksums.iter().map(|it| beside(&it.times[index], it.times[0].median));
        table.add_row(facts.into_iter().chain(cells).collect::<Vec<_>>());
    }
    right(&mut table);
    format!(
        "## Checksums\n\n\
         Version 4 uses CRC-32: the standard libraries of Python, Node.js, Go, Java and Zig have it, and it costs less than the \
         rest of a validation. Its purpose is to find damage. It does not protect against an attacker, and no checksum without a \
         key does. Nanoseconds, the spread, and the ratio to CRC-32.\n\n{table}\n"
    )
}

fn growth(run: &Run) -> String {
    let (fixed, per_string) = targets::fit(run);
    let mut sizes = table(["strings", "file", "validate", "ns per string", "chain of lengths", "check"]);
    for it in &run.growth {
        let validate = median(&it.validate, "BMES");
        let numbers = [
            it.strings as f64,
            it.file as f64,
            validate,
            validate / it.strings as f64,
            median(&it.validate, CHAIN),
            median(&it.operations, Operation::Check.name()),
        ];
        sizes.add_row(numbers.map(figure));
    }
    right(&mut sizes);
    let mut slopes = table(["from", "to", "ns per added string", "deviation from the fit"]);
    for slope in targets::slopes(run) {
        let off = (slope.nanoseconds / per_string - 1.0) * 100.0;
        slopes.add_row([
            slope.from.to_string(),
            slope.to.to_string(),
            format!("{:.2}", slope.nanoseconds),
            format!("{off:+.0} %"),
        ]);
    }
    right(&mut slopes);
    format!(
        "## Growth\n\nOne module with more and more entries of every kind, hot. The fit up to {IN_CACHE} strings: a validation takes {fixed:.0} ns + {per_string:.2} ns × strings.\n\n\
         {sizes}\n\n{slopes}\n"
    )
}

fn versions(run: &Run) -> String {
    let mut table = table(["module", "version", "strings", "validate, hot, ns", "ns per string"]);
    for it in &run.versions {
        let per_string = format!("{:.2}", it.time.median / it.strings as f64);
        let time = time(&it.time);
        table.add_row([it.shape.name().to_owned(), it.version.to_string(), it.strings.to_string(), time, per_string]);
    }
    right(&mut table);
    format!(
        "## Versions\n\nVersion 3 adds variables: each is a string and a number of the engine. In every version, two strings of a Local export are empty.\n\n{table}\n"
    )
}

fn memory(run: &Run) -> String {
    if run.memory.is_empty() {
        return "## Memory\n\nNot counted in this run.\n".to_owned();
    }
    let mut table = table(["operation", "module", "file", "allocations", "peak", "limit"]);
    for it in &run.memory {
        let allowed = if it.workload.ends_with("v4") {
            Operation4::ALL
                .into_iter()
                .find(|operation| operation.name() == it.operation)
                .and_then(|operation| operation.limit(it.size))
        } else {
            Operation::ALL
                .into_iter()
                .find(|operation| operation.name() == it.operation)
                .and_then(|operation| operation.limit(it.size))
        };
        let limit = allowed.map_or_else(|| "none".to_owned(), |limit| limit.peak.to_string());
        let numbers = [it.size, it.times, it.peak].map(|number| number.to_string());
        let [size, times, peak] = numbers;
        table.add_row([it.operation.clone(), it.workload.clone(), size, times, peak, limit]);
    }
    right(&mut table);
    format!(
        "## Memory\n\nAn allocator counts the allocations and the bytes that are allocated at a time; `cargo test` checks the limits. Memory \
         that is allocated before the operation is not counted: a file, a view, a record, or the buffer that is written to.\n\n{table}\n"
    )
}

fn from_source(run: &Run) -> String {
    let mut page = "## What a cache saves\n\nThe time of each way to get a module's record, and its ratio to `identify` and to `validate`. `identify` reads only the \
                    magic and the version: a program that calls nothing else has not verified the file.\n"
        .to_owned();
    for (pair, times) in &run.generation {
        let mut table = table(["", "ns", "× identify", "× validate"]);
        let identify = median(times, generation::IDENTIFY);
        let validate = median(times, generation::VALIDATE);
        for it in times {
            let ratio = |of: f64| figure(it.median / of);
            table.add_row([it.name.clone(), time(it), ratio(identify), ratio(validate)]);
        }
        right(&mut table);
        let (source, file) = (pair.source.len(), pair.file.len());
        write!(page, "\n### {}: {source} bytes of source, {file} of file\n\n{table}\n", pair.name).expect(STRING);
    }
    for (name, version) in &run.engines {
        write!(page, "\n- {name}: {version}").expect(STRING);
    }
    if run.engines.is_empty() {
        page += "\nNo engine is installed.";
    }
    page + "\n"
}

fn compared() -> String {
    let mut table = table(["format", "version", "operation that validates"]);
    for peer in peers::ALL {
        table.add_row([peer.name.to_owned(), locked(peer.package), peer.validates_by.to_owned()]);
    }
    format!(
        "## Peers\n\nEach library stores the same record and bytecode, in the way that its documentation recommends.\n\n{table}\n"
    )
}

pub(crate) const STRING: &str = "writing to a string cannot fail";

pub(crate) fn table<T: Into<comfy_table::Row>>(header: T) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::ASCII_MARKDOWN).set_header(header);
    table
}

/// Aligns numbers to the right. The first column has names and stays aligned to the left.
pub(crate) fn right(table: &mut Table) {
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
}

fn right_but_last(table: &mut Table) {
    right(table);
    if let Some(last) = table.column_iter_mut().last() {
        last.set_cell_alignment(CellAlignment::Left);
    }
}

fn rows(table: &mut Table, times: &[Time]) {
    for time in times {
        table.add_row([time.name.clone(), beside(time, times[0].median)]);
    }
    right(table);
}

fn by_name<'t>(times: &'t [Time], name: &str) -> &'t Time {
    times.iter().find(|time| time.name == name).expect("every operation was measured")
}

/// Returns a time with its spread and its ratio to `unit`: `152.3 ±4 % (1.00)`.
pub(crate) fn beside(it: &Time, unit: f64) -> String {
    format!("{} ({:.2})", time(it), it.median / unit)
}

/// Returns a time with its spread: `152.3 ±4 %`.
pub(crate) fn time(time: &Time) -> String {
    format!("{} ±{:.0} %", figure(time.median), time.spread() * 100.0)
}

/// Formats a number. A larger number has fewer decimals: `0.123`, `1.23`, `12.3`, `1,234`.
pub(crate) fn figure(number: f64) -> String {
    let digits = match number.abs() {
        ..1.0 => 3,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}

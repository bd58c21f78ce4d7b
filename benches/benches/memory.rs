//! Counts the allocations of each operation. Fails if an operation exceeds its limit.
//!
//! With `-- --table`, it prints one row for each operation and workload, with tabs between the cells; `cargo xtask bench` reads
//! these rows. This is a separate program, because the allocator that counts is slower than the default one.

use allocation_counter::measure;
use benches::operations::{Limit, Operation, Subjects};
use benches::version4::{Operation4, Subjects4, Workload4};
use benches::workloads::{Shape, Workload};
use bmes::Version;
use std::process::ExitCode;

fn main() -> ExitCode {
    let is_table = std::env::args().any(|argument| argument == "--table");
    let mut above = Vec::new();
    let mut row = |operation: &str, workload: String, size: usize, limit: Option<Limit>, run: &mut dyn FnMut()| {
        let count = measure(run);
        let (times, peak) = (count.count_total, count.bytes_max);
        let row = format!("{operation}\t{workload}\t{size}\t{times}\t{peak}");
        if limit.is_some_and(|limit| times > limit.times || peak > limit.peak) {
            above.push(row.clone());
        }
        if is_table {
            println!("{row}");
        }
    };
    for shape in Shape::ALL {
        for &version in Version::NAMED {
            let workloads = [Workload::new(shape, version)];
            let size = workloads[0].file.len();
            let mut subjects = Subjects::new(&workloads);
            for operation in Operation::ALL {
                let (name, limit) = (operation.name(), operation.limit(size as u64));
                let workload = format!("{} v{version}", shape.name());
                row(name, workload, size, limit, &mut || operation.run(&mut subjects, 1));
            }
        }
        let workload = Workload::new(shape, Version::V1);
        let converted = [Workload4::of(&workload)];
        let size = converted[0].file.len();
        let mut subjects = Subjects4::new(&converted);
        for operation in Operation4::ALL {
            let (name, limit) = (operation.name(), operation.limit(size as u64));
            row(name, format!("{} v4", shape.name()), size, limit, &mut || operation.run(&mut subjects, 1));
        }
    }
    if above.is_empty() {
        eprintln!("memory: every operation is within its limit");
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "memory: these operations exceed their limits (operation, workload, bytes of the file, allocations, peak in bytes)\n{}",
        above.join("\n")
    );
    ExitCode::FAILURE
}

//! Counts the allocations of each operation. Fails if an operation exceeds its limit.
//!
//! With `-- --table`, it prints one row for each operation and workload, with tabs between the cells; `cargo xtask bench` reads
//! these rows. This is a separate program, because the allocator that counts is slower than the default one.

use allocation_counter::measure;
use benches::operations::{Operation, Subjects};
use benches::workloads::{Shape, Workload};
use bmes::Version;
use std::process::ExitCode;

fn main() -> ExitCode {
    let is_table = std::env::args().any(|argument| argument == "--table");
    let mut above = Vec::new();
    for shape in Shape::ALL {
        for &version in Version::NAMED {
            let workloads = [Workload::new(shape, version)];
            let size = workloads[0].file.len() as u64;
            let mut subjects = Subjects::new(&workloads);
            for operation in Operation::ALL {
                let count = measure(|| operation.run(&mut subjects, 1));
                let (times, peak) = (count.count_total, count.bytes_max);
                let row = format!("{}\t{} v{version}\t{size}\t{times}\t{peak}", operation.name(), shape.name());
                if operation.limit(size).is_some_and(|limit| times > limit.times || peak > limit.peak) {
                    above.push(row.clone());
                }
                if is_table {
                    println!("{row}");
                }
            }
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
